"""The map of themes, what is read first, what people change."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import queries, rules
from concertia.analysis.actions import signals as signal_actions
from concertia.analysis.actions import themes as actions
from concertia.analysis.forms import LabelForm, LaunchForm, ThemeChoiceForm
from concertia.collection.enums import Use
from concertia.core.enums import JobState
from concertia.core.errors import Refused

PER_PAGE = 25
MOST_DUPLICATES = 100


def _opened(request, public_id, run_id):
    """The consultation, the run that ended, its tree: what every page of a run needs."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    run = queries.run_of(consultation, run_id)
    return consultation, run, queries.tree_of(run)


def _branch(tree, theme_id):
    branch = tree.standing(theme_id)
    if branch is None:
        raise Http404
    return branch


@login_required
@require_safe
def theme_map(request, public_id, run_id=None, theme_id=None, use=Use.PARTICIPATION):
    """Left the themes, in the middle the words of one, right what a person reads first; nothing yet: what to do."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    last = queries.last_asked(consultation)
    run = queries.run_of(consultation, run_id) if run_id else queries.run_shown(consultation, use=use)
    context = {
        "consultation": consultation,
        "use": run.corpus.use if run else use,
        "live": last if last and not last.job.is_over else None,
        "failed": last if last and last.job.state == JobState.FAILED else None,
        "can_analyse": rules.can_analyse(request.user, consultation),
        "launch_form": LaunchForm(),
    }
    if run is None:
        return render(request, "analysis/empty.html", {**context, "counts": queries.waiting_counts(consultation, use)})
    tree = queries.tree_of(run)
    branch = _branch(tree, theme_id) if theme_id else next(iter(tree.roots), None)
    context |= {
        "run": run,
        "tree": tree,
        "branch": branch,
        "quotes": queries.quotes_of(run, branch) if branch else [],
        "ledger": queries.ledger_of(run),
        "campaign": queries.largest_campaign(run),
        "signals_read": queries.signals_read(run),
        "newer": queries.contributions_since(run),
    }
    return render(request, "analysis/map.html", context)


@login_required
def messages_of(request, public_id, run_id, theme_id):
    """Every message of a theme, as written; those that are ticked may be moved, or taken out into a new theme."""
    consultation, run, tree = _opened(request, public_id, run_id)
    branch = _branch(tree, theme_id)
    others = [theme for theme in queries.standing_themes(tree) if theme.pk != branch.theme.pk]
    # Two sets of fields in one form, of which one is sent: the browser must not ask for the other.
    asked = request.POST.get("action", "")
    shared = {"use_required_attribute": False}
    move_form = ThemeChoiceForm(request.POST or None, themes=others, label="Les mettre dans", prefix="move", **shared)
    label_form = LabelForm(request.POST or None, prefix="split", **shared)
    if request.method == "POST":
        chosen = [pk for pk in request.POST.getlist("contribution") if pk.isdecimal()]
        form = label_form if asked == "split" else move_form
        if form.is_valid():
            try:
                change = _moved(request.user, run, branch.theme, form, chosen)
                messages.success(request, f"C’est fait : {change.told}. Vous pouvez l’annuler.")
                return redirect("analysis:messages", public_id, run.pk, branch.theme.pk)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    words = request.GET.get("q", "").strip()[:200]
    page = Paginator(queries.messages_in(branch.everything(), words=words), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": consultation,
        "run": run,
        "branch": branch,
        "page": page,
        "words": words,
        "move_form": move_form if asked == "move" else ThemeChoiceForm(
            themes=others, label="Les mettre dans", prefix="move", **shared
        ),
        "label_form": label_form if asked == "split" else LabelForm(prefix="split", **shared),
        "search_query": urlencode({"q": words}),
        "ticked": request.POST.getlist("contribution"),
        "can_analyse": rules.can_analyse(request.user, consultation),
    }  # fmt: skip
    return render(request, "analysis/messages.html", context)


def _moved(user, run, theme, form, chosen):
    if form.prefix == "split":
        return actions.split_theme(theme, by=user, label=form.cleaned_data["label"], contributions=chosen)
    to = run.themes.get(pk=int(form.cleaned_data["theme"]))
    return actions.move_contributions(run, by=user, contributions=chosen, to=to, out_of=theme)


@login_required
def change(request, public_id, run_id, theme_id):
    """Rename, merge, place under another: three forms, one of which is sent."""
    consultation, run, tree = _opened(request, public_id, run_id)
    if not rules.can_analyse(request.user, consultation):
        raise PermissionDenied
    theme = _branch(tree, theme_id).theme
    others = [one for one in queries.standing_themes(tree) if one.pk != theme.pk]
    asked = request.POST.get("action", "")
    forms = {
        "rename": LabelForm(request.POST if asked == "rename" else None, initial={"label": theme.name}),
        "merge": ThemeChoiceForm(
            request.POST if asked == "merge" else None, themes=others, label="Fusionner dans", prefix="merge"
        ),
        "place": ThemeChoiceForm(
            request.POST if asked == "place" else None, themes=others, label="Ranger sous", prefix="place", top=True,
            initial={"theme": str(theme.parent_id or 0)},
        ),
    }  # fmt: skip
    if asked in forms and forms[asked].is_valid():
        try:
            done = _changed(request.user, run, theme, asked, forms[asked].cleaned_data)
            messages.success(request, f"C’est fait : {done.told}. Vous pouvez l’annuler.")
            shown = int(forms["merge"].cleaned_data["theme"]) if asked == "merge" else theme.pk
            return redirect("analysis:theme", public_id, run.pk, shown)
        except Refused as refusal:
            forms[asked].add_error(None, str(refusal))
    context = {"consultation": consultation, "run": run, "theme": theme, "forms": forms}
    return render(request, "analysis/change.html", context)


def _changed(user, run, theme, asked, values):
    if asked == "rename":
        return actions.rename_theme(theme, by=user, label=values["label"])
    chosen = int(values["theme"])
    other = run.themes.get(pk=chosen) if chosen else None
    if asked == "merge":
        return actions.merge_themes(theme, into=other, by=user)
    return actions.place_theme(theme, under=other, by=user)


@login_required
def create(request, public_id, run_id):
    consultation, run, _ = _opened(request, public_id, run_id)
    if not rules.can_analyse(request.user, consultation):
        raise PermissionDenied
    form = LabelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_theme(run, by=request.user, label=form.cleaned_data["label"])
            messages.success(request, f"C’est fait : {made.told}. Mettez-y des messages depuis un autre thème.")
            return redirect("analysis:theme", public_id, run.pk, made.theme_id)
        except Refused as refusal:
            form.add_error("label", str(refusal))
    return render(request, "analysis/create.html", {"consultation": consultation, "run": run, "form": form})


@login_required
def signals(request, public_id, run_id):
    """The weak signals, most novel first; a person says that they read one, or puts it in a theme."""
    consultation, run, tree = _opened(request, public_id, run_id)
    themes = queries.standing_themes(tree)
    if request.method == "POST":
        _settle_signal(request, run, themes)
        return redirect(f"{request.path}?page={request.GET.get('page', '1')}")
    page = Paginator(queries.signals_of(run), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": consultation,
        "run": run,
        "page": page,
        "tree": tree,
        "themes": themes,
        "read": queries.signals_read(run),
        "can_analyse": rules.can_analyse(request.user, consultation),
    }
    return render(request, "analysis/signals.html", context)


def _settle_signal(request, run, themes):
    signal = queries.signal_of(run, request.POST.get("signal", ""))
    name = " ".join(request.POST.get("theme", "").split()).casefold()
    try:
        if request.POST.get("action") == "move":
            to = next((theme for theme in themes if theme.name.casefold() == name), None)
            if to is None:
                raise Refused("Aucun thème ne porte ce nom : choisissez dans la liste celui où mettre ce message.")
            contributions = [signal.placement.contribution_id]
            done = actions.move_contributions(run, by=request.user, contributions=contributions, to=to)
            messages.success(request, f"C’est fait : {done.told}. Vous pouvez l’annuler.")
        signal_actions.mark_read(signal, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))


@login_required
@require_safe
def campaigns(request, public_id, run_id):
    """The same text sent many times: how many messages, how many persons, when, and what varies."""
    consultation, run, _ = _opened(request, public_id, run_id)
    page = Paginator(queries.campaigns_of(run), 10).get_page(request.GET.get("page"))
    others = queries.other_duplicates_of(run)
    context = {
        "consultation": consultation,
        "run": run,
        "page": page,
        "flood": queries.flood_of(run),
        "others": [] if page.has_next() else list(others[:MOST_DUPLICATES]),
        "others_count": others.count(),
    }
    return render(request, "analysis/campaigns.html", context)


@login_required
@require_safe
def campaign(request, public_id, run_id, campaign_id):
    """Who sent it and when: each message, the earliest first."""
    consultation, run, _ = _opened(request, public_id, run_id)
    found = get_object_or_404(run.campaigns, pk=campaign_id)
    page = Paginator(queries.messages_of_campaign(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"consultation": consultation, "run": run, "campaign": found, "page": page}
    return render(request, "analysis/campaign.html", context)


@login_required
@require_safe
def set_aside(request, public_id, run_id):
    consultation, run, _ = _opened(request, public_id, run_id)
    page = Paginator(queries.set_aside_of(run), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "analysis/set_aside.html", {"consultation": consultation, "run": run, "page": page})


@login_required
@require_safe
def changes(request, public_id, run_id):
    """What people did to the map, the last first."""
    consultation, run, _ = _opened(request, public_id, run_id)
    page = Paginator(run.changes.select_related("by", "undone_by"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": consultation,
        "run": run,
        "page": page,
        "last": run.changes.filter(undone_at=None).first(),
        "kept": queries.gestures_kept(run),
        "can_analyse": rules.can_analyse(request.user, consultation),
    }
    return render(request, "analysis/changes.html", context)


@login_required
@require_POST
def undo(request, public_id, run_id):
    _, run, _ = _opened(request, public_id, run_id)
    try:
        undone = actions.undo_last_change(run, by=request.user)
        messages.success(request, f"Annulé : {undone.told}.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:changes", public_id, run.pk)
