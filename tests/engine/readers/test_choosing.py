"""What a person needs to choose the columns: what was seen, what was proposed, a second reading, what is aside."""

from concertia.engine.contributions import contributions_of
from concertia.engine.readers import Columns, SeenColumn, read, read_several

TABLE = (
    "n°;date;vous êtes;votre avis;remarques libres\n"
    "1;03/03/2025;Habitante;Des bancs devant l’école;rien de plus à dire\n"
    "2;04/03/2025;Commerçant;Un bus le dimanche;\n"
    "3;04/03/2025;Habitante;;merci de votre écoute\n"
    "4;05/03/2025;Élu;Un bus le dimanche;voir le plan joint\n"
)


def test_every_column_is_seen_with_three_values_and_what_it_is_taken_for():
    assert read(TABLE.encode(), "avis.csv").seen == (
        SeenColumn("n°", "id", ("1", "2", "3")),
        SeenColumn("date", "date", ("03/03/2025", "04/03/2025", "05/03/2025")),
        SeenColumn("vous êtes", "profile", ("Habitante", "Commerçant", "Élu")),
        SeenColumn("votre avis", "text", ("Des bancs devant l’école", "Un bus le dimanche")),
        SeenColumn("remarques libres", "", ("rien de plus à dire", "merci de votre écoute", "voir le plan joint")),
    )


def test_reading_again_takes_the_columns_chosen():
    again = read(TABLE.encode(), "avis.csv", columns=Columns(text="remarques libres", profile="n°"))
    assert [(row.text, row.profile) for row in again.rows] == [
        ("rien de plus à dire", "1"),
        ("merci de votre écoute", "3"),
        ("voir le plan joint", "4"),
    ]
    assert [(one.note.code, one.place.line) for one in again.set_aside] == [("row.no_text", 3)]
    assert [column.role for column in again.seen] == ["profile", "date", "", "", "text"]


def test_columns_of_several_files_bear_their_file():
    seen = read_several([("a.csv", b"id;avis\n1;Oui\n")], "lot").seen
    assert seen == (
        SeenColumn("id", "id", ("1",), "", "lot/a.csv"),
        SeenColumn("avis", "text", ("Oui",), "", "lot/a.csv"),
    )


def test_a_contribution_has_the_profile_of_its_row():
    profiles = [one.profile for one in contributions_of(read(TABLE.encode(), "avis.csv"))]
    assert profiles == ["Habitante", "Commerçant", "Élu"]
    without = contributions_of(read(b"id;avis\n1;Oui\n", "avis.csv"))
    assert [one.profile for one in without] == [None]


def test_what_each_fills_in_their_own_way_is_no_profile():
    rows = "".join(f"{rank};chacun le sien {rank};Un avis de plus numéro {rank}\n" for rank in range(30))
    reading = read(f"id;profil;avis\n{rows}".encode(), "avis.csv")
    assert reading.tables[0].columns == Columns(text="avis", id="id")
    assert read(f"id;profil;avis\n{rows}".encode(), "a.csv", columns=Columns(profile="profil")).rows[0].profile


def test_a_question_about_oneself_is_not_the_text():
    table = "Vous êtes ?;Que changer ?\nun habitant du centre;Les bancs publics\nune élue du canton;Le bus du soir\n"
    assert read(table.encode(), "a.csv").tables[0].columns == Columns(text="Que changer ?", profile="Vous êtes ?")


def test_samples_are_cut():
    (column,) = read(f"avis\n{'a' * 500}\n".encode(), "a.csv").seen
    assert column.samples == ("a" * 80,)


def test_what_most_lines_share_is_no_identifier():
    """A column named « code » often holds a theme or a postal code: what names a line is its own."""
    rows = "".join(f"Un banc, place {rank};{'velo' if rank % 2 else 'bus'};{rank}\n" for rank in range(30))
    seen = read(f"avis;code;ref\n{rows}".encode(), "avis.csv").seen
    assert {column.name: column.role for column in seen} == {"avis": "text", "code": "", "ref": "id"}
