"""Grids and codes: made four ways, changed, retired, taken away and read again; who may, and what is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from concertia.analysis.actions import codebook_files, codebooks, coding
from concertia.analysis.actions.codebooks import CodeInput
from concertia.analysis.models import Code, Codebook
from concertia.analysis.queries import standing_themes, tree_of
from concertia.cli.themes_inputs import read_grid
from concertia.collection.enums import ContributionState
from concertia.core.errors import NotAllowed, Refused
from concertia.territories.enums import Role
from tests import factories

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def draft(db):
    territory = factories.a_territory()
    return factories.a_draft(territory, factories.a_user(territory))


@pytest.fixture
def analyst(draft):
    return factories.an_analyst(draft.territory)


@pytest.fixture
def codebook(draft, analyst):
    codes = [CodeInput("Accueil", "Parler à une personne."), CodeInput("Données"), CodeInput("Énergie")]
    return codebooks.create_codebook(draft, by=analyst, name="Ma grille", codes=codes)


def client_of(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def address(name, codebook, *more):
    return reverse(f"analysis:{name}", args=[codebook.consultation.public_id, codebook.pk, *more])


def labels(codebook):
    return list(codebook.codes.filter(retired_at=None).values_list("label", flat=True))


def test_the_lists_of_the_commission_are_whole_and_fit():
    counts = {part["key"]: len(part["codes"]) for part in codebooks.ready_grids()["parts"]}
    assert counts == {"risques": 5, "craintes": 10, "opportunites": 3, "leviers": 3, "enseignements": 8}
    every = codebooks.ready_codes(counts)
    assert len({code.label.casefold() for code in every}) == 29
    assert max(len(code.label) for code in every) <= codebooks.LONGEST_LABEL


def test_a_grid_from_the_lists_has_their_families_in_order(draft, analyst):
    made = codebooks.create_codebook(
        draft, by=analyst, name="Deck", codes=codebooks.ready_codes(["risques", "leviers"])
    )
    assert list(made.codes.values_list("family", flat=True)) == ["risk"] * 5 + ["lever"] * 3
    assert made.codes.first().definition.startswith("Des algorithmes peuvent perpétuer")


def test_a_grid_from_the_map_takes_names_and_quotes_as_they_may_be_read(db):
    draft, analyst, run = factories.an_analysed_consultation(80)
    themes = standing_themes(tree_of(run))
    rank = next(rank for rank, theme in enumerate(themes) if theme.quotes)
    pk, start, _, _ = themes[rank].quotes[0]
    contribution = draft.contributions.get(pk=pk)
    contribution.hidden = [[start, start + 5]]
    contribution.save()
    given = codebooks.codes_of_map(run)
    assert [one.label for one in given] == [theme.name[:120] for theme in themes]
    assert given[rank].examples[0].startswith("[…]")
    contribution.state = ContributionState.MASKED
    contribution.save()
    assert all(not example.startswith("[…]") for example in codebooks.codes_of_map(run)[rank].examples)


def test_an_example_is_no_longer_read_once_its_source_is_masked_or_hidden(codebook, analyst):
    consultation, code = codebook.consultation, codebook.codes.get(label="Données")
    masked, hidden, plain = factories.contributions(
        consultation,
        [
            ("a", "", "Ma voisine Zoé vend nos données."),
            ("b", "", "Zoé et Léo, rue Basse, se plaignent."),
            ("c", "", "Rien."),
        ],
    )
    examples = (
        "Ma voisine Zoé vend nos données.",
        "rue Basse, se plaignent.",
        "Zoé et Léo",
        "Rien.",
        "Écrit à la main",
    )
    codebooks.edit_code(code, by=analyst, given=CodeInput("Données", examples=examples))
    consultation.contributions.filter(text=masked.text).update(state=ContributionState.MASKED)
    row = consultation.contributions.get(text=hidden.text)
    row.hidden = [[12, 21]]
    row.save()
    client = client_of(analyst)
    for page in (
        address("codebook", codebook),
        address("edit_code", codebook, code.pk),
        address("export_codebook", codebook),
    ):
        words = client.get(page).content.decode()
        assert "Zoé et Léo" in words
        assert "voisine" not in words
        assert "rue Basse" not in words


@pytest.mark.parametrize("label", ["accueil", " ACCUEIL ", "Accueil"])
def test_a_name_used_twice_is_refused_with_one_sentence(codebook, analyst, label):
    with pytest.raises(Refused, match="s’appelle déjà « .* » : choisissez un autre nom"):
        codebooks.add_code(codebook, by=analyst, given=CodeInput(label))
    with pytest.raises(Refused, match="écrivez quelques mots"):
        codebooks.add_code(codebook, by=analyst, given=CodeInput("  "))
    assert codebook.codes.count() == 3


def test_a_retired_code_keeps_its_name_and_comes_back(codebook, analyst):
    code = codebook.codes.get(label="Données")
    codebooks.retire_code(code, by=analyst)
    assert labels(codebook) == ["Accueil", "Énergie"]
    with pytest.raises(Refused, match="code retiré : rétablissez-le"):
        codebooks.add_code(codebook, by=analyst, given=CodeInput("données"))
    with pytest.raises(Refused, match="déjà retiré"):
        codebooks.retire_code(code, by=analyst)
    codebooks.restore_code(code, by=analyst)
    assert labels(codebook) == ["Accueil", "Données", "Énergie"]


def test_other_words_make_a_new_version_another_place_does_not(codebook, analyst):
    code = codebook.codes.get(label="Énergie")
    codebooks.edit_code(code, by=analyst, given=CodeInput("Énergie", family="risk"), position=1)
    codebook.refresh_from_db()
    assert (labels(codebook), codebook.version) == (["Énergie", "Accueil", "Données"], 1)
    codebooks.edit_code(code, by=analyst, given=CodeInput("Énergie", "L’électricité et l’eau."))
    codebook.refresh_from_db()
    assert codebook.version == 2


def test_a_grid_goes_out_and_comes_back_the_same_and_the_command_line_reads_it(codebook, analyst, tmp_path):
    given = CodeInput("=1+1", "Une formule ; et un « | » non", ("Un exemple", "Un autre"), ("Pas ceci",), "lever")
    codebooks.add_code(codebook, by=analyst, given=given)
    data = codebook_files.file_of_codebook(codebook)
    back = codebook_files.codes_of_file(data, "grille.csv")
    assert [one.label for one in back] == ["Accueil", "Données", "Énergie", "=1+1"]
    assert back[3] == given
    (tmp_path / "grille.csv").write_bytes(data)
    assert [code.label for code in read_grid(str(tmp_path / "grille.csv"))][:3] == ["Accueil", "Données", "Énergie"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "vide|rien sous les titres"),
        (b"code;label\n", "rien sous les titres"),
        (b"ville;avis\nNantes;bus\n", "aucune colonne « code » ni « label »"),
        (b"code;label;definition\na;b;c\n;;x\nd;e;f\n", "ligne 3 : ni « code » ni « label »"),
        (b"label;famille\nBus;Autre\n", "ligne 2 : la famille « Autre » n’existe pas"),
        (b"label\n" + b"\n".join(b"c%d" % rank for rank in range(501)), "501 lignes"),
        (b"\x00\x01\x02\xff" * 50, "grille.csv"),
    ],
)
def test_a_file_that_is_no_grid_is_refused_with_its_place(data, told):
    with pytest.raises(Refused, match=told):
        codebook_files.codes_of_file(data, "grille.csv")


def test_nothing_is_written_of_a_grid_with_a_name_twice(draft, analyst):
    with pytest.raises(Refused, match="s’appelle déjà « bus »"):
        codebooks.create_codebook(draft, by=analyst, name="G", codes=[CodeInput("Bus"), CodeInput("bus")])
    assert not Codebook.objects.exists()


@pytest.mark.parametrize("role", [Role.READER, Role.FACILITATOR, Role.SIGNATORY])
def test_who_may_not_change_a_grid(role, codebook):
    user = factories.a_user(codebook.consultation.territory, role)
    code = codebook.codes.first()
    acts = (
        lambda: codebooks.create_codebook(codebook.consultation, by=user, name="Autre"),
        lambda: codebooks.add_code(codebook, by=user, given=CodeInput("X")),
        lambda: codebooks.edit_code(code, by=user, given=CodeInput("X")),
        lambda: codebooks.retire_code(code, by=user),
        lambda: codebooks.restore_code(code, by=user),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


# --- pages ----------------------------------------------------------------------------------------------------------
def test_a_grid_is_made_from_each_origin(db):
    draft, analyst, run = factories.an_analysed_consultation(80)
    client, page = client_of(analyst), reverse("analysis:new_codebook", args=[draft.public_id])
    upload = SimpleUploadedFile("g.csv", b"label;famille\nBus;Leviers\n")
    sent = (
        {"name": "Vide", "origin": "nothing"},
        {"name": "Carte", "origin": "map"},
        {"name": "Listes", "origin": "ready", "parts": ["craintes"]},
        {"name": "Fichier", "origin": "file", "file": upload},
    )
    for data in sent:
        assert client.post(page, data).status_code == 302
    counts = {one.name: one.codes.count() for one in draft.codebooks.all()}
    assert counts == {"Vide": 0, "Carte": len(standing_themes(tree_of(run))), "Listes": 10, "Fichier": 1}
    for wrong in (
        {"name": "Vide", "origin": "nothing"},
        {"name": "Z", "origin": "file"},
        {"name": "Z", "origin": "ready"},
    ):
        assert client.post(page, wrong).status_code == 200
    assert draft.codebooks.count() == 4


def test_a_grid_of_300_codes_is_searched_without_script(codebook, analyst):
    Code.objects.bulk_create(
        Code(codebook=codebook, position=10 + rank, label=f"Code {rank}", family="risk") for rank in range(297)
    )
    client = client_of(analyst)
    assert client.get(address("codebook", codebook)).context["total"] == 300
    found = client.get(address("codebook", codebook), {"q": "code 29", "famille": "risk"})
    assert [code.label for code in found.context["codes"]] == ["Code 29", *(f"Code 29{rank}" for rank in range(7))]
    assert "Aucun code ne contient" in client.get(address("codebook", codebook), {"q": "zzz"}).content.decode()


def test_the_pages_ask_as_much_of_the_base_with_one_code_as_with_many(codebook, analyst, django_assert_max_num_queries):
    client = client_of(analyst)
    page = address("codebook", codebook)
    client.get(page)
    with django_assert_max_num_queries(25) as one:
        client.get(page)
    for rank in range(5):
        codebooks.add_code(codebook, by=analyst, given=CodeInput(f"Autre {rank}"))
    with django_assert_max_num_queries(len(one)):
        client.get(page)
    listing = reverse("analysis:codebooks", args=[codebook.consultation.public_id])
    with django_assert_max_num_queries(25) as alone:
        client.get(listing)
    for name in ("B", "C"):
        codebooks.create_codebook(codebook.consultation, by=analyst, name=name)
    with django_assert_max_num_queries(len(alone)):
        client.get(listing)


def test_a_code_is_added_changed_and_retired_from_its_page(codebook, analyst):
    client = client_of(analyst)
    client.post(address("new_code", codebook), {"label": "Emploi", "examples": "Un\n\nDeux", "family": "risk"})
    code = codebook.codes.get(label="Emploi")
    assert (code.examples, code.family) == (["Un", "Deux"], "risk")
    refused = client.post(address("edit_code", codebook, code.pk), {"label": "Accueil"})
    assert "s’appelle déjà" in refused.content.decode()
    client.post(address("edit_code", codebook, code.pk), {"label": "Emplois", "position": "1"})
    assert labels(codebook)[0] == "Emplois"
    client.post(address("retire_code", codebook, code.pk), {"action": "retire"})
    assert "Emplois" not in labels(codebook)
    assert "code retiré" in client.get(address("codebook", codebook)).content.decode()
    client.post(address("retire_code", codebook, code.pk), {"action": "restore"})
    assert "Emplois" in labels(codebook)


def test_a_reader_sees_no_form_and_strangers_see_nothing(codebook):
    signatory = client_of(factories.a_user(codebook.consultation.territory, Role.SIGNATORY))
    assert signatory.get(address("codebook", codebook)).status_code == 200
    assert signatory.get(address("new_code", codebook)).status_code == 403
    assert signatory.get(address("export_codebook", codebook)).status_code == 200
    elsewhere = client_of(factories.a_user(factories.a_territory()))
    assert elsewhere.get(address("codebook", codebook)).status_code == 404
    other = factories.a_draft(codebook.consultation.territory, factories.a_user(codebook.consultation.territory))
    assert signatory.get(reverse("analysis:codebook", args=[other.public_id, codebook.pk])).status_code == 404


def test_a_grid_is_named_again_and_removed_while_nobody_has_used_it(draft, analyst, codebook):
    codebooks.create_codebook(draft, by=analyst, name="Autre")
    client, address = client_of(analyst), reverse("analysis:codebook_settings", args=[draft.public_id, codebook.pk])
    assert "s’appelle déjà" in client.post(address, {"name": "autre"}).content.decode()
    client.post(address, {"name": "Besoins"})
    codebook.refresh_from_db()
    assert codebook.name == "Besoins"
    (text,) = factories.contributions(draft, [("a", "", "Un guichet ouvert le soir.")])
    coding.code_contribution(codebook, text, by=analyst, codes=[codebook.codes.first().pk])
    shown = client.post(address, {"action": "remove"}, follow=True).content.decode()
    assert "a servi à coder" in shown
    assert Codebook.objects.filter(pk=codebook.pk).exists()
    other = Codebook.objects.get(name="Autre")
    client.post(reverse("analysis:codebook_settings", args=[draft.public_id, other.pk]), {"action": "remove"})
    assert not Codebook.objects.filter(pk=other.pk).exists()
