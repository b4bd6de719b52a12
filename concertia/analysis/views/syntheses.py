"""A synthesis as its writers compose it: one part at a time, then the whole to read again and validate."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import queries, rules, synthesis_queries
from concertia.analysis.actions import syntheses as actions
from concertia.analysis.enums import SynthesisState
from concertia.analysis.phrases import VOICES
from concertia.analysis.quoting import written_quotes
from concertia.analysis.synthesis_forms import WHOLE, OwnSentenceForm, TitleForm
from concertia.core.errors import Conflict, Refused


@dataclass
class Opened:
    """What every page of a synthesis needs."""

    consultation: object
    synthesis: object
    tree: object
    sections: list

    def context(self, request):
        may = rules.can_analyse(request.user, self.consultation)
        return {
            "consultation": self.consultation,
            "synthesis": self.synthesis,
            "run": self.synthesis.run,
            "newer": synthesis_queries.newer_run(self.synthesis),
            "can_write": may and self.synthesis.state != SynthesisState.VALIDATED,
            "can_analyse": may,
        }


@dataclass
class Line:
    """A sentence on its page: as it may be shown, with what is wrong marked in its place."""

    row: object
    read: object
    pieces: list
    remarks: list
    voice: str = ""


def open_synthesis(request, public_id, pk) -> Opened:
    consultation = queries.consultation_to_analyse(request.user, public_id)
    synthesis = synthesis_queries.synthesis_of(consultation, pk)
    tree = queries.tree_of(synthesis.run)
    return Opened(consultation, synthesis, tree, synthesis_queries.sections_of(synthesis.run, tree))


def address_of(opened, section, anchor=""):
    address = reverse("analysis:synthesis", args=[opened.consultation.public_id, opened.synthesis.pk])
    return f"{address}?{urlencode({'partie': section or WHOLE})}{anchor}"


# --- the list -------------------------------------------------------------------------------------------------------
@login_required
def syntheses(request, public_id):
    """The syntheses of a consultation, and the form that starts one on the analysis that people read."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    run = queries.run_shown(consultation)
    may = rules.can_analyse(request.user, consultation)
    form = TitleForm(request.POST or None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if run is None:
            raise Http404
        if form.is_valid():
            synthesis = actions.start_synthesis(run, by=request.user, title=form.cleaned_data["title"])
            return redirect("analysis:synthesis", public_id, synthesis.pk)
    kept, waiting = Q(sentences__read_at__isnull=False), Q(sentences__pk__isnull=False, sentences__read_at=None)
    rows = synthesis_queries.syntheses_of(consultation)
    rows = rows.annotate(kept=Count("sentences", filter=kept), waiting=Count("sentences", filter=waiting))
    context = {"consultation": consultation, "run": run, "rows": rows, "form": form, "can_analyse": may}
    return render(request, "analysis/syntheses/list.html", context)


# --- one part -------------------------------------------------------------------------------------------------------
@login_required
@require_safe
def synthesis(request, public_id, pk):
    opened = open_synthesis(request, public_id, pk)
    section = _asked(request, opened)
    return _part(request, opened, section, OwnSentenceForm())


def _asked(request, opened):
    value = request.GET.get("partie", WHOLE)
    known = {str(theme or WHOLE): theme for theme, *_ in opened.sections}
    if value not in known:
        raise Http404
    return known[value]


def _part(request, opened, section, form, *, status=200):
    kept = synthesis_queries.sentences_of(opened.synthesis, read_at__isnull=False)
    own = [row for row in kept if synthesis_queries.section_of(row, opened.tree) == section]
    waiting = _waiting(opened, section)
    wrong = actions.checked(opened.synthesis, [*kept, *waiting], tree=opened.tree)
    current = next(one for one in opened.sections if one[0] == section)
    context = {
        **opened.context(request),
        "parts": _parts(opened, kept, wrong),
        "current": current,
        "section": section,
        "section_value": section or WHOLE,
        "whole": opened.sections[0],
        "lines": [line_of(row, opened, wrong) for row in own],
        "proposals": [line_of(row, opened, wrong) for row in waiting],
        "form": form,
    }
    return render(request, "analysis/syntheses/part.html", context, status=status)


def _waiting(opened, section):
    """The proposals of a section that nobody has read."""
    here = [pk for pk, branch in opened.tree.by_pk.items() if section is not None and branch.theme.pk == section]
    if section is not None:
        return synthesis_queries.sentences_of(opened.synthesis, read_at=None, theme__in=here)
    rows = synthesis_queries.sentences_of(opened.synthesis, read_at=None, theme=None)
    gone = opened.synthesis.run.themes.filter(removed=True).values("pk")
    return rows + synthesis_queries.sentences_of(opened.synthesis, read_at=None, theme__in=gone)


def _parts(opened, kept, wrong):
    """Each section with how many sentences it holds, how many wait for a reader, how many are to correct."""
    counts = {theme: [0, 0, 0] for theme, *_ in opened.sections}
    for row in kept:
        own = counts[synthesis_queries.section_of(row, opened.tree)]
        own[0] += 1
        own[2] += row.pk in wrong
    rows = opened.synthesis.sentences.filter(read_at=None).order_by().values_list("theme").annotate(Count("pk"))
    for theme, count in rows:
        branch = opened.tree.standing(theme) if theme else None
        counts[branch.theme.pk if branch else None][1] += count
    return [(theme, theme or WHOLE, title, *counts[theme]) for theme, title, *_ in opened.sections]


def line_of(row, opened, wrong) -> Line:
    remarks = wrong.get(row.pk, [])
    voices = {tuple(quote[:3]): quote[3] for quote in row.theme.quotes} if row.proposed and row.theme else {}
    places = [(one.contribution_id, one.start, one.end) for one in row.sources.all()]
    voice = next((VOICES[voices[place]] for place in places if place in voices), "")
    read = synthesis_queries.sentence_as_read(row, opened.tree)
    return Line(row, read, _pieces(row, remarks), remarks, voice)


def _pieces(row, remarks):
    """(words, kind, rank of the remark or 0): the sentence cut where it is quoted and where something is wrong."""
    places = {(one.start, one.end): rank for rank, one in enumerate(remarks, 1) if one.end > one.start}
    cuts = [(one.start, one.end, one.shown, "quote") for one in written_quotes(row.text, row.sources.all())]
    held = {(start, end) for start, end, *_ in cuts}
    cuts += [(start, end, row.text[start:end], "words") for start, end in places if (start, end) not in held]
    pieces, at = [], 0
    for start, end, shown, kind in sorted(cuts):
        if start < at or end == start:
            continue
        pieces += [(row.text[at:start], "words", 0), (shown, kind, places.get((start, end), 0))]
        at = end
    return [piece for piece in (*pieces, (row.text[at:], "words", 0)) if piece[0]]


@login_required
@require_POST
def write(request, public_id, pk):
    """A sentence of the writer's own; what was typed stays on the page when it is refused."""
    opened = open_synthesis(request, public_id, pk)
    section = _asked(request, opened)
    form = OwnSentenceForm(request.POST)
    if form.is_valid():
        try:
            row = actions.write_sentence(
                opened.synthesis, by=request.user, text=form.cleaned_data["text"], section=section
            )
            return redirect("analysis:synthesis_sentence", public_id, pk, row.pk)
        except Refused as refusal:
            form.add_error("text", str(refusal))
    elif not rules.can_analyse(request.user, opened.consultation):
        raise PermissionDenied
    return _part(request, opened, section, form, status=422)


@login_required
@require_POST
def proposals(request, public_id, pk):
    """All that waits in a section, or everywhere: set aside, or proposed again."""
    opened = open_synthesis(request, public_id, pk)
    section = _asked(request, opened)
    action = request.POST.get("action")
    try:
        if action == "again":
            count = actions.propose_again(opened.synthesis, by=request.user, section=section)
            done = "Tout ce que le programme propose ici est déjà là." if not count else f"{count} de nouveau là."
        elif action in ("aside", "aside_all"):
            everywhere = action == "aside_all"
            count = actions.set_the_rest_aside(
                opened.synthesis, by=request.user, section=section, everywhere=everywhere
            )
            done = f"Propositions écartées : {count}."
        else:
            raise Http404
        messages.success(request, done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(address_of(opened, section))


# --- the whole ------------------------------------------------------------------------------------------------------
@login_required
@require_safe
def reading(request, public_id, pk):
    """The synthesis as it reads, with what a program did said at its end; where it is reviewed and validated."""
    opened = open_synthesis(request, public_id, pk)
    kept = synthesis_queries.sentences_of(opened.synthesis, read_at__isnull=False)
    wrong = actions.checked(opened.synthesis, kept, tree=opened.tree)
    read = synthesis_queries.synthesis_as_read(opened.synthesis)
    context = {
        **opened.context(request),
        "read": read,
        "unread": sorted({pk for part in read.sections for sentence in part.sentences for pk in sentence.unread}),
        "wrong": {pk: len(remarks) for pk, remarks in wrong.items()},
        "waiting": opened.synthesis.sentences.filter(read_at=None).count(),
    }
    return render(request, "analysis/syntheses/reading.html", context)


@login_required
@require_POST
def state(request, public_id, pk):
    """Reviewed, validated, opened again: each by name."""
    opened = open_synthesis(request, public_id, pk)
    version = request.POST.get("version", "")
    version = int(version) if version.isdecimal() and len(version) < 10 else -1
    try:
        match request.POST.get("action"):
            case "review":
                actions.review_synthesis(opened.synthesis, by=request.user, version=version)
                messages.success(request, "La synthèse est relue, à votre nom.")
            case "validate":
                actions.validate_synthesis(opened.synthesis, by=request.user, version=version)
                messages.success(request, "La synthèse est validée, à votre nom.")
            case "reopen":
                actions.reopen_synthesis(opened.synthesis, by=request.user)
                messages.success(request, "La synthèse est de nouveau un brouillon.")
            case _:
                raise Http404
    except (Refused, Conflict) as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:synthesis_reading", public_id, pk)
