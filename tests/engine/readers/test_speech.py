"""Minutes whose turns to speak stand among other things: a title, who was there, a table of decisions."""

import pytest

from concertia.engine.readers import read
from concertia.engine.readers.reading import Columns
from tests.engine.canvas.test_reader_documents import docx, p, table

HEAD = ["Compte rendu de l’atelier du 12 mars", "Présents : Mme Lopez, M. Durand, Mme Petit"]
TURNS = [
    "[00:00:05] Animatrice : Bonsoir.",
    "[00:02:31] Mme Lopez : Le bus passe trop tôt.",
    "Et il est souvent plein.",
    "[00:03:10] M. Durand : Je préfère le vélo.",
    "[00:04:00] Mme Petit : Il faut des bancs.",
]
SAID = [
    ("Animatrice", "Bonsoir."),
    ("Mme Lopez", "Le bus passe trop tôt.\nEt il est souvent plein."),
    ("M. Durand", "Je préfère le vélo."),
    ("Mme Petit", "Il faut des bancs."),
]


def in_word(lines, *, after=""):
    return read(docx("".join(p(line) for line in lines) + after), "atelier.docx")


def in_text(lines, between="\n"):
    return read(between.join(lines).encode(), "atelier.txt")


def said(reading):
    return [(row.author, row.text) for row in reading.rows]


def aside(reading):
    return [(one.note.code, one.cells) for one in reading.set_aside]


def test_minutes_with_a_title_who_was_there_and_a_table_of_decisions():
    cells = (("Décision", "Qui"), ("Étudier une navette", "Mme Petit"))
    reading = in_word([*HEAD, *TURNS], after=table(*cells))
    assert said(reading) == SAID
    assert aside(reading) == [
        ("row.before_speech", (HEAD[0],)),
        ("row.speech_label", (HEAD[1],)),
        *(("row.beside_speech", (cell,)) for row in cells for cell in row),
    ]
    assert [(note.code, note.params) for note in reading.notes] == [
        ("speech.turns", {"count": 4}),
        ("speech.beside", {"count": 6}),
    ]
    assert reading.records == 11
    assert reading.rows[1].others == ("00:02:31",)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_plain_text_is_read_the_same(between):
    reading = in_text([*HEAD, *TURNS], between)
    assert said(reading) == SAID
    assert aside(reading) == [("row.before_speech", (HEAD[0],)), ("row.speech_label", (HEAD[1],))]


@pytest.mark.parametrize(
    "turns",
    [
        ["Mme Lopez : Le bus.", "Et le car.", "M. Durand : Le vélo.", "Mme Petit : Des bancs."],
        ["Lopez : Le bus.", "Durand : Le vélo.", "Lopez : Des bancs."],
        ["Élise Fictive : Le bus.", "Léo de Fiction : Le vélo.", "Élise Fictive : Des bancs."],
        ["Habitante 1 : Le bus.", "Élu : Le vélo.", "Habitant 2 : Des bancs."],
        ["M. Durand (00:03:10) : Le vélo.", "M. Durand (00:04:10) : Le car.", "M. Durand (00:05:10) : Oui."],
    ],
)
def test_three_turns_are_enough(turns):
    assert [row.author for row in in_text(turns).rows] == [
        turn.split(" :")[0].split(" (")[0] for turn in turns if " : " in turn
    ]


def test_speakers_named_among_those_present_need_speak_only_once():
    lines = ["Présents : Anne, Léo, Zoé", "Anne : Le bus.", "Léo : Le vélo.", "Zoé : Des bancs."]
    reading = in_text(lines)
    assert [row.author for row in reading.rows] == ["Anne", "Léo", "Zoé"]
    assert aside(reading) == [("row.speech_label", (lines[0],))]


def test_a_label_of_minutes_never_speaks_and_what_follows_has_no_speaker():
    lines = [*TURNS, "Décision : une navette.", "Elle sera étudiée en mai.", "[00:09:00] Mme Lopez : Merci."]
    reading = in_text(lines)
    assert said(reading) == [*SAID, ("Mme Lopez", "Merci.")]
    assert aside(reading) == [("row.speech_label", (lines[5],)), ("row.no_speaker", (lines[6],))]


def test_a_title_between_two_turns_is_not_said_by_anybody():
    body = [p(line) for line in TURNS]
    body.insert(3, p("Le vélo", style="Heading1"))
    reading = read(docx("".join(body)), "atelier.docx")
    assert said(reading) == SAID
    assert aside(reading) == [("row.heading", ("Le vélo",))]


def test_a_colon_in_what_somebody_says_names_nobody_when_the_turns_bear_an_hour():
    lines = [*TURNS, "Le prix : trop cher.", "Mme Lopez : Oui."]
    assert said(in_text(lines))[3:] == [
        ("Mme Petit", "Il faut des bancs.\nLe prix : trop cher."),
        ("Mme Lopez", "Oui."),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["Date : 3 mars", "Lieu : mairie", "Objet : la place", "Présents : douze personnes"],
        ["Idée : des bancs.", "Idée : des arbres.", "Coût : trop cher."],
        ["Idée : des bancs.", "Idée : des arbres.", "Idée : des haies."],
        ["9:30 Accueil : café.", "10:00 Plénière : la place.", "12:30 Repas : buffet."],
        ["Mme Lopez : Le bus.", *(f"Un paragraphe numéro {n}." for n in range(9)), "M. Durand : a.", "Mme Petit : b."],
        ["Le bus est plein.", "Une remarque : il est tôt.", "Une idée : le vélo.", "Une question : quand ?"],
    ],
)
def test_prose_with_a_few_colons_is_not_a_transcript(lines):
    assert {row.author for row in in_text(lines).rows} == {""}


def test_minutes_with_a_table_of_proposals_are_read_as_turns_unless_a_column_is_asked_for():
    after = table(("Proposition", "Qui"), ("Une navette", "Mme Petit"), ("Des bancs", "M. Durand"))
    long = [*TURNS, "[00:05:00] Mme Lopez : Nous avons besoin d’un bus qui passe plus tard le soir et le samedi."]
    reading = in_word(long, after=after)
    assert len(reading.rows) == 5
    assert {code for code, _ in aside(reading)} == {"row.beside_speech"}
    data = docx("".join(p(line) for line in long) + after)
    asked = read(data, "atelier.docx", columns=Columns(text="Proposition"))
    assert [row.text for row in asked.rows] == ["Une navette", "Des bancs"]


def test_minutes_laid_out_in_a_table_are_still_read_as_turns():
    reading = in_word([], after=table((p(*[]) + "".join(p(line) for line in TURNS),)))
    assert said(reading) == SAID
