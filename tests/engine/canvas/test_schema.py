import json

from concertia.engine.canvas.fields import FIELDS, PUBLICS
from concertia.engine.canvas.schema import table_schema


def column(name):
    return next(field for field in table_schema()["fields"] if field["name"] == name)


def test_schema_has_every_field_but_the_mail():
    names = [field["name"] for field in table_schema()["fields"]]
    others = {"public_associe_autre", "recrutement_autre", "animation_autre", "resultat"}
    assert [name for name in names if name not in others] == [
        field.key for field in FIELDS if field.key != "personne_referente"
    ]
    assert others < set(names)
    assert len(names) == len(set(names))


def test_schema_says_what_is_required_listed_and_dated():
    assert column("collectivite")["constraints"] == {"required": True}
    assert column("nb_participants")["constraints"] == {"required": True, "minimum": 0}
    assert (column("date_debut_prevue")["type"], column("date_debut_prevue")["format"]) == ("date", "%d/%m/%Y")
    enum = column("public_associe")["arrayItem"]["constraints"]["enum"]
    assert enum == [choice.label for choice in PUBLICS]
    assert "constraints" not in column("droit_de_suite")


def test_schema_is_written_in_full():
    for field in table_schema()["fields"]:
        assert field["title"]
        assert field["description"].endswith(".")
    assert json.loads(json.dumps(table_schema())) == table_schema()


def test_schema_is_made_anew_each_time():
    table_schema()["fields"][0]["constraints"]["required"] = False
    assert column("collectivite")["constraints"]["required"] is True
