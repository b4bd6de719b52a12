"""An archive loaded into an empty database gives the same public pages; a bad one changes nothing."""

import hashlib
import io
import json
import zipfile

import lxml.html
import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse

from concertia.commons.actions.open_data import import_archive, write_current
from concertia.commons.archive.package import CONSULTATIONS, MANIFEST, SUMS, TERRITORIES
from concertia.commons.models import HeldVersion, InventoryEntry, OpenDataRelease
from concertia.consultations.actions.publication import publish, unpublish
from concertia.consultations.engine_inputs import publication_content
from concertia.consultations.models import Consultation, Publication, Session, Speaker, Stakeholder
from concertia.core.errors import Refused
from concertia.core.fingerprint import fingerprint
from concertia.territories.actions.reference import load_engaged_territories
from concertia.territories.enums import Role, SignatureState
from concertia.territories.models import Membership, Signature, Territory
from concertia.territories.queries import commission
from tests import factories
from tests.commons.publishing import consent, publish_again, published

WRITE_TO = "Écrire à la personne référente"  # needs a member, whom an archive does not know


def archive_bytes():
    out = io.BytesIO()
    write_current(out)
    return out.getvalue()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts, *, sums=True):
    """A ZIP of these parts; with the fingerprints that they have, unless told otherwise."""
    parts = dict(parts)
    if sums:
        lines = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in parts.items() if name != SUMS]
        parts[SUMS] = "".join(lines).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def altered(data, name, change):
    parts = parts_of(data)
    lines = [json.loads(line) for line in parts[name].splitlines()]
    change(lines)
    parts[name] = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    return packed(parts)


def emptied():
    """What `concertia init` leaves: the engaged list, the commission and its team."""
    for model in (OpenDataRelease, HeldVersion, InventoryEntry, Publication, Consultation, Signature, Membership):
        model.objects.all().delete()
    Territory.objects.authorities().update(successor=None)
    Territory.objects.all().delete()
    load_engaged_territories()
    factories.a_national_team_member()
    caches["pages"].clear()


def load(data):
    caches["pages"].clear()
    return import_archive(io.BytesIO(data))


@pytest.fixture
def world(db):
    """Versions, several results, sessions, a name masked since, a version taken down, signatures, a merge."""
    load_engaged_territories()
    speakers = [("Camille Fictive", True), ("Idris Inventé", False), ("Dominique Imaginaire", True)]
    alp, referent = published("ALP", speakers=speakers, draft={"objectives": "Entendre Dominique Imaginaire."})
    consent(alp, referent, "Dominique Imaginaire", agrees=False)
    Stakeholder.objects.create(consultation=alp, name="Maison fictive", why="elle reçoit", invited=True)
    Session.objects.create(consultation=alp, starts_at="2025-02-03T18:30+01:00", place="Salle", attendance=12)
    publish_again(alp, referent, feedback_method="En séance publique.")
    bet, other = published("BET", title="Une charte locale", results=2, propositions=3)
    publish_again(bet, other, objectives="Une version que l’on retire.")
    unpublish(bet, by=other, reason="Une erreur.", every_version=False)
    second, _ = published("BET", title="La deuxième")
    gone, owner = published("GON", title="Entièrement retirée")
    unpublish(gone, by=owner, reason="Un retrait entier.")
    signature = factories.a_signature(alp.territory)
    Signature.objects.filter(pk=signature.pk).update(sha256=fingerprint(signature.content))
    old = factories.a_signature(bet.territory)
    Signature.objects.filter(pk=old.pk).update(state=SignatureState.WITHDRAWN, withdrawn_reason="Un motif.")
    Signature.objects.filter(pk=old.pk).update(withdrawn_at="2025-05-01T10:00Z", sha256=fingerprint(old.content))
    Territory.objects.filter(short_code="GON").update(successor=alp.territory)
    return alp, bet, second


def addresses(bet_version=1):
    pages = ["home", "consultations", "territories", "charter", "feed", "sitemap", "canvas"]
    found = [reverse(f"commons:{name}") for name in pages] + ["/concertations/?q=accueil+humain&public=agents"]
    found += [reverse("commons:sitemap_part", args=[name]) for name in ("concertations", "territoires")]
    for public_id, versions in (("ALP-01", (1, 2)), ("BET-01", (1,)), ("BET-02", (1,))):
        found += [f"/concertations/{public_id}/{page}" for page in ("", "partager/", "carte/")]
        for version in versions:
            found.append(f"/concertations/{public_id}/versions/{version}/")
            documents = ("docx", "odt", "pdf", "json")
            found += [f"/concertations/{public_id}/versions/{version}/canevas.{kind}" for kind in documents]
    found += ["/concertations/ALP-01/comparer/1/2/", "/concertations/BET-01/versions/2/"]
    for code in ("ALP", "BET", "GON"):
        found += [f"/territoires/{code}/", f"/territoires/{code}/flux.atom"]
    for code, number in Signature.objects.values_list("territory__short_code", "pk"):
        found += [f"/territoires/{code}/charte/{number}{end}" for end in ("/", ".pdf", ".json")]
    return found


def public_reading(paths):
    """What a visitor gets at each address: the status and the main part of a page, or the bytes of a document."""
    caches["pages"].clear()
    return {path: _shown(Client().get(path), path) for path in paths}


def _shown(response, path):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if not response["Content-Type"].startswith("text/html"):
        return response.status_code, body
    main = lxml.html.fromstring(body).xpath("//main")[0]
    for link in main.xpath(f"//p[a[text()='{WRITE_TO}']]"):
        link.drop_tree()
    return response.status_code, lxml.html.tostring(main, encoding="unicode").replace("\n", "")


def test_the_same_pages_come_out(world):
    paths = addresses()
    before, data = public_reading(paths), archive_bytes()
    assert {status for status, _ in before.values()} == {200, 410}
    emptied()
    assert load(data) == 3
    after = public_reading(paths)
    assert [path for path in paths if before[path] != after[path]] == []
    assert archive_bytes() == data


def test_what_was_taken_down_or_masked_does_not_come_back(world):
    data = archive_bytes()
    emptied()
    load(data)
    taken = Publication.objects.get(consultation__territory__short_code="BET", consultation__number=1, number=2)
    assert (taken.content, taken.sha256, taken.withdrawn_reason) == ({}, "", "Une erreur.")
    assert not Consultation.objects.filter(territory__short_code="GON").exists()
    assert sorted(Speaker.objects.values_list("name", flat=True)) == ["Camille Fictive"]
    assert not Consultation.objects.exclude(referent_email="").exists()


def test_an_imported_consultation_can_go_on(world):
    data = archive_bytes()
    emptied()
    load(data)
    for imported in Consultation.objects.all():
        latest = imported.publications.filter(withdrawn_at=None).first()
        assert publication_content(imported) == latest.content
    bet = Consultation.objects.get(territory__short_code="BET", number=1)
    assert (bet.last_proposition, bet.state) == (6, "documented")
    referent = factories.a_user(bet.territory)
    bet.referent_email = "nouvelle@ville-fictive.example"
    bet.question = "Une autre question ?"
    bet.save()
    assert publish(bet, by=referent, reason="Après la reprise.").number == 3


def test_new_rows_take_new_numbers_after_a_load(world):
    data = archive_bytes()
    emptied()
    load(data)
    assert factories.a_territory("NEW").pk > Territory.objects.exclude(short_code="NEW").order_by("-pk").first().pk
    factories.a_signature(Territory.objects.get(short_code="NEW"))


def test_the_commission_leaves_its_number_to_the_archive(world):
    numbers = set(Territory.objects.authorities().values_list("pk", flat=True))
    data = archive_bytes()
    emptied()
    body, taken = commission(), max(numbers)
    Territory.objects.filter(pk=taken).delete()
    Membership.objects.all().delete()
    Territory.objects.filter(pk=body.pk).delete()
    Territory.objects.create(pk=taken, name="Commission", kind="commission")
    member = factories.a_user(commission(), Role.NATIONAL_TEAM)
    load(data)
    assert commission().pk not in numbers
    assert member.memberships.get().territory == commission()
    assert Territory.objects.authorities().count() == len(numbers)


# --- what is refused --------------------------------------------------------------------------------------------------
def test_an_instance_that_is_not_empty_is_refused(world):
    data = archive_bytes()
    with pytest.raises(Refused, match="installation vide"):
        load(data)
    emptied()
    factories.a_user(Territory.objects.authorities().first())
    with pytest.raises(Refused, match="installation vide"):
        load(data)


def nothing_was_loaded():
    listed = Territory.objects.authorities()
    return not Consultation.objects.exists() and not Signature.objects.exists() and listed.count() == 29


MADE = []  # the archive of `world`, made once: the tests below only spoil copies of it


@pytest.fixture
def data(db, request):
    if not MADE:
        request.getfixturevalue("world")
        MADE.append(archive_bytes())
        emptied()
    else:
        load_engaged_territories()
    return MADE[0]


def test_bytes_that_are_not_an_archive_are_refused(data):
    for bad in (b"", b"PK", b"%PDF-1.7", data[:2000], data[:-30], data[: len(data) // 2], b"x" + data):
        with pytest.raises(Refused):
            load(bad)
    assert nothing_was_loaded()


def test_one_byte_changed_anywhere_is_refused_or_says_nothing(data):
    """A date or a right in the ZIP's own headers says nothing of the content: what is loaded is then the same."""
    for position in range(40, len(data), len(data) // 40):
        bad = bytearray(data)
        bad[position] ^= 0xFF
        try:
            with transaction.atomic():
                load(bytes(bad))
                assert archive_bytes() == data
                transaction.set_rollback(True)
        except Refused:
            pass
        assert nothing_was_loaded()


def test_a_foreign_zip_is_refused(data):
    with pytest.raises(Refused, match="n’est pas une archive"):
        load(packed({"a.txt": b"a"}))
    parts = parts_of(data)
    for manifest in (b"[]", b"{}", b'{"format": "autre/1"}'):
        with pytest.raises(Refused, match="n’est pas une archive"):
            load(packed({**parts, MANIFEST: manifest}))
    with pytest.raises(Refused, match="au format 99"):
        load(packed({**parts, MANIFEST: b'{"format": "concertia/donnees-ouvertes/99"}'}))
    with pytest.raises(Refused, match="Il manque « LICENCE.txt »"):
        load(packed({name: body for name, body in parts.items() if name != "LICENCE.txt"}))


@pytest.mark.parametrize("name", ["../dehors.json", "/etc/passwd", "publications/../../x.json", "a\\b", "x.exe", "C:x"])
def test_a_name_that_has_nothing_to_do_there_is_refused(name, data):
    with pytest.raises(Refused, match="rien à y faire"):
        load(packed({**parts_of(data), name: b"x"}))


def test_a_bomb_is_refused_before_it_unfolds(data):
    parts = parts_of(data)
    with pytest.raises(Refused, match="se déplie"):
        load(packed({**parts, "constats.csv": b"0" * 120_000_000}))


def test_a_file_given_twice_is_refused(data):
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("constats.csv", b"x")
    with pytest.raises(Refused, match="deux fois"):
        load(out.getvalue())


def test_a_content_that_was_altered_is_refused(data):
    parts = parts_of(data)
    name = "publications/BET-02-v1.json"
    changed = parts[name].replace(b"La crainte", b"La joie, ")
    assert changed != parts[name]
    with pytest.raises(Refused, match="n’a plus son empreinte"):
        load(packed({**parts, name: changed}, sums=False))
    with pytest.raises(Refused, match="n’a pas l’empreinte annoncée"):
        load(packed({**parts, name: changed}))
    with pytest.raises(Refused, match="ne nomme pas"):
        load(packed({**parts, "publications/ZZZ-01-v1.json": b"{}"}, sums=False))
    assert nothing_was_loaded()


def first(key, value):
    def change(lines):
        lines[0][key] = value

    return change


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (TERRITORIES, first("numero", "x")),
        (TERRITORIES, first("numero", 10**30)),
        (TERRITORIES, first("nature", "royaume")),
        (TERRITORIES, first("nature", "commission")),
        (TERRITORIES, first("nom", "n" * 300)),
        (TERRITORIES, first("nom", "a\x00b")),
        (TERRITORIES, first("population", -1)),
        (TERRITORIES, lambda lines: lines[0].pop("nom")),
        (TERRITORIES, lambda lines: lines.append(lines[0])),
        (CONSULTATIONS, first("etat", "inconnu")),
        (CONSULTATIONS, first("identifiant", "ZZZ-01")),
        (CONSULTATIONS, first("versions", None)),
        (CONSULTATIONS, first("intervenants", [{"cle": "x"}])),
        (CONSULTATIONS, lambda lines: lines.append(lines[0])),
        (CONSULTATIONS, lambda lines: lines.append([])),
        ("reprise/signatures.jsonl", first("charte", 99)),
        ("reprise/signatures.jsonl", first("fichier", "../../etc/passwd")),
        ("reprise/signatures.jsonl", first("signee_le", "hier")),
    ],
)
def test_a_record_that_says_what_cannot_be_is_refused_whole(name, change, data):
    with pytest.raises(Refused):
        load(altered(data, name, change))
    assert nothing_was_loaded()


@pytest.mark.django_db(transaction=True)
def test_a_record_that_leads_nowhere_is_refused_whole():
    """Databases check where a row leads at the end of the transaction, hence a test with its own."""
    load_engaged_territories()
    with pytest.raises(Refused):
        load(altered(archive_bytes(), TERRITORIES, first("reunie_dans", 10**6)))
    assert nothing_was_loaded()


def test_lines_nested_too_deep_are_refused(data):
    parts = parts_of(data)
    with pytest.raises(Refused):
        load(packed({**parts, CONSULTATIONS: b"[" * 100_000 + b"\n"}))
    with pytest.raises(Refused):
        load(packed({**parts, CONSULTATIONS: b"not json\n"}))
