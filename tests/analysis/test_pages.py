"""The pages of the map: what they show, what they ask of the database, what they refuse."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concertia.analysis.actions import themes as actions
from concertia.analysis.models import Theme
from concertia.analysis.queries import messages_in, standing_themes, tree_of
from concertia.collection.enums import ContributionState, Use
from concertia.collection.models import Contribution
from tests import factories


def leaves(run):
    """The themes that hold no other, in the order of the map."""
    tree = tree_of(run)
    return [theme for theme in standing_themes(tree) if not tree.standing(theme.pk).children]


def signed_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def world(db, client):
    draft, analyst, run = factories.an_analysed_consultation(80)
    return signed_in(client, analyst), draft, analyst, run


def page(client, name, *args, **query):
    response = client.get(reverse(f"analysis:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_map_shows_the_sum_the_themes_and_what_to_read(world):
    client, draft, _, run = world
    html = page(client, "map", draft.public_id)
    assert f"80 messages lus ({run.corpus.persons} personnes)" in html.replace("\u202f", " ").replace("\xa0", " ")
    for theme in standing_themes(tree_of(run)):
        assert theme.name.split()[0] in html
    assert "Nom proposé par un programme local, à relire" in html


def test_the_map_asks_few_questions_whatever_it_holds(world, client):
    client, draft, _, run = world
    page(client, "map", draft.public_id)  # the first page of a session writes it
    counts = set()
    for theme in standing_themes(tree_of(run))[:3]:
        with CaptureQueriesContext(connection) as asked:
            page(client, "theme", draft.public_id, run.pk, theme.pk)
        counts.add(len(asked))
    assert len(counts) == 1
    assert max(counts) <= 15


def test_before_any_analysis_the_page_says_what_to_do(db, client):
    territory = factories.a_territory()
    referent = factories.a_user(territory)
    draft = factories.a_draft(territory, referent)
    signed_in(client, referent)
    assert "Versez des contributions" in page(client, "map", draft.public_id)
    factories.contributions(draft, [("p", "", "Un banc au parc.")])
    assert "Analyser ces contributions" in page(client, "map", draft.public_id)


def test_launching_freezes_and_queues(db, client):
    territory = factories.a_territory()
    referent = factories.a_user(territory)
    draft = factories.a_draft(territory, referent)
    factories.contributions(draft, [("p", "", "Un banc au parc.")])
    signed_in(client, referent)
    client.post(reverse("analysis:launch", args=[draft.public_id]), {"use": Use.PARTICIPATION})
    run = draft.corpora.get().runs.get()
    assert (run.job.total, run.with_encoder) == (100, False)
    assert "Analyse en cours" in page(client, "map", draft.public_id)
    client.post(reverse("analysis:cancel_run", args=[draft.public_id, run.job_id]))
    assert "Analyse en cours" not in page(client, "map", draft.public_id)


def test_context_is_read_apart_and_never_counted(db, client):
    draft, analyst, run = factories.an_analysed_consultation(40)
    signed_in(client, analyst)
    Contribution.objects.create(consultation=draft, use=Use.CONTEXT, text="Article de presse sur les caméras.")
    assert "1</span> texte de contexte à lire" in page(client, "context_map", draft.public_id)
    assert "depuis" not in page(client, "map", draft.public_id).split("Analyse n°")[1]


def test_a_theme_is_renamed_merged_placed_and_undone_from_its_page(world):
    client, draft, analyst, run = world
    first, second = leaves(run)[:2]
    address = reverse("analysis:change_theme", args=[draft.public_id, run.pk, first.pk])
    client.post(address, {"action": "rename", "label": "Garder un humain"})
    first.refresh_from_db()
    assert first.label == "Garder un humain"
    assert (
        "Garder un humain"
        in client.post(address, {"action": "merge", "merge-theme": second.pk}, follow=True).content.decode()
    )
    assert Theme.objects.get(pk=first.pk).merged_into == second
    client.post(reverse("analysis:undo", args=[draft.public_id, run.pk]))
    assert Theme.objects.get(pk=first.pk).merged_into is None
    assert "annulé par" in page(client, "changes", draft.public_id, run.pk)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"action": "rename", "label": ""}, "Ce champ est obligatoire"),
        ({"action": "merge", "merge-theme": ""}, "Choisissez un thème"),
        ({"action": "merge", "merge-theme": "999999"}, "Sélectionnez un choix valide"),
        ({"action": "place", "place-theme": "x"}, "Sélectionnez un choix valide"),
        ({"action": "explode"}, "Renommer"),
    ],
)
def test_a_wrong_change_says_what_is_wrong(sent, sentence, world):
    client, draft, _, run = world
    theme = leaves(run)[0]
    response = client.post(reverse("analysis:change_theme", args=[draft.public_id, run.pk, theme.pk]), sent)
    assert response.status_code == 200
    assert sentence in response.content.decode().replace("&#x27;", "'")
    assert not run.changes.exists()


def test_ticked_messages_become_a_theme_or_move(world):
    client, draft, _, run = world
    first, second = leaves(run)[:2]
    address = reverse("analysis:messages", args=[draft.public_id, run.pk, first.pk])
    ticked = list(messages_in([first.pk]).values_list("contribution", flat=True))[:2]
    client.post(address, {"action": "split", "split-label": "À part", "contribution": ticked})
    assert run.themes.get(label="À part").messages == 2
    rest = list(messages_in([first.pk]).values_list("contribution", flat=True))[:1]
    client.post(address, {"action": "move", "move-theme": second.pk, "contribution": rest})
    assert run.placements.get(contribution=rest[0]).theme == second
    html = client.post(address, {"action": "move", "move-theme": second.pk, "contribution": ["x"]}).content.decode()
    assert "Choisissez au moins un message" in html


def test_messages_are_searched_and_paged(world):
    client, draft, _, run = world
    theme = max(leaves(run), key=lambda one: one.messages)
    found = page(client, "messages", draft.public_id, run.pk, theme.pk, q="introuvable")
    assert "0</span> message contient" in found
    page(client, "messages", draft.public_id, run.pk, theme.pk, page="-1")


def test_a_signal_is_read_then_placed(world):
    client, draft, analyst, run = world
    signal = run.placements.filter(status="signal").first().signal
    address = reverse("analysis:signals", args=[draft.public_id, run.pk])
    client.post(address, {"signal": signal.pk, "action": "read"})
    signal.refresh_from_db()
    assert signal.read_by == analyst
    theme = leaves(run)[0]
    client.post(address, {"signal": signal.pk, "action": "move", "theme": theme.name})
    signal.placement.refresh_from_db()
    assert (signal.placement.theme, signal.placement.status) == (theme, "theme")
    assert client.post(address, {"signal": "x", "action": "read"}).status_code == 404


@pytest.mark.parametrize("name", ["map", "messages", "signals", "campaigns", "set_aside"])
def test_what_moderation_masks_is_shown_nowhere(name, world):
    client, draft, _, run = world
    words = {row.text for row in Contribution.objects.all() if len(row.text) > 20}
    Contribution.objects.update(state=ContributionState.MASKED, mask_reason="Nom d’un voisin")
    args = [draft.public_id] if name == "map" else [draft.public_id, run.pk]
    for theme in standing_themes(tree_of(run)):
        own = [*args, theme.pk] if name == "messages" else args
        html = page(client, name, *own)
        assert not [text for text in words if text[:20] in html]


def test_the_record_says_what_replays_and_what_it_cost(world):
    client, draft, _, run = world
    html = page(client, "record", draft.public_id, run.pk)
    assert run.record["input_sha256"] in html
    assert "estimation" in html


def test_two_people_who_change_the_same_theme_lose_nothing(world):
    client, draft, analyst, run = world
    first, second = leaves(run)[:2]
    actions.merge_themes(first, into=second, by=analyst)
    address = reverse("analysis:change_theme", args=[draft.public_id, run.pk, first.pk])
    html = client.post(address, {"action": "rename", "label": "Vu trop tard"}, follow=True).content.decode()
    assert "Vu trop tard" in html  # the address leads to what the theme became, which is the one renamed
    second.refresh_from_db()
    assert second.label == "Vu trop tard"


def test_a_hidden_passage_is_in_no_list_of_words_nor_campaign(world):
    client, draft, _, run = world
    signal = run.placements.filter(status="signal").first().signal
    contribution = signal.placement.contribution
    word = next(one for one in contribution.text.split() if one.isalpha() and len(one) > 4)
    signal.rare_words = [word.lower()]
    signal.save()
    start = contribution.text.index(word)
    Contribution.objects.filter(pk=contribution.pk).update(hidden=[[start, start + len(word)]])
    assert f"mots rares : {word.lower()}" not in page(client, "signals", draft.public_id, run.pk)
    letter = run.placements.filter(contribution__author="p-lettre-0").first().contribution
    Contribution.objects.filter(pk=letter.pk).update(hidden=[[0, 4]])
    assert "Un passage de ces messages est caché" in page(client, "campaigns", draft.public_id, run.pk)


def test_a_campaign_tells_who_and_when_without_a_name(world):
    client, draft, _, run = world
    letter = run.placements.filter(contribution__author="p-lettre-0").first()
    html = page(client, "campaign", draft.public_id, run.pk, letter.campaign_id)
    assert html.count('personne <span class="num">') == letter.campaign.messages
    assert "p-lettre" not in html
    assert client.get(reverse("analysis:campaign", args=[draft.public_id, run.pk, 999_999])).status_code == 404
