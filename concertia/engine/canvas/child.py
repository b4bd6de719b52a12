"""The child process of `isolation.py`: reads a file from its standard input under hard limits, answers in JSON.

Run by path, alone, before anything heavy is imported: the limits are set first.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def limit(seconds: int, megabytes: int) -> None:
    """Bound memory, processor time, open files and processes of this process, where the system knows how."""
    try:
        import resource  # noqa: PLC0415 -- optional dependency: absent on some systems
    except ImportError:
        return
    bounds = {
        "RLIMIT_AS": megabytes * 1_000_000,
        "RLIMIT_CPU": seconds,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 64_000_000,
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


def answer(data: bytes, name: str) -> dict[str, Any]:
    """The reading, or the refusal, as plain JSON values."""
    from concertia.engine.canvas.isolation import reading_to_plain  # noqa: PLC0415 -- slow import: after the limits
    from concertia.engine.canvas.reader import read  # noqa: PLC0415 -- slow import: after the limits
    from concertia.engine.notes import EngineError  # noqa: PLC0415 -- slow import: after the limits

    try:
        return {"reading": reading_to_plain(read(data, name))}
    except EngineError as error:
        return {"refused": [error.note.code, error.note.params]}


def main() -> int:
    seconds, megabytes, name, *roots = sys.argv[1:]
    limit(int(seconds), int(megabytes))
    sys.path.extend(root for root in roots if root not in sys.path)
    try:
        found = answer(sys.stdin.buffer.read(), name)
    except MemoryError:
        found = {"refused": ["reading.too_much_memory", {"limit": int(megabytes)}]}
    sys.stdout.write(json.dumps(found, ensure_ascii=True))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
