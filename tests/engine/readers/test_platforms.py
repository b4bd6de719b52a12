"""JSON in its shapes, exports of Decidim and of Polis."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.engine.notes import EngineError
from concertia.engine.readers import Columns, read, read_votes
from concertia.engine.readers.polis import UNSEEN

PROPOSALS = [
    {
        "id": 12,
        "category": {"id": 3, "name": {"fr": "Voirie", "en": "Roads"}},
        "participatory_space": {"id": 1, "url": "https://montclair.example/processes/place"},
        "component": {"id": 5},
        "title": {"fr": "Des bancs", "machine_translations": {"en": "Benches"}},
        "body": {"fr": "<p>Il manque des bancs &agrave; l’ombre.</p>", "machine_translations": {"en": "Benches"}},
        "author": {"id": [40], "name": ["Habitante fictive"]},
        "state": "accepted",
        "comments": 3,
        "published_at": "2025-03-02T10:00:00Z",
        "meeting_urls": [],
    },
    {
        "id": 13,
        "participatory_space": {"id": 1, "url": "https://montclair.example/processes/place"},
        "component": {"id": 5},
        "title": {"fr": "", "en": "More trees"},
        "body": {"fr": "", "en": "Trees along the river."},
        "author": {"id": [41]},
        "state": "",
        "comments": 0,
        "published_at": "2025-03-03T10:00:00Z",
    },
    {
        "id": 14,
        "participatory_space": {"id": 1},
        "title": {"fr": "Non"},
        "body": {"fr": "Finalement non."},
        "state": "withdrawn",
    },
]


def refused(data, name="a.json"):
    with pytest.raises(EngineError) as caught:
        read(data, name)
    return caught.value.note


def flat(value, name=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{name}/{key}" if name else key)
    else:
        yield name, ", ".join(map(str, value)) if isinstance(value, list) else value


def check_decidim(reading):
    assert [(row.id, row.author, row.text, row.date) for row in reading.rows] == [
        ("12", "40", "Des bancs\n\nIl manque des bancs à l’ombre.", "2025-03-02T10:00:00Z"),
        ("13", "41", "More trees\n\nTrees along the river.", "2025-03-03T10:00:00Z"),
    ]
    assert [row.place.column for row in reading.rows] == ["body/fr", "body/en"]
    assert [(one.note.code, one.cells[0]) for one in reading.set_aside] == [("row.withdrawn", "14")]


def test_read_takes_proposals_of_decidim_in_json():
    text = json.dumps(PROPOSALS, ensure_ascii=False, indent=1)
    reading = read(text.encode(), "proposals.json")
    check_decidim(reading)
    begins = [rank for rank, line in enumerate(text.split("\n"), start=1) if line == " {"]
    assert [row.place.line for row in reading.rows] == begins[:2]


def test_read_takes_proposals_of_decidim_in_csv():
    rows = [dict(flat(one)) for one in PROPOSALS]
    headers = list(dict.fromkeys(name for row in rows for name in row))
    lines = [";".join(headers)]
    lines += [";".join('"' + str(row.get(name, "")).replace('"', '""') + '"' for name in headers) for row in rows]
    check_decidim(read("\n".join(lines).encode(), "proposals.csv"))


def test_read_takes_comments_of_decidim():
    comments = [
        {
            "id": 7,
            "created_at": "2025-03-02 10:00:00 UTC",
            "body": "Très bonne idée",
            "locale": "fr",
            "author": {"id": 9, "name": "Habitant fictif"},
            "alignment": 1,
            "depth": 0,
            "commentable_id": 12,
            "commentable_type": "Decidim::Proposals::Proposal",
            "root_commentable_url": "https://montclair.example/12",
        }
    ]
    reading = read(json.dumps(comments).encode(), "comments.json")
    assert [(row.id, row.author, row.text) for row in reading.rows] == [("7", "9", "Très bonne idée")]


def test_read_takes_the_interface_of_decidim():
    nodes = [
        {
            "id": "12",
            "title": {"translations": [{"locale": "en", "text": "Benches"}, {"locale": "fr", "text": "Des bancs"}]},
            "body": {"translation": "Il manque des bancs."},
            "author": {"nickname": "@fictive"},
        }
    ]
    whole = {"data": {"participatoryProcess": {"components": {"proposals": {"nodes": nodes}}}}}
    reading = read(json.dumps(whole).encode(), "reponse.json")
    assert [(row.author, row.text) for row in reading.rows] == [("@fictive", "Des bancs\n\nIl manque des bancs.")]


def test_read_takes_comments_of_polis_and_says_which_were_moderated_out():
    data = (
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        '1741000000000,Mon Mar 03 2025,0,0,5,4,1,"Plus de bancs, à l’ombre"\n'
        "1741000000001,Mon Mar 03 2025,1,4,0,0,-1,Publicité\n"
        "1741000000002,Mon Mar 03 2025,2,4,0,0,0,Le parc ferme trop tôt\n"
    )
    reading = read(data.encode(), "comments.csv")
    assert [(row.id, row.author, row.date, row.text) for row in reading.rows] == [
        ("0", "0", "1741000000000", "Plus de bancs, à l’ombre"),
        ("2", "4", "1741000000002", "Le parc ferme trop tôt"),
    ]
    assert [(one.note.code, one.place.line) for one in reading.set_aside] == [("row.moderated_out", 3)]


MATRIX = (
    "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2\n"
    "0,0,1,3,2,1,1,-1,1\n"
    "4,1,0,2,0,1,,0,-1\n"
    "5,,0,1,1,0,1,,\n"
)


def test_read_sends_the_votes_of_polis_elsewhere():
    assert refused(MATRIX.encode(), "participants-votes.csv").code == "polis.votes"


def test_read_votes_takes_the_matrix():
    votes = read_votes(MATRIX.encode(), "participants-votes.csv")
    assert votes.participants == ("0", "4", "5")
    assert votes.statements == ("0", "1", "2")
    assert votes.groups == ("0", "1", "")
    assert votes.votes.tolist() == [[1, -1, 1], [UNSEEN, 0, -1], [1, UNSEEN, UNSEEN]]
    assert (votes.votes.dtype, votes.notes) == (np.int8, ())


def test_read_votes_turns_back_signs_turned_over():
    lines = MATRIX.splitlines()
    turned = [
        ",".join(line.split(",")[:6] + [{"1": "-1", "-1": "1"}.get(v, v) for v in line.split(",")[6:]])
        for line in lines[1:]
    ]
    votes = read_votes("\n".join([lines[0], *turned]).encode(), "participants-votes.csv")
    assert votes.votes.tolist() == read_votes(MATRIX.encode(), "m.csv").votes.tolist()
    assert [note.code for note in votes.notes] == ["votes.turned"]


def test_read_votes_keeps_the_last_vote_of_a_history():
    data = "timestamp,datetime,comment-id,voter-id,vote\n1,a,0,7,1\n2,a,0,7,-1\n3,a,3,8,0\n4,a,3,9,2\n5,a,3\n"
    votes = read_votes(data.encode(), "votes.csv")
    assert votes.votes.tolist() == [[-1, UNSEEN], [UNSEEN, 0]]
    assert [(one.note.code, one.place.line) for one in votes.set_aside] == [("votes.value", 5), ("votes.cells", 6)]


def test_read_votes_refuses_another_table():
    with pytest.raises(EngineError) as caught:
        read_votes(b"id,avis\n1,Oui\n", "a.csv")
    assert caught.value.note.code == "polis.not_votes"


def test_read_takes_json_lines_and_keeps_bad_ones_aside():
    data = '{"id": 1, "avis": "Oui"}\n{"id": 2, "avis": \n\n{"id": 007, "avis": "Non"}\n{"id": 4, "avis": "Non"}\n[1]\n'
    reading = read(data.encode(), "a.jsonl")
    assert [(row.id, row.text, row.place.line) for row in reading.rows] == [("1", "Oui", 1), ("4", "Non", 5)]
    assert [(one.note.code, one.place.line) for one in reading.set_aside] == [
        ("row.invalid_json", 2),
        ("row.invalid_json", 4),
        ("row.not_an_object", 6),
    ]


def test_read_takes_a_list_of_texts_and_leaves_what_is_not_one():
    reading = read(b'["Oui",\n "Non", 3, null]', "a.json")
    assert [(row.text, row.place.line) for row in reading.rows] == [("Oui", 1), ("Non", 2)]
    assert [one.note.code for one in reading.set_aside] == ["row.not_an_object"]
    assert (reading.records, reading.tables[0].blank) == (3, 1)


def test_read_keeps_numbers_as_written_and_keys_written_twice():
    data = '[{"id": 12345678901234567890123, "avis": "Oui", "avis": "Et non", "n": 1.50}]'
    reading = read(data.encode(), "a.json", columns=Columns(text="avis"))
    assert reading.rows[0].id == "12345678901234567890123"
    assert reading.tables[0].headers == ("id", "avis", "avis (2)", "n")
    assert reading.rows[0].others == ("Et non", "1.50")


def test_read_mends_half_characters():
    reading = read(b'[{"avis": "bon \\ud83d\\r\\njour\\u0000"}]', "a.json")
    assert reading.rows[0].text == "bon \ufffd\njour\ufffd"
    assert [note.code for note in reading.notes] == ["json.surrogates"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'[{"avis": "Oui"}, {"avis": ', "json.invalid"),
        (b'[{"avis": "Oui"}] fin', "json.invalid"),
        (b"[" * 100_000, "json.too_deep"),
        (b'{"a":' * 100_000, "json.too_deep"),
        (b"[1, 2, 3]", "json.no_list"),
        (b"3", "json.no_list"),
        (b"[]", "json.no_list"),
    ],
)
def test_read_refuses_json_that_holds_nothing(data, code):
    assert refused(data).code == code


def test_read_says_where_json_is_broken():
    assert refused(b'[{"avis": "Oui"},\n {"avis" "Non"}]').params == {"line": 2, "column": 10}


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "avis", "x"]), st.one_of(st.none(), st.text(max_size=8), st.integers())),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_sum_holds_on_any_list(items):
    try:
        reading = read(json.dumps(items).encode(), "a.json")
    except EngineError:
        return
    assert len(reading.rows) + len(reading.set_aside) == reading.records
    assert reading.records + reading.tables[0].blank == len(items)
