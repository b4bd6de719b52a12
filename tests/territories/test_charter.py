import datetime as dt
import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertia.core.errors import NotAllowed, Refused
from concertia.territories.actions import joining
from concertia.territories.actions.charter import record_signature, signature_pdf, withdraw_signature
from concertia.territories.enums import InvitationKind, Role, SignatureState
from concertia.territories.models import CharterVersion, Clause, Signature
from concertia.territories.queries import current_charter, signature_in_force
from tests import factories
from tests.territories.test_joining import invited, signed_in


@pytest.fixture
def territory(db):
    return factories.a_territory("VAL", name="Val Fleuri")


@pytest.fixture
def referent(territory):
    return factories.a_user(territory)


def link(territory, referent):
    return invited(territory, referent, "elue@val.example", kind=InvitationKind.SIGNATURE, role="")


def sign(path, client=None, **changes):
    ticked = [clause.order for clause in current_charter().clauses.all()]
    data = {
        "charter": current_charter().number,
        "ticked": ticked,
        "name": "Élue fictive",
        "office": "Présidente",
    } | changes
    return (client or Client()).post(path, data)


def test_the_charter_has_its_four_commitments_and_its_whole_text(db):
    charter = current_charter()
    assert (charter.label, charter.clauses.count()) == ("Septembre 2024", 4)
    assert charter.text.startswith("La commission numérique commune")
    assert "La vie de l'avis" in charter.text
    assert current_charter() == charter


def test_the_whole_charter_is_read_before_it_is_signed(territory, referent):
    html = Client().get(link(territory, referent)).content.decode()
    for words in ("posture de neutralité", "La collectivité en posture de facilitation", "droit de suite"):
        assert words in html


def test_an_elu_signs_from_the_link_without_an_account(territory, referent):
    path = link(territory, referent)
    response = sign(path)
    assert "La charte est signée" in response.content.decode()
    signature = signature_in_force(territory)
    assert signature.content["signataire"] == {"nom": "Élue fictive", "fonction": "Présidente"}
    assert signature.content["charte"]["texte"] == current_charter().text
    text = json.dumps(signature.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert signature.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert sign(path).status_code == 410


@pytest.mark.parametrize(
    "changes", [{"ticked": [1, 2, 3]}, {"ticked": []}, {"name": ""}, {"office": " "}, {"ticked": [1, 2, 3, 9]}]
)
def test_an_incomplete_signature_signs_nothing_and_keeps_the_link(changes, territory, referent):
    path = link(territory, referent)
    assert sign(path, **changes).status_code == 422
    assert signature_in_force(territory) is None
    assert Client().get(path).status_code == 200


def test_a_version_in_force_since_the_page_was_read_is_not_signed_unread(territory, referent):
    path, read = link(territory, referent), current_charter()
    later = CharterVersion.objects.create(
        number=2, label="Version 2", title="T", text="Autre.", commitment="C", in_force_from=timezone.localdate()
    )
    for clause in read.clauses.all():
        Clause.objects.create(charter=later, order=clause.order, text="Autre engagement.")
    response = sign(path, charter=read.number)
    assert response.status_code == 422
    assert "La charte a changé pendant votre lecture" in response.content.decode()
    assert f'name="charter" value="{later.number}"' in response.content.decode()
    assert signature_in_force(territory) is None


def test_a_signatory_who_signs_twice_is_told(territory, referent):
    first, second = link(territory, referent), None
    sign(first)
    second = link(territory, referent)
    response = sign(second)
    assert response.status_code == 422
    assert "déjà signée" in response.content.decode()
    assert Signature.objects.count() == 1


@pytest.fixture
def pdf():
    return SimpleUploadedFile("delib.pdf", b"%PDF-1.7 fictif")


def record(territory, by, proof, **changes):
    values = {
        "manner": "deliberation",
        "signed_on": dt.date(2024, 9, 30),
        "name": "Maire fictif",
        "office": "Maire",
        "authority": "Délibération n° 2024-118",
        "proof": proof,
    }
    return record_signature(territory, by=by, **values | changes)


def test_a_deliberation_is_recorded_with_its_authority(territory, referent, pdf):
    signature = record(territory, referent, pdf)
    assert signature.content["en_vertu_de"] == "Délibération n° 2024-118"
    with signature.proof.open() as stored:
        assert stored.read() == b"%PDF-1.7 fictif"


@pytest.mark.parametrize(
    "changes",
    [{"authority": " "}, {"signed_on": dt.date(2999, 1, 1)}, {"proof": SimpleUploadedFile("a.pdf", b"MZ exe")}],
)
def test_a_signature_that_proves_nothing_is_refused(changes, territory, referent, pdf):
    with pytest.raises(Refused):
        record(territory, referent, changes.pop("proof", pdf), **changes)
    assert Signature.objects.count() == 0


@pytest.mark.parametrize("role", [Role.EDITOR, Role.SIGNATORY, Role.READER])
def test_only_a_referent_records(role, territory, pdf):
    with pytest.raises(NotAllowed):
        record(territory, factories.a_user(territory, role), pdf)


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 200), (Role.REFERENT, 200), (None, 404)])
def test_the_signed_paper_is_private(role, status, territory, referent, pdf):
    signature = record(territory, referent, pdf)
    user = factories.a_user(territory, role) if role else factories.a_user(factories.a_territory())
    response = signed_in(user).get(reverse("territories:proof", args=[signature.pk]))
    factories.close_files(response)
    assert response.status_code == status


def test_a_later_version_never_alters_a_signature(territory, referent, pdf):
    signature = record(territory, referent, pdf)
    before = (signature.sha256, signature_pdf(signature))
    new = CharterVersion.objects.create(
        number=2,
        label="2026",
        title="CHARTE",
        text="Un autre texte.",
        commitment="Je m’engage à",
        in_force_from=timezone.localdate(),
    )
    Clause.objects.create(charter=new, order=1, text="Autre chose.")
    signature.refresh_from_db()
    assert (signature.sha256, signature_pdf(signature)) == before
    with pytest.raises(Refused, match="déjà signée"):
        record(territory, referent, SimpleUploadedFile("c.pdf", b"%PDF-3"))
    again = record(territory, referent, SimpleUploadedFile("b.pdf", b"%PDF-2"), signed_on=timezone.localdate())
    assert again.charter == new
    with pytest.raises(Refused, match="plus récente"):
        record(territory, referent, SimpleUploadedFile("d.pdf", b"%PDF-4"))
    signature.refresh_from_db()
    assert (signature.state, again.state) == (SignatureState.REPLACED, SignatureState.SIGNED)


def test_withdrawing_keeps_the_trace(territory, referent, pdf):
    signature = record(territory, referent, pdf)
    with pytest.raises(Refused):
        withdraw_signature(signature, by=referent, reason=" ")
    withdraw_signature(signature, by=referent, reason="Nouvelle mandature.")
    assert signature_in_force(territory) is None
    page = Client().get(reverse("commons:signature", args=["VAL", signature.pk])).content.decode()
    assert "Nouvelle mandature." in page
    assert "posture de neutralité" in page
    assert (
        "charte signée"
        not in Client().get(reverse("commons:territory", args=["VAL"])).content.decode().partition("<h2")[0]
    )


def test_the_signed_charter_is_a_tagged_pdf(territory, referent, pdf):
    signature = record(territory, referent, pdf)
    response = Client().get(reverse("commons:signature_pdf", args=["VAL", signature.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert b"pdfuaid" in response.content or b"/StructTreeRoot" in response.content


def test_anyone_can_compute_the_fingerprint_again(territory, referent, pdf):
    signature = record(territory, referent, pdf)
    body = Client().get(reverse("commons:signature_json", args=["VAL", signature.pk])).content
    assert hashlib.sha256(body).hexdigest() == signature.sha256


def test_a_link_for_signing_opens_no_account(territory, referent):
    token = link(territory, referent).rstrip("/").rpartition("/")[2]
    assert Client().get(reverse("territories:invitation", args=[token])).status_code == 410
    member = invited(territory, referent).rstrip("/").rpartition("/")[2]
    assert Client().get(reverse("territories:sign", args=[member])).status_code == 410
    assert joining.usable_invitation(token, (InvitationKind.MEMBERSHIP,)) is None


def test_one_signature_in_force_even_side_by_side(territory):
    factories.a_signature(territory)
    with pytest.raises(Exception, match="(?i)unique"), connection.cursor():
        factories.a_signature(territory)
