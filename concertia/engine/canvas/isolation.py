"""Reads a canvas in a child process that can neither last nor grow: whatever the file, the caller stays as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from concertia.engine.canvas import child
from concertia.engine.canvas.reader_signature import check_signature
from concertia.engine.canvas.reading import FieldReading, Place, Reading, Status
from concertia.engine.notes import EngineError, Note

MAX_ANSWER = 40_000_000
KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


def read_isolated(data: bytes, name: str, *, seconds: int = 8, megabytes: int = 512) -> Reading:
    """As `reader.read`, in a child process bounded in processor time, wall time (`seconds`) and memory (`megabytes`).

    Raises `EngineError` with the codes of the reader, or `reading.too_long` (seconds), `reading.too_much_memory`
    (limit), `reading.interrupted`, `reading.unavailable`.
    """
    check_signature(data)
    command = [_interpreter(), "-I", child.__file__, str(seconds), str(megabytes), _safe(name), *_roots()]
    environment = {key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ}
    with tempfile.TemporaryFile() as output:
        code = _run(command, data, output.fileno(), environment, seconds)
        if output.seek(0, os.SEEK_END) > MAX_ANSWER:
            raise EngineError("reading.interrupted")
        output.seek(0)
        answer = output.read()  # its size is known: a bound here would reserve that much
    if code == -signal.SIGXCPU:
        raise EngineError("reading.too_long", seconds=seconds)
    if code != 0:
        raise EngineError("reading.interrupted")
    return _answered(answer)


def _interpreter() -> str:
    if not sys.executable:
        raise EngineError("reading.unavailable")
    return sys.executable


def _safe(name: str) -> str:
    return Path(name.replace("\x00", "")).name[-200:]


def _roots() -> list[str]:
    """Where the child finds this package and lxml, when the interpreter alone does not say."""
    import lxml  # noqa: PLC0415 -- slow import

    own = str(Path(__file__).resolve().parents[3])
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


def _answered(answer: bytes) -> Reading:
    try:
        plain = json.loads(answer)
        if "refused" in plain:
            code, params = plain["refused"]
            raise EngineError(code, **params)
        return reading_from_plain(plain["reading"])
    except EngineError:
        raise
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise EngineError("reading.interrupted") from error


def reading_to_plain(reading: Reading) -> dict[str, Any]:
    """A reading as JSON values; `reading_from_plain` gives the same reading back.

    >>> reading_to_plain(Reading((FieldReading("amo", None, Status.READ, True, "oui", Place(3)),), 1))["results"]
    1
    """
    return {
        "results": reading.results,
        "notes": [[note.code, note.params] for note in reading.notes],
        "fields": [
            {
                "key": one.key,
                "result": one.result,
                "status": one.status.value,
                "value": one.value,
                "text": one.text,
                "place": [one.place.paragraph, one.place.table, one.place.row, one.place.column] if one.place else None,
                "reason": [one.reason.code, one.reason.params] if one.reason else None,
            }
            for one in reading.fields
        ],
    }


def reading_from_plain(plain: dict[str, Any]) -> Reading:
    """The reading of JSON values; raises KeyError, TypeError or ValueError when they are not one."""
    fields = tuple(
        FieldReading(
            str(one["key"]),
            one["result"],
            Status(one["status"]),
            one["value"],
            str(one["text"]),
            Place(*one["place"]) if one["place"] else None,
            Note(*one["reason"]) if one["reason"] else None,
        )
        for one in plain["fields"]
    )
    return Reading(fields, int(plain["results"]), tuple(Note(*note) for note in plain["notes"]))
