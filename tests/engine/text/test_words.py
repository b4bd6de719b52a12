"""Stems asked for by several threads at once, as a web process does."""

from concurrent.futures import ThreadPoolExecutor

from concertia.engine.text.words import stems_of


def test_stems_are_the_same_from_several_threads():
    words = [
        f"{start}{end}" for start in ("form", "protég", "transform", "région") for end in ("er", "ée", "ations", "aux")
    ]
    words = [f"{word}{rank}s" for word in words for rank in range(150)] + words
    expected = [stems_of.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [stems_of.__wrapped__(word) for word in words], range(8)):
            assert found == expected
