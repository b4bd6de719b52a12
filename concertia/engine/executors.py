"""Where independent steps run: one after the other here, or through whatever is given that knows `map`.

An executor is anything with a `map` that gives the results in the order of what it was given: those of
`concurrent.futures`, `distributed.Client(...).get_executor()`, or `IN_PLACE`. The steps given to it are functions of a
module and arrays, so that they may travel to other processes; each fixes its own chance beforehand, so that the results
are the same bytes wherever they were computed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")


class Executor(Protocol):
    """What runs independent steps."""

    def map(self, work: Callable[..., Result], /, *parts: Iterable[Any]) -> Iterable[Result]:
        """The results of `work` on each part, in their order."""


class InPlace:
    """One step after the other, in this process.

    >>> list(IN_PLACE.map(abs, [-1, 2]))
    [1, 2]
    """

    def map(self, work: Callable[..., Result], /, *parts: Iterable[Any]) -> Iterable[Result]:
        return map(work, *parts)


IN_PLACE = InPlace()


@contextmanager
def every_core() -> Iterator[Executor]:
    """Threads, one for each core of this machine: what compares partitions is written in Rust and runs side by side.

    >>> with every_core() as executor:
    ...     list(executor.map(abs, [-1, 2]))
    [1, 2]
    """
    threads = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        yield threads
    finally:
        threads.shutdown(cancel_futures=True)  # who stops the command does not wait for what had not begun
