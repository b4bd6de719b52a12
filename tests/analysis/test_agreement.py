"""Blind samples: nobody sees another's codes before the end; then figures with intervals, and disagreements settled."""

import pytest
from django.test import Client
from django.urls import reverse

from concertia.analysis import coding_queries
from concertia.analysis.actions import agreement, codebooks, coding, proposals
from concertia.analysis.actions.codebooks import CodeInput
from concertia.analysis.actions.runs import freeze_corpus
from concertia.analysis.models import Coding, CodingSample, Settlement
from concertia.collection.enums import ContributionState
from concertia.core.errors import NotAllowed, Refused
from concertia.territories.enums import Role
from tests import factories
from tests.voices import composed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class World:
    """Forty texts, a grid of three codes, two analysts, a sample of ten drawn for both."""

    def __init__(self):
        territory = factories.a_territory()
        self.draft = factories.a_draft(territory, factories.a_user(territory))
        self.one, self.other = factories.an_analyst(territory), factories.an_analyst(territory)
        factories.contributions(self.draft, composed(40))
        self.corpus = freeze_corpus(self.draft, by=self.one)
        codes = [CodeInput("Secret zèbre", "Parler à quelqu’un."), CodeInput("Données"), CodeInput("École")]
        self.codebook = codebooks.create_codebook(self.draft, by=self.one, name="Grille", codes=codes)
        self.codes = [code.pk for code in self.codebook.codes.all()]
        self.sample = self.draw()

    def draw(self, size=10, seed=3):
        return agreement.draw_sample(self.codebook, by=self.one, size=size, coders=[self.one, self.other], seed=seed)

    def code(self, rank, by, *codes, **more):
        text = self.draft.contributions.get(pk=self.sample.contributions[rank])
        wanted = [self.codes[code] for code in codes]
        return coding.code_contribution(self.codebook, text, by=by, codes=wanted, sample=self.sample, **more)

    def code_all(self):
        """The two agree on eight texts out of ten."""
        for rank in range(10):
            self.code(rank, self.one, rank % 3)
            self.code(rank, self.other, *((rank % 3,) if rank < 8 else ((rank + 1) % 3,)))
        self.sample.refresh_from_db()

    def address(self, name, *more):
        return reverse(f"analysis:{name}", args=[self.draft.public_id, self.codebook.pk, *more])


@pytest.fixture
def world(db):
    return World()


def client_of(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_the_same_seed_draws_the_same_texts_among_those_nobody_coded(world):
    drawn = world.sample.contributions
    agreement.close_sample(world.sample, by=world.one)
    assert world.draw().contributions == drawn
    CodingSample.objects.all().delete()
    free = world.draft.contributions.first()
    coding.code_contribution(world.codebook, free, by=world.one, none=True)
    assert free.pk not in world.draw(size=39).contributions
    with pytest.raises(Refused, match="Il reste 0 textes"):
        world.draw()


@pytest.mark.parametrize(
    ("size", "who", "told"),
    [
        (9, "both", "de 10 à 500"),
        (501, "both", "de 10 à 500"),
        (39, "both", "Il reste 30"),
        (10, "one", "au moins deux"),
    ],
)
def test_a_sample_that_cannot_be_drawn_is_refused(world, size, who, told):
    coders = [world.one, world.other] if who == "both" else [world.one, world.one]
    with pytest.raises(Refused, match=told):
        agreement.draw_sample(world.codebook, by=world.one, size=size, coders=coders, seed=1)


def test_who_may_not_code_is_not_invited(world):
    reader = factories.a_user(world.draft.territory, Role.SIGNATORY)
    with pytest.raises(Refused, match="pas de rôle"):
        agreement.draw_sample(world.codebook, by=world.one, size=10, coders=[world.one, reader], seed=1)


def test_both_read_in_the_same_order_and_the_last_one_closes(world):
    assert coding_queries.left_in(world.sample, world.one) == world.sample.contributions
    for rank in range(10):
        world.code(rank, world.one, 0)
        assert CodingSample.objects.get().closed_at is None
    assert coding_queries.left_in(world.sample, world.other) == world.sample.contributions
    masked = world.draft.contributions.get(pk=world.sample.contributions[4])
    masked.state = ContributionState.MASKED
    masked.save()
    for rank in range(10):
        if rank != 4:
            world.code(rank, world.other, 0)
    assert CodingSample.objects.get().closed_at is not None


def test_no_page_shows_another_s_codes_before_the_end(world):
    """The other's code is named on no page of mine, in no proposal, in no count, in no measure, in no list."""
    Coding.objects.all().delete()
    codebooks.retire_code(world.codebook.codes.get(label="Secret zèbre"), by=world.one)  # named nowhere else then
    codebooks.restore_code(world.codebook.codes.get(label="Secret zèbre"), by=world.one)
    text = world.draft.contributions.get(pk=world.sample.contributions[0])
    world.code(0, world.other, 0)
    assert coding_queries.choices_of(world.codebook) == {}
    assert not coding_queries.codings_shown(world.codebook).exists()
    assert all(code.used == 0 for code in coding_queries.codes_found(world.codebook))
    prepared = proposals.proposals_on(world.codebook, world.corpus)
    assert prepared.taught == frozenset()
    assert agreement.agreement_of(world.sample) is None
    client = client_of(world.one)
    shown = client.get(world.address("sample", world.sample.pk)).content.decode()
    assert "Secret zèbre" not in shown
    form = client.get(world.address("code_sample", world.sample.pk))
    assert (form.context["contribution"].pk, form.context["proposed"]) == (text.pk, [])
    assert " checked" not in form.content.decode().replace("checked data-concertia-shortcuts", "")
    assert client.get(world.address("settle", world.sample.pk, text.pk)).status_code == 404
    assert client.get(world.address("code_text", text.pk)).status_code == 302
    offered = client.get(world.address("offer_code", world.codes[0])).context["texts"]
    assert text.pk not in {contribution.pk for contribution, _ in offered}
    assert client.get(world.address("codings")).context["page"].paginator.count == 0


def test_a_sampled_text_is_coded_from_its_sample_alone(world):
    text = world.draft.contributions.get(pk=world.sample.contributions[0])
    with pytest.raises(Refused, match="à l’aveugle"):
        coding.code_contribution(world.codebook, text, by=world.one, codes=world.codes[:1])
    with pytest.raises(Refused, match="Cochez au moins un texte"):
        coding.give_code(world.codebook.codes.first(), by=world.one, contributions=[text.pk])
    third = factories.an_analyst(world.draft.territory)
    with pytest.raises(NotAllowed):
        world.code(0, third, 0)
    assert client_of(third).get(world.address("code_sample", world.sample.pk)).status_code == 403
    queue = proposals.proposals_on(world.codebook, world.corpus).queue
    assert not set(queue) & set(world.sample.contributions)


def test_what_was_measured_stays_what_it_was(world):
    world.code_all()
    first = agreement.agreement_of(world.sample)
    text = world.draft.contributions.get(pk=world.sample.contributions[9])
    with pytest.raises(Refused, match="ne change plus"):
        coding.code_contribution(world.codebook, text, by=world.one, codes=world.codes[:1])
    page = client_of(world.one).get(world.address("code_text", text.pk)).content.decode()
    assert "ce codage ne change plus" in page
    assert "data-concertia-form" not in page
    third = factories.an_analyst(world.draft.territory)
    coding.code_contribution(world.codebook, text, by=third, codes=world.codes[:1])
    assert agreement.agreement_of(world.sample).alpha == first.alpha


def test_a_closed_sample_takes_no_more(world):
    world.code(0, world.one, 0)
    agreement.close_sample(world.sample, by=world.other)
    with pytest.raises(Refused, match="est clos"):
        world.code(1, world.one, 0)
    with pytest.raises(Refused, match="déjà clos"):
        agreement.close_sample(world.sample, by=world.one)
    world.sample.refresh_from_db()
    assert agreement.agreement_of(world.sample) is None  # nobody coded what another did
    assert "rien à comparer" in client_of(world.one).get(world.address("sample", world.sample.pk)).content.decode()


def test_figures_have_their_base_and_interval(world):
    world.code_all()
    found = agreement.agreement_of(world.sample)
    assert (found.texts, found.same, len(found.differing)) == (10, 8, 2)
    assert found.alpha.low < found.alpha.value < found.alpha.high <= 1
    # Ten texts, sets of one code: MASI is then nominal, α = 1 − D_o / D_e from the counts of the codes given.
    given = [rank % 3 for rank in range(10)] + [rank % 3 if rank < 8 else (rank + 1) % 3 for rank in range(10)]
    counts = [given.count(code) for code in range(3)]
    expected = 1 - sum(count * (count - 1) for count in counts) / (20 * 19)
    assert found.alpha.value == round(1 - (2 / 10) / expected, 2)
    assert [one.code.label for one in found.codes] == ["Secret zèbre", "Données", "École"]
    assert all(one.alpha.low is not None and one.ac1.value is not None and one.given >= 3 for one in found.codes)
    html = client_of(world.one).get(world.address("sample", world.sample.pk)).content.decode()
    assert "10 textes codés par deux personnes ou plus" in html
    assert "Moins de cinquante textes" in html


def test_people_who_answer_the_same_everywhere_leave_nothing_to_compute(world):
    for rank in range(10):
        for coder in (world.one, world.other):
            world.code(rank, coder, 0)
    world.sample.refresh_from_db()
    found = agreement.agreement_of(world.sample)
    assert (found.alpha.value, found.same) == (None, 10)
    assert "l’accord est entier" in client_of(world.one).get(world.address("sample", world.sample.pk)).content.decode()


def test_i_do_not_know_is_no_answer_and_no_code_is_one(world):
    for rank in range(10):
        world.code(rank, world.one, 1)
        if rank == 0:
            world.code(rank, world.other, unsure=True)
        elif rank == 1:
            world.code(rank, world.other, none=True)
        else:
            world.code(rank, world.other, 1)
    world.sample.refresh_from_db()
    found = agreement.agreement_of(world.sample)
    assert (found.texts, found.same) == (9, 8)


def test_a_disagreement_is_settled_and_both_codings_stay(world):
    world.code_all()
    differing = agreement.agreement_of(world.sample).differing[0]
    client, page = client_of(world.one), world.address("settle", world.sample.pk, differing.contribution.pk)
    assert client.get(page).status_code == 200
    before = list(Coding.objects.order_by("pk").values_list("pk", "codes"))
    client.post(page, {"codes": [world.codes[2]]})
    assert Settlement.objects.get().codes.get().pk == world.codes[2]
    client.post(page, {"codes": []})  # « no code fits » is something to agree on
    assert Settlement.objects.get().codes.count() == 0
    assert list(Coding.objects.order_by("pk").values_list("pk", "codes")) == before
    assert coding_queries.choices_of(world.codebook)[differing.contribution.pk] == frozenset()
    assert "Réglé par" in client.get(world.address("sample", world.sample.pk)).content.decode()


@pytest.mark.parametrize("role", [Role.READER, Role.FACILITATOR, Role.SIGNATORY])
def test_who_may_not_draw_close_or_settle(role, world):
    user = factories.a_user(world.draft.territory, role)
    text = world.draft.contributions.get(pk=world.sample.contributions[0])
    for act in (
        lambda: agreement.draw_sample(world.codebook, by=user, size=10, coders=[world.one, world.other], seed=1),
        lambda: agreement.close_sample(world.sample, by=user),
        lambda: agreement.settle(world.sample, text, by=user, codes=[]),
    ):
        with pytest.raises(NotAllowed):
            act()


# --- pages ------------------------------------------------------------------------------------------------------------
def test_a_sample_is_drawn_and_coded_from_its_pages(world):
    client = client_of(world.one)
    people = [str(world.one.pk), str(world.other.pk)]
    refused = client.post(world.address("new_sample"), {"size": 10, "seed": 1, "coders": people[:1]})
    assert "Invitez au moins deux personnes" in refused.content.decode()
    made = client.post(world.address("new_sample"), {"size": 12, "seed": 1, "coders": people})
    sample = CodingSample.objects.first()
    assert made["Location"] == world.address("sample", sample.pk)
    page = world.address("code_sample", sample.pk)
    client.get(page)
    empty = client.post(page, {"text": sample.contributions[0]})
    assert (empty.status_code, "Choisissez au moins un code" in empty.content.decode()) == (422, True)
    assert client.post(page, {"text": "0"}).status_code == 404
    for text in sample.contributions:
        client.post(page, {"text": text, "codes": [world.codes[0]]})
    assert client.get(page)["Location"] == world.address("sample", sample.pk)
    assert Coding.objects.filter(coder=world.one, codebook=world.codebook).count() == 12
    client.post(world.address("close_sample", sample.pk))
    assert CodingSample.objects.get(pk=sample.pk).closed_at is not None


def test_a_text_masked_while_it_is_open_is_passed_over(world):
    client, page = client_of(world.one), world.address("code_sample", world.sample.pk)
    text = client.get(page).context["contribution"]
    text.state, text.mask_reason = ContributionState.MASKED, "adresse"
    text.save()
    response = client.post(page, {"text": text.pk, "codes": world.codes[:1]}, follow=True)
    assert response.context["contribution"].pk == world.sample.contributions[1]
    assert "vient d’être masqué" in response.content.decode()
    assert text.text not in response.content.decode()


def test_the_page_of_a_sample_asks_as_much_with_many_disagreements(world, django_assert_max_num_queries):
    client, page = client_of(world.one), world.address("sample", world.sample.pk)
    world.code(0, world.one, 0)
    world.code(0, world.other, 1)
    agreement.close_sample(world.sample, by=world.one)
    client.get(page)
    with django_assert_max_num_queries(35) as one:
        client.get(page)
    asked = len(one)
    CodingSample.objects.update(closed_at=None)
    for rank in range(1, 9):
        world.code(rank, world.one, 0)
        world.code(rank, world.other, 1, 2)
    agreement.close_sample(world.sample, by=world.one)
    with django_assert_max_num_queries(asked):
        client.get(page)
