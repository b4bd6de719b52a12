"""Does a task in a child process that can neither last nor grow: whatever the file, the caller stays as it was.

The child inherits no setting of this process, runs apart from its terminal, and is bounded in processor time, wall
time, memory and length of answer. What it says is taken as words of a stranger: plain JSON, checked by the caller.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concertia.engine import isolated_child as child
from concertia.engine.notes import EngineError

KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True)
class Bounds:
    """How far a child may go: seconds (of processor, and on the wall), megabytes of memory, bytes of answer."""

    seconds: int
    megabytes: int
    answer: int = 40_000_000


def answers_of(task: str, request: dict[str, Any], data: bytes, *, bounds: Bounds) -> Iterator[Any]:
    """What `task` (« package.module:function », called with the request and the bytes) answers: JSON values, in order.

    Raises `EngineError`: what the task refused (`{"refused": [code, params]}`), `reading.too_long` (seconds),
    `reading.too_much_memory` (limit, megabytes), `reading.interrupted`, `reading.unavailable`. Values come before a
    refusal that follows them: keep none of them before the end.
    """
    command = [_interpreter(), "-I", child.__file__]
    command += [str(bounds.seconds), str(bounds.megabytes), str(2 * bounds.answer), task, *_roots()]
    environment = {key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ}
    with tempfile.TemporaryFile() as output:
        sent = json.dumps(request).encode() + b"\n" + data
        code = _run(command, sent, output.fileno(), environment, bounds.seconds)
        del sent
        if code == -signal.SIGXCPU:
            raise EngineError("reading.too_long", seconds=bounds.seconds)
        if code == -signal.SIGABRT:  # a library that cannot have the memory it asks for ends so
            raise EngineError("reading.too_much_memory", limit=bounds.megabytes)
        if output.seek(0, os.SEEK_END) > bounds.answer or code != 0:
            raise EngineError("reading.interrupted")
        output.seek(0)
        yield from _said(output)


def _said(lines: Any) -> Iterator[Any]:
    is_done = False
    try:
        for line in lines:
            one = json.loads(line)
            if isinstance(one, dict) and "refused" in one:
                code, params = one["refused"]
                raise EngineError(code, **params)
            is_done = one == {"done": True}
            if not is_done:
                yield one
    except EngineError:
        raise
    except (ValueError, TypeError) as error:
        raise EngineError("reading.interrupted") from error
    if not is_done:
        raise EngineError("reading.interrupted")


def safe_name(name: str) -> str:
    """The end of a file name, without its folders: a remark of the reader, never a path."""
    return Path(name.replace("\x00", "")).name[-200:]


def _interpreter() -> str:
    if not sys.executable:
        raise EngineError("reading.unavailable")
    return sys.executable


def _roots() -> list[str]:
    """Where the child finds this package and lxml, when the interpreter alone does not say."""
    import lxml  # noqa: PLC0415 -- slow import

    own = str(Path(__file__).resolve().parents[2])
    return [own, str(Path(lxml.__file__).resolve().parents[1])]


def _run(command: list[str], data: bytes, output: int, environment: dict[str, str], seconds: int) -> int:
    try:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module, no shell, no word of the file
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=os.sep,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError("reading.unavailable") from error
    with process:
        try:
            process.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise EngineError("reading.too_long", seconds=seconds) from error
        except OSError:
            process.kill()
    return process.returncode
