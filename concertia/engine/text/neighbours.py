"""Nearest neighbours among vectors of length 1, and the graph weighted by the neighbours that two texts share.

    likeness(i, j) = rows[i] · rows[j]             weight(i, j) = |N(i) ∩ N(j)| / |N(i) ∪ N(j)|,  i ∈ N(j) or j ∈ N(i)

where N(i) holds i and its k nearest. Every pair is compared, by blocks: n² · d products, so give representatives, not
100,000 texts. Reference: R. A. Jarvis and E. A. Patrick, « Clustering using a similarity measure based on shared near
neighbors », IEEE Transactions on Computers C-22(11), 1973.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

BLOCK = 500  # rows compared at once: more is slower, for the memory it fills


def nearest(rows: np.ndarray, others: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """For each of n rows the ranks (n × count) of the most alike among m others, best first, and their likeness.

    >>> nearest(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]), 1)[0].tolist()
    [[1]]
    """
    count = min(count, len(others))
    ranks = np.zeros((len(rows), count), dtype=np.int32)
    values = np.zeros((len(rows), count), dtype=np.float32)
    if not count:
        return ranks, values
    for start in range(0, len(rows), BLOCK):
        likeness = rows[start : start + BLOCK] @ others.T
        part = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        held = np.take_along_axis(likeness, part, axis=1)
        order = np.lexsort((part, -held), axis=1)
        ranks[start : start + BLOCK] = np.take_along_axis(part, order, axis=1)
        values[start : start + BLOCK] = np.take_along_axis(held, order, axis=1)
    return ranks, values


def nearest_others(rows: np.ndarray, count: int, among: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The same among the rows themselves, or among some of them (their ranks), each left out of its own list.

    >>> nearest_others(np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]), 1)[0].ravel().tolist()
    [1, 0, 1]
    """
    known = np.arange(len(rows)) if among is None else among
    found, values = nearest(rows, rows if among is None else rows[among], min(count + 1, len(known)))
    ranks = known[found]
    own = ranks == np.arange(len(rows))[:, None]
    own[~own.any(axis=1), -1] = True  # twins as near as oneself, or a row that is not among them: leave the last out
    shape = (len(rows), max(0, ranks.shape[1] - 1))
    return ranks[~own].reshape(shape), values[~own].reshape(shape)


def shared_neighbour_graph(rows: np.ndarray, count: int) -> sparse.csr_matrix:
    """The symmetric graph of n texts, weights in ]0, 1], no loop.

    >>> shared_neighbour_graph(np.eye(3, dtype=np.float32), 2).nnz
    6
    """
    total = len(rows)
    ranks, _ = nearest_others(rows, count)
    width = ranks.shape[1]
    ones = np.ones(total * width, dtype=np.float32)
    links = sparse.csr_matrix((ones, (np.repeat(np.arange(total), width), ranks.ravel())), shape=(total, total))
    lists = sparse.csr_matrix(links + sparse.identity(total, dtype=np.float32, format="csr"))
    either = ((links + links.T) > 0).astype(np.float32)
    shared = sparse.csr_matrix(either.multiply(lists @ lists.T))
    shared.data = shared.data / (2 * (width + 1) - shared.data)
    shared.sort_indices()
    return shared
