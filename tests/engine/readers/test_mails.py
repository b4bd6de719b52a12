"""Mails: what is said, what is quoted, who signs, and nothing that names the sender."""

import time

import pytest

from concertia.engine.contributions import contributions_of
from concertia.engine.readers import read, read_several
from concertia.engine.readers.mails import Written, is_mail, parted

HEAD = "From: Anne Fictive <anne@mairie.example>\r\nTo: concertation@ville.example\r\n"
HEAD += "Date: Mon, 3 Mar 2025 10:02:00 +0100\r\n"


def mail(body, *, subject="La place", head=HEAD, content="text/plain; charset=utf-8"):
    lines = f"{head}Subject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: {content}\r\n\r\n"
    return lines.encode() + body.replace("\n", "\r\n").encode()


def aside(reading):
    return [(one.note.code, one.cells[0]) for one in reading.set_aside]


def test_read_takes_what_a_mail_says_and_sets_the_rest_apart():
    reply = "Le lun. 3 mars 2025 à 09:00, Mairie\n<concertation@ville.example> a écrit :\n> Vos idées ?\n> Merci"
    body = f"Bonjour,\nIl manque des bancs.\n\nCordialement,\nAnne Fictive\n06 00 00 00 00\n\n{reply}\n"
    reading = read(mail(body), "001.eml")
    (row,) = reading.rows
    assert (row.text, row.date, row.others) == (
        "Bonjour,\nIl manque des bancs.",
        "2025-03-03T10:02:00+01:00",
        ("La place",),
    )
    assert aside(reading) == [
        ("row.quoted", reply),
        ("row.signature", "Cordialement,\nAnne Fictive\n06 00 00 00 00"),
    ]
    assert (reading.kind, reading.records) == ("mail", 3)


def test_the_sender_is_a_keyed_hash_and_nothing_else():
    first, second, other = (read(mail("Oui"), "a.eml", key=key).rows[0] for key in (b"secret", b"secret", b"autre"))
    assert first.author == second.author != other.author
    assert first.author.startswith("mail-")
    shouted = read(mail("Non", head=HEAD.replace("anne@", "ANNE@")), "b.eml", key=b"secret").rows[0]
    assert shouted.author == first.author
    (contribution,) = contributions_of(read(mail("Oui"), "a.eml"))
    assert "anne" not in repr(contribution).lower()


OUTLOOK = "-----Message d'origine-----\nDe : B\nObjet : x\n\nNon ?"
AGAIN = "De : B <b@x.example>\nEnvoyé : lundi\nÀ : A\nObjet : x\n\nNon ?"
BETWEEN = "On Mon, 3 Mar 2025, B wrote:\n> Un banc ?\nOui !\n> Un bus ?\nNon."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"Oui.\n\n{OUTLOOK}", Written("Oui.", OUTLOOK)),
        (f"Oui.\n\n{AGAIN}", Written("Oui.", AGAIN)),
        (BETWEEN, Written("Oui !\nNon.", "On Mon, 3 Mar 2025, B wrote:\n> Un banc ?\n> Un bus ?")),
        ("Oui\n-- \nA. Fictive\nMairie", Written("Oui", "", "-- \nA. Fictive\nMairie")),
        ("Oui\nEnvoyé de mon téléphone", Written("Oui", "", "Envoyé de mon téléphone")),
        ("De : la lumière partout.\nEt des bancs.", Written("De : la lumière partout.\nEt des bancs.")),
        ("Cordialement est un mot que j’emploie.", Written("Cordialement est un mot que j’emploie.")),
    ],
)
def test_parted_loses_no_line(body, expected):
    assert parted(body) == expected
    assert sorted("\n".join((expected.own, expected.quoted, expected.signature)).split()) == sorted(body.split())


def test_read_takes_the_words_of_a_page():
    page = (
        "<html><head><style>p{}</style></head><body><p>Des <b>bancs</b>.</p><p>Et un bus.</p>"
        '<div class="gmail_quote"><div>Le 3 mars 2025, B a écrit :</div>'
        "<blockquote>Vos <i>idées</i> ?</blockquote></div>"
        "</body></html>"
    )
    reading = read(mail(page, content="text/html; charset=utf-8"), "a.eml")
    assert [row.text for row in reading.rows] == ["Des bancs.\nEt un bus."]
    assert aside(reading) == [("row.quoted", "---- Message original ----\nLe 3 mars 2025, B a écrit :\n> Vos idées ?")]


def test_read_takes_the_plain_form_and_counts_files():
    body = (
        "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
        "--c\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nL=E9gumes\n"
        "--c\nContent-Type: text/html\n\n<p>Autre chose</p>\n--c--\n"
        "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\nx\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: c@x.example\n\nUn autre mail\n--b--\n"
    )
    reading = read(mail(body, content="multipart/mixed; boundary=b"), "a.eml")
    assert [row.text for row in reading.rows] == ["Légumes"]
    assert [(note.code, note.params) for note in reading.notes] == [("mail.attachments", {"count": 2})]


def test_read_takes_each_mail_of_an_mbox_with_its_line():
    box = b"".join(b"From - Mon Mar  3\n" + mail(f"Avis {rank}").replace(b"\r", b"") + b"\n\n" for rank in range(3))
    reading = read(box, "boite.mbox")
    assert [(row.text, row.place.line) for row in reading.rows] == [("Avis 0", 2), ("Avis 1", 12), ("Avis 2", 22)]


def test_a_folder_of_mails_is_read_together():
    files = [(f"mails/{rank}.eml", mail(f"Avis {rank}")) for rank in range(2)]
    reading = read_several(files, "boite")
    assert [(row.text, row.place.file) for row in reading.rows] == [
        ("Avis 0", "boite/mails/0.eml"),
        ("Avis 1", "boite/mails/1.eml"),
    ]
    assert len({row.author for row in reading.rows}) == 1


def test_a_mail_that_only_forwards_is_set_aside_with_what_it_forwards():
    reading = read(mail("---- Message transféré ----\nDe : B\n\nPlus de bancs."), "a.eml")
    assert [code for code, _ in aside(reading)] == ["row.only_quoted", "row.quoted"]


@pytest.mark.parametrize(
    "head",
    [
        "From: =?utf-8?q?=C3=89lo=C3=AFse?= <e@x.example>\r\nDate: jamais\r\n",
        "From: sans adresse\r\nDate: Mon, 99 Mar 2025 99:99:99 +9999\r\n",
        "From: =?idna?b?!!!?=\r\nDate: \r\n",
    ],
)
def test_broken_headers_break_nothing(head):
    (row,) = read(mail("Oui", head=head, subject="=?utf-8?b?!!!!?= =?nul?q?x?="), "a.eml").rows
    assert (row.text, row.date) == ("Oui", "")


@pytest.mark.parametrize("charset", ["inconnu", "idna", "zlib", "us-ascii", "utf-16"])
def test_a_false_charset_is_told_from_the_bytes(charset):
    assert [
        row.text for row in read(mail("Été à la plage", content=f"text/plain; charset={charset}"), "a.eml").rows
    ] == ["Été à la plage"]


def test_a_text_that_speaks_of_mails_is_not_one():
    assert not is_mail(b"Date : 3 mars\nDe : tous\n\nBonjour")
    assert not is_mail(b"id,from,date,subject\n1,a,b,c\n")


@pytest.mark.parametrize("piece", ["<a b='", "<!-- ", "</", "<?", "<blockquote>", "&", "<![CDATA["])
def test_a_page_made_to_be_slow_is_not(piece):
    started = time.perf_counter()
    assert read(mail(piece * (200_000 // len(piece)), content="text/html"), "a.eml").records >= 1
    assert time.perf_counter() - started < 5
