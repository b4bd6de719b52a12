from django.urls import path

from concertia.analysis.views import evidence, sentences, syntheses

S = "<int:pk>/"
ONE = S + "phrases/<int:sentence_id>/"

urlpatterns = [
    path("", syntheses.syntheses, name="syntheses"),
    path(S, syntheses.synthesis, name="synthesis"),
    path(S + "lire/", syntheses.reading, name="synthesis_reading"),
    path(S + "etat/", syntheses.state, name="synthesis_state"),
    path(S + "propositions/", syntheses.proposals, name="synthesis_proposals"),
    path(S + "phrases/", syntheses.write, name="synthesis_write"),
    path(ONE, sentences.sentence, name="synthesis_sentence"),
    path(ONE + "geste/", sentences.act, name="synthesis_act"),
    path(ONE + "citer/", sentences.quotes, name="synthesis_quotes"),
    path(ONE + "citer/<int:contribution_id>/", sentences.passages, name="synthesis_passages"),
    path("preuves/", evidence.evidence, name="evidence"),
    path("preuves/themes/<int:theme_id>/", evidence.theme, name="evidence_theme"),
    path("preuves/<int:link_id>/retirer/", evidence.unbind, name="unbind_evidence"),
]
