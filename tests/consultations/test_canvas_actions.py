import pytest

from concertia.consultations.actions.canvas import ItemInput, save_canvas
from concertia.consultations.actions.publication import publish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.enums import PropositionState
from concertia.core.errors import Conflict, NotAllowed
from concertia.territories.enums import Role
from tests import factories


def test_the_same_save_sent_twice_writes_once(draft, referent):
    canvas = draft_of(draft)
    canvas.results[0].propositions = [ItemInput("aa11", "Publier la liste des outils")]
    version = save_canvas(draft, by=referent, version=0, canvas=canvas)
    save_canvas(draft, by=referent, version=version, canvas=canvas)
    assert draft.propositions.count() == 1


def test_a_save_over_somebody_else_s_is_refused(draft, referent):
    editor = factories.a_user(draft.territory, Role.EDITOR)
    canvas = draft_of(draft)
    canvas.values["objectives"] = "Le premier."
    save_canvas(draft, by=editor, version=0, canvas=canvas)
    canvas.values["objectives"] = "Le second."
    with pytest.raises(Conflict, match="Rien n’a été écrasé"):
        save_canvas(draft, by=referent, version=0, canvas=canvas)
    draft.refresh_from_db()
    assert draft.objectives == "Le premier."


def test_a_value_left_out_because_it_is_wrong_keeps_the_saved_one(draft, referent):
    canvas = draft_of(draft)
    canvas.values["objectives"] = "Gardé."
    version = save_canvas(draft, by=referent, version=0, canvas=canvas)
    del canvas.values["objectives"]
    save_canvas(draft, by=referent, version=version, canvas=canvas)
    draft.refresh_from_db()
    assert draft.objectives == "Gardé."


def test_a_published_proposition_removed_from_the_draft_keeps_its_number(filled, referent):
    publish(filled, by=referent)
    filled.refresh_from_db()
    canvas = draft_of(filled)
    removed = canvas.results[0].propositions.pop(1)
    canvas.results[0].propositions.append(ItemInput("nouv", "Une proposition de plus"))
    save_canvas(filled, by=referent, version=filled.version, canvas=canvas)
    publish(filled, by=referent, reason="Une proposition retirée, une ajoutée.")
    kept = filled.propositions.get(key=removed.key)
    assert (kept.state, kept.number, kept.results) == (PropositionState.UNPUBLISHED, 2, None)
    assert filled.propositions.get(key="nouv").public_id == "VAL-01-P04"


def test_a_reader_saves_nothing(draft):
    with pytest.raises(NotAllowed):
        save_canvas(draft, by=factories.a_user(draft.territory, Role.READER), version=0, canvas=draft_of(draft))


def test_a_form_whose_answer_was_lost_saves_again(draft, referent):
    canvas = draft_of(draft)
    canvas.values["objectives"] = "Tapé."
    save_canvas(draft, by=referent, version=0, canvas=canvas, form_key="aa")
    canvas.values["objectives"] = "Tapé, puis continué."
    save_canvas(draft, by=referent, version=0, canvas=canvas, form_key="aa")
    draft.refresh_from_db()
    assert draft.objectives == "Tapé, puis continué."


def test_a_second_tab_of_the_same_person_is_still_a_conflict(draft, referent):
    save_canvas(draft, by=referent, version=0, canvas=draft_of(draft), form_key="aa")
    with pytest.raises(Conflict):
        save_canvas(draft, by=referent, version=0, canvas=draft_of(draft), form_key="bb")


def test_a_row_that_cannot_be_saved_keeps_its_saved_text(filled, referent):
    canvas = draft_of(filled)
    first = canvas.results[0].propositions[0]
    saved = first.text
    first.text = None
    save_canvas(filled, by=referent, version=filled.version, canvas=canvas)
    assert filled.propositions.get(key=first.key).text == saved
