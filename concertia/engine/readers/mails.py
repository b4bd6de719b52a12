"""Reads mails (.eml, mbox): what their sender wrote is a contribution; quoted replies and signatures are set apart.

The sender's name and address never come out: the author is a keyed hash of the address, so that two mails of one
person are known to be so, and no more. To, Cc and the other headers are not kept at all.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.cleaning import is_blank
from concertia.engine.readers.decoding import decode
from concertia.engine.readers.mail_pages import page_text
from concertia.engine.readers.reading import Columns, Place, Row, SetAside, Table
from concertia.engine.readers.tables import Gathered

HEADER = re.compile(rb"(?:^|\n)(from|date|subject|message-id|mime-version|received|to|return-path):", re.I)
FIRST_HEADER = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,80}:")
BLANK_LINE = re.compile(rb"\n\r?\n")
ENVELOPE = re.compile(rb"(?:^|\n\r?\n)From [^\n]*\n(?=[A-Za-z-]+:)")  # between the mails of an mbox
LONGEST_HEADER = 2_000  # signs
MOST_MAILS = 20_000
MOST_PARTS = 500  # of one mail
LONGEST_INTRODUCTION = 400  # signs of a line
REPLY_ABOVE = re.compile(r"^(?:le|on)\s[^\n]{4,240}(?:\n[^\n]{0,120})?\s(?:a écrit|wrote)\s?:\s*$", re.I)
FORWARDED = re.compile(
    r"^\s*[-_]{2,}\s*(?:(?:message|mail|e-mail) (?:d['’]origine|original|transféré)|(?:original|forwarded) message)\b",
    re.I,
)
RULE = re.compile(r"^_{20,}\s*$")
HEADERS_AGAIN = re.compile(
    r"^\s*\*?(?:de|from)\s?:[^\n]*\n(?:[^\n]*\n){0,2}?\s*\*?(?:envoyé|sent|date|à|to|objet|subject)\s?:", re.I
)
SIGNATURE_MARK = re.compile(r"^--\s?$", re.M)
SIGN_OFF = re.compile(
    r"^\s*(?:(?:bien\s)?(?:très\s)?cordialement|bien à (?:vous|toi)|(?:sincères |meilleures )?salutations[^\n]{0,40}"
    r"|(?:très )?bonne (?:journée|soirée|réception)|bien respectueusement|respectueusement|amicalement"
    r"|veuillez (?:agréer|recevoir)[^\n]{0,200}|je vous prie d['’]agréer[^\n]{0,200}|(?:best |kind )?regards|sincerely"
    r"|envoyé (?:de(?:puis)?|à partir de) mon [^\n]{0,60}|sent from my [^\n]{0,60}|obtenir outlook [^\n]{0,60}"
    r"|get outlook [^\n]{0,60})\s*[,.!]?\s*$",
    re.I,
)
CHARSET = re.compile(
    r"utf-?(?:8|16|32)|(?:us-)?ascii|iso-?8859-\d+|windows-\d+|cp-?\d+|latin-?\d|mac\w*|koi8-[ru]|gb\w+|big5\S*"
    r"|shift_jis|euc-\w+|iso-2022-\w+"
)  # of the codecs, those in which mails are written: some others take a time that grows as the square
SIGNATURE_LINES, SIGNATURE_WIDTH = 10, 90  # of what follows a sign-off


@dataclass(frozen=True, slots=True)
class Written:
    """The body of a mail in three: what its sender wrote, the messages it quotes, the signature."""

    own: str
    quoted: str = ""
    signature: str = ""


def is_mail(data: bytes) -> bool:
    """Whether bytes begin as a mail or an mbox does: headers, « From » and two others among the known ones.

    >>> is_mail(b"From: a@b.example\\nSubject: x\\nDate: 1\\n\\nBonjour"), is_mail(b"From: nous\\n\\nBonjour")
    (True, False)
    """
    start = ENVELOPE.match(data[:2000])
    head = data[start.end() if start else 0 :][:65_536].lstrip(b"\r\n\xef\xbb\xbf")
    head = BLANK_LINE.split(head, maxsplit=1)[0]
    known = {found.lower() for found in HEADER.findall(head)}
    return FIRST_HEADER.match(head) is not None and b"from" in known and len(known) > 2


def read_mails(data: bytes, *, file: str, key: bytes) -> Gathered:
    """One row a mail, in the order of the file; what it quotes and its signature are set aside, each a record.

    `others`: the subject. `key` (at most 64 bytes) enters the hash of the senders. Raises `EngineError`:
    `mail.too_many`, `document.too_deep`.
    """
    gathered = Gathered()
    attached = records = 0
    for count, (line, content) in enumerate(_messages(data)):
        if count >= MOST_MAILS:
            raise EngineError("mail.too_many", limit=MOST_MAILS)
        try:
            message = email.message_from_bytes(content)
            bodies, files = _bodies(message)
        except RecursionError as error:
            raise EngineError("document.too_deep", limit=MOST_PARTS) from error
        attached += files
        written = parted("\n\n".join(bodies))
        place = Place(file, line=line)
        records += _keep(written, message, place, key, gathered)
    gathered.tables.append(Table("", (), Columns(author="from", date="date"), ("subject",), records, 0))
    if attached:
        gathered.notes.append(Note("mail.attachments", {"count": attached}))
    return gathered


def _keep(written: Written, message: Message, place: Place, key: bytes, gathered: Gathered) -> int:
    subject, date = _header(message, "subject"), _date(message)
    if is_blank(written.own):
        code = "row.only_quoted" if written.quoted else "row.no_text"
        gathered.set_aside.append(SetAside(Note(code), place, (subject,)))
    else:
        author = _author(message, key)
        gathered.rows.append(Row(written.own, place, author=author, date=date, others=(subject,)))
    records = 1
    for code, text in (("row.quoted", written.quoted), ("row.signature", written.signature)):
        if text:
            gathered.set_aside.append(SetAside(Note(code), place, (text,)))
            records += 1
    return records


def parted(text: str) -> Written:
    """What a mail says, apart from what it quotes and from its signature; every line goes to one of the three.

    Quoted: lines that begin with « > » and all that follows « Le … a écrit : », « Message d’origine » or the headers
    of a forwarded mail, unless « > » shows that answers stand between. Signature: what follows « -- », or a sign-off
    (« Cordialement ») and at most ten short lines.

    >>> parted("Plus de bancs.\\nCordialement,\\nA.\\n\\nLe 3 mars, B a écrit :\\n> Des idées ?")
    Written(own='Plus de bancs.', quoted='Le 3 mars, B a écrit :\\n> Des idées ?', signature='Cordialement,\\nA.')
    """
    lines = text.replace("\xa0", " ").split("\n")
    own: list[str] = []
    quoted: list[str] = []
    ends = was_quoted = False
    introduction = 0  # lines left of the words that introduce a quote
    for rank, line in enumerate(lines):
        if not ends and not introduction:
            introduction = _introduction(lines, rank)
            ends = introduction > 0 and not _has_marked_lines(lines, rank)
        is_marked = line.lstrip().startswith(">") or (was_quoted and not line.strip())
        was_quoted = ends or introduction > 0 or is_marked
        (quoted if was_quoted else own).append(line)
        introduction = max(0, introduction - 1)
    said, signature = _unsigned("\n".join(own).strip())
    return Written(said, "\n".join(quoted).strip(), signature)


def _introduction(lines: list[str], rank: int) -> int:
    """How many lines, from this one, introduce a quote: 0 when none does."""
    if not lines[rank].strip():
        return 0
    if REPLY_ABOVE.match(lines[rank]) or FORWARDED.match(lines[rank]) or RULE.match(lines[rank]):
        return 1
    here = "\n".join(line[:LONGEST_INTRODUCTION] for line in lines[rank : rank + 5])
    if REPLY_ABOVE.match("\n".join(here.split("\n")[:2])):
        return 2
    return 1 if HEADERS_AGAIN.match(here) else 0


def _has_marked_lines(lines: list[str], rank: int) -> bool:
    """Whether the quote that begins here marks its lines: then what is not marked, further down, is an answer."""
    return any(line.lstrip().startswith(">") for line in lines[rank + 1 : rank + 5])


def _unsigned(text: str) -> tuple[str, str]:
    """The text without its signature, and the signature."""
    mark = SIGNATURE_MARK.search(text)
    if mark:
        return text[: mark.start()].rstrip(), text[mark.start() :]
    lines = text.split("\n")
    for rank in range(max(0, len(lines) - SIGNATURE_LINES - 1), len(lines)):
        if SIGN_OFF.match(lines[rank][:300]) and all(len(line) <= SIGNATURE_WIDTH for line in lines[rank + 1 :]):
            return "\n".join(lines[:rank]).rstrip(), "\n".join(lines[rank:]).strip()
    return text, ""


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each mail with the line it begins at."""
    if ENVELOPE.match(data) is None:
        yield 1, data
        return
    starts = list(ENVELOPE.finditer(data))
    line, counted = 1, 0
    for rank, found in enumerate(starts):
        line += data.count(b"\n", counted, found.end())
        counted = found.end()
        end = starts[rank + 1].start() if rank + 1 < len(starts) else len(data)
        yield line, data[found.end() : end]


def _bodies(message: Message) -> tuple[list[str], int]:
    """The texts shown when the mail is opened, and how many files it carries besides."""
    bodies: list[str] = []
    attached = 0
    left: set[int] = set()  # other forms of a body already chosen, parts of a mail attached whole
    for count, part in enumerate(message.walk()):
        if count > MOST_PARTS:
            raise EngineError("document.too_deep", limit=MOST_PARTS)
        if id(part) in left:
            continue
        if part.get_content_maintype() == "message":
            attached += 1
            left |= {id(one) for one in part.walk()}
        elif part.is_multipart():
            if part.get_content_subtype() == "alternative":
                chosen = _alternative(part)
                left |= {id(one) for one in part.walk() if one is not part and one is not chosen}
        elif (text := _text(part)) is None:
            attached += 1
        elif not is_blank(text):
            bodies.append(text)
    return bodies, attached


def _alternative(part: Message) -> Message | None:
    """Of the forms of one body, the plain one unless it is blank, else the page."""
    leaves = [one for one in part.walk() if not one.is_multipart() and _text(one) is not None]
    filled = [one for one in leaves if not is_blank(_text(one) or "")]
    plain = [one for one in filled if one.get_content_subtype() == "plain"]
    return next(iter(plain or filled), None)


def _text(part: Message) -> str | None:
    """The text of a part that is shown; None for a file."""
    if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment" or part.get_filename():
        return None
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or ""
    try:
        text = content.decode(charset if CHARSET.fullmatch(charset) else "")
    except (LookupError, ValueError):  # no charset, an unknown one, or not the true one
        try:
            text = decode(content).text
        except EngineError:
            text = content.decode("latin-1")
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return page_text(text) if part.get_content_subtype() == "html" else text


def _header(message: Message, name: str) -> str:
    written = str(message.get(name, ""))[:LONGEST_HEADER]
    try:
        text = str(make_header(decode_header(written)))
    except (HeaderParseError, MessageError, LookupError, ValueError):
        text = written
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").split())[:500]


def _date(message: Message) -> str:
    try:
        return parsedate_to_datetime(str(message.get("date", ""))[:LONGEST_HEADER]).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""


def _author(message: Message, key: bytes) -> str:
    """A keyed hash of the sender's address (of their name without one); "" when there is none."""
    written = str(message.get("from", ""))[:LONGEST_HEADER]
    found = getaddresses([written])
    sender = (found[0][1] or found[0][0] if found else "").strip().casefold()
    sender = sender or written.strip().casefold()
    if not sender:
        return ""
    digest = hashlib.blake2b(sender.encode("utf-8", "surrogateescape"), key=key[:64], digest_size=8)
    return f"mail-{digest.hexdigest()}"
