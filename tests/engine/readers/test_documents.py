"""Minutes, transcripts, lists: documents, plain texts, subtitles."""

from pathlib import Path

import pytest

from concertia.engine.notes import EngineError
from concertia.engine.readers import Columns, Place, read, read_file
from tests.engine.canvas.test_reader_documents import docx, p

FILES = Path(__file__).parent / "files"


def said(reading):
    return [(row.author, row.text) for row in reading.rows]


def aside(reading):
    return [(one.note.code, one.place.line) for one in reading.set_aside]


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_read_takes_who_speaks_in_minutes(ending):
    reading = read_file(FILES / f"reunion.{ending}")
    assert said(reading) == [
        ("Animatrice", "Bonsoir à toutes et à tous."),
        ("Habitant 1", "Le bus passe trop tôt.\nEt il est souvent plein."),
        ("Animatrice", "Merci. Une autre remarque ?"),
        ("Habitante 2", "Je préfère le vélo, s’il y a des pistes."),
        ("Habitant 1", "Moi aussi."),
    ]
    assert aside(reading) == [("row.heading", 1), ("row.before_speech", 2)]
    assert (reading.records, reading.rows[1].records, reading.rows[1].place.line) == (8, 2, 4)


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_read_takes_the_table_of_a_document(ending):
    reading = read_file(FILES / f"tableau.{ending}")
    assert [(row.id, row.author, row.text) for row in reading.rows] == [
        ("1", "A", "Ouvrir la bibliothèque\nle dimanche."),
        ("2", "B", "Baisser le prix de la cantine."),
    ]
    assert reading.rows[0].place == Place(f"tableau.{ending}", "table 1", 2, "Contribution")
    assert aside(reading) == [("row.no_text", 4), ("row.beside_table", 1), ("row.beside_table", 2)]


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_read_takes_each_paragraph_of_a_list(ending):
    reading = read_file(FILES / f"idees.{ending}")
    assert said(reading) == [
        ("", "Planter des haies."),
        ("", "Éclairer le chemin de l’école."),
        ("", "Fermer la rue aux voitures le samedi."),
    ]
    assert aside(reading) == [("row.heading", 1)]


def test_read_takes_a_transcript_whose_speakers_stand_above_their_words():
    lines = [
        "Anne Fictive  0:03",
        "Bonjour.",
        "Bienvenue.",
        "Léo Fictif  0:09",
        "Merci.",
        "Anne Fictive  1:02:10",
        "Bien.",
    ]
    reading = read(docx("".join(p(line) for line in lines)), "reunion.docx")
    assert [(row.author, row.text, row.others) for row in reading.rows] == [
        ("Anne Fictive", "Bonjour.\nBienvenue.", ("0:03",)),
        ("Léo Fictif", "Merci.", ("0:09",)),
        ("Anne Fictive", "Bien.", ("1:02:10",)),
    ]
    assert reading.records == 7


def test_read_does_not_take_labels_for_speakers():
    text = "Date : 3 mars\nLieu : mairie\nObjet : la place\nPrésents : douze personnes\n"
    reading = read(text.encode(), "notes.txt")
    assert [row.author for row in reading.rows] == [""] * 4


def test_read_cuts_a_text_by_line_or_by_block():
    by_line = read(b"Des bancs.\n- Des arbres.\n\n", "idees.txt")
    assert [(row.text, row.place.line) for row in by_line.rows] == [("Des bancs.", 1), ("Des arbres.", 2)]
    assert [note.code for note in by_line.notes] == ["text.by_line"]
    by_block = read("Des bancs\nà l’ombre.\n\nDes arbres.\n".encode(), "idees.txt")
    assert [(row.text, row.records) for row in by_block.rows] == [("Des bancs\nà l’ombre.", 2), ("Des arbres.", 1)]
    assert ([note.code for note in by_block.notes], by_block.records) == (["text.by_block"], 3)


def test_read_takes_a_transcript_in_plain_text():
    text = "[00:01] Anne : Bonjour.\n[00:05] Léo : Le prix : trop cher.\nVraiment.\n"
    text += "[00:09] Anne : Merci.\n[00:11] Léo : Oui.\n"
    reading = read(text.encode(), "a.txt", columns=Columns(text="avis"))
    assert said(reading)[1] == ("Léo", "Le prix : trop cher.\nVraiment.")
    assert [note.code for note in reading.notes] == ["speech.turns", "column.ignored"]


def test_read_joins_the_cues_of_one_voice():
    vtt = (
        "WEBVTT\n\nNOTE fiction\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Anne>Bonjour &amp; bienvenue</v>\n\n"
        "00:00:02.000 --> 00:00:04.000\n<v Anne>à toutes.</v>\n\n00:00:05.000 --> 00:00:06.000\n<v Léo>Merci.</v>\n\n"
        "00:00:07.000 --> 00:00:08.000\n\n"
    )
    reading = read(vtt.encode(), "reunion.vtt")
    assert [(row.author, row.text, row.others, row.place.line, row.records) for row in reading.rows] == [
        ("Anne", "Bonjour & bienvenue à toutes.", ("00:00:01.000", "00:00:04.000"), 5, 2),
        ("Léo", "Merci.", ("00:00:05.000", "00:00:06.000"), 12, 1),
    ]
    assert aside(reading) == [("row.subtitle_header", 1), ("row.subtitle_header", 3), ("row.no_text", 15)]
    assert reading.records == 6


def test_read_takes_names_in_a_srt_only_when_they_come_again():
    cues = ["ANNE : Bonjour.", "Bienvenue.", "LÉO : Merci.", "ANNE : Attention : travaux.", "LÉO : Bien."]
    srt = "".join(
        f"{rank}\r\n00:00:0{rank},000 --> 00:00:0{rank},900\r\n{cue}\r\n\r\n" for rank, cue in enumerate(cues, start=1)
    )
    reading = read(srt.encode("cp1252"), "reunion.srt")
    assert said(reading) == [
        ("ANNE", "Bonjour. Bienvenue."),
        ("LÉO", "Merci."),
        ("ANNE", "Attention : travaux."),
        ("LÉO", "Bien."),
    ]
    alone = read(
        b"1\n00:00:01,000 --> 00:00:02,000\nAttention : travaux\n\n2\n00:00:02,100 --> 00:00:03,000\nsur la place.\n",
        "a.srt",
    )
    assert said(alone) == [("", "Attention : travaux sur la place.")]


def test_read_says_when_the_name_lies_about_the_kind():
    reading = read((FILES / "idees.odt").read_bytes(), "idees.docx")
    assert [(note.code, note.params) for note in reading.notes] == [
        ("file.other_ending", {"ending": "docx", "kind": "odt"})
    ]


@pytest.mark.parametrize("name", ["reunion.docx", "tableau.odt"])
def test_read_refuses_a_document_cut(name):
    data = (FILES / name).read_bytes()
    for size in (60, len(data) // 2, len(data) - 30):
        with pytest.raises(EngineError) as caught:
            read(data[:size], name)
        assert caught.value.note.code == "file.damaged"


def test_read_refuses_a_document_without_a_word():
    with pytest.raises(EngineError) as caught:
        read(docx(p("")), "vide.docx")
    assert caught.value.note.code == "table.no_rows"
