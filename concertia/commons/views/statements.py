"""What the site says of itself, each page made from the code, the settings and the records, so that it is true."""

import datetime as dt
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from concertia.commons import algorithms as inventory_of_algorithms
from concertia.commons import retention, site_plan
from concertia.commons.actions import statements as actions
from concertia.commons.forms import AuditForm, BarrierForm
from concertia.commons.models import YEARS_VALID
from concertia.commons.pages import public_page
from concertia.commons.statement_queries import counted_in_a_year, last_audit, state_of, valid_audit
from concertia.core.errors import Refused
from concertia.territories.rules import is_national_team

WEIGHTS = Path(__file__).parents[1] / "data" / "weights.json"  # written by `bench.weights`


@require_safe
@public_page
def accessibility(request):
    """The declaration, in the format and the order that the arrêté du 20 septembre 2019 makes mandatory."""
    recorded = last_audit()
    audit = valid_audit(recorded)
    context = {
        "site": settings.SITE,
        "address": settings.ADDRESS,
        "audit": audit,
        "expired": recorded if recorded and not audit else None,
        "state": state_of(recorded),
        "rate": _percent(audit.per_thousand) if audit else "",
        "years_valid": YEARS_VALID,
        "answered_within": actions.ANSWERED_WITHIN.days,
        "defender_form": settings.DEFENDER_FORM,
        "defender_delegates": settings.DEFENDER_DELEGATES,
        "defender_post": settings.DEFENDER_POST,
    }
    return render(request, "commons/statements/accessibility.html", context)


def _percent(per_thousand):
    whole, tenths = divmod(per_thousand, 10)
    return f"{whole},{tenths}" if tenths else str(whole)


def report_barrier(request):
    form = BarrierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        is_a_program = bool(values.pop("website"))
        try:
            if not is_a_program:
                actions.report_barrier(**values)
            sentence = (
                "Votre signalement est parti et un accusé de réception vous est envoyé. Réponse sous une semaine."
            )
            messages.success(request, sentence)
            return redirect("commons:accessibility")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "site": settings.SITE, "answered_within": actions.ANSWERED_WITHIN.days}
    return render(request, "commons/statements/report_barrier.html", context)


@login_required
def record_audit(request):
    if not is_national_team(request.user):
        raise PermissionDenied
    form = AuditForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            audit = actions.record_audit(by=request.user, **form.cleaned_data)
            messages.success(request, f"L’audit est enregistré : le site se déclare maintenant {audit.state.label}.")
            return redirect("commons:accessibility")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    recorded = last_audit()
    context = {"form": form, "recorded": recorded, "state": state_of(recorded), "years_valid": YEARS_VALID}
    return render(request, "commons/statements/record_audit.html", context)


@require_safe
@public_page
def personal_data(request):
    context = {
        "site": settings.SITE,
        "sheets": retention.sheets(),
        "cookies": retention.cookies(),
        "proconnect": settings.PROCONNECT is not None,
    }
    return render(request, "commons/statements/personal_data.html", context)


@require_safe
@public_page
def legal(request):
    return render(request, "commons/statements/legal.html", {"site": settings.SITE, "address": settings.ADDRESS})


@require_safe
@public_page
def algorithms(request):
    counts = counted_in_a_year()
    rows = [(sheet, counts.get(sheet.yearly)) for sheet in inventory_of_algorithms.SHEETS]
    context = {"site": settings.SITE, "rows": rows, "not_counted": inventory_of_algorithms.NOT_COUNTED}
    return render(request, "commons/statements/algorithms.html", context)


@require_safe
@public_page
def sitemap_page(request):
    return render(request, "commons/statements/sitemap_page.html", {"sections": site_plan.SECTIONS})


@cache
def _weights():
    weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {**weights, "measured_on": dt.date.fromisoformat(weights["date"])}


@require_safe
@public_page
def ecodesign(request):
    return render(request, "commons/statements/ecodesign.html", {"weights": _weights()})
