from django.urls import path

from concertia.collection.views import contributions, deposits, reading

app_name = "collection"
C = "concertations/<public_id:public_id>/contributions/"
D = C + "depots/<int:deposit_id>/"
ONE = C + "<int:pk>/"

urlpatterns = [
    path(C, contributions.contributions, name="contributions"),
    path(C + "verser/", deposits.deposit, name="deposit"),
    path(C + "relire/", reading.reading, name="reading"),
    path(D, deposits.check, name="check"),
    path(D + "verser/", deposits.keep, name="keep"),
    path(D + "retirer/", deposits.withdraw, name="withdraw"),
    path(D + "avancement/", deposits.progress, name="progress"),
    path(D + "arreter/", deposits.stop, name="stop"),
    path(D + "lire/", deposits.read_again, name="read_again"),
    path(D + "fichier/", deposits.original, name="original"),
    path(D + "laissees-de-cote.csv", deposits.left_aside, name="left_aside"),
    path(ONE, contributions.contribution, name="contribution"),
    path(ONE + "cacher/", contributions.hide, name="hide"),
    path(ONE + "montrer/", contributions.show, name="show"),
    path(ONE + "masquer/", contributions.mask, name="mask"),
    path(ONE + "demasquer/", contributions.unmask, name="unmask"),
    path(ONE + "relue/", contributions.mark_read, name="mark_read"),
]
