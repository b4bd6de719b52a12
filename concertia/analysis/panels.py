"""What the analysis shows in the step « Analyser »."""

from concertia.analysis import rules
from concertia.analysis.models import Corpus
from concertia.core.panels import Panel
from concertia.core.panels import register as register_panel


def analysis(consultation, user):
    if not rules.can_see_analysis(user, consultation):
        return None
    corpus = Corpus.objects.filter(consultation=consultation).first()
    run = corpus.runs.select_related("job").first() if corpus else None
    return {
        "done": run is not None and run.read > 0,
        "corpus": corpus,
        "run": run,
        "public_id": consultation.public_id,
        "can_analyse": rules.can_analyse(user, consultation),
    }


def register():
    register_panel(Panel("analyser", "analysis", 5, "analysis/panels/analysis.html", analysis))
