"""What the analysis shows in the step « Analyser »."""

from concertia.analysis import rules
from concertia.analysis.queries import runs_of, waiting_counts
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


def register():
    register_panel(Panel("analyser", "analysis", 5, "analysis/panels/analysis.html", analysis))
