from django.urls import path

from concertia.analysis.views import codebooks, coding, samples

G = "<int:pk>/"
S = G + "echantillons/<int:sample_pk>/"

urlpatterns = [
    path("", codebooks.codebook_list, name="codebooks"),
    path("nouvelle/", codebooks.new_codebook, name="new_codebook"),
    path(G, codebooks.codebook, name="codebook"),
    path(G + "reglages/", codebooks.codebook_settings, name="codebook_settings"),
    path(G + "grille.csv", codebooks.export_codebook, name="export_codebook"),
    path(G + "codes/nouveau/", codebooks.new_code, name="new_code"),
    path(G + "codes/<int:code_pk>/", codebooks.edit_code, name="edit_code"),
    path(G + "codes/<int:code_pk>/retirer/", codebooks.retire_code, name="retire_code"),
    path(G + "codes/<int:code_pk>/proches/", coding.offer_code, name="offer_code"),
    path(G + "preparer/", codebooks.prepare, name="prepare_proposals"),
    path(G + "preparer/arreter/", codebooks.cancel_reading, name="cancel_proposals"),
    path(G + "coder/", coding.code, name="code"),
    path(G + "coder/<int:contribution_pk>/", coding.code_text, name="code_text"),
    path(G + "codages/", coding.codings, name="codings"),
    path(G + "confronter/", coding.confront, name="confront"),
    path(G + "echantillons/nouveau/", samples.new_sample, name="new_sample"),
    path(S, samples.sample, name="sample"),
    path(S + "coder/", samples.code_sample, name="code_sample"),
    path(S + "clore/", samples.close_sample, name="close_sample"),
    path(S + "regler/<int:contribution_pk>/", samples.settle, name="settle"),
]
