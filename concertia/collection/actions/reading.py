"""Files of contributions read by the engine, apart, and what a person needs to see of a reading before keeping it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import hmac
import io
import re
from collections import Counter
from dataclasses import replace

from django.utils import timezone
from django.utils.crypto import salted_hmac

from concertia.collection.models import Contribution
from concertia.collection.phrases import place_sentence, sentence_about_context, sentence_on_screen
from concertia.engine.contributions import seconds
from concertia.engine.notes import Note
from concertia.engine.readers import Columns, SetAside, read_isolated
from concertia.engine.readers.isolated import SECONDS

SHOWN_TEXTS = 10
SHOWN_SIGNS = 1_500  # of each of these texts
SHOWN_ASIDE = 100  # the others are in the file to take away
SHOWN_CELLS = 300
MOST_PEOPLE = 40  # shown by their names, to leave some out; beyond, nobody would look for one
LEFT_OUT = Note("row.left_out")
HASHED = re.compile(r"mail-[0-9a-f]{16}")  # the reader's own name for who sent a mail: it tells nobody anything
ROLES = ("text", "author", "id", "date", "channel", "profile")
NOT_TAKEN = "-"  # what `Deposit.columns` holds for a role that a person does not want, whatever the reader finds
ZONED = re.compile(r"(?:Z|UTC|[+-]\d{2}:?\d{2})\s*$", re.IGNORECASE)


def read_file(deposit, *, limit=SECONDS):
    """The reading of a deposit with the columns a person chose, less those left out; raises the engine's refusals."""
    with deposit.file.open("rb") as stored:
        data = stored.read()
    chosen = {role: name for role, name in deposit.columns.items() if role in ROLES and name != NOT_TAKEN}
    key = _key_of(deposit.consultation_id, "mail")
    sheet = deposit.columns.get("sheet", "")
    found = read_isolated(data, deposit.name, columns=Columns(**chosen), sheet=sheet, key=key, seconds=limit)
    return _without_left_out(deposit, found)


def _without_left_out(deposit, reading):
    """The reading with the words of those left out set aside, each with its reason: never silently."""
    left_out = set(deposit.left_out) if _knows_people(deposit) else set()
    if not left_out:
        return reading
    fingerprint = _Fingerprints(deposit.consultation_id)
    kept, aside = [], list(reading.set_aside)
    for row in reading.rows:
        if fingerprint.of(row.author) in left_out:
            aside.append(SetAside(LEFT_OUT, row.place, (row.author, row.text), row.records))
        else:
            kept.append(row)
    return replace(reading, rows=tuple(kept), set_aside=tuple(aside))


def _unwanted(deposit) -> set[str]:
    """The roles that nothing is taken for. What is never counted as participation has no persons to count."""
    unwanted = {role for role, name in deposit.columns.items() if name == NOT_TAKEN}
    return unwanted | {"author"} if deposit.is_context else unwanted


def _knows_people(deposit) -> bool:
    return "author" not in _unwanted(deposit)


def _people(deposit, reading) -> list[dict]:
    """Those who may be left out, while they are few, and those who are: name, fingerprint, messages."""
    if not _knows_people(deposit):
        return []
    fingerprint = _Fingerprints(deposit.consultation_id)
    left = [one.cells[0] for one in reading.set_aside if one.note == LEFT_OUT]
    names, counts = {}, Counter()
    for name in (*(row.author for row in reading.rows), *left):
        if name and not HASHED.fullmatch(name):
            mark = fingerprint.of(name)
            names.setdefault(mark, " ".join(_storable(name).split())[:80])
            counts[mark] += 1
    shown = names if len(names) <= MOST_PEOPLE else {mark for mark in names if mark in deposit.left_out}
    people = [
        {"name": names[mark], "print": mark, "count": counts[mark], "is_out": mark in deposit.left_out}
        for mark in shown
    ]
    return sorted(people, key=lambda one: (-one["count"], one["name"]))


def contributions_in(deposit, reading) -> list[Contribution]:
    """The rows of a reading as contributions, unsaved. No name goes in: a person is a keyed fingerprint."""
    unwanted = _unwanted(deposit)
    fingerprint = _Fingerprints(deposit.consultation_id)
    zone = timezone.get_current_timezone()
    return [
        Contribution(
            consultation_id=deposit.consultation_id,
            deposit=deposit,
            use=deposit.use,
            text=_storable(row.text),
            reference="" if "id" in unwanted else _storable(row.id)[:120],
            place=place_sentence(row.place, whole=deposit.name, moment=_moment(row, reading.kind))[:200],
            author="" if "author" in unwanted else fingerprint.of(row.author),
            origin=("" if "channel" in unwanted else _storable(row.channel)[:120]) or deposit.origin,
            profile="" if "profile" in unwanted else _storable(row.profile)[:120],
            said_at=None if "date" in unwanted else _said_at(row.date, zone),
        )
        for row in reading.rows
    ]


def seen_in(deposit, reading) -> dict:
    """What the check page shows: columns with samples, sums, remarks, what is left aside, the first texts."""
    rows = contributions_in(deposit, reading)
    takes_dates = deposit.columns.get("date") != NOT_TAKEN
    people = Counter(row.author for row in rows)
    return {
        "kind": reading.kind,
        "encoding": reading.encoding,
        "records": reading.records,
        "rows": len(rows),
        "joined": sum(row.records for row in reading.rows),
        "aside": sum(one.records for one in reading.set_aside),
        "blank": sum(table.blank for table in reading.tables),
        "anonymous": people.pop("", 0),
        "persons": len(people),
        "dated": sum(row.said_at is not None for row in rows),
        "undated": sum(bool(row.date.strip()) for row in reading.rows if not _said_at(row.date)) if takes_dates else 0,
        "profiles": len({row.profile for row in rows if row.profile}),
        "tables": [_table(table) for table in reading.tables],
        "sheets": _sheets(deposit, reading),
        "columns": _columns(deposit, reading),
        "people": _people(deposit, reading),
        "notes": [deposit_sentence(note, deposit) for note in reading.notes],
        "reasons": _reasons(deposit, reading),
        "left": [_left(one, deposit) for one in reading.set_aside[:SHOWN_ASIDE]],
        "first": [_shown(row) for row in rows[:SHOWN_TEXTS]],
    }


def left_aside_table(deposit, reading) -> bytes:
    """Everything that was not read as a contribution, as a table that spreadsheets open."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";")
    rows.writerow(["place", "raison", "contenu"])
    for one in reading.set_aside:
        place, reason = place_sentence(one.place, whole=deposit.name), deposit_sentence(one.note, deposit)
        rows.writerow([place, reason, _harmless(_cells(one))])
    return "\ufeff".encode() + written.getvalue().encode("utf-8", "replace")


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would compute is told as text (formula injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


class _Fingerprints:
    """One name, one fingerprint in a consultation; another one elsewhere; the name cannot be told from it."""

    def __init__(self, consultation_id):
        self.key = _key_of(consultation_id, "author")
        self.known: dict[str, str] = {"": ""}

    def of(self, name: str) -> str:
        plain = " ".join(name.casefold().split())
        if plain not in self.known:
            digest = hmac.new(self.key, plain.encode("utf-8", "surrogatepass"), hashlib.sha256)
            self.known[plain] = digest.hexdigest()[:32]
        return self.known[plain]


def _key_of(consultation_id, what) -> bytes:
    """Drawn from the secret key: when it changes, people of later deposits are no longer known as the same."""
    return salted_hmac(f"concertia.collection.{what}", str(consultation_id), algorithm="sha256").digest()


def _storable(text: str) -> str:
    """Text that every database takes: no half of a pair, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _said_at(date: str, zone=None):
    """A date of the file as an instant; one without a zone is of this country."""
    told = seconds(date) if date else None
    if told is None:
        return None
    try:
        moment = dt.datetime.fromtimestamp(told, dt.UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment if ZONED.search(date) else moment.replace(tzinfo=zone or timezone.get_current_timezone())


def _moment(row, kind) -> str:
    """When it was said in a recording: the start of its first cue."""
    return row.others[0][:8] if kind == "subtitles" and row.others else ""


def _table(table) -> dict:
    return {"file": table.file, "sheet": table.sheet, "records": table.records, "blank": table.blank}


def _sheets(deposit, reading) -> list[str]:
    """The sheets a person may choose: those read now, and those of the reading before."""
    before = deposit.reading.get("sheets", [])
    if reading.kind not in ("xlsx", "xls", "ods"):
        return []
    named = [table.sheet for table in reading.tables] + [one.place.sheet for one in reading.set_aside]
    return list(dict.fromkeys([*before, *(name for name in named if name)]))


def _columns(deposit, reading) -> list[dict]:
    unwanted = _unwanted(deposit)
    return [
        {
            "name": one.name,
            "role": "" if one.role in unwanted else one.role,
            "samples": list(one.samples),
            "sheet": one.sheet,
            "file": one.file,
        }
        for one in reading.seen
    ]


def deposit_sentence(note, deposit) -> str:
    """What a page says of a note: about context, neither contributions nor persons."""
    return sentence_about_context(note) if deposit.is_context else sentence_on_screen(note)


def _reasons(deposit, reading) -> list[list]:
    counts = Counter()
    for one in reading.set_aside:
        counts[deposit_sentence(one.note, deposit)] += one.records
    return [[said, count] for said, count in counts.most_common()]


def _cells(one) -> str:
    return _storable(" | ".join(cell for cell in one.cells if cell))


def _left(one, deposit) -> dict:
    place = place_sentence(one.place, whole=deposit.name)
    return {"place": place, "reason": deposit_sentence(one.note, deposit), "cells": _cells(one)[:SHOWN_CELLS]}


def _shown(row) -> dict:
    return {
        "text": row.text[:SHOWN_SIGNS],
        "cut": max(0, len(row.text) - SHOWN_SIGNS),
        "place": row.place,
        "is_someone": bool(row.author),
        "origin": row.origin,
        "profile": row.profile,
        "said_on": row.said_on,
    }
