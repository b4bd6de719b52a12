"""The writer's pages: what each shows, what each refuses, and that nothing typed is lost."""

import pytest
from django.urls import reverse

from concertia.analysis.actions import syntheses as actions
from concertia.analysis.actions.runs import ask_run, carry_out, freeze_corpus
from concertia.analysis.enums import SynthesisState
from concertia.analysis.models import Synthesis
from concertia.analysis.queries import tree_of
from concertia.analysis.quoting import fingerprint
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.territories.enums import Role
from tests import factories


@pytest.fixture
def world(db, client):
    draft, analyst, run = factories.an_analysed_consultation(80)
    client.force_login(analyst, backend="allauth.account.auth_backends.AuthenticationBackend")
    return draft, analyst, actions.start_synthesis(run, by=analyst, title="Ce qui a été dit")


def address(name, synthesis, *more):
    return reverse(f"analysis:{name}", args=[synthesis.run.corpus.consultation.public_id, synthesis.pk, *more])


def text_of(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")


def a_theme(synthesis):
    return next(theme for theme in synthesis.run.themes.all() if theme.quotes)


def a_message(synthesis):
    return synthesis.run.placements.filter(contribution__text__contains="moratoire").first().contribution


def own(synthesis, analyst, text="Ils en parlent."):
    return actions.write_sentence(synthesis, by=analyst, text=text, section=None)


def test_a_synthesis_is_started_from_the_list(world, client):
    draft, _, _ = world
    page = reverse("analysis:syntheses", args=[draft.public_id])
    assert "Ce qui a été dit" in text_of(client.get(page))
    response = client.post(page, {"title": "Deuxième"})
    assert response["Location"] == address("synthesis", Synthesis.objects.get(title="Deuxième"))
    assert client.post(page, {"title": ""}).status_code == 200


def test_the_list_is_empty_before_an_analysis(db, client):
    territory = factories.a_territory()
    draft = factories.a_draft(territory, factories.a_user(territory))
    client.force_login(factories.an_analyst(territory), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "lancez d’abord une analyse" in text_of(client.get(reverse("analysis:syntheses", args=[draft.public_id])))


def test_a_part_shows_what_is_proposed_and_what_was_kept(world, client):
    _, analyst, synthesis = world
    theme = a_theme(synthesis)
    page = address("synthesis", synthesis) + f"?partie={theme.pk}"
    row = synthesis.sentences.filter(theme=theme).first()
    assert "proposé par un programme local" in text_of(client.get(page))
    response = client.post(address("synthesis_act", synthesis, row.pk), {"action": "keep"})
    assert response["Location"] == f"{page}#phrase-{row.pk}"
    assert f"proposé par un programme local, relu par {analyst}" in text_of(client.get(page))
    assert client.get(address("synthesis", synthesis) + "?partie=0").status_code == 404


def test_a_proposal_says_why_it_is_there(world, client):
    _, _, synthesis = world
    themes = [theme for theme in synthesis.run.themes.all() if theme.quotes]
    pages = "".join(text_of(client.get(address("synthesis", synthesis) + f"?partie={one.pk}")) for one in themes)
    assert "voix courante" in pages


def test_writing_leads_to_choosing_sources_and_keeps_what_is_refused(world, client):
    _, _, synthesis = world
    write = address("synthesis_write", synthesis) + f"?partie={a_theme(synthesis).pk}"
    response = client.post(write, {"text": "Ils veulent un guichet."})
    row = synthesis.sentences.get(text="Ils veulent un guichet.")
    assert response["Location"] == address("synthesis_sentence", synthesis, row.pk)
    long = client.post(write, {"text": "a" * 10_000})
    assert long.status_code == 422
    assert "5 000 signes au plus (10 000 ici)" in text_of(long)
    assert "a" * 10_000 in text_of(long)


def test_a_sentence_is_saved_and_what_is_wrong_is_said_in_its_place(world, client):
    _, analyst, synthesis = world
    row = own(synthesis, analyst)
    page = address("synthesis_sentence", synthesis, row.pk)
    form = {"text": "Ils sont 300.", "section": "ensemble", "seen": fingerprint(row), "action": "save"}
    response = client.post(page, form, follow=True)
    assert '<mark class="wrong">300</mark>' in text_of(response)
    assert "Le nombre 300 n’est compté nulle part." in text_of(response)
    row.refresh_from_db()
    form |= {
        "text": "Ils sont #.",
        "seen": fingerprint(row),
        "action": "number",
        "counted": "persons",
        "of": "ensemble",
    }
    client.post(page, form)
    row.refresh_from_db()
    assert row.text == f"Ils sont {synthesis.run.corpus.persons}."
    form |= {"text": "Rien de plus", "seen": fingerprint(row), "counted": ""}
    assert "Choisissez un nombre" in text_of(client.post(page, form, follow=True))


def test_two_writers_see_both_versions(world, client):
    draft, analyst, synthesis = world
    row = own(synthesis, analyst)
    seen = fingerprint(row)
    other = factories.an_analyst(draft.territory)
    actions.save_sentence(row, by=other, text="La version de l’autre", section=None, seen=seen)
    page = address("synthesis_sentence", synthesis, row.pk)
    form = {"text": "Ma version à moi", "section": "ensemble", "seen": seen, "action": "save"}
    response = client.post(page, form)
    assert response.status_code == 409
    assert "La version de l’autre" in text_of(response)
    assert "Ma version à moi" in text_of(response)
    row.refresh_from_db()
    assert row.text == "La version de l’autre"
    client.post(page, form | {"seen": response.context["seen"]})
    row.refresh_from_db()
    assert row.text == "Ma version à moi"


def test_a_quote_is_searched_then_cut_by_passages(world, client):
    _, analyst, synthesis = world
    row, message = own(synthesis, analyst), a_message(synthesis)
    listing = address("synthesis_quotes", synthesis, row.pk)
    found = text_of(client.get(listing, {"q": "moratoire", "theme": "ensemble"}))
    assert address("synthesis_passages", synthesis, row.pk, message.pk) in found
    assert "garder un agent humain" not in found
    assert "Essayez d’autres mots" in text_of(client.get(listing, {"q": "zzz"}))
    assert client.get(listing, {"theme": "abc"}).status_code == 404
    page = address("synthesis_passages", synthesis, row.pk, message.pk)
    assert message.text in text_of(client.get(page))
    assert "Cochez au moins" in text_of(client.post(page, {}))
    client.post(page, {"passages": "0"})
    assert row.sources.get().contribution == message
    with_source = text_of(client.get(address("synthesis_sentence", synthesis, row.pk)))
    assert "pas encore relue pour les noms" in with_source


def test_a_masked_message_is_said_and_never_shown(world, client):
    _, analyst, synthesis = world
    row, message = own(synthesis, analyst), a_message(synthesis)
    actions.add_quote(row, by=analyst, contribution=message, passages=[0])
    words = "caméras augmentées"
    Contribution.objects.filter(text=message.text).update(state=ContributionState.MASKED, mask_reason="Injure publique")
    source = row.sources.get()
    pages = [
        address("synthesis", synthesis), address("synthesis_reading", synthesis),
        address("synthesis_sentence", synthesis, row.pk), address("synthesis_passages", synthesis, row.pk, message.pk),
    ]  # fmt: skip
    for page in pages:
        response = text_of(client.get(page))
        assert words not in response
        assert "masquée par la modération" in response
    assert words not in text_of(client.get(address("synthesis_quotes", synthesis, row.pk), {"theme": "ensemble"}))
    client.post(address("synthesis_act", synthesis, row.pk), {"action": f"unbind:{source.pk}", "from": "sentence"})
    row.refresh_from_db()
    assert row.text == "Ils en parlent."


def test_saving_a_sentence_whose_source_was_masked_writes_its_words_nowhere(world, client):
    _, analyst, synthesis = world
    row, message = own(synthesis, analyst), a_message(synthesis)
    actions.add_quote(row, by=analyst, contribution=message, passages=[0])
    Contribution.objects.filter(pk=message.pk).update(state=ContributionState.MASKED)
    page = address("synthesis_sentence", synthesis, row.pk)
    shown = client.get(page).context["form"].initial["text"]
    row.refresh_from_db()
    client.post(page, {"text": shown, "section": "ensemble", "seen": fingerprint(row), "action": "save"})
    row.refresh_from_db()
    assert "caméras" not in row.text
    assert actions.remove_source(row.sources.get(), by=analyst).text == "Ils en parlent."


def test_all_proposals_are_set_aside_and_come_back(world, client):
    _, _, synthesis = world
    page = address("synthesis_proposals", synthesis)
    client.post(page, {"action": "aside_all"})
    assert not synthesis.sentences.exists()
    client.post(page, {"action": "again"})
    assert synthesis.sentences.get().theme is None
    client.post(page, {"action": "aside"})
    assert not synthesis.sentences.exists()
    assert client.post(page, {"action": "?"}).status_code == 404


def test_the_whole_is_read_then_validated_by_name(world, client):
    _, analyst, synthesis = world
    page, state = address("synthesis_reading", synthesis), address("synthesis_state", synthesis)
    refused = client.post(state, {"action": "review", "version": synthesis.version}, follow=True)
    assert "attendent" in text_of(refused)
    actions.keep_proposal(synthesis.sentences.first(), by=analyst)
    actions.set_the_rest_aside(synthesis, by=analyst, everywhere=True)
    for action in ("review", "validate"):
        synthesis.refresh_from_db()
        client.post(state, {"action": action, "version": synthesis.version})
    synthesis.refresh_from_db()
    assert synthesis.state == SynthesisState.VALIDATED
    shown = text_of(client.get(page))
    assert f"Validée par {analyst}" in shown
    assert "Les messages ont été regroupés par un programme local" in shown
    row = synthesis.sentences.get()
    assert client.get(address("synthesis_sentence", synthesis, row.pk)).status_code == 403
    client.post(state, {"action": "validate", "version": "abc"})
    client.post(state, {"action": "reopen"})
    synthesis.refresh_from_db()
    assert synthesis.state == SynthesisState.DRAFT


def test_a_newer_analysis_is_said(world, client):
    draft, analyst, synthesis = world
    run = ask_run(freeze_corpus(draft, by=analyst), by=analyst, with_encoder=False)
    carry_out(run)
    assert "Une analyse plus récente existe" in text_of(client.get(address("synthesis", synthesis)))
    assert synthesis.run != run


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.REFERENT, True, True), (Role.EDITOR, True, True), (Role.ANALYST, True, True),
        (Role.FACILITATOR, True, False), (Role.SIGNATORY, True, False), (Role.READER, False, False),
    ],
)  # fmt: skip
def test_who_reads_and_who_writes(role, reads, writes, world, client):
    draft, analyst, synthesis = world
    row, message = own(synthesis, analyst), a_message(synthesis)
    client.force_login(
        factories.a_user(draft.territory, role), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for page in (address("synthesis", synthesis), address("synthesis_reading", synthesis)):
        assert client.get(page).status_code == (200 if reads else 404)
    forms = (
        address("synthesis_sentence", synthesis, row.pk), address("synthesis_quotes", synthesis, row.pk),
        address("synthesis_passages", synthesis, row.pk, message.pk),
    )  # fmt: skip
    for page in forms:
        assert client.get(page).status_code == (200 if writes else 403 if reads else 404)
    posts = (
        (address("synthesis_write", synthesis), {"text": "Deux"}),
        (address("synthesis_act", synthesis, row.pk), {"action": "keep"}),
        (address("synthesis_proposals", synthesis), {"action": "again"}),
        (address("synthesis_state", synthesis), {"action": "reopen"}),
        (reverse("analysis:syntheses", args=[draft.public_id]), {"title": "T"}),
    )
    for page, form in posts:
        assert (page, client.post(page, form).status_code) == (page, 302 if writes else 403 if reads else 404)


def test_a_synthesis_of_another_consultation_does_not_exist_here(world, client):
    draft, analyst, synthesis = world
    other = factories.a_draft(draft.territory, factories.a_user(draft.territory))
    page = reverse("analysis:synthesis", args=[other.public_id, synthesis.pk])
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_whatever_the_number_of_sentences(count, world, client, django_assert_num_queries):
    _, analyst, synthesis = world
    for rank in range(count):
        row = own(synthesis, analyst, f"Phrase {'abc'[rank]}")
        actions.add_quote(row, by=analyst, contribution=a_message(synthesis), passages=[0])
    section = tree_of(synthesis.run).roots[0].theme.pk
    client.get(address("synthesis", synthesis))
    for page, queries in (
        (address("synthesis", synthesis), 17),
        (address("synthesis", synthesis) + f"?partie={section}", 17),
        (address("synthesis_reading", synthesis), 19),
    ):
        with django_assert_num_queries(queries):
            client.get(page)
