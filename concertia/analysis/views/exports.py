"""« Partager » : what leaves the workspace, the page of the wall, the charts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import exports_queries, queries
from concertia.analysis.actions import exports as actions
from concertia.analysis.models import Export
from concertia.core.errors import Refused
from concertia.core.models import JobProgress


def _opened(request, public_id):
    """The consultation, the run asked for (or the latest that ended), the theme asked for."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    asked = request.POST if request.method == "POST" else request.GET
    number = asked.get("analyse", "")
    run = queries.run_of(consultation, int(number)) if number.isdecimal() and len(number) < 12 else None
    return consultation, run or queries.run_shown(consultation)


def _theme(request, tree):
    asked = (request.POST if request.method == "POST" else request.GET).get("theme", "")
    if not asked:
        return None
    branch = tree.standing(int(asked)) if asked.isdecimal() and len(asked) < 12 else None
    if branch is None:
        raise Http404
    return branch.theme


def _address(consultation, run, theme):
    query = {"analyse": run.pk} | ({"theme": theme.pk} if theme else {})
    return f"{reverse('analysis:exports', args=[consultation.public_id])}?{urlencode(query)}"


@login_required
@require_safe
def exports(request, public_id):
    """The poster, the documents with their weight, one theme or the whole; what is held back and where to read it."""
    consultation, run = _opened(request, public_id)
    if run is None:
        return render(request, "analysis/exports/empty.html", {"consultation": consultation})
    tree = queries.tree_of(run)
    theme = _theme(request, tree)
    stamp = exports_queries.stamp_of(run)
    there = exports_queries.exports_of(run, theme, stamp)
    formats = exports_queries.formats_for(theme)
    ready = [there[one] for one in formats if one in there and there[one].made_at]
    live = exports_queries.live_export(run, theme)
    context = {
        "consultation": consultation,
        "run": run,
        "theme": theme,
        "themes": exports_queries.themes_in_order(tree),
        "held": exports_queries.held_of(run),
        "ready": [(row, actions.extension_of(row.format).upper()) for row in ready],
        "formats": formats,
        "syntheses": exports_queries.validated_syntheses(consultation),
        "synthesis_formats": actions.SYNTHESIS_FORMATS,
        "is_complete": len(ready) == len(formats),
        "live": live,
        "job": live.job if live else None,
        "failed": None if live else exports_queries.last_failed(run, theme, stamp),
    }
    return render(request, "analysis/exports/exports.html", context)


@login_required
@require_POST
def prepare(request, public_id):
    consultation, run = _opened(request, public_id)
    if run is None:
        raise Http404
    theme = _theme(request, queries.tree_of(run))
    try:
        if actions.ask_exports(run, by=request.user, theme=theme) is None:
            messages.info(request, "Ces documents sont déjà à jour.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_address(consultation, run, theme))


def _job(request, public_id, job_id):
    """The job of documents of this consultation, and one of these documents."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    job = get_object_or_404(JobProgress, pk=job_id, kind=actions.KIND)
    export = job.exports.select_related("run__corpus__consultation", "theme").first()
    if export is None or export.run.corpus.consultation_id != consultation.pk:
        raise Http404
    return consultation, job, export


@login_required
@require_safe
def progress(request, public_id, job_id):
    """The fragment that the page polls; without script the page is reloaded."""
    consultation, job, export = _job(request, public_id, job_id)
    context = {"consultation": consultation, "job": job}
    response = render(request, "analysis/exports/exports.html#progress", context)
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request, public_id, job_id):
    consultation, job, export = _job(request, public_id, job_id)
    try:
        actions.cancel_exports(job, run=export.run, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_address(consultation, export.run, export.theme))


@login_required
@require_safe
def document(request, public_id, export_id):
    """The file, while it says what the workspace says; otherwise the page where it is made again."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    rows = Export.objects.select_related("run__corpus__consultation__territory", "theme")
    export = get_object_or_404(rows, pk=export_id, run__corpus__consultation=consultation)
    is_current = export.made_at is not None and export.stamp == exports_queries.stamp_of(export.run)
    if not is_current or not default_storage.exists(export.file.name):
        messages.warning(request, "L’analyse a changé depuis que ce document a été fait : préparez-le à nouveau.")
        return redirect(_address(consultation, export.run, export.theme))
    kind = actions.CONTENT_TYPES[actions.extension_of(export.format)]
    response = FileResponse(export.file.open(), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, actions.file_name(export))
    return response


@login_required
@require_safe
def synthesis_document(request, public_id, pk, format):
    """A validated synthesis, written as it may be shown at this moment."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    if format not in actions.SYNTHESIS_FORMATS:
        raise Http404
    synthesis = get_object_or_404(exports_queries.validated_syntheses(consultation), pk=pk)
    content = actions.synthesis_document(synthesis, format)
    response = HttpResponse(content, content_type=actions.CONTENT_TYPES[format])
    name = f"{consultation.public_id}-synthese-{synthesis.pk}.{format}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@login_required
@require_safe
def wall(request, public_id):
    """« Ce qu’il faut retenir », in large type, for a room."""
    consultation, run = _opened(request, public_id)
    if run is None:
        return redirect("analysis:exports", consultation.public_id)
    context = {"consultation": consultation, "run": run, "wall": actions.wall_of_run(run)}
    return render(request, "analysis/exports/wall.html", context)


@login_required
@require_safe
def charts(request, public_id):
    """Each chart with the table that says the same."""
    consultation, run = _opened(request, public_id)
    if run is None:
        return redirect("analysis:exports", consultation.public_id)
    drawn = [(mark_safe(svg), table, note) for svg, table, note in actions.charts_of_run(run)]  # noqa: S308 -- our own drawing, words escaped
    return render(request, "analysis/exports/charts.html", {"consultation": consultation, "run": run, "charts": drawn})
