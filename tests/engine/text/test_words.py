"""Stems asked for by several threads at once, as a web process does."""

from concurrent.futures import ThreadPoolExecutor

from concertia.engine.text.bags import stems_of
from concertia.engine.text.words import snowball, words


def test_stems_are_the_same_from_several_threads():
    written = [
        f"{start}{end}" for start in ("form", "protég", "transform", "région") for end in ("er", "ée", "ations", "aux")
    ]
    written = [f"{word}{rank}s" for word in written for rank in range(150)] + written
    expected = [snowball.__wrapped__(word) for word in written]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [snowball.__wrapped__(word) for word in written], range(8)):
            assert found == expected


def test_a_word_is_cut_once_whatever_asks_for_its_stem():
    before = snowball.cache_info().misses
    assert [word.plain for word in words("zirconieraient")] == ["zirconi"]
    assert stems_of(["zirconieraient"]) == ["zirconi"]
    assert snowball.cache_info().misses == before + 1
