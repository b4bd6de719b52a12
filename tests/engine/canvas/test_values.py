"""From words to values: what is sure is read, what is not is noted, and no word disappears."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.engine.canvas.values import (
    Speaker,
    diagnostic_kind,
    parse_count,
    parse_date,
    parse_email,
    parse_sessions,
    split_diagnostics,
    split_items,
    split_propositions,
    split_speakers,
    split_urls,
)


def code(note):
    return note.code if note else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15/10/2024", date(2024, 10, 15)),
        ("15-10-24", date(2024, 10, 15)),
        ("15.10.2024", date(2024, 10, 15)),
        ("15 / 10 / 2024", date(2024, 10, 15)),
        ("2025-01-07", date(2025, 1, 7)),
        ("7 janvier 2025", date(2025, 1, 7)),
        ("7\u00a0janvier\u00a02025.", date(2025, 1, 7)),
        ("1er mars 2025", date(2025, 3, 1)),
        ("le 1 er mars 2025", date(2025, 3, 1)),
        ("mardi 7 janvier 2025", date(2025, 1, 7)),
        ("Le mardi 7 Janvier 2025", date(2025, 1, 7)),
        ("12 févr. 2025", date(2025, 2, 12)),
        ("15 AOÛT 2025", date(2025, 8, 15)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_full_date_is_sure(text, expected):
    assert parse_date(text) == (expected, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/02/2025", "date.impossible"),
        ("29/02/2025", "date.impossible"),
        ("10/15/2024", "date.impossible"),
        ("32 janvier 2025", "date.impossible"),
        ("janvier 2025", "date.unclear"),
        ("printemps 2025", "date.unclear"),
        ("fin 2024", "date.unclear"),
        ("2025", "date.unclear"),
        ("15 octobre", "date.unclear"),
        ("15/10", "date.unclear"),
        ("", "date.unclear"),
        ("du 3 au 5 mars 2025", "date.several"),
        ("12/02/2025 et 14/02/2025", "date.several"),
        ("30/05 ou 06/06/2025", "date.with_words"),
        ("avant le 7 janvier 2025", "date.with_words"),
        ("07/01/2025 (à confirmer)", "date.with_words"),
    ],
)
def test_other_dates_are_never_guessed(text, expected):
    found, note = parse_date(text)
    assert (found, code(note), note.params["text"]) == (None, expected, text)


def test_doubtful_dates_are_proposed():
    assert (parse_date("lundi 7 janvier 2025")[0], code(parse_date("lundi 7 janvier 2025")[1])) == (
        date(2025, 1, 7),
        "date.weekday_differs",
    )
    assert code(parse_date("15/10/1924")[1]) == "date.implausible_year"
    assert code(parse_date("15/10/0000")[1]) == "date.impossible"


@settings(deadline=None)
@given(
    st.dates(date(2015, 1, 1), date(2050, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d-%m-%Y"])
)
def test_every_date_written_in_full_comes_back(day, shape):
    assert parse_date(day.strftime(shape)) == (day, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("37", (37, None)),
        ("1 200", (1200, None)),
        ("1\u202f200", (1200, None)),
        ("1\u00a0200", (1200, None)),
        ("1200", (1200, None)),
        ("37 participants", (37, None)),
        ("37 personnes.", (37, None)),
        ("37 participant·es", (37, None)),
        ("76 agents", (76, None)),
        ("37 au total", (37, None)),
        ("15 (quinze)", (15, None)),
        ("une centaine", (None, "count.approximate")),
        ("environ 100", (100, "count.approximate")),
        ("+ de 100", (100, "count.with_words")),
        ("~100", (100, "count.approximate")),
        ("30 à 40", (None, "count.range")),
        ("30-40", (None, "count.range")),
        ("12 + 15", (None, "count.sum")),
        ("37 dont 12 agents", (37, "count.with_details")),
        ("37 (dont 12 agents)", (37, "count.with_details")),
        ("12 agents et 15 élus", (None, "count.several")),
        ("37,5", (None, "count.several")),
        ("1.200", (None, "count.several")),
        ("-5", (None, "count.with_words")),
        ("80 %", (None, "count.with_words")),
        ("0", (0, "count.implausible")),
        ("99999999999999999999", (10**15, "count.implausible")),
        ("douze", (12, "count.in_words")),
        ("beaucoup", (None, "count.unclear")),
        ("", (None, "count.unclear")),
    ],
)
def test_count(text, expected):
    found, note = parse_count(text)
    assert (found, code(note)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 séances, 10 heures", (4, 10.0, None)),
        ("8 ateliers, soit 20 heures", (8, 20.0, None)),
        ("3", (3, None, "sessions.unit_unclear")),
        ("10h", (None, 10.0, None)),
        ("10 h 30", (None, 10.5, None)),
        ("10h30", (None, 10.5, None)),
        ("2,5 heures", (None, 2.5, None)),
        ("quatre ateliers", (4, None, None)),
        ("2 ateliers de 3h", (2, 6.0, "sessions.hours_computed")),
        ("3 réunions publiques et 2 ateliers", (None, None, "sessions.several")),
        ("une dizaine d’heures", (None, None, "sessions.unclear")),
        ("à définir", (None, None, "sessions.unclear")),
        ("4 séances en visioconférence", (4, None, "sessions.with_words")),
    ],
)
def test_sessions(text, expected):
    sessions, hours, note = parse_sessions(text)
    assert (sessions, hours, code(note)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ia@bourg.example", ("ia@bourg.example", None)),
        ("<ia@bourg.example>", ("ia@bourg.example", None)),
        ("mailto:ia@bourg.example", ("ia@bourg.example", None)),
        ("Courriel : ia@bourg.example", ("ia@bourg.example", None)),
        ("Mme Lise, ia@bourg.example", ("ia@bourg.example", "email.with_words")),
        ("a@b.example, c@d.example", (None, "email.several")),
        ("ia@bourg", (None, "email.malformed")),
        ("ia @ bourg.example", (None, "email.malformed")),
        ("ia..x@bourg.example", (None, "email.malformed")),
        ("Service numérique", (None, "email.absent")),
    ],
)
def test_email(text, expected):
    found, note = parse_email(text)
    assert (found, code(note)) == expected


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ("https://a.example/x\nhttp://b.example", ("https://a.example/x", "http://b.example"), None),
        ("- https://a.example/x ;\n- https://b.example.", ("https://a.example/x", "https://b.example"), None),
        ("Actes (https://a.example/x)", ("https://a.example/x",), "Actes"),
        ("https://a.example/x_(y)", ("https://a.example/x_(y)",), None),
        ("www.a.example", (), "www.a.example"),
        ("javascript:alert(1)", (), "javascript:alert(1)"),
        ("ftp://a.example https://", (), "ftp://a.example https://"),
    ],
)
def test_urls(text, expected, rest):
    found, note = split_urls(text)
    assert (found, note.params["rest"].rstrip("/:") if note else None) == (
        expected,
        rest.rstrip("/:") if rest else None,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un seul paragraphe, avec des - tirets - dedans.", ("Un seul paragraphe, avec des - tirets - dedans.",)),
        ("- a\n– b\n— c\n• d\n· e\n* f\n▪ g\no h", ("a", "b", "c", "d", "e", "f", "g", "h")),
        ("1. a\n2) b\n3- c\n4 - d", ("a", "b", "c", "d")),
        ("(1) a\n(2) b", ("a", "b")),
        ("a) former\nb) publier", ("former", "publier")),
        ("1.Former\n2.Publier", ("Former", "Publier")),
        ("Proposition 1 : former\nProposition n° 2 – publier", ("former", "publier")),
        ("Former les agents\nPublier la liste", ("Former les agents", "Publier la liste")),
        ("logiciels libres\nsobriété", ("logiciels libres", "sobriété")),
        ("- Former\n  les agents\n- Publier", ("Former les agents", "Publier")),
        ("- Former\nles agents\n- Publier", ("Former les agents", "Publier")),
        ("Ils demandent :\n- former\n- publier", ("Ils demandent :", "former", "publier")),
        ("1. Former :\n- les agents\n- les élus\n2. Publier", ("Former :\n- les agents\n- les élus", "Publier")),
        ("- Former\n    - les agents\n- Publier", ("Former\n- les agents", "Publier")),
        ("2025 sera une année test\n2026 aussi", ("2025 sera une année test", "2026 aussi")),
        ("3. Suite d’une autre liste", ("3. Suite d’une autre liste",)),
        ("12 - 15 agents par site", ("12 - 15 agents par site",)),
        ("1.5 % du budget", ("1.5 % du budget",)),
        ("A. Martin propose un comité", ("A. Martin propose un comité",)),
        ("-5 % de coûts", ("-5 % de coûts",)),
        ("", ()),
        ("\n \n", ()),
    ],
)
def test_items(text, expected):
    assert split_items(text) == expected


def test_long_line_wrapped_without_marker_is_one_item():
    first = "Publier chaque année la liste complète des outils d’intelligence artificielle"
    assert split_items(f"{first}\nutilisés par la commune\nFormer") == (f"{first} utilisés par la commune", "Former")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Frein : coût", ("frein", "coût")),
        ("Freins – coût", ("frein", "coût")),
        ("FREIN 2 : coût", ("frein", "coût")),
        ("Opportunité : temps", ("opportunite", "temps")),
        ("opportunites: temps", ("opportunite", "temps")),
        ("Freins :", ("frein", "")),
        ("Freiner les achats", (None, "Freiner les achats")),
        ("Les freins sont nombreux : coût", (None, "Les freins sont nombreux : coût")),
        ("Frein (budget) : coût", (None, "Frein (budget) : coût")),
        ("Un frein : coût", (None, "Un frein : coût")),
        ("coût", (None, "coût")),
    ],
)
def test_diagnostic_kind(text, expected):
    assert diagnostic_kind(text) == expected


def test_diagnostics_take_the_kind_of_their_heading():
    text = "Freins :\n- coût\n- délai\nOpportunités\n• temps\n• Frein : formation\nAutre chose"
    assert split_diagnostics(text) == (
        ("frein", "coût"),
        ("frein", "délai"),
        ("opportunite", "temps"),
        ("frein", "formation"),
        ("opportunite", "Autre chose"),
    )
    assert split_diagnostics("coût\nOpportunité : temps\ndélai") == (
        (None, "coût"),
        ("opportunite", "temps"),
        (None, "délai"),
    )


def test_propositions_take_an_addressee_only_when_it_is_said():
    text = "À l’égard de la collectivité :\n1. Former\n2. Publier\nPour les pouvoirs publics\n- légiférer"
    assert split_propositions(text) == (
        ("collectivite", "Former"),
        ("collectivite", "Publier"),
        ("pouvoirs_publics", "légiférer"),
    )
    assert split_propositions("La collectivité doit former\nPouvoirs publics : légiférer") == (
        (None, "La collectivité doit former"),
        ("pouvoirs_publics", "légiférer"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Oui. Camille Ferrand, sociologue du numérique, « Ce que les algorithmes font au guichet »\n"
            "Idris Benali, ingénieur, « Comment apprend une IA ? »",
            (
                True,
                (
                    Speaker("Camille Ferrand", "sociologue du numérique", "Ce que les algorithmes font au guichet"),
                    Speaker("Idris Benali", "ingénieur", "Comment apprend une IA ?"),
                ),
            ),
        ),
        ("Oui : Inès Baudry, paysagiste, “Des haies”", (True, (Speaker("Inès Baudry", "paysagiste", "Des haies"),))),
        ("- Inès Baudry – paysagiste", (True, (Speaker("Inès Baudry", "paysagiste"),))),
        ("Non", (False, ())),
        ("non.", (False, ())),
        ("Néant", (False, ())),
        ("aucun", (False, ())),
        ("", (None, ())),
        ("Oui", (True, ())),
        ("Ouistreham a délégué un agent", (True, (Speaker("Ouistreham a délégué un agent"),))),
    ],
)
def test_speakers(text, expected):
    assert split_speakers(text) == expected


WORDS = st.lists(
    st.sampled_from(
        [
            "- ",
            "• ",
            "1. ",
            "2. ",
            "a) ",
            "o ",
            "  ",
            "\n",
            "\n",
            "\n",
            "Frein : ",
            "Freins :",
            "Opportunités –",
            "Oui. ",
            "« ",
        ]
        + ["Collectivité : ", "Pouvoirs publics :", "former", "Publier ", "les agents", "Camille, ", ": ", "12 ", "»"]
    ),
    max_size=24,
).map("".join)
MARKERS = re.compile(r"(?m)^\s*(?:\(?\d+[.)]|\(?[a-z]\)|[-•o])(?=\s|$)")


def letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", text)


@settings(deadline=None)
@given(WORDS)
def test_no_word_disappears(text):
    assert letters("\n".join(split_items(text))) == letters(text)
    said = {
        "frein": "Frein",
        "opportunite": "Opportunités",
        "collectivite": "Collectivité",
        "pouvoirs_publics": "Pouvoirs publics",
    }
    for split, prefixes in (
        (split_diagnostics, r"Freins?|Opportunités"),
        (split_propositions, r"Collectivité|Pouvoirs publics"),
    ):
        rows = split(text)
        left = letters(re.sub(prefixes, "", "\n".join(rest for _kind, rest in rows)))
        assert left == letters(re.sub(prefixes, "", text))
        assert all(kind is None or kind in said for kind, _rest in rows)


@settings(deadline=None)
@given(WORDS)
def test_no_word_of_speakers_disappears(text):
    called, speakers = split_speakers(text)
    kept = " ".join(f"{one.name} {one.office} {one.talk}" for one in speakers)
    assert sorted(letters(kept) + (["Oui"] if called and text.strip().startswith("Oui.") else [])) == sorted(
        letters(text)
    )
