"""What the public space shows on the console of the national team."""

from concertia.commons.statement_queries import last_audit, state_of, valid_audit
from concertia.core.panels import Panel
from concertia.core.panels import register as register_panel


def accessibility(subject, user):
    audit = last_audit()
    return {"state": state_of(audit), "audit": audit, "is_over": audit is not None and valid_audit(audit) is None}


def register():
    register_panel(Panel("commission", "accessibility", 60, "commons/statements/panel.html", accessibility))
