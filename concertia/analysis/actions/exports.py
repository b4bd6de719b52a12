"""Make the documents that leave the workspace: asked once, made by a job, kept while they say what it says."""

from __future__ import annotations

import hashlib
from datetime import UTC

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from concertia.analysis import rules
from concertia.analysis.actions.agreement import agreement_of
from concertia.analysis.enums import ExportFormat
from concertia.analysis.exports_queries import closed_samples, exports_of, formats_for, live_export, stamp_of
from concertia.analysis.models import Export, Run, Synthesis, Theme
from concertia.analysis.phrases import missing_sentence
from concertia.analysis.report_charts import charts_of
from concertia.analysis.report_inputs import Scope, day, report_of, scope_of
from concertia.analysis.report_synthesis import blocks_of
from concertia.analysis.report_tables import project_of, read_me_of, tables_of
from concertia.analysis.report_wall import wall_of
from concertia.analysis.synthesis_queries import synthesis_as_read
from concertia.core import jobs
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.engine.canvas.writer_zip import pack
from concertia.engine.reports.charts import svg
from concertia.engine.reports.outline import TableBlock, table_of

KIND = "exports"
SYNTHESIS_FORMATS = (ExportFormat.PDF, ExportFormat.ODT, ExportFormat.DOCX, ExportFormat.HTML)
EXTENSIONS = {
    ExportFormat.WALL_A4: "pdf",
    ExportFormat.WALL_A3: "pdf",
    ExportFormat.CSV: "zip",
    ExportFormat.SVG: "zip",
}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "qdpx": "application/zip",
}


def extension_of(format: str) -> str:
    return EXTENSIONS.get(format, format)


def file_name(export: Export) -> str:
    """« VAL-01-analyse-2-theme-4.odt »; the two posters say their paper."""
    consultation = export.run.corpus.consultation
    parts = [str(consultation.public_id), f"corpus-{export.run.corpus.number}-analyse-{export.run.number}"]
    if export.theme:
        parts.append(f"theme-{export.theme.number}")
    if export.format in (ExportFormat.WALL_A4, ExportFormat.WALL_A3):
        parts.append(export.format)
    if export.format in (ExportFormat.CSV, ExportFormat.SVG):
        parts.append("tableaux" if export.format == ExportFormat.CSV else "graphiques")
    return "-".join(parts) + f".{extension_of(export.format)}"


# --- asked, made, given -----------------------------------------------------------------------------------------------
@transaction.atomic
def ask_exports(run: Run, *, by, theme: Theme | None = None) -> JobProgress | None:
    """Have every document of the run, or of a theme, made; None when those that hold are all there."""
    if not rules.can_see_analysis(by, run.corpus.consultation):
        raise NotAllowed("exports.ask")
    Run.objects.select_for_update().get(pk=run.pk)
    if theme and (theme.run_id != run.pk or theme.merged_into_id or theme.removed):
        raise Refused("Ce thème n’existe plus dans cette analyse : choisissez-en un autre dans la liste.")
    live = live_export(run, theme)
    if live:
        return live.job
    stamp = stamp_of(run)
    there = exports_of(run, theme, stamp)
    wanted = [one for one in formats_for(theme) if one not in there or there[one].made_at is None]
    if not wanted:
        return None
    for row in Export.objects.filter(run=run, theme=theme).exclude(pk__in=[
        row.pk for row in there.values() if row.made_at
    ]):  # fmt: skip
        _forget(row)
    job = JobProgress.objects.create(kind=KIND, started_by=by, total=len(wanted))
    Export.objects.bulk_create(Export(run=run, theme=theme, format=one, stamp=stamp, job=job) for one in wanted)
    jobs.send(job)
    return job


def _forget(export: Export) -> None:
    """Take the row away, and its file once that is written."""
    name, storage = export.file.name, export.file.storage
    export.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def cancel_exports(job: JobProgress, *, run: Run, by) -> None:
    if not rules.can_see_analysis(by, run.corpus.consultation):
        raise NotAllowed("exports.cancel")
    if not jobs.cancel(job):
        raise Refused("Ces documents sont déjà faits.")


def carry_out_exports(job: JobProgress) -> None:
    """Make each document that is not there yet. Killed on the way, it goes on with the next one."""
    if not jobs.begin(job):
        return
    rows = list(job.exports.select_related("run__corpus__consultation__territory", "run__job", "theme"))
    if not rows:
        jobs.end(job, state=JobState.DONE)
        return
    run, theme = rows[0].run, rows[0].theme
    stamp = stamp_of(run)  # of before the reading: what changes meanwhile makes these documents old, never the reverse
    try:
        scope = scope_of(run, theme.pk if theme else None)
        made = Documents(scope)
        for rank, row in enumerate(rows):
            jobs.beat(job, done=rank, message=row.get_format_display())
            if row.made_at is None or row.stamp != stamp:
                _keep(row, made.bytes_of(row.format), stamp)
    except jobs.Cancelled:
        return
    except ModuleNotFoundError as error:
        jobs.end(job, state=JobState.FAILED, message=missing_sentence(error))
        return
    except MemoryError:
        jobs.end(job, state=JobState.FAILED, message="La mémoire de cette machine ne suffit pas pour ces documents.")
        return
    JobProgress.objects.filter(pk=job.pk).update(done=len(rows), message="")
    jobs.end(job, state=JobState.DONE)


def _keep(row: Export, content: bytes, stamp: str) -> None:
    if row.file:
        row.file.delete(save=False)
    row.stamp, row.size, row.made_at = stamp, len(content), timezone.now()
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.file.save(f"{row.run_id}-{row.pk}.{extension_of(row.format)}", ContentFile(content), save=False)
    row.save()


def wall_of_run(run: Run):
    """The page of the wall, as plain data."""
    return wall_of(scope_of(run))


def charts_of_run(run: Run) -> list[tuple[str, TableBlock, str]]:
    """Each chart as SVG for a page, with its table and its remark."""
    return [(svg(chart, alone=False), table_of(chart), chart.note) for chart in charts_of(scope_of(run))]


def synthesis_document(synthesis: Synthesis, format: str) -> bytes:
    """A validated synthesis as PDF, ODT, DOCX or page; its date is that of its validation."""
    from concertia.engine.reports import docx, html, odt, pdf  # noqa: PLC0415 -- slow import

    place = synthesis.run.corpus.consultation.territory.name
    blocks = blocks_of(synthesis_as_read(synthesis), place=place, when=day(synthesis.validated_at))
    made = synthesis.validated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    if format == ExportFormat.PDF:
        return pdf.document_pdf(synthesis.title, place, blocks)
    if format == ExportFormat.HTML:
        return html.document_html(synthesis.title, blocks)
    write = odt.document_odt if format == ExportFormat.ODT else docx.document_docx
    return write(synthesis.title, place, blocks, made=made)


class Documents:
    """The documents of a scope; what several of them say is put together once."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self._report = self._wall = self._tables = None

    @property
    def report(self):
        if self._report is None:
            self._report = report_of(self.scope, agreement=agreement_sentences(self.scope.run))
        return self._report

    @property
    def wall(self):
        self._wall = self._wall or wall_of(self.scope)
        return self._wall

    @property
    def tables(self):
        self._tables = self._tables or tables_of(self.scope)
        return self._tables

    def bytes_of(self, format: str) -> bytes:
        return getattr(self, f"_{format.replace('-', '_')}")()

    def _pdf(self):
        from concertia.engine.reports.pdf import report_pdf  # noqa: PLC0415 -- slow import

        return report_pdf(self.report)

    def _retenir_a4(self, paper="a4"):
        from concertia.engine.reports.pdf import wall_pdf  # noqa: PLC0415 -- slow import

        return wall_pdf(self.wall, paper=paper)

    def _retenir_a3(self):
        return self._retenir_a4("a3")

    def _odt(self):
        from concertia.engine.reports.odt import report_odt  # noqa: PLC0415 -- slow import

        return report_odt(self.report)

    def _docx(self):
        from concertia.engine.reports.docx import report_docx  # noqa: PLC0415 -- slow import

        return report_docx(self.report)

    def _html(self):
        from concertia.engine.reports.html import report_html  # noqa: PLC0415 -- slow import

        return report_html(self.report)

    def _xlsx(self):
        from concertia.engine.reports.tables import tables_xlsx  # noqa: PLC0415 -- optional dependency

        author = self.scope.run.corpus.consultation.territory.name
        return tables_xlsx(self.tables, title=self.report.title, author=author, made=self.scope.made_at)

    def _csv(self):
        from concertia.engine.reports.tables import tables_csv  # noqa: PLC0415 -- slow import

        return tables_csv(self.tables, read_me=read_me_of(self.scope))

    def _qdpx(self):
        from concertia.engine.reports.qdpx import project_qdpx  # noqa: PLC0415 -- slow import

        return project_qdpx(project_of(self.scope))

    def _svg(self):
        return pack((f"{chart.key}.svg", svg(chart).encode()) for chart in self.report.charts)


def agreement_sentences(run: Run) -> tuple[str, ...]:
    """What each closed blind sample of this corpus measured; nothing where numerical packages are missing."""
    found = []
    for sample in closed_samples(run):
        try:
            result = agreement_of(sample)
        except ModuleNotFoundError:
            return ()
        if result is None or result.alpha.value is None:
            continue
        alpha = result.alpha
        between = "" if alpha.low is None else f" (de {_decimal(alpha.low)} à {_decimal(alpha.high)} à 95 %)"
        found.append(
            f"Grille « {sample.codebook.name} » : alpha de Krippendorff {_decimal(alpha.value)}{between}, sur "
            f"{result.texts} contributions codées en aveugle ; {result.same} codées à l’identique."
        )
    return tuple(found)


def _decimal(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")
