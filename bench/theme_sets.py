"""Labelled sets for the measures of the analysis, read from their folders and never copied here."""

import collections
import csv
import json
from pathlib import Path

import numpy as np

import concertia
from bench.theme_floods import FLOODS
from bench.theme_grids import GRIDS
from concertia.engine.coding.suggestions import GridCode
from concertia.engine.text.units import cut

COMPOSED = Path(concertia.__file__).parent / "collection" / "demonstration" / "au-guichet.csv"
CONSULTATIONS = Path(__file__).parent / "consultations"  # made up too: see the LISEZMOI there
UNSAID = ("Idée marquée", "Z ", "Sans réponse")
FEWEST_OF_A_CODE = 4
HUMANS = 434  # and sixteen of a flood: 450
PLANTED = {"2": 50, "3": 30, "5": 15}  # 0.5, 0.3 and 0.15 % of 10,000 messages


def egalite(folder):
    """Answers and their theme, four themes."""
    with Path(folder, "crowdsource_resultat_analyses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["theme"] for row in rows]


def answers(folder):
    """Question → its answers, each with its labels and how many volunteers gave each."""
    found = collections.defaultdict(list)
    for row in json.loads(Path(folder, "idees_marquantes.json").read_text(encoding="utf-8")):
        labels = collections.Counter(one for one in row["Categories"] if not one.startswith(UNSAID))
        found[row["questionIndex"]].append((row["reponse"], labels))
    return found


def questions(folder, count=10):
    """The larger questions: answers with their commonest label, labels with five answers or more."""
    held = [
        [(text, _main(plain)) for text, labels in rows if (plain := _without_y(labels))]
        for rows in answers(folder).values()
    ]
    for rows in sorted(held, key=len, reverse=True)[:count]:
        sizes = collections.Counter(label for _, label in rows)
        kept = [(text, label) for text, label in rows if sizes[label] >= 5]
        yield [text for text, _ in kept], [label for _, label in kept]


def grids(folder):
    """Consultations on one topic: name, texts, main code of each, every code of each, grid of definitions."""
    rows = answers(folder)
    for name, (asked, codes) in GRIDS.items():
        texts, mains, every = [], [], []
        for question in asked:
            for text, labels in rows[question]:
                named = collections.Counter()
                for label, times in labels.items():
                    if label in codes:
                        named[codes[label][0]] += times
                if named:
                    texts.append(text)
                    mains.append(_main(named))
                    every.append(frozenset(named))
        sizes = collections.Counter(mains)
        kept = [place for place, main in enumerate(mains) if sizes[main] >= FEWEST_OF_A_CODE]
        said = {key: said for key, said in codes.values() if sizes[key] >= FEWEST_OF_A_CODE}
        grid = [GridCode(key, key, definition) for key, definition in said.items()]
        known = frozenset(said)
        yield (
            name,
            *([part[place] for place in kept] for part in (texts, mains)),
            [every[place] & known for place in kept],
            grid,
        )


def rare_viewpoints(folder):
    """The larger questions: their answers, and the ranks of those whose main label two to four answers share."""
    for question, rows in answers(folder).items():
        told = [(text, _main(labels) if labels else None) for text, labels in rows]
        sizes = collections.Counter(label for _, label in told if label)
        rare = [
            place
            for place, (_, label) in enumerate(told)
            if label and 2 <= sizes[label] <= 4 and not label.startswith(("Y ", "X ", "A "))
        ]
        if len(told) >= 100 and len(rare) >= 4:
            yield question, [text for text, _ in told], rare


def rarefied(folder, draws=3):
    """Consultations where a third of the codes, drawn, keep only two to four texts: the ranks of those."""
    for name, texts, mains, every, grid in grids(folder):
        common = {code for code, _ in collections.Counter(mains).most_common(2)}
        codes = [code.key for code in grid if code.key not in common]
        for draw in range(draws):
            rng = np.random.default_rng(draw)
            left = {code: int(rng.integers(2, 5)) for code in rng.permutation(codes)[: len(grid) // 3].tolist()}
            kept, rare = [], []
            for place in rng.permutation(len(texts)).tolist():
                if left.get(mains[place], 0) > 0:
                    left[mains[place]] -= 1
                    rare.append(len(kept))
                elif every[place] & set(left):
                    continue
                kept.append(texts[place])
            yield name, kept, rare


def by_question(folder):
    """The answers of at least 40 signs to the eleven larger questions, with their question for label."""
    larger = sorted(answers(folder).items(), key=lambda one: -len(one[1]))[:11]
    pairs = [(text, question) for question, rows in larger for text, _ in rows if len(text) >= 40]
    return [text for text, _ in pairs], [question for _, question in pairs]


def floods(egalite_folder, debate_folder, *, seed=0):
    """Three times 450 texts: people's answers on one topic, the last sixteen written by a machine."""
    rng = np.random.default_rng(seed)
    by_name = {name: texts for name, texts, *_ in grids(debate_folder)}
    women, _ = egalite(egalite_folder)
    for name, people in (("hospital", by_name["aides"]), ("coal", by_name["dépenses"]), ("shelter", women)):
        drawn = rng.permutation(len(people))[:HUMANS]
        yield name, [people[place] for place in drawn] + list(FLOODS[name])


def planted(egalite_folder, debate_folder, *, most=10_000, seed=0):
    """Short messages of one debate, and among them three rare themes of another: texts, and the theme or « ».

    The debate's answers are cut into messages of a sentence or two, which gives some 5,000 of them: the rare themes
    have the numbers they would have among 10,000, whole answers of at most 60 words.
    """
    rng = np.random.default_rng(seed)
    base = _messages(text for rows in answers(debate_folder).values() for text, _ in rows)
    texts, themes = egalite(egalite_folder)
    chosen, of = [], []
    for theme, size in PLANTED.items():
        own = [text for text, one in zip(texts, themes, strict=True) if one == theme and 8 <= len(text.split()) <= 60]
        places = rng.permutation(len(own))[:size]
        chosen.extend(own[place] for place in places)
        of.extend([theme] * len(places))
    rest = [base[place] for place in rng.permutation(len(base))[: most - len(chosen)]]
    return chosen + rest, of + [""] * len(rest)


def consultations():
    """The three composed consultations on one topic: name, rows, grid."""
    for path in sorted(CONSULTATIONS.glob("*-grille.csv")):
        name = path.stem.removesuffix("-grille")
        grid = [GridCode(row["code"], row["label"], row["definition"]) for row in _rows(path)]
        yield name, _rows(CONSULTATIONS / f"{name}.csv"), grid


def composed_grids():
    """As `grids`: the texts that have a main code."""
    for name, rows, grid in consultations():
        kept = [row for row in rows if row["code"]]
        every = [frozenset(row["codes"].split("|")) for row in kept]
        yield name, [row["contribution"] for row in kept], [row["code"] for row in kept], every, grid


def composed_rare():
    """As `rare_viewpoints`: every text, and the ranks of those that hold a rare viewpoint."""
    for name, rows, _ in consultations():
        yield name, [row["contribution"] for row in rows], [rank for rank, row in enumerate(rows) if row["rare"]]


def composed_floods():
    """As `floods`: fictional contributions, of the demonstration then of each consultation, then those of a flood."""
    yield "counter", [row["contribution (fictive)"] for row in _rows(COMPOSED)] + list(FLOODS["counter"])
    for name, rows, _ in consultations():
        yield name, [row["contribution"] for row in rows] + list(FLOODS[name])


def composed_themes():
    """As `by_question`: the consultations mixed, and the main code of each text with its consultation."""
    mixed = list(composed_grids())
    labels = [f"{name} {code}" for name, _, mains, *_ in mixed for code in mains]
    return [text for _, texts, *_ in mixed for text in texts], labels


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _messages(texts, fewest=12):
    """Sentences, joined to the next ones until they have twelve words, each once."""
    found = {}
    for text in texts:
        held = ""
        for span in cut(text):
            held = f"{held} {span.of(text)}".strip()
            if len(held.split()) >= fewest:
                found[held] = None
                held = ""
    return list(found)


def _main(labels):
    return labels.most_common(1)[0][0]


def _without_y(labels):
    return collections.Counter({label: times for label, times in labels.items() if not label.startswith("Y ")})
