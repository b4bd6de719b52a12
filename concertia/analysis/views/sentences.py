"""One sentence of a synthesis: change it, choose what to quote, write a number, one click on what is wrong."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import queries, synthesis_queries
from concertia.analysis.actions import syntheses as actions
from concertia.analysis.models import SynthesisSentence
from concertia.analysis.quoting import fingerprint
from concertia.analysis.synthesis_forms import WHOLE, SearchForm, SentenceForm, section_of
from concertia.analysis.views.syntheses import address_of, line_of, open_synthesis
from concertia.core.errors import Conflict, Refused

PER_PAGE = 20


def _sentence(opened, pk) -> SynthesisSentence:
    rows = opened.synthesis.sentences.select_related("read_by", "synthesis__run__corpus__consultation__territory")
    return get_object_or_404(rows.prefetch_related("sources__contribution", "sources__theme"), pk=pk)


@login_required
@require_POST
def act(request, public_id, pk, sentence_id):
    """One click on a sentence: keep, take out, up, down; on one of its sources: write again, take away."""
    opened = open_synthesis(request, public_id, pk)
    row = _sentence(opened, sentence_id)
    section = synthesis_queries.section_of(row, opened.tree)
    action, _, source = request.POST.get("action", "").partition(":")
    stays = True
    try:
        if action == "keep":
            actions.keep_proposal(row, by=request.user)
        elif action == "remove":
            words = synthesis_queries.sentence_as_read(row, opened.tree).text
            actions.remove_sentence(row, by=request.user)
            messages.success(request, f"{'Phrase retirée' if row.read_at else 'Proposition écartée'} : {words}")
            stays = False
        elif action in ("up", "down"):
            actions.move_sentence(row, by=request.user, down=action == "down")
        elif action in ("update", "unbind") and source.isdecimal():
            found = get_object_or_404(row.sources.select_related("sentence__synthesis__run"), pk=int(source))
            do = actions.update_source if action == "update" else actions.remove_source
            stays = do(found, by=request.user) is not None
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    if stays and request.POST.get("from") == "sentence":
        return redirect("analysis:synthesis_sentence", public_id, pk, sentence_id)
    return redirect(address_of(opened, section, f"#phrase-{sentence_id}" if stays else ""))


@login_required
def sentence(request, public_id, pk, sentence_id):
    """Change a sentence and its sources; a change made by somebody else meanwhile is shown, never overwritten."""
    opened = open_synthesis(request, public_id, pk)
    row = _sentence(opened, sentence_id)
    if not opened.context(request)["can_write"]:
        raise PermissionDenied
    section = str(synthesis_queries.section_of(row, opened.tree) or WHOLE)
    read = synthesis_queries.sentence_as_read(row, opened.tree)
    initial = {"text": read.text, "section": section, "of": section}
    form = SentenceForm(request.POST or None, initial=initial, sections=opened.sections)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _save(request, opened, row, form.cleaned_data)
            except Conflict as conflict:
                messages.error(request, str(conflict))
                status = 409
            except Refused as refusal:
                form.add_error("text", str(refusal))
    wrong = actions.checked(opened.synthesis, [row], tree=opened.tree)
    context = {
        **opened.context(request), "row": row, "line": line_of(row, opened, wrong), "form": form,
        "seen": fingerprint(row), "conflict": status == 409, "section_value": section,
        "sources": [(source, synthesis_queries.source_as_read(source, opened.tree)) for source in row.sources.all()],
    }  # fmt: skip
    return render(request, "analysis/syntheses/sentence.html", context, status=status)


def _save(request, opened, row, values):
    """Save first, so that nothing typed is lost, then do what the button says."""
    public_id, pk = opened.consultation.public_id, opened.synthesis.pk
    row = actions.save_sentence(
        row, by=request.user, text=values["text"], section=section_of(values["section"]),
        seen=request.POST.get("seen", ""),
    )  # fmt: skip
    action = request.POST.get("action")
    if action == "quote":
        return redirect("analysis:synthesis_quotes", public_id, pk, row.pk)
    if action == "number":
        try:
            actions.add_number(row, by=request.user, counted=values["counted"], section=section_of(values["of"]))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("analysis:synthesis_sentence", public_id, pk, row.pk)
    wrong = actions.checked(opened.synthesis, [_sentence(opened, row.pk)])
    if wrong:
        messages.warning(request, "La phrase est enregistrée ; ce qui est à corriger est dit sous elle.")
    else:
        messages.success(request, "La phrase est enregistrée.")
    section = section_of(values["section"])
    return redirect(address_of(opened, section, f"#phrase-{row.pk}"))


# --- choosing a quote -----------------------------------------------------------------------------------------------
@login_required
@require_safe
def quotes(request, public_id, pk, sentence_id):
    """The messages of a theme, with search and pages: which one to quote?"""
    opened = open_synthesis(request, public_id, pk)
    row = _sentence(opened, sentence_id)
    if not opened.context(request)["can_write"]:
        raise PermissionDenied
    section = str(synthesis_queries.section_of(row, opened.tree) or WHOLE)
    form = SearchForm({"theme": section, **request.GET.dict()}, sections=opened.sections)
    if not form.is_valid():
        raise Http404
    words, theme = form.cleaned_data["q"], section_of(form.cleaned_data["theme"])
    rows = _messages(opened, theme, words)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **opened.context(request), "row": row, "form": form, "page": page, "words": words,
        "section_value": section, "sentence_pk": row.pk,
        "sentence_shown": synthesis_queries.sentence_as_read(row, opened.tree).text,
        "query": urlencode({"q": words, "theme": theme or WHOLE}),
    }  # fmt: skip
    return render(request, "analysis/syntheses/quotes.html", context)


def _messages(opened, theme, words):
    if theme is not None:
        return queries.messages_in(opened.tree.standing(theme).everything(), words=words)
    rows = opened.synthesis.run.placements.select_related("contribution").order_by("place", "pk")
    return rows.filter(contribution__text__icontains=words) if words else rows


@login_required
def passages(request, public_id, pk, sentence_id, contribution_id):
    """One message, cut into passages: which ones to quote?"""
    opened = open_synthesis(request, public_id, pk)
    row = _sentence(opened, sentence_id)
    if not opened.context(request)["can_write"]:
        raise PermissionDenied
    placement = get_object_or_404(
        opened.synthesis.run.placements.select_related("contribution"), contribution=contribution_id
    )
    contribution = placement.contribution
    chosen = [int(value) for value in request.POST.getlist("passages") if value.isdecimal() and len(value) < 6]
    refused = ""
    if request.method == "POST":
        try:
            actions.add_quote(row, by=request.user, contribution=contribution, passages=chosen)
            messages.success(request, "La citation est dans la phrase.")
            return redirect("analysis:synthesis_sentence", public_id, pk, sentence_id)
        except Refused as refusal:
            refused = str(refusal)
    spans = [] if contribution.is_masked else actions.passages_of(contribution)
    shown = [(rank, contribution.shown(span.start, span.end)) for rank, span in enumerate(spans)]
    context = {
        **opened.context(request), "row": row, "section_value": synthesis_queries.section_of(row, opened.tree) or WHOLE,
        "contribution": contribution, "passages": shown, "refused": refused,
        "chosen": chosen or ([0] if len(shown) == 1 else []), "origin": synthesis_queries.origin_of(contribution),
    }  # fmt: skip
    return render(request, "analysis/syntheses/passages.html", context, status=422 if refused else 200)
