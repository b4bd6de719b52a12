"""Themes found without being told their number: a map for reading, always with its stability.

    graph       k nearest neighbours weighted by shared neighbours, k = 0.7 √n between 6 and 20
    partition   Leiden, at the resolution γ that maximises modularity  Σ (A_ij − γ d_i d_j / 2m) within themes
    stability   mean adjusted Rand index between the partition and those of 8 graphs of 85 % of the texts
    chosen      the γ with the highest stability + 0.03 · log2 γ (between equals, the finer one)
    groups      Leiden at γ = 8 on the same graph: small groups of alike texts, for the reading order alone

Above 4,000 texts, the graph is made of 4,000 drawn ones, and each other text takes the theme that its 15 nearest vote
for. A theme of too few texts is dissolved into its neighbours'; a text with nothing in common with any is in no theme
(-1), never dropped. Give rows in an order that comes from the content, so that the file's order changes nothing.

Limits: on one single topic discovered themes are unstable: the figure says so, and a grid read by people does better.
References: V. Traag, L. Waltman, N. J. van Eck, « From Louvain to Leiden », Scientific Reports 9, 2019; U. von Luxburg,
« Clustering stability: an overview », Foundations and Trends in Machine Learning 2(3), 2010.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import graspologic_native
import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

from concertia.engine.executors import IN_PLACE, Executor
from concertia.engine.text.neighbours import nearest, shared_neighbour_graph
from concertia.engine.text.vectors import unit_length

RESOLUTIONS = (0.5, 0.7, 1.0, 1.4, 2.0)
OF_GROUPS = 8.0
FINER_PREFERRED = 0.03
MOST_NODES = 4000
FEWEST_TEXTS = 8  # below, no themes are sought
REPEATS, SHARE_KEPT = 8, 0.85
VOTERS = 15
WITHOUT_THEME = -1
FEW_THEMES = 7  # from this number on, they are gathered into families

Progress = Callable[[float], None]


def silent(_share: float) -> None:
    """No progress shown."""


@dataclass(frozen=True)
class Trial:
    """One resolution tried: how many themes it gives and how well they hold."""

    resolution: float
    themes: int
    stability: float


@dataclass(frozen=True, eq=False)
class Partition:
    """`theme`: one number per text, 0 for the largest, -1 for none; `score`: likeness to the theme's centre;
    `centres`: themes × d; `families`: the family of each theme; `stability` None when nothing was to be compared;
    `groups`: the small group of each text, -1 for none, whatever its theme."""

    theme: np.ndarray
    score: np.ndarray
    centres: np.ndarray
    families: tuple[int | None, ...]
    resolution: float | None
    stability: float | None
    trials: tuple[Trial, ...]
    groups: np.ndarray

    @property
    def count(self) -> int:
        return len(self.centres)


def find_themes(
    rows: np.ndarray,
    *,
    rng: np.random.Generator,
    resolutions: tuple[float, ...] = RESOLUTIONS,
    most_nodes: int = MOST_NODES,
    progress: Progress = silent,
    executor: Executor = IN_PLACE,
) -> Partition:
    """The themes of n texts placed by rows of length 1 (n × d); the partitions compared go through the executor.

    >>> rows = np.repeat(np.eye(2, dtype=np.float32), 20, axis=0)
    >>> found = find_themes(rows, rng=np.random.default_rng(0))
    >>> found.count, int(found.theme[0]) != int(found.theme[-1])
    (2, True)
    """
    placed = np.flatnonzero(np.linalg.norm(rows, axis=1) > 0.5)
    if len(placed) < FEWEST_TEXTS:
        return _no_themes(rows)
    drawn = np.sort(rng.permutation(placed)[:most_nodes])
    graph = shared_neighbour_graph(rows[drawn], neighbours_for(len(drawn)))
    labels, trials, chosen = _best(graph, resolutions, rng, progress, executor)
    labels = _without_small(rows[drawn], labels, fewest=3 + len(drawn) // 1000)
    small = partition_graph(graph, OF_GROUPS, seed=int(rng.integers(2**31)))
    theme, groups = np.full((2, len(rows)), WITHOUT_THEME, dtype=np.int32)
    theme[drawn], groups[drawn] = labels, small
    rest = np.setdiff1d(placed, drawn)
    near = nearest(rows[rest], rows[drawn], VOTERS)
    theme[rest], groups[rest] = _voted(*near, labels), _voted(*near, small)
    theme = _by_size(theme)
    centres = centres_of(rows, theme)
    score, families = scores(rows, theme, centres), families_of(centres)
    return Partition(theme, score, centres, families, chosen.resolution, chosen.stability, trials, groups)


def neighbours_for(count: int) -> int:
    """The number of neighbours of the graph of some texts.

    >>> neighbours_for(50), neighbours_for(400), neighbours_for(4000)
    (6, 14, 20)
    """
    return int(np.clip(0.7 * np.sqrt(count), 6, 20))


def vote(rows: np.ndarray, known: np.ndarray, theme: np.ndarray) -> np.ndarray:
    """For each row the theme with the largest sum of likeness among its 15 nearest known rows (squared, positive).

    A row like nothing known is in no theme.

    >>> vote(np.array([[1.0, 0.0], [0.0, 0.0]]), np.eye(2), np.array([4, 5])).tolist()
    [4, -1]
    """
    has_theme = np.flatnonzero(theme >= 0)
    return _voted(*nearest(rows, known[has_theme], VOTERS), theme[has_theme])


def _voted(ranks: np.ndarray, likeness: np.ndarray, theme: np.ndarray) -> np.ndarray:
    """What the known rows of these ranks vote for; those without a theme vote for none."""
    if not ranks.size:
        return np.full(len(ranks), WITHOUT_THEME, dtype=np.int32)
    weights = np.square(np.maximum(likeness, 0))
    of = theme[ranks]
    sums = np.zeros((len(ranks), int(theme.max()) + 2), dtype=np.float32)
    np.add.at(sums, (np.arange(len(ranks))[:, None], of), np.where(of >= 0, weights, 0))
    return np.where(sums.max(axis=1) > 0, sums.argmax(axis=1), WITHOUT_THEME).astype(np.int32)


def centres_of(rows: np.ndarray, theme: np.ndarray) -> np.ndarray:
    """The mean row of each theme, of length 1."""
    count = int(theme.max(initial=-1)) + 1
    held = np.flatnonzero(theme >= 0)
    ones = np.ones(len(held), dtype=np.float32)
    member = sparse.csr_matrix((ones, (theme[held], held)), shape=(count, len(rows)))
    return unit_length(np.asarray(member @ rows)) if count else np.zeros((0, rows.shape[1]), dtype=np.float32)


def scores(rows: np.ndarray, theme: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The likeness of each row to the centre of its theme, 0 without a theme."""
    found = np.zeros(len(rows), dtype=np.float32)
    held = theme >= 0
    if held.any():
        found[held] = np.einsum("ij,ij->i", rows[held], centres[theme[held]])
    return found


def families_of(centres: np.ndarray) -> tuple[int | None, ...]:
    """Themes gathered by average linkage of their centres into a third as many families; None for a theme alone."""
    if len(centres) < FEW_THEMES:
        return (None,) * len(centres)
    groups = fcluster(linkage(centres, "average", metric="cosine"), round(len(centres) / 3), criterion="maxclust")
    rank: dict[int, int] = {}
    for group in groups:
        if np.sum(groups == group) > 1:
            rank.setdefault(int(group), len(rank))
    return tuple(rank.get(int(group)) for group in groups)


def partition_graph(graph: sparse.csr_matrix, resolution: float, *, seed: int, trials: int = 1) -> np.ndarray:
    """Leiden's communities of a symmetric graph, one number per node (a node without edges stands alone)."""
    if not graph.nnz:
        return np.arange(graph.shape[0], dtype=np.int32)
    _, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        graph.shape[0],
        resolution=resolution,
        iterations=2,
        seed=seed,
        trials=trials,
    )
    alone = len(found)
    return np.array([found.get(node, alone + node) for node in range(graph.shape[0])], dtype=np.int32)


def _best(
    graph: sparse.csr_matrix,
    resolutions: tuple[float, ...],
    rng: np.random.Generator,
    progress: Progress,
    executor: Executor,
) -> tuple[np.ndarray, tuple[Trial, ...], Trial]:
    """The partition at the resolution that holds best, and what each resolution gave."""
    size = graph.shape[0]
    subsets = [np.sort(rng.permutation(size)[: max(2, int(SHARE_KEPT * size))]) for _ in range(REPEATS)]
    parts = [sparse.csr_matrix(graph[kept][:, kept]) for kept in subsets]
    steps = [
        (one, resolution, int(rng.integers(2**31)), 3 if one is graph else 1)
        for resolution in resolutions
        for one in (graph, *parts)
    ]
    partitions = iter(executor.map(_partition, *zip(*steps, strict=True)))
    found: list[tuple[float, np.ndarray, Trial]] = []
    for done, resolution in enumerate(resolutions, start=1):
        labels = next(partitions)
        agreements = [adjusted_rand_score(labels[kept], next(partitions)) for kept in subsets]
        count = len(np.unique(labels))
        trial = Trial(resolution, count, round(float(np.mean(agreements)), 4))
        worth = trial.stability + FINER_PREFERRED * np.log2(resolution) - (count == 1)
        found.append((float(worth), labels, trial))
        progress(done / len(resolutions))
    _, labels, chosen = max(found, key=lambda one: (round(one[0], 6), one[2].resolution))
    return labels, tuple(trial for _, _, trial in found), chosen


def _partition(graph: sparse.csr_matrix, resolution: float, seed: int, trials: int) -> np.ndarray:
    return partition_graph(graph, resolution, seed=seed, trials=trials)


def _without_small(rows: np.ndarray, labels: np.ndarray, *, fewest: int) -> np.ndarray:
    """Labels with those of fewer than `fewest` texts given to their neighbours' theme."""
    _, inverse, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if sizes.max() < fewest:
        return np.zeros(len(labels), dtype=np.int32)
    small = sizes[inverse] < fewest
    theme = np.where(small, WITHOUT_THEME, inverse).astype(np.int32)
    theme[small] = vote(rows[small], rows[~small], theme[~small])
    return theme


def _by_size(theme: np.ndarray) -> np.ndarray:
    """Themes numbered by decreasing size, then by their first text."""
    kept, first, sizes = np.unique(theme[theme >= 0], return_index=True, return_counts=True)
    order = sorted(range(len(kept)), key=lambda place: (-sizes[place], first[place]))
    renumbered = np.full(int(theme.max(initial=-1)) + 2, WITHOUT_THEME, dtype=np.int32)
    for rank, place in enumerate(order):
        renumbered[kept[place]] = rank
    return np.asarray(renumbered[theme])  # the last place of `renumbered` answers for -1


def _no_themes(rows: np.ndarray) -> Partition:
    nothing = np.full(len(rows), WITHOUT_THEME, dtype=np.int32)
    empty = np.zeros((0, rows.shape[1]), dtype=np.float32)
    return Partition(nothing, np.zeros(len(rows), dtype=np.float32), empty, (), None, None, (), nothing)
