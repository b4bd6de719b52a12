"""Coding: what people choose stays theirs; what the machine proposes is prepared apart, learns, and never decides."""

import numpy as np
import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from concertia.analysis import coding_queries
from concertia.analysis.actions import agreement, codebooks, coding, proposals, readings
from concertia.analysis.actions.codebooks import CodeInput
from concertia.analysis.actions.runs import freeze_corpus
from concertia.analysis.models import Coding, GridReading, Settlement
from concertia.analysis.views.coding import SALT
from concertia.collection.enums import ContributionState
from concertia.core import jobs
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.engine.text import encoder
from concertia.territories.enums import Role
from tests import factories
from tests.voices import composed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GRID = (
    CodeInput("Accueil humain", "Parler à une personne, à un agent au guichet."),
    CodeInput("Données", "Données personnelles, serveurs publics, CNIL."),
    CodeInput("Énergie", "Électricité, eau, énergie des centres de calcul."),
    CodeInput("École", "Élèves, enseignants, devoirs, collège."),
    CodeInput("Emploi", "Poste, emploi, agents municipaux, tâches répétitives."),
)


@pytest.fixture
def world(db):
    """A consultation of forty texts, its corpus, a grid of five codes, an analyst."""
    territory = factories.a_territory()
    draft = factories.a_draft(territory, factories.a_user(territory))
    analyst = factories.an_analyst(territory)
    factories.contributions(draft, composed(40))
    corpus = freeze_corpus(draft, by=analyst)
    codebook = codebooks.create_codebook(draft, by=analyst, name="Grille", codes=GRID)
    return draft, corpus, codebook, analyst


def client_of(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def address(name, codebook, *more):
    return reverse(f"analysis:{name}", args=[codebook.consultation.public_id, codebook.pk, *more])


def code_by(codebook, label):
    return codebook.codes.get(label=label)


def give(codebook, contribution, by, *labels, **more):
    codes = [code_by(codebook, label).pk for label in labels]
    return coding.code_contribution(codebook, contribution, by=by, codes=codes, **more)


def given(codebook, contribution, by):
    return set(
        Coding.objects.get(codebook=codebook, contribution=contribution, coder=by).codes.values_list("label", flat=True)
    )


# --- what people choose ----------------------------------------------------------------------------------------------
def test_two_analysts_of_the_same_text_keep_each_their_own(world):
    draft, _, codebook, analyst = world
    other, text = factories.an_analyst(draft.territory), draft.contributions.first()
    give(codebook, text, analyst, "Données")
    give(codebook, text, other, "Énergie", "École")
    give(codebook, text, analyst, "Données", "Emploi")
    assert given(codebook, text, analyst) == {"Données", "Emploi"}
    assert given(codebook, text, other) == {"Énergie", "École"}


def test_a_code_retired_while_the_page_was_open_is_refused_and_nothing_is_written(world):
    draft, _, codebook, analyst = world
    text = draft.contributions.first()
    codebooks.retire_code(code_by(codebook, "Données"), by=analyst)
    with pytest.raises(Refused, match="« Données » a été retiré de la grille entre-temps"):
        give(codebook, text, analyst, "Données", "École")
    assert not Coding.objects.exists()


def test_a_code_retired_after_stays_on_what_was_coded(world):
    draft, _, codebook, analyst = world
    text = draft.contributions.first()
    give(codebook, text, analyst, "Données")
    codebooks.retire_code(code_by(codebook, "Données"), by=analyst)
    give(codebook, text, analyst, "École")  # a correction: the retired code, which the page no longer shows, stays
    assert given(codebook, text, analyst) == {"Données", "École"}
    page = client_of(analyst).get(address("code_text", codebook, text.pk)).content.decode()
    assert "« Données » (code retiré) y reste" in page.replace("&#8239;", " ")


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({}, "au moins un code"),
        ({"none": True, "codes": "first"}, "gardez l’un ou l’autre"),
        ({"codes": [10**9]}, "n’est pas dans cette grille"),
    ],
)
def test_a_choice_that_says_nothing_or_two_things_is_refused(world, choice, told):
    draft, _, codebook, analyst = world
    if choice.get("codes") == "first":
        choice = {**choice, "codes": [codebook.codes.first().pk]}
    with pytest.raises(Refused, match=told):
        coding.code_contribution(codebook, draft.contributions.first(), by=analyst, **choice)
    assert not Coding.objects.exists()


def test_a_code_of_another_grid_is_refused(world):
    draft, _, codebook, analyst = world
    other = codebooks.create_codebook(draft, by=analyst, name="Autre", codes=[CodeInput("Bus")])
    with pytest.raises(Refused, match="n’est pas dans cette grille"):
        coding.code_contribution(codebook, draft.contributions.first(), by=analyst, codes=[other.codes.get().pk])


def test_a_text_masked_while_it_was_open_is_not_coded_and_its_words_are_not_shown(world):
    draft, _, codebook, analyst = world
    client, text = client_of(analyst), draft.contributions.first()
    page = address("code_text", codebook, text.pk)
    client.get(page)
    text.state, text.mask_reason = ContributionState.MASKED, "nom d’une personne"
    text.save()
    response = client.post(page, {"codes": [codebook.codes.first().pk]})
    html = response.content.decode()
    assert response.status_code == 422
    assert "masquée par la modération" in html
    assert text.text not in html
    assert not Coding.objects.exists()
    assert client.get(address("code", codebook)).context["contribution"].pk != text.pk


def test_no_code_fits_is_an_answer_and_i_do_not_know_teaches_nothing(world):
    draft, _, codebook, analyst = world
    first, second = draft.contributions.all()[:2]
    coding.code_contribution(codebook, first, by=analyst, none=True)
    coding.code_contribution(codebook, second, by=analyst, unsure=True)
    assert coding_queries.choices_of(codebook) == {first.pk: frozenset()}


def test_what_is_learnt_is_what_was_settled_else_what_half_or_more_gave(world):
    draft, _, codebook, analyst = world
    people = [analyst, factories.an_analyst(draft.territory), factories.an_analyst(draft.territory)]
    first, second = draft.contributions.all()[:2]
    for person, labels in zip(people, (["Données", "École"], ["Données"], ["Emploi"]), strict=True):
        give(codebook, first, person, *labels)
    give(codebook, second, analyst, "École")
    row = Settlement.objects.create(codebook=codebook, contribution=second, by=analyst)
    row.codes.set([code_by(codebook, "Emploi")])
    choices = coding_queries.choices_of(codebook)
    assert choices == {
        first.pk: frozenset({code_by(codebook, "Données").pk}),
        second.pk: frozenset({code_by(codebook, "Emploi").pk}),
    }


@pytest.mark.parametrize("role", [Role.READER, Role.FACILITATOR, Role.SIGNATORY])
def test_who_may_not_code(role, world):
    draft, _, codebook, _ = world
    user = factories.a_user(draft.territory, role)
    text = draft.contributions.first()
    for act in (
        lambda: coding.code_contribution(codebook, text, by=user, none=True),
        lambda: coding.give_code(codebook.codes.first(), by=user, contributions=[text.pk]),
        lambda: readings.ask_reading(codebook, by=user),
        lambda: readings.cancel_reading(codebook, by=user),
    ):
        with pytest.raises(NotAllowed):
            act()
    status = client_of(user).get(address("code", codebook)).status_code
    assert status == (403 if role != Role.READER else 404)


# --- what the machine proposes --------------------------------------------------------------------------------------
def test_words_alone_propose_at_once_on_a_small_corpus_and_learn_from_choices(world):
    draft, corpus, codebook, analyst = world
    prepared = proposals.proposals_on(codebook, corpus)
    school = draft.contributions.filter(text__iregex="école|collège|devoirs").first()
    assert code_by(codebook, "École").pk in prepared.best(school.pk)
    assert (prepared.taught, prepared.by_meaning) == (frozenset(), False)
    give(codebook, school, analyst, "École")
    again = proposals.proposals_on(codebook, corpus)
    assert again.taught == {school.pk}
    assert again.best(school.pk) == []  # never proposed for a text it has learnt from
    assert again.counts[code_by(codebook, "École").pk] == 1


def test_a_large_corpus_waits_for_its_preparation(world, monkeypatch):
    _, corpus, codebook, analyst = world
    monkeypatch.setattr(proposals, "MOST_QUICK", 10)
    assert proposals.proposals_on(codebook, corpus) is None
    html = client_of(analyst).get(address("code", codebook)).content.decode()
    assert "Rien n’est proposé" in html
    readings.ask_reading(codebook, by=analyst, with_encoder=False)
    assert "se préparent" in client_of(analyst).get(address("code", codebook)).content.decode()


def test_a_reading_is_made_by_a_job_and_read_without_running_anything(world, monkeypatch):
    _, corpus, codebook, analyst = world
    monkeypatch.setattr(proposals, "MOST_QUICK", 10)
    reading = readings.ask_reading(codebook, by=analyst, with_encoder=False)
    with pytest.raises(Refused, match="déjà en préparation"):
        readings.ask_reading(codebook, by=analyst)
    readings.carry_out_reading(reading)
    assert JobProgress.objects.get(pk=reading.job_id).state == JobState.DONE
    with readings.load_arrays(GridReading.objects.get()) as kept:
        assert kept["contributions"].tolist() == coding_queries.texts_of(corpus)
        assert kept["likeness"].shape == (40, 5)
    prepared = proposals.proposals_on(codebook, corpus)
    assert prepared.version == codebook.version
    assert len(prepared.best(prepared.texts[0])) == 3


def test_other_words_make_the_reading_again_and_choices_stay(world):
    draft, _, codebook, analyst = world
    first = readings.ask_reading(codebook, by=analyst, with_encoder=False)
    readings.carry_out_reading(first)
    give(codebook, draft.contributions.first(), analyst, "École")
    codebooks.edit_code(code_by(codebook, "Emploi"), by=analyst, given=CodeInput("Travail", "Emploi et métiers."))
    codebook.refresh_from_db()
    second = readings.ask_again_if_words_changed(codebook, by=analyst)
    assert (second.version, second.with_encoder) == (2, False)
    assert readings.ask_again_if_words_changed(codebook, by=analyst) is None  # one at a time
    readings.carry_out_reading(second)
    first.refresh_from_db()
    assert (bool(first.file), bool(GridReading.objects.get(pk=second.pk).file)) == (False, True)
    assert Coding.objects.count() == 1
    assert readings.ask_again_if_words_changed(codebook, by=analyst) is None


def test_texts_that_the_encoder_read_are_not_read_twice(world, monkeypatch):

    _, _, codebook, analyst = world
    read = []

    def encode(texts):
        read.extend(texts)
        return np.array([[len(text), text.count("e"), 1.0] for text in texts], dtype=np.float32).reshape(-1, 3)

    monkeypatch.setattr(encoder, "local_encoders", lambda: (encode,))
    readings.carry_out_reading(readings.ask_reading(codebook, by=analyst))
    first = len(read)
    assert first == len(set(read)) >= 30
    codebooks.add_code(codebook, by=analyst, given=CodeInput("Transports"))
    readings.carry_out_reading(readings.ask_reading(codebook, by=analyst))
    assert "Transports" in read[first:]
    assert len(read) - first <= 2 * 6 + 2


def test_a_preparation_that_was_stopped_keeps_nothing(world):
    _, _, codebook, analyst = world
    reading = readings.ask_reading(codebook, by=analyst, with_encoder=False)
    readings.cancel_reading(codebook, by=analyst)
    readings.carry_out_reading(reading)
    assert not GridReading.objects.get().file
    with pytest.raises(Refused, match="déjà finie"):
        readings.cancel_reading(codebook, by=analyst)


def test_a_worker_killed_while_it_prepares_ends_the_same(world, monkeypatch):
    _, _, codebook, analyst = world
    reading = readings.ask_reading(codebook, by=analyst, with_encoder=False)

    def dies(*_, **__):
        raise SystemExit("tué")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "beat", dies)
        with pytest.raises(SystemExit):
            readings.carry_out_reading(reading)
    assert not GridReading.objects.get().file
    JobProgress.objects.filter(pk=reading.job_id).update(beat_at="2020-01-01T00:00Z")
    sent = []
    monkeypatch.setitem(jobs._senders, readings.KIND, sent.append)
    jobs.send_silent_jobs_again()
    assert sent == [reading.job_id]
    readings.carry_out_reading(GridReading.objects.select_related("job", "corpus").get())
    assert GridReading.objects.get().file


def test_a_code_born_while_reading_is_proposed_from_the_texts_that_hold_it(world):
    draft, corpus, codebook, analyst = world
    readings.carry_out_reading(readings.ask_reading(codebook, by=analyst, with_encoder=False))
    letters = list(draft.contributions.filter(text__startswith="Nous demandons un moratoire"))
    coding.code_contribution(codebook, letters[0], by=analyst, new_code="Caméras")
    born = code_by(codebook, "Caméras")
    assert born.born_while_reading
    codebook.refresh_from_db()
    prepared = proposals.proposals_on(codebook, corpus)
    assert prepared.version < codebook.version  # the reading does not know the code yet
    assert prepared.best(letters[1].pk)[0] == born.pk
    near = proposals.nearest_texts(prepared, {letters[0].pk}, count=5)
    assert set(near) == {letter.pk for letter in letters[1:]}


def test_learning_that_takes_long_is_done_every_few_choices(world):
    draft, corpus, codebook, analyst = world
    prepared = proposals.proposals_on(codebook, corpus)
    prepared.seconds = 3 * proposals.BUDGET
    texts = list(draft.contributions.all()[10:14])
    for rank, text in enumerate(texts):
        give(codebook, text, analyst, "École")
        proposals.proposals_on(codebook, corpus)
        assert len(prepared.taught) == (0 if rank < 2 else 3 if rank == 2 else len(prepared.taught))


def test_the_next_text_is_the_most_teaching_and_skips_what_must_not_be_coded(world):
    draft, corpus, codebook, analyst = world
    other = factories.an_analyst(draft.territory)
    prepared = proposals.proposals_on(codebook, corpus)
    first = proposals.next_text(codebook, corpus, coder=analyst, prepared=prepared)
    assert first == prepared.queue[0]
    give(codebook, draft.contributions.get(pk=first), other, "École")
    prepared = proposals.proposals_on(codebook, corpus)
    assert proposals.next_text(codebook, corpus, coder=analyst, prepared=prepared) != first
    in_order = list(draft.contributions.order_by("pk").values_list("pk", flat=True))
    assert proposals.next_text(codebook, corpus, coder=analyst, skip=in_order[:2]) == next(
        pk for pk in in_order[2:] if pk != first
    )
    assert first in {
        proposals.next_text(codebook, corpus, coder=analyst, again=True, skip=set(in_order) - {first})
    }  # what another coded may be coded too


def test_every_text_is_reached_once_then_the_end_is_told(world):
    draft, _, codebook, analyst = world
    client, seen = client_of(analyst), []
    code = codebook.codes.first().pk
    while found := client.get(address("code", codebook)).context.get("contribution"):
        seen.append(found.pk)
        client.post(address("code_text", codebook, seen[-1]), {"codes": [code]})
    assert sorted(seen) == sorted(draft.contributions.values_list("pk", flat=True))
    assert "Plus rien à coder" in client.get(address("code", codebook)).content.decode()


# --- the help given, measured as people code ------------------------------------------------------------------------
def test_the_proposals_shown_are_kept_with_the_first_coding_and_measured(world):
    _, _, codebook, analyst = world
    client = client_of(analyst)
    for rank in range(4):
        page = client.get(address("code", codebook))
        shown = [code.pk for code in page.context["proposed"]]
        others = [code.pk for code in codebook.codes.all() if code.pk not in shown]
        data = {"proposed": page.context["signed"], "codes": [shown[0] if rank else others[0]]}
        client.post(address("code_text", codebook, page.context["contribution"].pk), data)
        assert Coding.objects.order_by("-pk").first().proposed == shown
    found = agreement.help_given(codebook)
    assert (found.count, found.base, found.percent) == (3, 4, 75)
    assert 0 <= found.low < 75 < found.high <= 100
    corrected = Coding.objects.first()
    client.post(address("code_text", codebook, corrected.contribution_id), {"codes": [codebook.codes.first().pk]})
    assert Coding.objects.get(pk=corrected.pk).proposed == corrected.proposed


def test_proposals_that_the_page_did_not_sign_are_not_counted(world):
    draft, _, codebook, analyst = world
    first, second = draft.contributions.all()[:2]
    code = codebook.codes.first().pk
    client = client_of(analyst)
    for forged in ("", "n’importe quoi", signing.dumps([second.pk, [code]], salt=SALT), signing.dumps(3, salt=SALT)):
        client.post(address("code_text", codebook, first.pk), {"codes": [code], "proposed": forged})
        assert Coding.objects.get().proposed == []
    assert agreement.help_given(codebook) is None


# --- pages ------------------------------------------------------------------------------------------------------------
def test_a_refused_form_keeps_what_was_ticked(world):
    draft, _, codebook, analyst = world
    text = draft.contributions.first()
    codes = [code.pk for code in codebook.codes.all()[:2]]
    codebooks.retire_code(codebook.codes.last(), by=analyst)
    data = {"codes": [*codes, codebook.codes.last().pk], "new_code": ""}
    response = client_of(analyst).post(address("code_text", codebook, text.pk), data)
    assert response.status_code == 422
    assert response.context["chosen"].codes >= set(codes)
    assert response.content.decode().count(" checked") >= 2


def test_a_new_code_is_offered_to_the_texts_that_resemble(world):
    draft, _, codebook, analyst = world
    client = client_of(analyst)
    letters = list(draft.contributions.filter(text__startswith="Nous demandons un moratoire"))
    saved = client.post(address("code_text", codebook, letters[0].pk), {"new_code": "Caméras", "ordre": "suite"})
    born = code_by(codebook, "Caméras")
    assert saved["Location"] == address("offer_code", codebook, born.pk)
    page = client.get(saved["Location"])
    near = [contribution.pk for contribution, _ in page.context["texts"]]
    assert {letter.pk for letter in letters[1:]} <= set(near[:5])
    client.post(saved["Location"], {"texts": near[:3]})
    assert Coding.objects.filter(codes=born, coder=analyst).count() == 4
    refused = client.post(saved["Location"], {"texts": []})
    assert "Cochez au moins un texte" in refused.content.decode()


def test_the_page_of_a_text_asks_as_much_of_the_base_however_much_is_coded(world, django_assert_max_num_queries):
    draft, _, codebook, analyst = world
    client, page = client_of(analyst), address("code", codebook)
    texts = list(draft.contributions.all())
    give(codebook, texts[0], analyst, "École", proposed=[1])
    client.get(page)
    with django_assert_max_num_queries(40) as one:
        client.get(page)
    asked = len(one)
    for text in texts[1:8]:
        give(codebook, text, analyst, "École", "Données", proposed=[1])
    client.get(page)
    with django_assert_max_num_queries(asked):
        client.get(page)


def test_what_i_coded_is_listed_and_filtered_and_another_sees_only_their_own(world, django_assert_max_num_queries):
    draft, _, codebook, analyst = world
    texts = list(draft.contributions.all()[:4])
    give(codebook, texts[0], analyst, "École")
    client, page = client_of(analyst), address("codings", codebook)
    client.get(page)
    with django_assert_max_num_queries(20) as one:
        client.get(page)
    for text in texts[1:]:
        give(codebook, text, analyst, "Données")
    with django_assert_max_num_queries(len(one)):
        assert client.get(page).context["page"].paginator.count == 4
    found = client.get(page, {"code": code_by(codebook, "École").pk})
    assert [one.contribution_id for one in found.context["page"]] == [texts[0].pk]
    other = client_of(factories.an_analyst(draft.territory))
    assert other.get(page).context["page"].paginator.count == 0


def test_nothing_to_code_is_said(db):
    territory = factories.a_territory()
    draft = factories.a_draft(territory, factories.a_user(territory))
    analyst = factories.an_analyst(territory)
    codebook = codebooks.create_codebook(draft, by=analyst, name="G")
    client = client_of(analyst)
    assert "Rien à coder encore" in client.get(address("code", codebook)).content.decode()
    with pytest.raises(Refused, match="pas encore de code"):
        readings.ask_reading(codebook, by=analyst)
    codebooks.add_code(codebook, by=analyst, given=CodeInput("Bus"))
    with pytest.raises(Refused, match="aucune contribution"):
        readings.ask_reading(codebook, by=analyst)
    assert client.post(address("prepare_proposals", codebook)).status_code == 302


def test_people_and_machine_are_confronted_without_the_text_s_own_coding(world):
    draft, _, codebook, analyst = world
    client, page = client_of(analyst), address("confront", codebook)
    assert "au moins" in client.get(page).content.decode()
    words = {
        "À l’école": "École",
        "Au collège": "École",
        "devoirs": "École",
        "serveurs": "Données",
        "électricité": "Énergie",
        "poste": "Emploi",
    }
    for text in draft.contributions.all():
        label = next((label for word, label in words.items() if word in text.text), "Accueil humain")
        give(codebook, text, analyst, label)
    odd = draft.contributions.filter(text__iregex="école|collège|devoirs").first()
    give(codebook, odd, analyst, "Énergie")
    before = list(Coding.objects.order_by("pk").values_list("pk", "codes"))
    found = client.get(page).context["found"]
    assert found.among.base == 40
    assert found.first.count <= found.among.count <= 40
    assert found.among.percent >= 60
    assert list(Coding.objects.order_by("pk").values_list("pk", "codes")) == before
