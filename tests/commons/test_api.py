"""The public API: its contract held against itself, exact fields, nothing that may not be read, bounded work."""

import datetime as dt
import gzip
import json

import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from schemathesis.config import SchemathesisConfig

from concertia.commons import queries
from concertia.commons.actions.inventory import rebuild_inventory
from concertia.commons.api.operations import api
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.publication import publish, unpublish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.enums import Addressee, FindingKind
from concertia.consultations.models import Consultation, Publication
from concertia.territories.actions.reference import load_engaged_territories
from tests import factories

ROOT = "/api/v1/"
PAGE = {"total", "page", "pages", "taille", "suivante", "precedente", "demande_coupee", "resultats"}
SUMMARY = {
    *("identifiant", "titre", "intitule", "territoire", "etat", "version", "publiee_le", "premiere_publication_le"),
    *("debut", "fin", "nb_participants", "nb_resultats", "nb_resultats_comptes", "nb_propositions"),
    *("page_web", "detail"),
}
CONTENT = {
    *("titre", "question", "territoire", "cadre", "debut_reel", "canevas", "intervenants", "acteurs", "seances"),
    "resultats",
}
CANVAS = {
    *("collectivite", "date_debut_prevue", "public_associe", "amo", "objectifs", "recrutement", "animation"),
    *("sujet_evolution", "restitution"),
}
RESULTS = {
    *("date_fin_prevue", "nb_sequences", "nb_participants", "droit_de_suite", "acces_ressources", "fin_reelle"),
    *("constats", "propositions"),
}
VERSION = {"numero", "publiee_le", "motif", "sha256", "page_web", "detail", "documents"}
TERRITORY = {
    *("code", "nom", "nature", "population", "siren", "insee", "charte_signee", "nb_concertations", "fictif"),
    *("page_web", "detail"),
}
EVERY_LIST = ("concertations", "propositions", "territoires")


def a_result(consultation, position, **fields):
    """A section 3 as the demonstration's second canvas fills it: two propositions and what was said."""
    results = consultation.results.create(
        position=position, planned_end=dt.date(2025, 6, 20), resources="https://ici.example/a\nhttps://ici.example/b",
        **{"participants": 61, "follow_up": "Engagement voté", **fields},
    )  # fmt: skip
    results.findings.create(kind=FindingKind.OPPORTUNITY, text="Des entreprises prêtes à partager")
    results.findings.create(kind=FindingKind.VIGILANCE, text="La fracture numérique", position=1)
    for rank, text in enumerate(("Privilégier les logiciels libres", "Former les agents")):
        consultation.propositions.create(results=results, position=rank, text=text, addressee=Addressee.AUTHORITY)


def published(code=None, *, title="L’IA au guichet", objectives="Définir une charte.", speaker=None, **territory):
    """A consultation made public with two results and three propositions, written without a document: it is quick."""
    body = factories.a_territory(code, **territory)
    referent = factories.a_user(body)
    draft = factories.a_draft(body, referent, title=title)
    Consultation.objects.filter(pk=draft.pk).update(
        authority_name=body.name, referent_email="secret@ici.example", planned_start=dt.date(2025, 3, 3),
        publics=["elus"], recruitment=["cible"], facilitation=["ecriture"], facilitation_other="Forum",
        objectives=objectives, subject="Sans évolution", decider="Le conseil", answer_due=dt.date(2026, 1, 31),
    )  # fmt: skip
    draft.refresh_from_db()
    draft.results.all().delete()
    a_result(draft, 0)
    a_result(draft, 1, participants=24, follow_up="")
    draft.propositions.filter(results__position=1, position=1).delete()
    draft.stakeholders.create(name="Un café associatif", why="Il accueille", invited=True)
    draft.sessions.create(starts_at="2025-04-02T18:30Z", place="Salle des fêtes", attendance=20)
    if speaker:
        draft.speakers.create(name=speaker, office="Chercheuse", talk=f"{speaker} dit tout", may_be_published=True)
    publish(draft, by=referent)
    draft.refresh_from_db()
    return draft, referent


@pytest.fixture
def three(db):
    published("ALP", objectives="Protéger les écoles.", insee_code="38185")
    published("BET", objectives="Améliorer le guichet.")
    published("GAM", title="Vidéosurveillance", objectives="Rien d’autre.")


@pytest.fixture
def named(db):
    """Two versions whose speaker agreed to be named, and is named in an answer, a proposition, the title of a talk."""
    draft, referent = published("ALP", objectives="Entendre Camille Fictive.", speaker="Camille Fictive")
    draft.propositions.filter(number=1).update(text="Confier la suite à Camille Fictive")
    publish(draft, by=referent, reason="Une proposition précisée.")
    draft.refresh_from_db()
    return draft, referent


def read(client, path, **query):
    response = client.get(ROOT + path, query)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def refused(client, path, status, **query):
    response = client.get(ROOT + path, query)
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert set(response.json()) == {"erreur"}
    return response.json()["erreur"]


# --- the contract against itself ------------------------------------------------------------------------------------
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 4,
        "suppress-health-check": ["all"],
        "generation": {"max-examples": 20, "deterministic": True, "database": "none"},
    }
)


CONTRACT = schemathesis.openapi.from_dict(json.loads(json.dumps(api.document)), config=CONFIG)
CONTRACT.app = get_wsgi_application()


@pytest.fixture
def own_connection(three):
    """The real WSGI application on the connection of the test, which Django's test client leaves open likewise."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@CONTRACT.parametrize()
def test_every_operation_keeps_its_contract(case, own_connection):
    case.call_and_validate(headers={"Accept-Encoding": "identity"})  # its client in process unpacks nothing


def test_the_document_tells_every_address_once_and_in_french(client, db):
    document = read(client, "openapi.json")
    assert {path: set(methods) for path, methods in document["paths"].items()} == {
        ROOT + path: {"get"}
        for path in (
            *("", "concertations", "concertations/{identifiant}", "concertations/{identifiant}/versions/{numero}"),
            *("propositions", "territoires", "territoires/{code}", "filtres"),
        )
    }
    names = [methods["get"]["operationId"] for methods in document["paths"].values()]
    assert len(names) == len(set(names))
    assert "Not Found" not in json.dumps(document)
    assert "personne_referente" not in json.dumps(document)


# --- what is told, and nothing else ---------------------------------------------------------------------------------
def test_exactly_these_fields_leave(client, named):
    listed = read(client, "concertations")
    assert set(listed) == PAGE
    assert set(listed["resultats"][0]) == SUMMARY
    assert set(listed["resultats"][0]["territoire"]) == {"code", "nom"}
    detail = read(client, "concertations/ALP-01")
    assert set(detail) == SUMMARY | {"licence", "masque_depuis", "contenu", "versions"}
    assert [set(row) for row in detail["versions"]] == [VERSION, VERSION]
    assert [row["format"] for row in detail["versions"][0]["documents"]] == ["docx", "odt", "pdf", "json"]
    content = detail["contenu"]
    assert set(content) == CONTENT
    assert set(content["canevas"]) == CANVAS
    assert {frozenset(row) for row in content["resultats"]} == {frozenset(RESULTS)}
    assert set(content["intervenants"][0]) == {"titre", "nom", "profession"}
    one = read(client, "concertations/ALP-01/versions/1")
    assert set(one) == VERSION | {"concertation", "licence", "masque_depuis", "contenu"}
    proposition = read(client, "propositions")["resultats"][0]
    assert set(proposition) == {
        *("identifiant", "texte", "destinataire", "concertation", "territoire", "version", "page_web")
    }
    assert set(read(client, "territoires")["resultats"][0]) == TERRITORY
    territory = read(client, "territoires/ALP")
    assert set(territory) == TERRITORY | {"reuni_dans", "signature", "concertations"}
    filters = read(client, "filtres")
    assert set(filters) == {"demande_coupee", "filtres"}
    assert set(filters["filtres"][1]["valeurs"][0]) == {"valeur", "libelle", "nombre"}


def test_values_are_those_of_the_publication(client, three):
    summary = read(client, "concertations", territoire="ALP")["resultats"][0]
    detail = read(client, "concertations/ALP-01")
    assert {key: detail[key] for key in SUMMARY} == summary
    assert (summary["debut"], summary["fin"]) == ("2025-03-03", "2025-06-20")
    results = detail["contenu"]["resultats"]
    assert summary["nb_resultats"] == len(results) == 2
    assert summary["nb_participants"] == sum(row["nb_participants"] for row in results) == 85
    texts = [item["texte"] for row in results for item in row["propositions"]]
    assert [row["texte"] for row in read(client, "propositions", territoire="ALP")["resultats"]] == texts
    assert summary["nb_propositions"] == len(texts) == 3
    version = read(client, "concertations/ALP-01/versions/1")
    assert version["contenu"] == detail["contenu"]
    for row in version["documents"]:
        assert client.get(row["adresse"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_territory_says_whether_it_signed(client, db):
    draft, _ = published("ALP", siren="213800001", population=120)
    assert read(client, "territoires/ALP")["charte_signee"] is False
    factories.a_signature(draft.territory)
    queries.PublicState.objects.update(number=99)  # what the action does
    told = read(client, "territoires/ALP")
    assert (told["charte_signee"], told["nb_concertations"], told["siren"], told["population"]) == (
        *(True, 1, "213800001", 120),
    )
    assert told["signature"]["signee_le"] == "2024-09-30"
    assert read(client, "territoires")["resultats"][0]["charte_signee"] is True
    assert "Élue fictive" not in json.dumps(told)


# --- what is never told ---------------------------------------------------------------------------------------------
def everything(client):
    """All that the API says, followed from page to page, with the page that tells it."""
    said, addresses = [client.get(reverse("commons:api_docs")).content.decode()], [ROOT, ROOT + "filtres"]
    addresses += [f"{ROOT}{name}?taille=100" for name in EVERY_LIST]
    addresses += [ROOT + f"{name}?q=canari" for name in EVERY_LIST]
    seen = set()
    while addresses:
        address = addresses.pop()
        if address in seen:
            continue
        seen.add(address)
        body = client.get(address).content.decode()
        said.append(body)
        answer = json.loads(body)
        rows = [answer, *answer.get("resultats", []), *answer.get("versions", [])]
        links = [row.get(key) for row in rows if isinstance(row, dict) for key in ("detail", "suivante")]
        addresses += [link[link.index(ROOT) :] for link in links if link]
    return "\n".join(said)


def test_drafts_and_what_was_taken_down_leave_every_answer_and_every_count(client, three):
    before = everything(client)
    body = factories.a_territory("DEL")
    referent = factories.a_user(body)
    factories.a_draft(body, referent, title="Canari du brouillon")
    draft, author = published("EPS", title="Canari retiré", objectives="Canari")
    assert "Canari retiré" in everything(client)
    unpublish(draft, by=author, reason="Canari du motif")
    after = everything(client)
    assert "Canari" not in after
    assert "DEL-01" not in after
    assert "EPS-01" not in after
    assert read(client, "concertations", q="canari")["total"] == 0
    assert read(client, "propositions")["total"] == 9
    assert sum(row["nombre"] for row in read(client, "filtres")["filtres"][1]["valeurs"]) == 3
    assert before.count("ALP-01") == after.count("ALP-01")


def test_a_draft_that_goes_on_after_a_publication_is_not_told(client, three):
    draft = Consultation.objects.get(territory__short_code="ALP")
    canvas = draft_of(draft)
    canvas.values["objectives"] = "Canari en préparation"
    save_canvas(draft, by=factories.a_user(draft.territory), version=draft.version, canvas=canvas)
    assert "Canari" not in everything(client)


@pytest.mark.parametrize("suffix", ["", "/versions/1"])
def test_draft_taken_down_and_never_written_are_missed_alike(suffix, client, three):
    factories.a_draft(factories.a_territory("DEL"), factories.a_user(), title="Brouillon")
    draft = Consultation.objects.get(territory__short_code="ALP")
    unpublish(draft, by=factories.a_user(draft.territory), reason="Erreur")
    answers = set()
    for identifier in ("DEL-01", "ALP-01", "ZZZ-01"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(f"{ROOT}concertations/{identifier}{suffix}")
        headers = tuple(sorted((key, value) for key, value in response.items()))
        answers.add((response.status_code, response.content, headers, len(asked)))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_a_version_taken_down_is_missed_as_one_that_never_was(client, named):
    draft, _ = named
    draft.publications.filter(number=1).update(withdrawn_at="2026-01-01T00:00Z", withdrawn_reason="Canari")
    queries.PublicState.objects.update(number=99)
    assert [row["numero"] for row in read(client, "concertations/ALP-01")["versions"]] == [2]
    sentences = {refused(client, f"concertations/ALP-01/versions/{number}", 404) for number in (1, 3)}
    assert len(sentences) == 1


def test_a_consent_withdrawn_masks_the_name_in_every_answer(client, named):
    draft, referent = named
    before = everything(client)
    assert before.count("Camille Fictive") > 5
    assert read(client, "concertations/ALP-01")["masque_depuis"] is False
    canvas = draft_of(draft)
    canvas.speakers[0].values["may_be_published"] = False
    save_canvas(draft, by=referent, version=draft.version, canvas=canvas)
    assert "Camille" not in everything(client)
    detail = read(client, "concertations/ALP-01")
    assert detail["masque_depuis"] is True
    assert detail["contenu"]["intervenants"] == [
        {"titre": "[nom non publié] dit tout", "nom": None, "profession": None}
    ]
    assert read(client, "concertations", q="camille")["total"] == 0


def test_no_mail_and_no_key_leave(client, named):
    said = everything(client)
    for secret in ("@", "cle", "personne_referente", "updated_by", "published_by"):
        assert f'"{secret}"' not in said
    assert "secret" not in said


# --- pages ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [1, 2, 4, 100])
def test_page_after_page_gives_each_line_once_in_the_same_order(size, client, three):
    load_engaged_territories()
    keys = {"concertations": "identifiant", "propositions": "identifiant", "territoires": "nom"}
    for name in EVERY_LIST:
        whole = [row[keys[name]] for row in read(client, name, taille=100)["resultats"]]
        found, address, previous = [], f"{ROOT}{name}?taille={size}", None
        while address:
            answer = client.get(address).json()
            assert len(answer["resultats"]) <= size
            found += [row[keys[name]] for row in answer["resultats"]]
            assert (answer["precedente"] is None) == (previous is None)
            previous, address = address, answer["suivante"] and answer["suivante"].split("127.0.0.1:8000")[1]
        assert found == whole
        assert len(set(found)) == len(found) == answer["total"]


def test_consultations_without_propositions_take_no_room_in_their_list(client, three):
    draft, _ = published("DEL")
    frozen = Publication.objects.get(consultation=draft)
    for part in frozen.content["resultats"]:
        part["propositions"] = []
    frozen.save()
    rebuild_inventory()
    assert read(client, "concertations/DEL-01")["nb_propositions"] == 0
    answer = read(client, "propositions", taille=4, page=2)
    assert [row["identifiant"] for row in answer["resultats"]] == [
        *("BET-01-P02", "BET-01-P03", "ALP-01-P01", "ALP-01-P02")
    ]


def test_filters_are_those_of_the_inventory_and_stay_from_page_to_page(client, three):
    query = "q=ecole&region=84&annee=2025&territoire=ALP&territoire=BET"
    answer = client.get(f"{ROOT}concertations?{query}").json()
    assert [row["identifiant"] for row in answer["resultats"]] == ["ALP-01"]
    answer = client.get(f"{ROOT}concertations?territoire=ALP&territoire=BET&taille=1").json()
    assert answer["total"] == 2
    assert answer["suivante"].endswith("?territoire=ALP&territoire=BET&page=2&taille=1")
    assert read(client, "propositions", territoire="GAM")["total"] == 3
    for group in read(client, "filtres")["filtres"]:
        for value in group["valeurs"]:
            assert read(client, "concertations", **{group["nom"]: value["valeur"]})["total"] == value["nombre"]


def test_an_empty_instance_answers(client, db):
    for name in ("concertations", "propositions", "territoires"):
        answer = read(client, name)
        assert (answer["total"], answer["pages"], answer["resultats"]) == (0, 1, [])
    assert client.get(reverse("commons:api_docs")).status_code == 200


# --- bad input ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", EVERY_LIST)
@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({"page": "-1"}, 422, "« page »"),
        ({"page": "0"}, 422, "« page »"),
        ({"page": "abc"}, 422, "« page »"),
        ({"page": ""}, 422, "« page »"),
        ({"page": "9" * 5000}, 422, "« page »"),
        ({"page": "²"}, 422, "« page »"),
        ({"page": "\0"}, 422, "« page »"),
        ({"page": str(10**9)}, 404, "page 1"),
        ({"page": "9" * 400}, 404, "page 1"),
        ({"taille": "0"}, 422, "« taille »"),
        ({"taille": "101"}, 422, "« taille »"),
        ({"taille": "<script>"}, 422, "« taille »"),
    ],
)
def test_a_wrong_page_gets_a_sentence(name, query, status, word, client, three):
    sentence = refused(client, name, status, **query)
    assert word in sentence
    assert "<" not in sentence


@pytest.mark.parametrize("words", ["a" * 10_000, "';--", "\u202eécole", "\0école", '"', "NEAR(a b)", "%ED%A0%80", "*"])
def test_any_words_get_an_answer(words, client, three):
    for name in ("concertations", "propositions", "filtres"):
        with CaptureQueriesContext(connection) as asked:
            answer = read(client, name, q=words)
        assert len(asked) <= 12
        assert answer["demande_coupee"] is (len(words) > 200)


def test_three_hundred_filters_get_an_answer(client, three):
    query = "&".join(f"{facet}=v{rank}" for facet in ("public", "region", "territoire") for rank in range(100))
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{ROOT}concertations?{query}").json()
    assert (answer["total"], answer["demande_coupee"]) == (0, True)
    assert len(asked) <= 12


def test_six_thousand_parameters_are_refused_with_a_sentence(client, db):
    response = client.get(ROOT + "concertations?" + "&".join(f"a{rank}=" for rank in range(6000)))
    assert response.status_code == 400
    assert "Retirez des filtres" in response.json()["erreur"]


@pytest.mark.parametrize(
    "path",
    [
        *("concertations/VAL-99", "concertations/%00", "concertations/VAL%0001", "concertations/" + "A" * 3000),
        *("concertations/%E2%80%AEVAL-01", "concertations/%ED%A0%80", "concertations/';--", "concertations/val-01"),
        *("concertations/VAL-01/versions/7", "territoires/ZZZ", "territoires/%00", "territoires/val", "rien", "a/b/c"),
        *("concertations/", "archives/x", "..%2f..%2fetc"),
    ],
)
def test_what_does_not_exist_is_told_in_json(path, client, three):
    assert refused(client, path, 404).endswith(".")


@pytest.mark.parametrize("number", ["0", "-1", "abc", "1.5", "9" * 30])
def test_a_wrong_version_number_gets_a_sentence(number, client, three):
    assert "« numero »" in refused(client, f"concertations/ALP-01/versions/{number}", 422)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["", "openapi.json", "concertations", "concertations/ALP-01", "rien"])
def test_another_method_is_refused_with_a_sentence(method, path, three):
    response = getattr(Client(enforce_csrf_checks=True), method)(ROOT + path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert "méthode GET" in response.json()["erreur"]


@pytest.mark.parametrize("path", ["concertations", "rien"])
def test_a_script_of_another_site_may_ask_again_with_the_mark_of_what_it_has(path, three):
    response = Client().options(ROOT + path)
    assert (response.status_code, response["Access-Control-Allow-Headers"]) == (204, "If-None-Match")
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert response["Access-Control-Expose-Headers"] == "ETag"


def test_a_fault_of_ours_is_told_without_its_trace(client, three, monkeypatch, caplog, settings):
    settings.DEBUG = True
    client.raise_request_exception = False
    monkeypatch.setattr(queries, "ordered_ids", lambda filters: 1 / 0)
    response = client.get(ROOT + "concertations")
    assert response.status_code == 500
    assert response.json()["erreur"].startswith("La faute est de notre côté")
    assert "ZeroDivisionError" not in response.content.decode()
    assert "ZeroDivisionError" in caplog.text


# --- served again ---------------------------------------------------------------------------------------------------
ADDRESSES = [
    *("", "openapi.json", "concertations?taille=2", "concertations/ALP-01", "concertations/ALP-01/versions/1"),
    *("propositions", "territoires", "territoires/ALP", "filtres"),
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_answer_is_served_again_until_something_changes(path, client, three):
    first = client.get(ROOT + path)
    with CaptureQueriesContext(connection) as asked:
        again = client.get(ROOT + path, headers={"if-none-match": first["ETag"]})
    assert len(asked) == 1
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == first["Access-Control-Allow-Origin"] == "*"
    head = client.head(ROOT + path)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert head["Content-Length"] == str(len(first.content))
    packed = client.get(ROOT + path, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content) == first.content
    for nonsense in ("nonsense", '"', "é" * 3000, "\x00"):
        assert client.get(ROOT + path, headers={"if-none-match": nonsense}).status_code == 200


def test_an_answer_changes_as_soon_as_something_is_taken_down(client, three):
    first = client.get(ROOT + "concertations")
    draft = Consultation.objects.get(territory__short_code="ALP")
    unpublish(draft, by=factories.a_user(draft.territory), reason="Erreur")
    again = client.get(ROOT + "concertations", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert again.json()["total"] == 2


def test_only_the_api_is_open_to_other_sites(client, three):
    for name in ("home", "consultations", "canvas", "schema", "feed", "api_docs"):
        assert "Access-Control-Allow-Origin" not in client.get(reverse(f"commons:{name}"))
    answer = client.get(ROOT)
    assert "Access-Control-Allow-Credentials" not in answer
    assert not answer.cookies


def test_a_signed_in_person_reads_the_same(client, three):
    anybody = client.get(ROOT + "concertations/ALP-01").json()
    client.force_login(factories.a_user(factories.a_territory()))
    answer = client.get(ROOT + "concertations/ALP-01")
    assert answer.json() == anybody
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_answer_asks_as_many_questions_for_one_as_for_three(path, client, db):
    published("ALP")
    client.get(ROOT + path)
    counts = []
    for _ in range(2):
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ROOT + path).status_code == 200
        counts.append(len(asked))
        published()
        published()
    assert counts[0] == counts[1] <= 12


# --- the page that tells it -----------------------------------------------------------------------------------------
def test_the_page_tells_every_operation_with_what_this_instance_answers(client, three):
    html = client.get(reverse("commons:api_docs")).content.decode()
    for name in read(client, "openapi.json")["paths"]:
        assert f"GET {name}" in html
    assert html.count(">Essayer</button>") == html.count("curl &#x27;http://127.0.0.1:8000/api/v1/") == 8
    assert "Privilégier les logiciels libres" in html
    assert "<script" not in html
    assert len(html) < 150_000


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("essayer=concertation&identifiant=ALP-01", "concertations/ALP-01"),
        ("essayer=version&identifiant=ALP-01&numero=1", "concertations/ALP-01/versions/1"),
        ("essayer=territoire&code=ALP", "territoires/ALP"),
        ("essayer=territoire&code=//evil.example/", "territoires/%2F%2Fevil.example%2F"),
        ("essayer=version&identifiant={numero}&numero=%0d%0aX:1", "concertations/%7Bnumero%7D/versions/%0D%0AX%3A1"),
    ],
)
def test_trying_leads_to_the_answer_and_nowhere_else(query, address, client, three):
    response = client.get(f"{reverse('commons:api_docs')}?{query}")
    assert (response.status_code, response["Location"]) == (302, ROOT + address)
    assert client.get(response["Location"]).status_code in (200, 404, 422)


def test_trying_what_does_not_exist_shows_the_page(client, three):
    for query in ("essayer=rien", "essayer=", "essayer=concertation%00"):
        assert client.get(f"{reverse('commons:api_docs')}?{query}").status_code == 200


def test_the_page_asks_as_many_questions_for_one_as_for_three(client, db):
    published("ALP")
    counts = []
    for _ in range(2):
        client.get("/")
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("commons:api_docs"))
        counts.append(len(asked))
        published()
        published()
    assert counts[0] == counts[1]
