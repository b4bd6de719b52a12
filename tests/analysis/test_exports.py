"""What leaves the workspace: only words that were read, current documents, the same bytes."""

import datetime as dt
import io
import zipfile
from dataclasses import asdict

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertia.analysis.actions import exports as actions
from concertia.analysis.actions.exports import Documents, ask_exports, carry_out_exports
from concertia.analysis.actions.themes import rename_theme
from concertia.analysis.enums import ExportFormat, SourceKind, Status, SynthesisState
from concertia.analysis.exports_queries import formats_for, held_of, stamp_of
from concertia.analysis.models import (
    Code,
    Codebook,
    Coding,
    CodingSample,
    Export,
    Run,
    Source,
    Synthesis,
    SynthesisSentence,
)
from concertia.analysis.quoting import quoted
from concertia.analysis.report_inputs import quote_of, report_of, scope_of
from concertia.analysis.report_tables import project_of, tables_of
from concertia.analysis.report_wall import wall_of
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.engine.reports.report import NOT_YET_READ
from concertia.territories.enums import Role
from tests import factories
from tests.engine.reports.test_qdpx import check_project


@pytest.fixture
def analysed(db):
    draft, analyst, run = factories.an_analysed_consultation(80)
    return draft, analyst, Run.objects.select_related("corpus__consultation__territory", "job").get(pk=run.pk)


def read_all(draft, **but):
    Contribution.objects.filter(consultation=draft).exclude(**but).update(read_at=timezone.now()) if but else (
        Contribution.objects.filter(consultation=draft).update(read_at=timezone.now())
    )


def words_of(run, theme=None):
    """Every text file of every document, as one text."""
    made, found = Documents(scope_of(run, theme)), []
    for one in formats_for(theme):
        data = made.bytes_of(one)
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found += [archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()]
        elif one == ExportFormat.HTML:
            found.append(data.decode())
    return "\n".join(found)


# --- what leaves ------------------------------------------------------------------------------------------------------
def test_no_word_leaves_before_a_person_has_read_it(analysed):
    draft, _, run = analysed
    secret = run.placements.filter(status=Status.THEME).first().contribution
    Contribution.objects.filter(consultation=draft).update(text="", read_at=None)
    Contribution.objects.filter(pk=secret.pk).update(text="Appelez Mireille Fictive au plus vite. " * 3)
    words = words_of(run)
    assert "Mireille" not in words
    assert NOT_YET_READ in words


def test_a_read_text_leaves_without_what_was_hidden_and_a_masked_one_says_so(analysed):
    draft, _, run = analysed
    read_all(draft)
    one, other = [place.contribution for place in run.placements.filter(status=Status.THEME).order_by("pk")[:2]]
    Contribution.objects.filter(pk=one.pk).update(text="Mireille Fictive veut un agent humain", hidden=[[0, 16]])
    Contribution.objects.filter(pk=other.pk).update(
        text="Gaston Fictif insulte", state=ContributionState.MASKED, mask_reason="injure"
    )
    words = words_of(run)
    assert "[…] veut un agent humain" in words
    assert "Mireille" not in words
    assert "Gaston" not in words
    assert "masquée par la modération" in words


def test_neither_profile_nor_fingerprint_nor_reference_is_beside_words(analysed):
    draft, _, run = analysed
    read_all(draft)
    Contribution.objects.filter(consultation=draft).update(profile="profil-unique", reference="mireille@val.example")
    rows = [row for table in tables_of(scope_of(run)) for row in table.rows]
    project = str(asdict(project_of(scope_of(run))))
    for words in (str(rows), project):
        assert "profil-unique" not in words
        assert "mireille@" not in words
        assert "p-rare-1" not in words


def test_a_campaign_with_an_unread_or_hidden_message_shows_no_word(analysed):
    draft, _, run = analysed
    read_all(draft)
    shown = [line for line in report_of(scope_of(run)).campaigns if not line.withheld]
    assert shown
    member = run.placements.filter(campaign__rank=shown[0].rank).first().contribution
    Contribution.objects.filter(pk=member.pk).update(hidden=[[0, 4]])
    (line,) = [one for one in report_of(scope_of(run)).campaigns if one.rank == shown[0].rank]
    assert (line.parts, line.withheld) == ((), "texte pas montré, un passage y est caché")
    Contribution.objects.filter(pk=member.pk).update(hidden=[], read_at=None)
    (line,) = [one for one in report_of(scope_of(run)).campaigns if one.rank == shown[0].rank]
    assert line.parts == ()


def test_the_shares_add_to_what_was_read(analysed):
    _, _, run = analysed
    for theme in (None, run.themes.first().pk):
        ledger = report_of(scope_of(run, theme)).ledger
        assert sum(line.count for line in ledger) == 80 == ledger[0].of


def test_small_cells_of_profiles_are_not_said(analysed):
    draft, _, run = analysed
    (crossing,) = [chart for chart in report_of(scope_of(run)).charts if chart.key == "profiles"]
    cells = [cell for _, row in crossing.rows for cell in row]
    assert None in cells
    assert all(cell is None or cell == 0 or cell >= 5 for cell in cells)
    Contribution.objects.filter(consultation=draft).update(profile="")
    assert "profiles" not in [chart.key for chart in report_of(scope_of(run)).charts]


@pytest.mark.parametrize(("days", "title"), [(10, "jour"), (200, "semaine"), (900, "mois")])
def test_dates_are_told_by_day_week_or_month(analysed, days, title):
    draft, _, run = analysed
    for rank, row in enumerate(Contribution.objects.filter(consultation=draft)[:70]):
        row.said_at = timezone.make_aware(dt.datetime(2024, 1, 1) + dt.timedelta(days=rank * days / 70))
        row.save()
    (chart,) = [chart for chart in report_of(scope_of(run)).charts if chart.key == "days"]
    assert chart.title == f"Personnes et messages par {title}"
    assert sum(bar.messages for bar in chart.bars) == 70
    assert chart.note == "Sans date : 10 messages, qui n’y sont pas."


def test_the_first_of_a_month_is_written_as_french_does(analysed):
    draft, _, run = analysed
    read_all(draft)
    Contribution.objects.filter(consultation=draft).update(said_at=timezone.make_aware(dt.datetime(2019, 2, 1, 9)))
    report = report_of(scope_of(run))
    (chart,) = [chart for chart in report.charts if chart.key == "days"]
    assert [bar.label for bar in chart.bars] == ["1er février 2019"]
    assert " · 1er février 2019 · contribution " in quote_of(run.placements.first().contribution, 0, None).origin
    Contribution.objects.filter(pk=run.placements.first().contribution_id).update(said_at=None)
    (chart,) = [chart for chart in report_of(scope_of(run)).charts if chart.key == "days"]
    assert chart.note == "Sans date : 1 message, qui n’y est pas."


@pytest.mark.parametrize(("count", "said"), [
    (0, ""),
    (1, "dont 1 message sans auteur connu, compté pour une personne."),
    (2, "dont 2 messages sans auteur connu, comptés chacun pour une personne."),
])  # fmt: skip
def test_the_wall_says_how_many_persons_are_only_a_message(analysed, browser, count, said):
    draft, _, run = analysed
    for rank, place in enumerate(run.placements.all()):
        place.person = f"#{place.contribution_id}" if rank < count else f"{rank:032x}"
        place.save()
    assert wall_of(scope_of(run)).without_author == said
    assert ("sans auteur connu" in browser.get(address("wall", draft)).content.decode()) == bool(count)


def test_a_theme_holds_its_own_contributions_and_no_other(analysed):
    draft, _, run = analysed
    read_all(draft)
    theme = run.themes.order_by("-messages").first()
    report = report_of(scope_of(run, theme.pk))
    assert report.title == theme.name
    assert (len(report.themes), report.themes[0].messages) == (1, theme.messages)
    contributions = next(table for table in tables_of(scope_of(run, theme.pk)) if table.name == "contributions")
    assert len(contributions.rows) == theme.messages
    branch = scope_of(run, theme.pk).branch
    names = {theme.name, *(child.theme.name for child in branch.children)}
    assert {row[6] for row in contributions.rows} <= names


def test_codings_are_told_by_rank_and_blind_samples_stay_sealed(analysed):
    draft, analyst, run = analysed
    read_all(draft)
    book = Codebook.objects.create(consultation=draft, name="Essai")
    code = Code.objects.create(codebook=book, label="Risque")
    first, second = [place.contribution for place in run.placements.order_by("pk")[:2]]
    for one in (first, second):
        Coding.objects.create(codebook=book, contribution=one, coder=analyst).codes.add(code)
    sample = CodingSample.objects.create(codebook=book, corpus=run.corpus, seed=1, contributions=[second.pk])
    (table,) = [table for table in tables_of(scope_of(run)) if table.name == "codages"]
    assert [row[:4] for row in table.rows] == [(first.pk, "Essai", "Risque", "personne 1")]
    assert analyst.email not in str(asdict(project_of(scope_of(run))))
    sample.closed_at = timezone.now()
    sample.save()
    (table,) = [table for table in tables_of(scope_of(run)) if table.name == "codages"]
    assert len(table.rows) == 2
    assert "codes-" in [chart.key for chart in report_of(scope_of(run)).charts][-1]


def test_the_project_has_the_published_structure_and_the_exact_passages(analysed):
    draft, analyst, run = analysed
    read_all(draft)
    one = run.placements.filter(status=Status.THEME).first().contribution
    Contribution.objects.filter(pk=one.pk).update(hidden=[[0, 3]])
    book = Codebook.objects.create(consultation=draft, name="Essai")
    coding = Coding.objects.create(codebook=book, contribution=one, coder=analyst)
    coding.codes.add(Code.objects.create(codebook=book, label="Risque", definition="Ce qui inquiète."))
    _, files = check_project(Documents(scope_of(run)).bytes_of(ExportFormat.QDPX))
    assert len(files) == 80
    project = project_of(scope_of(run))
    source = next(source for source in project.sources if source.key == str(one.pk))
    assert source.text.startswith("[…]")
    assert max(coded.end for coded in source.coded) == len(source.text)


def test_the_wall_shows_five_to_seven_themes_and_only_read_words(analysed):
    draft, _, run = analysed
    wall = wall_of(scope_of(run))
    assert 5 <= len(wall.themes) <= 7 or len(wall.themes) == len(scope_of(run).tree.roots)
    assert all(not quote.text for theme in wall.themes for quote in theme.quotes)
    assert (wall.dissenting, wall.rare) == (None, None)
    read_all(draft)
    wall = wall_of(scope_of(run))
    assert all(quote.text for theme in wall.themes for quote in theme.quotes)
    assert wall.rare.text
    assert [theme.persons for theme in wall.themes] == sorted((theme.persons for theme in wall.themes), reverse=True)


def test_same_run_same_bytes(analysed):
    draft, _, run = analysed
    read_all(draft)
    for one in ExportFormat:
        first, again = Documents(scope_of(run)), Documents(scope_of(Run.objects.get(pk=run.pk)))
        assert first.bytes_of(one) == again.bytes_of(one), one


def test_a_run_without_theme_is_written(db):
    draft, _, run = factories.an_analysed_consultation(4)
    run = Run.objects.select_related("corpus__consultation__territory", "job").get(pk=run.pk)
    assert not run.themes.exists()
    for one in ExportFormat:
        assert Documents(scope_of(run)).bytes_of(one)
    run.placements.all().delete()
    for one in ExportFormat:
        assert Documents(scope_of(run)).bytes_of(one)


# --- asked, kept, made again ------------------------------------------------------------------------------------------
def asked(run, by, theme=None):
    """Asked and made, as the worker does once the request is written."""
    job = ask_exports(run, by=by, theme=theme)
    if job:
        carry_out_exports(job)
        job.refresh_from_db()
    return job


def test_documents_are_made_once_kept_and_made_again_when_the_run_changes(analysed):
    draft, analyst, run = analysed
    job = asked(run, analyst)
    assert (job.state, job.done) == (JobState.DONE, len(ExportFormat))
    assert run.exports.exclude(made_at=None).count() == len(ExportFormat)
    first = run.exports.get(format=ExportFormat.CSV)
    with first.file.open() as file:
        assert len(file.read()) == first.size
    assert ask_exports(run, by=analyst) is None
    before = stamp_of(run)
    rename_theme(run.themes.first(), by=analyst, label="Le guichet humain")
    assert stamp_of(run) != before
    asked(run, analyst)
    assert run.exports.count() == len(ExportFormat)
    assert not Export.objects.filter(pk=first.pk).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"read_at": timezone.now()},
        {"hidden": [[0, 2]]},
        {"state": ContributionState.MASKED},
        {"state": ContributionState.MASKED, "mask_reason": "injure"},
    ],
)
def test_whatever_moderation_does_makes_documents_old(analysed, change):
    _, _, run = analysed
    before = stamp_of(run)
    Contribution.objects.filter(pk=run.placements.first().contribution_id).update(**change)
    assert stamp_of(run) != before


def test_one_job_at_a_time_and_it_can_be_stopped(analysed):
    _, analyst, run = analysed
    job = ask_exports(run, by=analyst)
    assert ask_exports(run, by=analyst) == job
    actions.cancel_exports(job, run=run, by=analyst)
    carry_out_exports(job)
    assert not run.exports.exclude(made_at=None).exists()
    with pytest.raises(Refused, match="déjà faits"):
        actions.cancel_exports(job, run=run, by=analyst)


def test_a_worker_killed_goes_on_where_it_was(analysed, monkeypatch):
    _, analyst, run = analysed
    job = ask_exports(run, by=analyst)
    real = Documents.bytes_of
    monkeypatch.setattr(Documents, "bytes_of", lambda self, one: (_ for _ in ()).throw(SystemExit) if one == "odt"
                        else real(self, one))  # fmt: skip
    with pytest.raises(SystemExit):
        carry_out_exports(job)
    monkeypatch.undo()
    there = set(run.exports.exclude(made_at=None).values_list("pk", "made_at"))
    assert len(there) == 3
    carry_out_exports(JobProgress.objects.get(pk=job.pk))
    assert there < set(run.exports.values_list("pk", "made_at"))
    assert not run.exports.filter(made_at=None).exists()


def test_what_cannot_be_made_is_said(analysed, monkeypatch):
    _, analyst, run = analysed
    job = ask_exports(run, by=analyst)
    error = ModuleNotFoundError("absent", name="xlsxwriter")
    monkeypatch.setattr(Documents, "_xlsx", lambda self: (_ for _ in ()).throw(error))
    carry_out_exports(job)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "requirements-analysis.txt" in job.message


@pytest.mark.parametrize("role", [Role.READER, "stranger"])
def test_who_may_not_ask(analysed, role):
    draft, _, run = analysed
    by = factories.a_user(draft.territory, role) if role != "stranger" else factories.a_user()
    with pytest.raises(NotAllowed):
        ask_exports(run, by=by)
    with pytest.raises(NotAllowed):
        actions.cancel_exports(JobProgress.objects.get(pk=run.job_id), run=run, by=by)


def test_a_theme_that_is_no_more_is_refused(analysed):
    _, analyst, run = analysed
    one, other = run.themes.all()[:2]
    one.merged_into = other
    with pytest.raises(Refused, match="n’existe plus"):
        ask_exports(run, by=analyst, theme=one)


# --- pages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def browser(analysed):
    client = Client()
    client.force_login(analysed[1])
    return client


def address(name, draft, *more):
    return reverse(f"analysis:{name}", args=[draft.public_id, *more])


def test_the_page_says_what_is_held_back_and_prepares(analysed, browser, django_capture_on_commit_callbacks):
    draft, _, run = analysed
    page = browser.get(address("exports", draft)).content.decode()
    assert "Préparer les documents" in page
    assert reverse("collection:reading", args=[draft.public_id]) in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(address("prepare_exports", draft), {"analyse": run.pk})
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "Préparer les documents" not in page
    for row in run.exports.all():
        assert address("export", draft, row.pk) in page


@pytest.mark.parametrize("one", ExportFormat)
def test_each_document_is_given_with_its_name_and_kind(analysed, browser, one):
    draft, analyst, run = analysed
    asked(run, analyst)
    export = run.exports.get(format=one)
    answer = browser.get(address("export", draft, export.pk))
    content = b"".join(answer.streaming_content)
    factories.close_files(answer)
    assert len(content) == export.size
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{draft.public_id}-corpus-1-analyse-1')
    assert answer["Content-Type"] == actions.CONTENT_TYPES[actions.extension_of(one)]


def test_an_old_document_is_not_given(analysed, browser):
    draft, analyst, run = analysed
    asked(run, analyst)
    export = run.exports.first()
    Contribution.objects.filter(pk=run.placements.first().contribution_id).update(state=ContributionState.MASKED)
    answer = browser.get(address("export", draft, export.pk), follow=True)
    assert "préparez-le à nouveau" in answer.content.decode()


def test_one_theme_has_its_own_page(analysed, browser, django_capture_on_commit_callbacks):
    draft, _, run = analysed
    theme = run.themes.first()
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(address("prepare_exports", draft), {"analyse": run.pk, "theme": theme.pk})
    page = browser.get(answer["Location"]).content.decode()
    assert "Documents du thème" in page
    assert set(run.exports.values_list("format", flat=True)) == set(formats_for(theme))
    for wrong in ("999999", "x", "9" * 30):
        assert browser.get(address("exports", draft), {"theme": wrong}).status_code == 404


def test_progress_is_told_until_it_is_over(analysed, browser):
    draft, analyst, run = analysed
    job = ask_exports(run, by=analyst)
    page = browser.get(address("exports", draft)).content.decode()
    assert f'hx-get="{address("exports_progress", draft, job.pk)}"' in page
    answer = browser.get(address("exports_progress", draft, job.pk))
    assert "HX-Refresh" not in answer.headers
    browser.post(address("cancel_exports", draft, job.pk))
    assert browser.get(address("exports_progress", draft, job.pk))["HX-Refresh"] == "true"
    assert browser.get(address("exports_progress", draft, run.job_id)).status_code == 404


def test_the_wall_and_the_charts(analysed, browser):
    draft, _, run = analysed
    read_all(draft)
    page = browser.get(address("wall", draft)).content.decode()
    assert run.themes.order_by("-persons").first().name in page
    page = browser.get(address("charts", draft)).content.decode()
    assert page.count("<svg") - 2 == page.count("<caption>")  # the mark and the search of the header are drawings too


def test_before_any_analysis(db):
    territory = factories.a_territory()
    draft, client = factories.a_draft(territory, factories.a_user(territory)), Client()
    client.force_login(factories.an_analyst(territory))
    assert "Rien n’est encore analysé" in client.get(address("exports", draft)).content.decode()
    for name in ("wall", "charts"):
        assert client.get(address(name, draft)).status_code == 302
    assert client.post(address("prepare_exports", draft)).status_code == 404


def test_the_number_of_queries_does_not_grow(analysed, browser, django_assert_max_num_queries):
    draft, analyst, run = analysed
    asked(run, analyst)
    with django_assert_max_num_queries(32):
        browser.get(address("exports", draft))


def test_held_counts_each_contribution_once(analysed):
    draft, _, run = analysed
    ids = [place.contribution_id for place in run.placements.order_by("pk")]
    Contribution.objects.filter(pk__in=ids[:10]).update(read_at=timezone.now())
    Contribution.objects.filter(pk=ids[0]).update(state=ContributionState.MASKED)
    held = held_of(run)
    assert (held.read, held.unread, held.masked, held.total) == (9, 70, 1, 80)


# --- syntheses --------------------------------------------------------------------------------------------------------
@pytest.fixture
def synthesis(analysed):
    """One validated synthesis with a sentence that quotes a contribution nobody has read yet."""
    _, analyst, run = analysed
    row = run.placements.filter(status=Status.THEME).first().contribution
    made = Synthesis.objects.create(
        run=run, title="Ce qui a été dit", made_by=analyst, state=SynthesisState.VALIDATED, validated_by=analyst,
        validated_at=timezone.make_aware(dt.datetime(2026, 3, 14, 9)),
    )  # fmt: skip
    sentence = SynthesisSentence.objects.create(
        synthesis=made, position=1, text=f"Quelqu’un dit {quoted(row.text)}.", read_by=analyst, read_at=timezone.now()
    )
    Source.objects.create(sentence=sentence, kind=SourceKind.QUOTE, contribution=row, start=0, end=len(row.text))
    return made, row


def test_a_synthesis_leaves_validated_with_read_quotes_only(analysed, browser, synthesis):
    draft, _, _ = analysed
    made, row = synthesis
    place = address("export_synthesis", draft, made.pk, "html")
    assert place in browser.get(address("exports", draft)).content.decode()
    page = browser.get(place).content.decode()
    assert f"[{NOT_YET_READ}]" in page
    assert row.text[:25] not in page
    Contribution.objects.filter(pk=row.pk).update(read_at=timezone.now(), profile="profil-unique")
    page = browser.get(place).content.decode()
    assert row.text[:25] in page
    assert f"contribution {row.pk}" in page
    assert "profil-unique" not in page
    Contribution.objects.filter(pk=row.pk).update(state=ContributionState.MASKED)
    page = browser.get(place).content.decode()
    assert row.text[:25] not in page
    assert "masquée par la modération" in page


@pytest.mark.parametrize("one", actions.SYNTHESIS_FORMATS)
def test_a_synthesis_has_the_same_bytes_in_each_format(analysed, browser, synthesis, one):
    place = address("export_synthesis", analysed[0], synthesis[0].pk, one)
    first, again = browser.get(place), browser.get(place)
    assert first.content == again.content
    assert first["Content-Type"] == actions.CONTENT_TYPES[one]


def test_a_draft_synthesis_does_not_leave_nor_an_unknown_format(analysed, browser, synthesis):
    draft, made = analysed[0], synthesis[0]
    assert browser.get(address("export_synthesis", draft, made.pk, "exe")).status_code == 404
    Synthesis.objects.filter(pk=made.pk).update(state=SynthesisState.REVIEWED)
    assert browser.get(address("export_synthesis", draft, made.pk, "pdf")).status_code == 404
