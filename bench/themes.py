"""Time, memory and quality of the analysis of contributions.

`python -m bench.themes [--egalite FOLDER] [--granddebat FOLDER] [--sizes 1000 10000 …] [--encoder]`: made-up texts for
times and planted campaigns; labelled sets, given by their folder and never copied here, for quality.
"""

import argparse
import collections
import csv
import json
import resource
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score, v_measure_score

from bench.harness import figure
from concertia.engine.text.analysis import analyse
from concertia.engine.text.duplicates import find_duplicates
from concertia.engine.text.encoder import local_encoder
from concertia.engine.text.growth import place_new
from concertia.engine.text.units import Contribution, Status

TIMES = {1000: 2, 10_000: 10, 100_000: 90}
SYLLABLES = ("ba", "cro", "du", "fi", "gla", "mo", "nu", "pli", "ra", "sto", "ti", "vu", "che", "len", "pou", "zi")
LEVELS = (("exact", 0), ("light", 0.04), ("medium", 0.15), ("heavy", 0.4))


def composed(count, *, seed=0, themes=12, campaigns=20, share=0.08):
    """`count` texts in an invented language, words as unequal as real ones: themes, and campaigns at four levels."""
    rng = np.random.default_rng(seed)
    words = np.array(["".join(rng.choice(SYLLABLES, size=rng.integers(1, 5))) for _ in range(30_000)])
    common = 1 / np.arange(1, 2001)
    own = [rng.permutation(28_000)[:400] + 2000 for _ in range(themes)]
    slope = 1 / np.arange(1, 401)

    def text(theme, length):
        ranks = np.where(
            rng.random(length) < 0.55,
            rng.choice(2000, size=length, p=common / common.sum()),
            rng.choice(own[theme], size=length, p=slope / slope.sum()),
        )
        return list(words[np.where(rng.random(length) < 0.1, rng.integers(2000, 30_000, size=length), ranks)])

    texts, theme_of, campaign_of, level_of = [], [], [], []
    for campaign in range(campaigns):
        letter = text(campaign % themes, 45)
        for rank in range(int(share * count) // campaigns):
            level, changed = LEVELS[rank % 4]
            sent = list(letter)
            for place in rng.permutation(45)[: round(changed * 45)]:
                sent[place] = words[rng.integers(30_000)]
            texts.append(" ".join(sent[20:] + sent[:20] if level == "heavy" else sent))
            theme_of.append(campaign % themes)
            campaign_of.append(campaign)
            level_of.append(level)
    while len(texts) < count:
        theme = int(rng.integers(themes))
        texts.append(" ".join(text(theme, int(rng.integers(8, 40)))))
        theme_of.append(theme)
        campaign_of.append(-1)
        level_of.append("")
    order = rng.permutation(count)
    return tuple([column[place] for place in order] for column in (texts, theme_of, campaign_of, level_of))


def pairs(groups):
    return sum(size * (size - 1) // 2 for size in collections.Counter(groups).values())


def measure_duplicates(count):
    texts, _, campaigns, levels = composed(count)
    began = time.process_time()
    model = find_duplicates(texts).model.tolist()
    seconds = time.process_time() - began
    planted = [place for place in range(count) if campaigns[place] >= 0]
    right = pairs([(model[place], campaigns[place]) for place in planted])
    precision, recall = right / pairs(model), right / pairs([campaigns[place] for place in planted])
    main = {}
    for campaign in range(20):
        held = collections.Counter(model[place] for place in planted if campaigns[place] == campaign)
        main[campaign] = held.most_common(1)[0][0]
    found = collections.defaultdict(list)
    for place in planted:
        found[levels[place]].append(model[place] == main[campaigns[place]])
    strangers = sum(model[place] in main.values() for place in range(count) if campaigns[place] < 0)
    figure(
        f"quasi-doublons, {count} textes composés",
        seconds,
        "s CPU",
        target=15,
        f1=round(2 * precision * recall / (precision + recall), 3),
        recall={level: round(float(np.mean(ok)), 3) for level, ok in found.items()},
        strangers=strangers / (count - len(planted)),
    )


def measure_chain(count):
    texts, themes, _, _ = composed(count)
    people = [Contribution(str(rank), text, author=str(rank)) for rank, text in enumerate(texts)]
    began, used = time.perf_counter(), time.process_time()
    run = analyse(people)
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    found = run.analysis
    figure(
        f"chaîne entière sans encodeur, {count} textes composés",
        seconds,
        "s",
        target=TIMES.get(count, seconds),
        cpu=round(cpu, 2),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        themes=len(found.themes),
        ari=round(
            adjusted_rand_score(themes, [one.theme if one.theme is not None else -1 for one in found.contributions]), 3
        ),
        without_status=len(texts) - found.ledger.read,
        in_theme=round((found.ledger.count(Status.THEME) + found.ledger.count(Status.DUPLICATE)) / count, 3),
        signals=round(found.ledger.count(Status.SIGNAL) / count, 3),
    )
    newcomers = [Contribution(f"n{rank}", text) for rank, text in enumerate(composed(1000, seed=7)[0][:50])]
    began = time.perf_counter()
    place_new(run.model, newcomers)
    figure(f"50 textes ajoutés à {count}", time.perf_counter() - began, "s", target=1)


def egalite(folder):
    with Path(folder, "crowdsource_resultat_analyses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["theme"] for row in rows]


def questions(folder, count=10):
    """The larger questions: answers with their commonest label, labels with five answers or more."""
    answers = collections.defaultdict(list)
    for row in json.loads(Path(folder, "idees_marquantes.json").read_text(encoding="utf-8")):
        labels = [one for one in row["Categories"] if one != "Idée marquée" and not one.startswith(("Z Autres", "Y "))]
        if labels:
            answers[row["questionIndex"]].append((row["reponse"], collections.Counter(labels).most_common(1)[0][0]))
    for held in sorted(answers.values(), key=len, reverse=True)[:count]:
        sizes = collections.Counter(label for _, label in held)
        kept = [(text, label) for text, label in held if sizes[label] >= 5]
        yield [text for text, _ in kept], [label for _, label in kept]


def agreement(texts, labels, encode):
    people = [Contribution(str(rank), text) for rank, text in enumerate(texts)]
    began = time.perf_counter()
    found = analyse(people, encode=encode).analysis
    seconds = time.perf_counter() - began
    themes = [-1 if one.theme is None else one.theme for one in found.contributions]
    return adjusted_rand_score(labels, themes), v_measure_score(labels, themes), len(found.themes), found, seconds


def measure_quality(name, sets, encode):
    results = [agreement(texts, labels, encode) for texts, labels in sets]
    kind = "encodeur" if encode else "mots"
    for rank, unit in enumerate(("ARI", "V")):
        figure(
            f"{name}, {kind}",
            float(np.mean([one[rank] for one in results])),
            unit,
            themes=[one[2] for one in results],
            seconds=round(sum(one[4] for one in results), 1),
            stability=[one[3].stability for one in results],
        )


def measure_order(texts):
    """The same texts shuffled, then a random twentieth removed."""
    people = [Contribution(str(rank), text) for rank, text in enumerate(texts)]
    rng = np.random.default_rng(0)
    whole = {one.id: one.theme for one in analyse(people).analysis.contributions}
    mixed = analyse([people[place] for place in rng.permutation(len(people))]).analysis
    same = all(whole[one.id] == one.theme for one in mixed.contributions)
    fewer = analyse([people[place] for place in rng.permutation(len(people))[: int(0.95 * len(people))]]).analysis
    both = [(whole[one.id], one.theme) for one in fewer.contributions if one.theme is not None]
    pair = adjusted_rand_score(
        *[[-1 if theme is None else theme for theme in side] for side in zip(*both, strict=True)]
    )
    figure("mêmes textes mélangés : même partition", float(same), "1 = oui")
    figure("un vingtième retiré au hasard", float(pair), "ARI")


def measure(arguments=()):
    parser = argparse.ArgumentParser()
    parser.add_argument("--egalite")
    parser.add_argument("--granddebat")
    parser.add_argument("--sizes", nargs="*", type=int, default=[1000, 10_000])
    parser.add_argument("--encoder", action="store_true")
    asked = parser.parse_args(list(arguments))
    analyse(
        [Contribution(str(rank), text) for rank, text in enumerate(composed(50)[0])]
    )  # imports and tables counted apart
    for count in asked.sizes:
        measure_duplicates(count)
        measure_chain(count)
    for encode in (None, local_encoder()) if asked.encoder else (None,):
        if asked.egalite:
            measure_quality("an_egalite", [egalite(asked.egalite)], encode)
        if asked.granddebat:
            measure_quality("granddebat, dix questions", list(questions(asked.granddebat)), encode)
    if asked.egalite:
        measure_order(egalite(asked.egalite)[0])


if __name__ == "__main__":
    import sys

    measure(sys.argv[1:])
