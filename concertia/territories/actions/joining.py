"""Asking to represent an authority, being invited, acting by mandate."""

import datetime as dt
import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from concertia.core import projections
from concertia.core.errors import NotAllowed, Refused
from concertia.core.mail import post
from concertia.territories import phrases, rules
from concertia.territories.enums import (
    COMMISSION_ROLES,
    InvitationKind,
    RequestState,
    Role,
    TerritoryKind,
    TerritoryState,
)
from concertia.territories.models import Invitation, JoinRequest, Mandate, Membership, Territory, User

INVITATION_LASTS = dt.timedelta(days=14)
SIGNATURE_LASTS = dt.timedelta(days=45)
MOST_TOLD = 10  # requests in an hour that the national team is told of by mail
MOST_INVITED = 3  # invitations that one address may be sent in an hour
MOST_WAITING = 3  # requests that one address may have waiting


def token_hash(token: str) -> str:
    """Tokens hold 256 bits of chance: a plain SHA-256 is enough to keep them unreadable at rest."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- requests -----------------------------------------------------------------------------------------------------
@transaction.atomic
def request_to_join(*, territory=None, kind, code="", authority_name, name, office, email, message=""):
    """Keep a request for the commission; the page says the same whatever is already known of this address."""
    waiting = JoinRequest.objects.filter(email__iexact=email, state=RequestState.WAITING).count()
    if waiting >= MOST_WAITING:
        raise Refused(
            "Plusieurs demandes de cette adresse attendent déjà une réponse : l’équipe nationale les examine."
        )
    request = JoinRequest.objects.create(
        territory=territory,
        kind=kind,
        code=code,
        authority_name=authority_name,
        name=name,
        office=office,
        email=email,
        message=message,
    )
    if JoinRequest.objects.filter(created_at__gt=timezone.now() - dt.timedelta(hours=1)).count() > MOST_TOLD:
        return request  # a flood: the console and the weekly mail say it, not a mail each
    for member in Membership.objects.filter(territory__kind=TerritoryKind.COMMISSION, role=Role.NATIONAL_TEAM):
        subject, body = phrases.request_received(request)
        post(f"request:{request.pk}:{member.user_id}", to=member.user.email, subject=subject, body=body)
    return request


@transaction.atomic
def accept_request(request, *, by, role, short_code, territory=None):
    """Verify an authority and invite the person who asked; an authority already here keeps its row and code."""
    request = JoinRequest.objects.select_for_update().get(pk=request.pk)
    if not rules.is_national_team(by):
        raise NotAllowed("request.decide")
    if request.state != RequestState.WAITING:
        raise Refused("Cette demande a déjà reçu une réponse : rechargez la liste.")
    territory = territory or request.territory or known_territory(request.kind, request.code)
    if territory:
        territory = Territory.objects.select_for_update().get(pk=territory.pk)  # a code given meanwhile is kept
    else:
        territory = Territory(name=request.authority_name, kind=request.kind)
        _give_code(territory, request.code)
    territory.state = TerritoryState.VERIFIED
    save_with_code(territory, short_code)
    _decide(request, by=by, state=RequestState.ACCEPTED, territory=territory)
    invite(territory, by=by, email=request.email, role=role)
    projections.changed("territory", territory.pk)
    return territory


def save_with_code(territory, short_code):
    """Save a body with the short code chosen for it, unless it has one; a code that cannot be is said, not raised."""
    territory.short_code = territory.short_code or short_code
    try:
        territory.full_clean()
    except ValidationError as error:
        raise Refused(f"Code court « {short_code} » : {' '.join(error.messages)} Choisissez-en un autre.") from error
    try:
        with transaction.atomic():
            territory.save()
    except IntegrityError as error:
        raise Refused("Quelqu’un vient d’enregistrer ce territoire ou ce code court : rechargez la liste.") from error


def known_territory(kind, code):
    """The body that already has this official code."""
    if not code:
        return None
    return Territory.objects.authorities().filter(kind=kind, **_code_field(code)).first()


def _code_field(code):
    return {"siren": code} if len(code) == 9 else {"insee_code": code}


def _give_code(territory, code):
    for name, value in _code_field(code).items() if code else ():
        setattr(territory, name, value)


def _decide(request, *, by, state, territory=None, reason=""):
    request.state, request.decided_by, request.decided_at = state, by, timezone.now()
    request.territory, request.reason = territory or request.territory, reason
    request.save()


@transaction.atomic
def refuse_request(request, *, by, reason):
    request = JoinRequest.objects.select_for_update().get(pk=request.pk)
    if not rules.is_national_team(by):
        raise NotAllowed("request.decide")
    if not reason.strip():
        raise Refused("Motif : dites pourquoi la demande est refusée, il sera envoyé à la personne.")
    if request.state != RequestState.WAITING:
        raise Refused("Cette demande a déjà reçu une réponse : rechargez la liste.")
    _decide(request, by=by, state=RequestState.REFUSED, reason=reason.strip())
    subject, body = phrases.request_refused(request)
    post(f"request-refused:{request.pk}", to=request.email, subject=subject, body=body)


@transaction.atomic
def merge_territory(territory, *, by, into):
    """Say that a body was merged into another: its page and publications stay, the lists show the other alone."""
    if not rules.is_national_team(by):
        raise NotAllowed("territory.merge")
    follow = into
    while follow is not None:
        if follow == territory:
            raise Refused("Un territoire ne peut pas être réuni dans lui-même : choisissez-en un autre.")
        follow = follow.successor
    Territory.objects.filter(pk=territory.pk).update(successor=into)
    projections.changed("territory", territory.pk)


# --- invitations --------------------------------------------------------------------------------------------------
def can_invite(by, territory):
    return rules.can_manage_members(by, territory) or rules.is_national_team(by)


@transaction.atomic
def invite(territory, *, by, email, role="", kind=InvitationKind.MEMBERSHIP, scope="", mandate_ends_on=None):
    """Send a link that serves once; an earlier link of the same kind to the same address stops working."""
    if not can_invite(by, territory):
        raise NotAllowed("invitation.send")
    email = email.lower()
    if kind != InvitationKind.SIGNATURE and role not in _roles_given(territory, kind):
        raise Refused("Ce rôle ne se donne pas par invitation : choisissez-en un autre.")
    if kind == InvitationKind.MANDATE and (mandate_ends_on is None or mandate_ends_on < timezone.localdate()):
        raise Refused("Fin du mandat : donnez une date à venir.")
    since = timezone.now() - dt.timedelta(hours=1)
    if Invitation.objects.filter(email=email, created_at__gt=since).count() >= MOST_INVITED:
        raise Refused(f"{email} a déjà reçu plusieurs invitations : attendez une heure avant d’en envoyer une autre.")
    territory.invitations.filter(email=email, kind=kind, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    token = secrets.token_urlsafe(32)
    lasts = SIGNATURE_LASTS if kind == InvitationKind.SIGNATURE else INVITATION_LASTS
    invitation = Invitation.objects.create(
        kind=kind,
        territory=territory,
        email=email,
        role=role,
        scope=scope,
        mandate_ends_on=mandate_ends_on,
        token_hash=token_hash(token),
        invited_by=by,
        expires_at=timezone.now() + lasts,
    )
    subject, body = phrases.invitation(invitation, token)
    post(f"invitation:{invitation.pk}", to=email, subject=subject, body=body)
    return invitation


def _roles_given(territory, kind):
    if territory.kind == TerritoryKind.COMMISSION:
        return COMMISSION_ROLES
    return rules.GIVEN_BY_MANDATE if kind == InvitationKind.MANDATE else rules.GIVEN_BY_A_TERRITORY


def usable_invitation(token, kinds) -> Invitation | None:
    """The invitation of a token, if it may still serve; unknown, used, revoked and expired look the same."""
    found = Invitation.objects.filter(token_hash=token_hash(token), kind__in=kinds).select_related("territory").first()
    return found if found and found.is_usable else None


@transaction.atomic
def use_invitation(invitation) -> Invitation:
    """Use it now, once: of fifty people who press together, one goes on. Call it in the transaction of the act."""
    used = Invitation.objects.filter(
        pk=invitation.pk, used_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).update(used_at=timezone.now())
    if not used:
        raise Refused(
            "Ce lien a déjà servi ou n’est plus valable. Demandez-en un autre à la personne qui vous a invité·e."
        )
    return invitation


@transaction.atomic
def accept_invitation(invitation, *, user):
    """The invited person, signed in under the invited address, takes the role or the mandate."""
    if user.email.lower() != invitation.email:
        raise NotAllowed("invitation.other_address")
    use_invitation(invitation)
    return _take(invitation, user=user)


def _take(invitation, *, user):
    if invitation.kind == InvitationKind.MANDATE:
        return Mandate.objects.create(
            user=user,
            territory=invitation.territory,
            role=invitation.role,
            scope=invitation.scope,
            ends_on=invitation.mandate_ends_on,
            given_by=invitation.invited_by,
        )
    known = Membership.objects.filter(user=user, territory=invitation.territory).first()
    if known and known.role != invitation.role:
        _check_not_last(known)
    membership, _ = Membership.objects.update_or_create(
        user=user, territory=invitation.territory, defaults={"role": invitation.role}
    )
    projections.changed("territory", invitation.territory_id)  # somebody to write to, or no longer
    return membership


@transaction.atomic
def open_account(invitation, *, name, password):
    """Open the account of an invited address that has none, and take the invitation in the same act."""
    if User.objects.filter(email=invitation.email).exists():
        raise Refused("Cette adresse a déjà un compte : connectez-vous, puis acceptez l’invitation.")
    use_invitation(invitation)  # first: it makes those who press together wait for one another
    user = User.objects.create_user(invitation.email, password, name=name)
    _take(invitation, user=user)
    return user


@transaction.atomic
def revoke_invitation(invitation, *, by):
    if not can_invite(by, invitation.territory):
        raise NotAllowed("invitation.revoke")
    Invitation.objects.filter(pk=invitation.pk, used_at=None).update(revoked_at=timezone.now())


# --- members and mandates -----------------------------------------------------------------------------------------
@transaction.atomic
def change_role(membership, *, by, role):
    _check_can_change(membership, by=by)
    if role not in rules.GIVEN_BY_A_TERRITORY:
        raise Refused("Ce rôle n’existe pas dans un territoire.")
    if role != Role.REFERENT:
        _check_not_last(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    projections.changed("territory", membership.territory_id)


@transaction.atomic
def remove_member(membership, *, by):
    _check_can_change(membership, by=by)
    _check_not_last(membership)
    membership.delete()
    projections.changed("territory", membership.territory_id)


def _check_can_change(membership, *, by):
    if not rules.can_manage_members(by, membership.territory):
        raise NotAllowed("membership.change")


def _check_not_last(membership):
    """A body keeps somebody who can invite: a référent·e in a territory, the national team in the commission."""
    if membership.role not in (Role.REFERENT, Role.NATIONAL_TEAM):
        return
    same = Membership.objects.select_for_update().filter(territory=membership.territory, role=membership.role)
    if len(same) == 1:
        who = "personne référente" if membership.role == Role.REFERENT else "personne de l’équipe nationale"
        raise Refused(f"C’est la dernière {who} : nommez-en une autre avant.")


@transaction.atomic
def revoke_mandate(mandate, *, by):
    if not rules.can_manage_members(by, mandate.territory):
        raise NotAllowed("mandate.revoke")
    Mandate.objects.filter(pk=mandate.pk, revoked_at=None).update(revoked_at=timezone.now())
