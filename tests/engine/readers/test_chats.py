"""Discussions saved from video meetings and messengers, as each program writes them."""

import pytest

from concertia.engine.contributions import contributions_of
from concertia.engine.readers import read

ZOOM = """10:02:11\t De  Anne Fictive à Tout le monde : Il manque des bancs
10:02:40\t De  Léo Fictif à Anne Fictive (Message direct) : tu viens ce soir ?
10:03:05\t De  Zoé Fictive à Tout le monde : Et un bus :
le dimanche
10:04:00\t De  Léo Fictif à Tout le monde : Reacted to "Il manque" with 👍
"""
ZOOM_ENGLISH = """2025-03-03 10:02:11 From Anne Fictive to Everyone:
\tIl manque des bancs
2025-03-03 10:03:05 From Zoé Fictive to Everyone:
\tEt un bus
\tle dimanche
"""
TEAMS = """[10:02] Anne Fictive
Il manque des bancs
[10:03] Zoé Fictive
Et un bus
le dimanche
"""
BIGBLUEBUTTON = """[10:02] Anne Fictive : Il manque des bancs
[10:03] Zoé Fictive : Et un bus
le dimanche
[10:04] Anne Fictive : Oui
[10:05] Zoé Fictive : Oui
"""
MESSENGER = """03/03/2025 10:01 - Les messages sont chiffrés de bout en bout.
03/03/2025 10:02 - Anne Fictive : Il manque des bancs
03/03/2025 10:03 - Zoé Fictive : Et un bus
le dimanche
03/03/2025 10:04 - Léo Fictif a quitté le groupe
"""


@pytest.mark.parametrize("text", [ZOOM, ZOOM_ENGLISH, TEAMS, BIGBLUEBUTTON, MESSENGER])
def test_read_takes_each_message_with_who_wrote_it(text):
    reading = read(text.encode(), "discussion.txt")
    said = [(row.author, row.text) for row in reading.rows][:2]
    bus = "Et un bus :\nle dimanche" if text is ZOOM else "Et un bus\nle dimanche"
    assert said == [("Anne Fictive", "Il manque des bancs"), ("Zoé Fictive", bus)]
    assert reading.records == len(text.strip().split("\n"))


def test_private_messages_and_reactions_are_set_aside_with_their_line():
    reading = read(ZOOM.encode(), "chat.txt")
    assert [(one.note.code, one.place.line) for one in reading.set_aside] == [("row.private", 2), ("row.chat_event", 5)]
    assert [row.place.line for row in reading.rows] == [1, 3]
    assert [(note.code, note.params) for note in reading.notes] == [("chat.messages", {"count": 2})]


def test_what_happens_in_the_meeting_is_set_aside():
    reading = read(MESSENGER.encode(), "chat.txt")
    assert [(one.note.code, one.place.line) for one in reading.set_aside] == [
        ("row.chat_event", 1),
        ("row.chat_event", 5),
    ]


def test_messages_have_the_time_that_the_file_tells():
    times = [one.time for one in contributions_of(read(ZOOM_ENGLISH.encode(), "chat.txt"))]
    assert times == [1740996131.0, 1740996185.0]
    assert [row.others for row in read(TEAMS.encode(), "chat.txt").rows] == [("10:02",), ("10:03",)]
    day_first = [one.time for one in contributions_of(read(MESSENGER.encode(), "chat.txt"))]
    assert day_first == [1740996120.0, 1740996180.0]


def test_a_programme_with_hours_is_not_a_discussion():
    text = "10:00 Accueil\n10:15 Présentation : la place\n11:00 Ateliers\nMerci de venir à l’heure.\n"
    reading = read(text.encode(), "programme.txt")
    assert [row.author for row in reading.rows] == [""] * 4


def test_a_transcript_with_blank_lines_keeps_its_speakers():
    text = "ANNE : Bonjour.\nOui.\n\nLÉO : Bonsoir.\n\nANNE : Bien.\nTrès bien.\n\nLÉO : Non.\n"
    reading = read(text.encode(), "reunion.txt")
    assert [(row.author, row.text, row.place.line) for row in reading.rows] == [
        ("ANNE", "Bonjour.\nOui.", 1),
        ("LÉO", "Bonsoir.", 4),
        ("ANNE", "Bien.\nTrès bien.", 6),
        ("LÉO", "Non.", 9),
    ]
