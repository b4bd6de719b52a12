from django.urls import path, register_converter

from concertia.core.converters import ShortCode
from concertia.territories.views import commission, joining, territory

register_converter(ShortCode, "code")
app_name = "territories"
T = "espace/territoires/<code:code>/"

urlpatterns = [
    path("engager/", joining.search, name="search"),
    path("engager/autre/", joining.request_unlisted, name="request_unlisted"),
    path("engager/demande-recue/", joining.requested, name="requested"),
    path("engager/<slug:kind>/<str:code>/", joining.request_place, name="request"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("signer/<str:token>/", joining.sign, name="sign"),
    path("territoires/<code:code>/ecrire/", joining.contact, name="contact"),
    path(T, territory.workspace, name="workspace"),
    path(T + "inviter/", territory.invite, name="invite"),
    path(T + "mandat/", territory.give_mandate, name="give_mandate"),
    path(T + "faire-signer/", territory.ask_signature, name="ask_signature"),
    path(T + "enregistrer-signature/", territory.record_signature, name="record_signature"),
    path(T + "retirer-signature/", territory.withdraw_signature, name="withdraw_signature"),
    path(T + "membres/<int:membership_id>/", territory.change_member, name="change_member"),
    path(T + "mandats/<int:mandate_id>/retirer/", territory.revoke_mandate, name="revoke_mandate"),
    path(T + "invitations/<int:invitation_id>/annuler/", territory.revoke_invitation, name="revoke_invitation"),
    path("espace/signatures/<int:signature_id>/document/", territory.proof, name="proof"),
    path("espace/commission/", commission.console, name="commission"),
    path("espace/commission/reunir/", commission.merge, name="merge"),
    path("espace/commission/inviter/", commission.invite_team, name="invite_team"),
    path("espace/commission/demandes/<int:request_id>/accepter/", commission.accept, name="accept"),
    path("espace/commission/demandes/<int:request_id>/refuser/", commission.refuse, name="refuse"),
    path("espace/commission/courriels/<int:message_id>/renvoyer/", commission.send_again, name="send_again"),
]
