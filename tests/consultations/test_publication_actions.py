import hashlib
import json

import pytest

from concertia.consultations.actions.publication import publish, unpublish
from concertia.consultations.engine_inputs import shown_content
from concertia.consultations.models import Consultation
from concertia.core.errors import NotAllowed, Refused
from concertia.territories.enums import Role
from tests import factories


def test_publishing_an_empty_draft_names_what_is_missing(draft, referent):
    with pytest.raises(Refused) as refusal:
        publish(draft, by=referent)
    for label in ("Personne référente", "Objectifs de la démarche", "Propositions qui ressortent des débats"):
        assert label in str(refusal.value)
    assert "Droit de suite" not in str(refusal.value)


def test_a_publication_is_frozen_and_its_fingerprint_can_be_computed_again(filled, referent):
    publication = publish(filled, by=referent)
    text = json.dumps(publication.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert publication.sha256 == hashlib.sha256(text.encode()).hexdigest()
    filled.refresh_from_db()
    filled.objectives = "Changé après."
    filled.save()
    publication.refresh_from_db()
    assert publication.content["canevas"]["objectifs"] == factories.filled_record()["objectifs"]
    assert filled.state == "documented"


def test_a_publication_holds_no_mail_and_no_name(filled, referent):
    filled.speakers.update(may_be_published=True)
    content = json.dumps(publish(filled, by=referent).content, ensure_ascii=False)
    for secret in ("participation@val-fleuri.example", "Camille Ferrand", "Idris Benali", "sociologue"):
        assert secret not in content


def test_a_mail_or_a_name_withheld_is_masked_where_an_answer_repeats_it(filled, referent):
    filled.objectives = "Écrire à PARTICIPATION@val-fleuri.example ; idris benali a parlé après Camille Ferrand."
    filled.save()
    filled.speakers.filter(name="Camille Ferrand").update(may_be_published=True)
    proposition = filled.propositions.first()
    proposition.text = "Suivre l’avis d’Idris Benali"
    proposition.save()
    publication = publish(filled, by=referent)
    assert publication.content["canevas"]["objectifs"] == (
        "Écrire à [adresse non publiée] ; [nom non publié] a parlé après Camille Ferrand."
    )
    assert "Benali" not in json.dumps(publication.content, ensure_ascii=False)
    filled.speakers.update(may_be_published=False)
    assert "Ferrand" not in json.dumps(shown_content(publication), ensure_ascii=False)


def test_propositions_get_their_numbers_in_the_order_of_the_page(filled, referent):
    publication = publish(filled, by=referent)
    ids = [item["identifiant"] for item in publication.content["resultats"][0]["propositions"]]
    assert ids == ["VAL-01-P01", "VAL-01-P02", "VAL-01-P03"]


def test_a_second_version_needs_a_reason_and_a_change(filled, referent):
    publish(filled, by=referent)
    with pytest.raises(Refused, match="Motif"):
        publish(filled, by=referent)
    with pytest.raises(Refused, match="Rien n’a changé"):
        publish(filled, by=referent, reason="Encore")


def test_a_signatory_publishes_and_an_editor_does_not(filled):
    with pytest.raises(NotAllowed):
        publish(filled, by=factories.a_user(filled.territory, Role.EDITOR))
    assert publish(filled, by=factories.a_user(filled.territory, Role.SIGNATORY)).number == 1


def test_unpublishing_needs_a_reason_and_takes_the_page_down(filled, referent):
    publish(filled, by=referent)
    with pytest.raises(Refused, match="Motif"):
        unpublish(filled, by=referent, reason=" ")
    assert Consultation.objects.public().count() == 1
    changed = unpublish(filled, by=referent, reason="Un nom y figurait.")
    assert Consultation.objects.public().count() == 0
    assert changed.state == "debates_closed"
    with pytest.raises(NotAllowed):
        unpublish(filled, by=referent, reason="Encore")


def test_unpublishing_the_last_version_alone_leaves_the_earlier_readable(filled, referent):
    publish(filled, by=referent)
    filled.refresh_from_db()
    filled.objectives += " Précisé."
    filled.save()
    publish(filled, by=referent, reason="Précision.")
    unpublish(filled, by=referent, reason="Erreur de version.", every_version=False)
    assert [(row.number, row.withdrawn_at is None) for row in filled.publications.all()] == [(2, False), (1, True)]


def test_publishing_again_after_withdrawal_is_the_next_number(filled, referent):
    publish(filled, by=referent)
    unpublish(filled, by=referent, reason="Erreur.")
    assert publish(filled, by=referent, reason="Corrigé.").number == 2
