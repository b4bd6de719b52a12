"""Themes: found without their number, the same whatever the order, with their stability. Every text is made up."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_score

from concertia.engine.text.labels import labels_of
from concertia.engine.text.neighbours import nearest_others, shared_neighbour_graph
from concertia.engine.text.themes import WITHOUT_THEME, families_of, find_themes, vote
from concertia.engine.text.vectors import vectors_of
from tests.engine.text.corpus import made_up


def rng():
    return np.random.default_rng(1)


@pytest.fixture(scope="module")
def placed():
    texts, subjects = made_up(300)
    return texts, subjects, vectors_of(texts, rng=rng()).rows


def test_no_theme_mixes_subjects(placed):
    _, subjects, rows = placed
    found = find_themes(rows, rng=rng())
    assert homogeneity_score(subjects, found.theme) > 0.9
    assert found.stability > 0.8
    assert [trial.resolution for trial in found.trials] == [0.5, 0.7, 1.0, 1.4, 2.0]
    sizes = np.bincount(found.theme[found.theme >= 0])
    assert sizes.tolist() == sorted(sizes, reverse=True)


def test_themes_are_the_same_twice_and_leave_nobody_out(placed):
    _, _, rows = placed
    one, other = find_themes(rows, rng=rng()), find_themes(rows, rng=rng())
    assert one.theme.tolist() == other.theme.tolist()
    assert (one.theme >= 0).all()


def test_themes_beyond_the_nodes_of_the_graph_are_voted(placed):
    _, subjects, rows = placed
    found = find_themes(rows, rng=rng(), most_nodes=150)
    assert (found.theme >= 0).all()
    assert homogeneity_score(subjects, found.theme) > 0.9


def test_a_random_twentieth_removed_changes_little(placed):
    texts, _, rows = placed
    whole = find_themes(rows, rng=rng()).theme
    kept = np.sort(np.random.default_rng(5).permutation(len(texts))[:285])
    fewer = vectors_of([texts[place] for place in kept], rng=rng()).rows
    assert adjusted_rand_score(whole[kept], find_themes(fewer, rng=rng()).theme) > 0.8


def test_themes_of_too_few_texts_are_not_sought():
    found = find_themes(np.eye(5, dtype=np.float32), rng=rng())
    assert (found.count, found.stability, found.theme.tolist()) == (0, None, [WITHOUT_THEME] * 5)


def test_a_text_like_nothing_is_in_no_theme():
    rows = np.vstack([np.repeat(np.eye(3, dtype=np.float32)[:2], 10, axis=0), np.zeros((1, 3), dtype=np.float32)])
    assert find_themes(rows, rng=rng()).theme[-1] == WITHOUT_THEME


def test_vote_follows_the_nearest():
    known = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
    assert vote(np.array([[1.0, 0.05]]), known, np.array([2, 2, 0])).tolist() == [2]


def test_graph_is_symmetric_and_has_no_loop(placed):
    graph = shared_neighbour_graph(placed[2], 8)
    assert abs(graph - graph.T).nnz == 0
    assert graph.diagonal().sum() == 0
    assert 0 < graph.data.min() <= graph.data.max() <= 1


def test_nearest_others_never_give_oneself_even_among_twins():
    ranks, _ = nearest_others(np.ones((6, 1), dtype=np.float32), 3)
    assert all(rank not in row for rank, row in enumerate(ranks.tolist()))


def test_families_gather_what_is_near():
    rows = np.array([[1, 0.1 * one, 0] for one in range(4)] + [[0, 0.1 * one, 1] for one in range(4)])
    families = families_of(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    assert families[0] == families[1]
    assert families[0] != families[5]


def test_labels_are_phrases_people_wrote_and_differ(placed):
    texts, _, rows = placed
    found = find_themes(rows, rng=rng())
    labels = labels_of(texts, found.theme, found.score, count=found.count)
    names = [label.name for label in labels]
    assert len(set(names)) == len(names)
    everything = " ".join(texts).lower()
    assert all(name and name in everything for name in names)
    assert not {"les", "plus", "il faut"} & set(names)


def test_label_of_a_theme_without_a_noun_is_empty():
    label = labels_of(["non", "non merci"], np.array([0, 0]), np.ones(2), count=1)[0]
    assert label.name == ""


def test_partitions_are_the_same_through_an_executor(placed):
    with ThreadPoolExecutor(2) as pool:
        there = find_themes(placed[2], rng=rng(), executor=pool)
    here = find_themes(placed[2], rng=rng())
    assert here.theme.tobytes() == there.theme.tobytes()
    assert here.trials == there.trials
