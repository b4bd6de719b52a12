"""What the analysis shows in the steps « Analyser » and « Documenter »."""

from concertia.analysis import rules
from concertia.analysis.evidence_queries import coverage_of
from concertia.analysis.queries import run_shown, runs_of, waiting_counts
from concertia.collection.enums import Use
from concertia.core.panels import Panel
from concertia.core.panels import register as register_panel


def analysis(consultation, user):
    if not rules.can_see_analysis(user, consultation):
        return None
    run = runs_of(consultation).first()
    return {
        "done": run is not None and run.read > 0,
        "corpus": run.corpus if run else None,
        "run": run,
        "waiting": waiting_counts(consultation, Use.PARTICIPATION),
        "public_id": consultation.public_id,
    }


def evidence(consultation, user):
    """How much of the canvas rests on what people said; nothing to say before an analysis, and it blocks nothing."""
    if not rules.can_see_analysis(user, consultation) or run_shown(consultation) is None:
        return None
    counts = coverage_of(consultation)
    return {
        **counts,
        "findings_bare": counts["findings"] - counts["findings_proved"],
        "propositions_bare": counts["propositions"] - counts["propositions_proved"],
        "public_id": consultation.public_id,
    }


def register():
    register_panel(Panel("analyser", "analysis", 5, "analysis/panels/analysis.html", analysis))
    register_panel(Panel("documenter", "evidence", 15, "analysis/panels/evidence.html", evidence))
