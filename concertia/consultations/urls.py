from django.urls import path, re_path

from concertia.consultations.views import canvas, mailbox, publication, workspace
from concertia.core.converters import PublicId

app_name = "workspace"
C = "concertations/<public_id:public_id>/"

urlpatterns = [
    path("", workspace.home, name="home"),
    path("territoires/<short_code:code>/concertations/nouvelle/", workspace.new_consultation, name="new"),
    path(C, workspace.step, name="consultation"),
    path(C + "canevas/", canvas.canvas, name="canvas"),
    path(C + "documents/", canvas.upload, name="upload"),
    path(C + "documents/<int:document_id>/", canvas.review, name="review"),
    re_path(
        rf"^concertations/(?P<public_id>{PublicId.regex})/brouillon\.(?P<extension>docx|odt|pdf|json)$",
        canvas.draft,
        name="draft",
    ),
    path(C + "cadre/", workspace.frame, name="frame"),
    path(C + "acteurs/", workspace.stakeholders, name="stakeholders"),
    path(C + "seances/", workspace.sessions, name="sessions"),
    path(C + "etat/", workspace.advance, name="advance"),
    path(C + "annuler/", workspace.cancel, name="cancel"),
    path(C + "publier/", publication.publish, name="publish"),
    path(C + "retirer/", publication.unpublish, name="unpublish"),
    path(C + "<slug:slug>/", workspace.step, name="step"),
    path("documents/<int:document_id>/original/", canvas.original, name="original"),
    path("boite/", mailbox.queue, name="mailbox"),
    path("boite/avancement/<int:job_id>/", mailbox.progress, name="progress"),
    path("boite/avancement/<int:job_id>/arreter/", mailbox.cancel, name="cancel_batch"),
    path("boite/avancement/<int:job_id>/reprendre/", mailbox.resume, name="resume_batch"),
    path("boite/<int:document_id>/rattacher/", mailbox.attach, name="attach"),
    path("boite/<int:document_id>/ecarter/", mailbox.discard, name="discard"),
]
