"""Time, memory and quality of the analysis of contributions.

`python -m bench.themes [--egalite FOLDER] [--granddebat FOLDER] [--sizes 1000 10000 …] [--encoder]`: made-up texts for
times and planted campaigns; labelled sets, given by their folder and never copied here, for quality.
"""

import argparse
import collections
import resource
import time

import numpy as np
from sklearn.metrics import adjusted_rand_score, roc_auc_score, v_measure_score

from bench.harness import figure
from bench.theme_sets import (
    by_question,
    composed_floods,
    composed_grids,
    composed_rare,
    composed_themes,
    egalite,
    floods,
    grids,
    planted,
    questions,
    rare_viewpoints,
    rarefied,
)
from concertia.engine.coding.suggestions import grounds_of, suggest
from concertia.engine.executors import every_core
from concertia.engine.text.analysis import analyse
from concertia.engine.text.campaigns import flood_of
from concertia.engine.text.duplicates import find_duplicates
from concertia.engine.text.encoder import by_units, local_encoder, local_encoders
from concertia.engine.text.growth import place_new
from concertia.engine.text.result import Parameters
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
    with every_core() as executor:
        run = analyse(people, executor=executor)
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


def agreement(texts, labels, encode):
    people = [Contribution(str(rank), text) for rank, text in enumerate(texts)]
    began = time.perf_counter()
    found = analyse(people, encode=encode).analysis
    seconds = time.perf_counter() - began
    themes = [-1 if one.theme is None else one.theme for one in found.contributions]
    return adjusted_rand_score(labels, themes), v_measure_score(labels, themes), len(found.themes), found, seconds


def measure_quality(name, sets, encode):
    results = [agreement(texts, labels, encode) for texts, labels in sets]
    for rank, unit in enumerate(("ARI", "V")):
        figure(
            f"{name}, {kind_of(encode)}",
            float(np.mean([one[rank] for one in results])),
            unit,
            themes=[one[2] for one in results],
            seconds=round(sum(one[4] for one in results), 1),
            stability=[one[3].stability for one in results],
        )


def measure_order(name, texts, encode, draws=3):
    """The same texts shuffled, then a random twentieth removed, several times."""
    people = [Contribution(str(rank), text) for rank, text in enumerate(texts)]
    rng = np.random.default_rng(0)
    whole = {one.id: one.theme for one in analyse(people, encode=encode).analysis.contributions}
    mixed = analyse([people[place] for place in rng.permutation(len(people))], encode=encode).analysis
    same = all(whole[one.id] == one.theme for one in mixed.contributions)
    figure(f"{name} mélangé : même partition", float(same), "1 = oui")
    found = []
    for _ in range(draws):
        kept = [people[place] for place in rng.permutation(len(people))[: int(0.95 * len(people))]]
        fewer = analyse(kept, encode=encode).analysis
        both = [(whole[one.id], one.theme) for one in fewer.contributions if one.theme is not None]
        sides = [[-1 if theme is None else theme for theme in side] for side in zip(*both, strict=True)]
        found.append(float(adjusted_rand_score(*sides)))
    details = {"draws": [round(one, 3) for one in found]}
    figure(f"{name}, un vingtième retiré, {kind_of(encode)}", float(np.mean(found)), "ARI", **details)


def kind_of(encode):
    return "encodeur" if encode else "mots"


def measure_suggestions(said, cases, encoders, draws=4):
    """The right main code among three, for texts not coded, after 0, 60 and 200 coded ones drawn at random."""
    found = collections.defaultdict(dict)
    for name, texts, mains, every, grid in cases:
        grounds = grounds_of(texts, grid, rng=np.random.default_rng(0), encoders=encoders)
        for coded in (0, 60, 200):
            if len(texts) < coded + 30:
                continue
            shares = []
            for draw in range(draws if coded else 1):
                taught = np.random.default_rng(draw).permutation(len(texts))[:coded].tolist()
                told = suggest(grounds, {place: every[place] for place in taught})
                rest = np.setdiff1d(np.arange(len(texts)), taught)
                shares.append(np.mean([mains[place] in {one.code for one in told.best(place)} for place in rest]))
            found[coded][name] = float(np.mean(shares))
    for coded, by_name in found.items():
        figure(
            f"bon code parmi trois, {said}, {coded} textes codés, {len(encoders)} encodeur(s)",
            float(np.mean(list(by_name.values()))),
            "part",
            cases={name: round(share, 3) for name, share in by_name.items()},
        )


def measure_reading_order(name, cases, encode):
    """The share of rare viewpoints in the first 5, 10 and 20 % of the reading order."""
    held, total = np.zeros(3), 0
    for _, texts, rare in cases:
        order = analyse([Contribution(str(rank), text) for rank, text in enumerate(texts)], encode=encode).analysis
        place = {one: rank for rank, one in enumerate(order.reading_order)}
        ranks = [place[str(rank)] / len(place) for rank in rare if str(rank) in place]
        held += [sum(rank < share for rank in ranks) for share in (0.05, 0.1, 0.2)]
        total += len(ranks)
    for share, value in zip((5, 10, 20), held / total, strict=True):
        figure(f"{name} dans les premiers {share} %, {kind_of(encode)}", float(value), "part", texts=total)


def measure_floods(sets, encode):
    for name, texts in sets:
        people = [Contribution(str(rank), text) for rank, text in enumerate(texts)]
        began = time.perf_counter()
        run = analyse(people, encode=encode)
        seconds = time.perf_counter() - began
        of = {one: rank for rank, one in enumerate(run.model.ids)}
        rows = np.array(
            [run.model.rows[of[one.id]] if one.id in of else np.zeros(run.model.rows.shape[1]) for one in people]
        )
        judged = flood_of([one for one in people if one.id in of], rows[[one.id in of for one in people]])
        score = np.nan_to_num(judged.score, nan=float(np.nanmin(judged.score)))
        is_flood = np.array([int(one.id) >= len(people) - 16 for one in people if one.id in of])
        pointed = {int(one) for one in run.analysis.flood}
        figure(
            f"flot « {name} » parmi {len(texts)}, {kind_of(encode)}",
            float(roc_auc_score(is_flood, score)),
            "AUC",
            found=sum(one >= len(people) - 16 for one in pointed),
            false_alarms=round(sum(one < len(people) - 16 for one in pointed) / (len(people) - 16), 3),
            seconds=round(seconds, 1),
        )


def measure_planted(egalite_folder, debate_folder, encode):
    """The share of planted messages in a theme that is mostly theirs, or in the list of signals."""
    texts, of = planted(egalite_folder, debate_folder)
    found = analyse([Contribution(str(rank), text) for rank, text in enumerate(texts)], encode=encode).analysis
    themes = [one.theme for one in found.contributions]
    sizes, own = (
        collections.Counter(themes),
        collections.Counter(t for t, theme in zip(themes, of, strict=True) if theme),
    )
    mostly = {theme for theme, count in own.items() if theme is not None and count > sizes[theme] / 2}
    listed = {int(one.contribution) for one in found.signals}
    seen = [themes[rank] in mostly or rank in listed for rank, theme in enumerate(of) if theme]
    figure(
        f"thèmes rares d’un autre sujet parmi {len(texts)}, {kind_of(encode)}",
        float(np.mean(seen)),
        "part",
        listed=round(len(listed) / len(texts), 3),
    )


def measure_few_encoded(name, texts, labels, encode):
    """The share of the encoder's gain over words that is kept when it reads 300 texts."""
    people = [Contribution(str(rank), text) for rank, text in enumerate(texts)]
    found = {}
    for kind, own, settings in (
        ("mots", None, Parameters()),
        ("tous", encode, Parameters()),
        ("300", encode, Parameters(most_encoded=0, map_sample=300)),
    ):
        themes = [one.theme for one in analyse(people, encode=own, parameters=settings).analysis.contributions]
        found[kind] = float(adjusted_rand_score(labels, [-1 if theme is None else theme for theme in themes]))
    gain = found["tous"] - found["mots"]
    kept = (found["300"] - found["mots"]) / gain if gain > 0 else float("nan")
    figure(f"{name}, gain gardé avec 300 textes encodés", kept, "part", **{k: round(v, 3) for k, v in found.items()})


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
        measure_labelled(asked.egalite, asked.granddebat, encode)
    encoders = [by_units(one) if rank else one for rank, one in enumerate(local_encoders() if asked.encoder else ())]
    for used in (encoders[:count] for count in range(len(encoders) + 1)):
        measure_suggestions("consultations composées", composed_grids(), used)
        if asked.granddebat:
            measure_suggestions("granddebat", grids(asked.granddebat), used)


def measure_labelled(egalite_folder, debate_folder, encode):
    measure_floods(composed_floods(), encode)
    measure_reading_order("points de vue rares composés", composed_rare(), encode)
    if egalite_folder:
        measure_quality("an_egalite", [egalite(egalite_folder)], encode)
        measure_order("an_egalite", egalite(egalite_folder)[0], encode)
    if debate_folder:
        measure_quality("granddebat, dix questions", list(questions(debate_folder)), encode)
        measure_reading_order("points de vue rares tels quels", list(rare_viewpoints(debate_folder)), encode)
        measure_reading_order("points de vue raréfiés", list(rarefied(debate_folder)), encode)
    if egalite_folder and debate_folder:
        measure_floods(floods(egalite_folder, debate_folder), encode)
        measure_planted(egalite_folder, debate_folder, encode)
    if encode:
        measure_few_encoded("consultations composées mêlées", *composed_themes(), encode)
    if encode and egalite_folder:
        measure_few_encoded("an_egalite", *egalite(egalite_folder), encode)
    if encode and debate_folder:
        measure_few_encoded("granddebat, onze questions mêlées", *by_question(debate_folder), encode)


if __name__ == "__main__":
    import sys

    measure(sys.argv[1:])
