"""« Porter dans le canevas »: what is shown, who may write, what is refused without losing a word."""

import pytest
from django.urls import reverse

from concertia.analysis.actions import evidence as actions
from concertia.analysis.models import EvidenceLink
from concertia.consultations.models import Consultation, Finding, Proposition, Results
from concertia.territories.enums import Role
from tests import factories


def sign_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


@pytest.fixture
def world(db, client):
    draft, _, run = factories.an_analysed_consultation(80)
    editor = sign_in(client, factories.a_user(draft.territory, Role.EDITOR))
    return draft, editor, next(theme for theme in run.themes.all() if theme.quotes)


def text_of(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")


def page_of(draft):
    return reverse("analysis:evidence", args=[draft.public_id])


def form_of(draft, theme):
    return reverse("analysis:evidence_theme", args=[draft.public_id, theme.pk])


def a_form(client, draft, theme, **values):
    """The form of a new item as the page gives it, filled."""
    context = client.get(form_of(draft, theme)).context
    quotes = [context["choices"][0].key]
    form = {"action": "carry", "version": context["version"], "key": context["key"], "quotes": quotes}
    return form | {"kind": "vigilance", "text": "Garder un agent humain"} | values


def test_a_theme_is_carried_with_the_quotes_that_were_ticked(world, client):
    draft, _, theme = world
    assert "pas encore porté" in text_of(client.get(page_of(draft)))
    response = client.post(form_of(draft, theme), a_form(client, draft, theme), follow=True)
    shown = text_of(response)
    assert "Garder un agent humain" in shown
    persons = (
        f'<span class="num">{theme.persons}</span> personnes sur <span class="num">{theme.run.corpus.persons}</span>'
    )
    assert persons in shown
    assert "1 point" in shown
    assert Finding.objects.get().evidence.count() == 2


def test_points_are_proposed_with_their_words_and_taken_one_by_one(world, client):
    draft, _, theme = world
    context = client.get(form_of(draft, theme)).context
    assert context["points"]
    point, nature = context["points"][0]
    page = client.get(form_of(draft, theme), {"reprendre": point.quote.key})
    assert page.context["carry"].initial == {"text": point.quote.shown, "kind": point.kind}
    assert page.context["ticked"] == [point.quote.key]
    assert nature in text_of(page)
    assert not Finding.objects.exists()
    assert client.get(form_of(draft, theme), {"reprendre": "1-2-3"}).context["taken"] is None


def test_a_form_sent_twice_writes_once(world, client):
    draft, _, theme = world
    form = a_form(client, draft, theme)
    client.post(form_of(draft, theme), form)
    client.post(form_of(draft, theme), form)
    assert Finding.objects.count() == 1


def test_a_canvas_saved_meanwhile_keeps_what_was_typed(world, client):
    draft, editor, theme = world
    form = a_form(client, draft, theme, text="Mes mots à moi")
    factories.fill_draft(Consultation.objects.get(pk=draft.pk), editor)
    response = client.post(form_of(draft, theme), form)
    assert response.status_code == 409
    assert "Mes mots à moi" in text_of(response)
    assert "Rien n’a été écrasé" in text_of(response)
    again = client.post(form_of(draft, theme), form | {"version": response.context["version"]})
    assert again.status_code == 302
    assert Finding.objects.filter(text="Mes mots à moi").count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"text": "a" * 10_000}, "4 000 signes au plus"), ({"kind": ""}, "Choisissez une nature"),
        ({"text": " "}, "obligatoire"), ({"version": "abc"}, "arrivé incomplet"),
        ({"key": "<script>"}, "arrivé incomplet"), ({"quotes": ["999999-0-3"]}, "n’existe pas"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_form(values, sentence, world, client):
    draft, _, theme = world
    response = client.post(form_of(draft, theme), a_form(client, draft, theme, **values))
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Finding.objects.exists()


def test_results_are_chosen_when_there_are_several(world, client):
    draft, _, theme = world
    for rank, key in enumerate(("un", "deux"), 1):  # beside those that a draft begins with
        Results.objects.create(consultation=draft, key=key, position=rank)
    client.post(form_of(draft, theme), a_form(client, draft, theme, kind="proposition", results="deux"))
    assert Proposition.objects.get().results.key == "deux"
    assert "Résultats 3" in text_of(client.get(page_of(draft)))


def test_an_item_that_is_there_is_bound_and_unbound(world, client):
    draft, editor, theme = world
    factories.fill_draft(draft, editor)
    item = Finding.objects.first()
    assert "sans preuve" in text_of(client.get(page_of(draft)))
    client.post(form_of(draft, theme), {"action": "bind", "item": f"constat-{item.pk}"})
    link = item.evidence.get()
    client.post(reverse("analysis:unbind_evidence", args=[draft.public_id, link.pk]))
    assert not item.evidence.exists()
    refused = client.post(form_of(draft, theme), {"action": "bind", "item": "constat-999999"})
    assert "Choisissez dans la liste" in text_of(refused)


def test_an_analyst_binds_but_does_not_write_the_canvas(world, client):
    draft, _, theme = world
    form = a_form(client, draft, theme)
    sign_in(client, factories.an_analyst(draft.territory))
    assert "revient à la personne référente" in text_of(client.get(page_of(draft)))
    assert client.post(form_of(draft, theme), form).status_code == 403
    assert not Finding.objects.exists()


def test_evidence_of_another_consultation_is_not_unbound_here(world, client):
    draft, editor, theme = world
    client.post(form_of(draft, theme), a_form(client, draft, theme))
    other = factories.a_draft(draft.territory, factories.a_user(draft.territory))
    link = EvidenceLink.objects.first()
    assert client.post(reverse("analysis:unbind_evidence", args=[other.public_id, link.pk])).status_code == 404
    assert client.get(form_of(other, theme)).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "binds"),
    [
        (Role.REFERENT, 200, 200), (Role.EDITOR, 200, 200), (Role.ANALYST, 200, 200), (Role.FACILITATOR, 200, 403),
        (Role.SIGNATORY, 200, 403), (Role.READER, 404, 404),
    ],
)  # fmt: skip
def test_who_reads_and_who_binds(role, reads, binds, world, client):
    draft, _, theme = world
    sign_in(client, factories.a_user(draft.territory, role))
    assert client.get(page_of(draft)).status_code == reads
    assert client.get(form_of(draft, theme)).status_code == binds


def test_the_step_says_what_rests_on_nothing(world, client):
    draft, editor, theme = world
    step = reverse("workspace:step", args=[draft.public_id, "documenter"])
    assert "Rien dans le canevas ne repose encore" in text_of(client.get(step))
    actions.carry_to_canvas(theme, by=editor, kind="proposition", text="Un banc", version=draft.version, key="c1")
    assert '1</span> sur <span class="num">1</span> avec des preuves' in text_of(client.get(step))


def test_the_page_says_what_to_do_before_an_analysis(db, client):
    territory = factories.a_territory()
    referent = sign_in(client, factories.a_user(territory))
    draft = factories.a_draft(territory, referent)
    assert "lancez d’abord une analyse" in text_of(client.get(page_of(draft)))
    step = text_of(client.get(reverse("workspace:step", args=[draft.public_id, "documenter"])))
    assert "Ce sur quoi repose le canevas" not in step


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_whatever_the_number_of_items(count, world, client, django_assert_num_queries):
    draft, editor, theme = world
    for rank in range(count):
        version = Consultation.objects.get(pk=draft.pk).version
        for kind in ("vigilance", "proposition"):
            actions.carry_to_canvas(
                theme, by=editor, kind=kind, text="T", version=version, key=f"{kind[0]}{rank}",
                quotes=[tuple(theme.quotes[0][:3])],
            )  # fmt: skip
            version += 1
    client.get(page_of(draft))
    with django_assert_num_queries(18):
        client.get(page_of(draft))
