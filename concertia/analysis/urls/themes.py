from django.urls import path

from concertia.analysis.views import runs, themes

urlpatterns = [
    path("", themes.theme_map, name="map"),
    path("lancer/", runs.launch, name="launch"),
    path("contexte/", themes.theme_map, {"use": "context"}, name="context_map"),
    path("avancement/<int:job_id>/", runs.progress, name="progress"),
    path("avancement/<int:job_id>/arreter/", runs.cancel, name="cancel_run"),
    path("<int:run_id>/", themes.theme_map, name="run"),
    path("<int:run_id>/fiche/", runs.record, name="record"),
    path("<int:run_id>/signaux/", themes.signals, name="signals"),
    path("<int:run_id>/campagnes/", themes.campaigns, name="campaigns"),
    path("<int:run_id>/campagnes/<int:campaign_id>/", themes.campaign, name="campaign"),
    path("<int:run_id>/ecartees/", themes.set_aside, name="set_aside"),
    path("<int:run_id>/gestes/", themes.changes, name="changes"),
    path("<int:run_id>/gestes/annuler/", themes.undo, name="undo"),
    path("<int:run_id>/themes/creer/", themes.create, name="create_theme"),
    path("<int:run_id>/themes/<int:theme_id>/", themes.theme_map, name="theme"),
    path("<int:run_id>/themes/<int:theme_id>/messages/", themes.messages_of, name="messages"),
    path("<int:run_id>/themes/<int:theme_id>/modifier/", themes.change, name="change_theme"),
]
