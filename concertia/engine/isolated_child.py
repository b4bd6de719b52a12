"""The child process of `isolation.py`: does one task on its standard input under hard limits, answers one JSON a line.

Run by path, alone, before anything heavy is imported: the limits are set first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any


def limit(seconds: int, megabytes: int, answer: int) -> None:
    """Bound memory, processor time and what may be written (`answer` bytes), where the system knows how."""
    try:
        import resource  # noqa: PLC0415 -- optional dependency: absent on some systems
    except ImportError:
        return
    bounds = {
        "RLIMIT_AS": megabytes * 1_000_000,
        "RLIMIT_CPU": seconds,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": answer,
    }
    for name, value in bounds.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            _soft, hard = resource.getrlimit(kind)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # a system that knows the limit but refuses to lower it
            continue


def done(task: str, request: dict[str, Any], data: bytes) -> Iterable[Any]:
    """What the task (« package.module:function ») answers to a request and its bytes: plain JSON values."""
    module, _, name = task.partition(":")
    answers: Iterable[Any] = getattr(import_module(module), name)(request, data)
    return answers


def written(answers: Iterable[Any]) -> None:
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
    for one in answers:
        sys.stdout.buffer.write(encoder.encode(one).encode("utf-8", "surrogatepass") + b"\n")


def main() -> int:
    seconds, megabytes, answer, task, *roots = sys.argv[1:]
    limit(int(seconds), int(megabytes), int(answer))
    sys.path.extend(root for root in roots if root not in sys.path)
    try:
        request = json.loads(sys.stdin.buffer.readline())
        written(done(task, request, sys.stdin.buffer.read()))
    except MemoryError:
        written([{"refused": ["reading.too_much_memory", {"limit": int(megabytes)}]}])
    written([{"done": True}])
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
