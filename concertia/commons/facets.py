"""The values that the canvas declares for a facet, with the words that pages show."""

from concertia.commons.enums import Facet
from concertia.consultations.enums import ConsultationState
from concertia.engine.canvas.fields import BY_KEY

CANVAS_FIELDS = {
    Facet.PUBLIC: "public_associe",
    Facet.RECRUITMENT: "recrutement",
    Facet.METHOD: "animation",
}
OTHER = ("autre", "Autre")
LABELS = {
    (facet, choice.key): choice.label[0].upper() + choice.label[1:]
    for facet, key in CANVAS_FIELDS.items()
    for choice in BY_KEY[key].choices
}
LABELS |= {(facet, OTHER[0]): OTHER[1] for facet in CANVAS_FIELDS}
LABELS |= {(Facet.STATE, state.value): state.label.capitalize() for state in ConsultationState}
