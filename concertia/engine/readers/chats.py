"""Reads the discussion saved from a video meeting or a messenger: who wrote, when, to whom, and what.

Forms known: Zoom (« 10:02:11 De A à Tout le monde : … », « From A to Everyone: », the text below or beside), Teams
(« [10:02] A », the text below), a day before the hour (« 03/03/2025 10:02 - A : … »). BigBlueButton and Jitsi write
« [10:02] A : … », which is read as a transcript (`speech`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CLOCK = (
    r"\[?(?:(?P<day>\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d{2}-\d{2})[,T]?\s+(?:à\s+)?)?"
    r"(?P<clock>\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)\]?"
)
SENT = re.compile(
    rf"^\s*{CLOCK}\s*[-–—]?\s*(?:From|De)\s+(?P<who>[^:\n]{{1,90}}?)"
    rf"(?:\s+(?:to|To|à|À)\s+(?P<whom>[^:\n]{{1,120}}?))?\s*:\s*(?P<what>.*)$"
)
SAID = re.compile(rf"^\s*{CLOCK}\s*[-–—]?\s*(?P<who>[^\W\d_][^:\n]{{0,60}}?)\s*:(?:\s+(?P<what>.*))?$")
ABOVE = re.compile(rf"^\s*(?=\[){CLOCK}\s+(?P<who>[^\W\d_][^:\n]{{0,60}}?)\s*$")
EVENT = re.compile(rf"^\s*{CLOCK}\s*[-–—]?\s+\S")
EVERYONE = re.compile(
    r"tou(?:t le monde|s|tes et tous)\b|everyone\b|all\b|le groupe|l['’]ensemble|hosts? and panelists|animateurs", re.I
)
PRIVATE = re.compile(r"\((?:direct message|message direct|message privé|privately|en privé)\)", re.I)
REACTION = re.compile(r"(?:reacted to|removed an? .{1,40} reaction|a réagi à|réaction à)\b", re.I)
LEAST_MESSAGES = 2
LEAST_SHARE = 0.5  # of the lines that begin with an hour
LONGEST_HEAD = 2_000  # signs looked at, at the head of a line


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `line` and `records` are those of the lines it joins; `problem` when it is not a contribution."""

    who: str
    day: str
    clock: str
    text: str
    line: int
    records: int
    problem: str = ""

    @property
    def date(self) -> str:
        """When it was written; "" when the day is not told."""
        return f"{self.day} {self.clock}" if self.day else ""


def messages_of(lines: Sequence[tuple[int, str]]) -> list[Message] | None:
    """The messages in numbered lines, blank ones left out; None when the lines are not a saved discussion.

    A line without an hour goes on with the message above. Private messages, reactions and what tells who comes and
    goes have their problem.

    >>> lines = ["10:02:11 De Anne à Tout le monde : Bonjour", "10:03:00 De Léo à Anne : Psst", "10:04 De Léo : Oui"]
    >>> [(one.who, one.text, one.problem) for one in messages_of(list(enumerate(lines, start=1)))]
    [('Anne', 'Bonjour', ''), ('Léo', 'Psst', 'row.private'), ('Léo', 'Oui', '')]
    """
    filled = [(number, line.strip()) for number, line in lines if line.strip()]
    heads = [_head(line) for _, line in filled]
    timed = sum(EVENT.match(line[:LONGEST_HEAD]) is not None for _, line in filled)
    found = sum(head is not None for head in heads)
    if found < LEAST_MESSAGES or found < LEAST_SHARE * timed:
        return None
    messages: list[Message] = []
    for (number, line), head in zip(filled, heads, strict=True):
        if head is not None:
            messages.append(_begun(number, head))
        elif EVENT.match(line[:LONGEST_HEAD]):
            messages.append(Message("", "", "", line, number, 1, "row.chat_event"))
        elif messages and messages[-1].problem != "row.chat_event":
            messages[-1] = _gone_on(messages[-1], line)
        else:
            messages.append(Message("", "", "", line, number, 1, "row.before_speech"))
    return [_judged(one) for one in messages]


def _head(line: str) -> re.Match[str] | None:
    """How a message begins, when that is beyond doubt: sent « from » somebody, dated, or an hour in brackets alone."""
    head = line[:LONGEST_HEAD] if len(line) > LONGEST_HEAD else line
    sent = SENT.match(head) or ABOVE.match(head)
    if sent:
        return sent
    said = SAID.match(head)
    return said if said and said["day"] else None


def _begun(number: int, head: re.Match[str]) -> Message:
    parts = head.groupdict()
    whom = parts.get("whom") or ""
    is_private = PRIVATE.search(head[0]) is not None or (whom != "" and EVERYONE.match(whom) is None)
    what = head.string[head.start("what") :] if parts.get("what") else ""
    who = PRIVATE.sub("", head["who"]).strip()
    return Message(who, head["day"] or "", head["clock"], what, number, 1, "row.private" if is_private else "")


def _gone_on(message: Message, line: str) -> Message:
    text = f"{message.text}\n{line}" if message.text else line
    return Message(message.who, message.day, message.clock, text, message.line, message.records + 1, message.problem)


def _judged(message: Message) -> Message:
    if message.problem or not REACTION.match(message.text):
        return message
    return Message(
        message.who, message.day, message.clock, message.text, message.line, message.records, "row.chat_event"
    )
