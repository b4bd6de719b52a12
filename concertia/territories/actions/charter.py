"""Signing the charter, in its whole text, and withdrawing; a signature is an act that nothing later alters."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from concertia.core import projections
from concertia.core.errors import NotAllowed, Refused
from concertia.core.fingerprint import fingerprint
from concertia.core.mail import post
from concertia.engine.documents.charter import SignedCharter, blocks, charter_pdf
from concertia.territories import phrases, rules
from concertia.territories.actions.joining import use_invitation
from concertia.territories.enums import Role, SignatureManner, SignatureState
from concertia.territories.models import Signature, Territory
from concertia.territories.queries import charter_on, current_charter

__all__ = ["blocks", "record_signature", "sign_by_link", "signature_pdf", "withdraw_signature"]

LARGEST_PROOF = 10 * 1024 * 1024
PROOFS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n": "png"}


def signed_content(territory, charter, *, name, office, signed_on, manner, authority) -> dict:
    """All that is signed: the full text and its commitments, who signs for whom, when and by what authority."""
    return {
        "format": "concertia/signature/1",
        "territoire": {
            "nom": territory.name,
            "nature": territory.get_kind_display(),
            "siren": territory.siren,
            "code_insee": territory.insee_code,
        },
        "charte": {
            "numero": charter.number,
            "version": charter.label,
            "titre": charter.title,
            "texte": charter.text,
            "engagement": charter.commitment,
            "engagements": [clause.text for clause in charter.clauses.all()],
        },
        "signataire": {"nom": name, "fonction": office},
        "signee_le": f"{signed_on:%d/%m/%Y}",
        "comment": SignatureManner(manner).label,
        "en_vertu_de": authority,
    }


@transaction.atomic
def sign_by_link(invitation, *, charter, ticked, name, office):
    """The élu·e signs on a screen from a single-use link: every commitment ticked, today.

    `charter` is the number of the version that was read: another one in force since is not signed unread.
    """
    read, charter = charter, current_charter()
    if read != charter.number:
        raise Refused("La charte a changé pendant votre lecture : relisez la version en vigueur, puis signez.")
    if set(ticked) != {clause.order for clause in charter.clauses.all()}:
        raise Refused("Cochez les quatre engagements pour signer : la charte se signe entière.")
    use_invitation(invitation)
    signature = _sign(
        invitation.territory,
        charter,
        manner=SignatureManner.ONLINE,
        signed_on=timezone.localdate(),
        name=name,
        office=office,
        authority="",
        recorded_by=None,
    )
    subject, body = phrases.signed(signature)
    post(f"signed:{signature.pk}", to=invitation.email, subject=subject, body=body)
    return signature


@transaction.atomic
def record_signature(territory, *, by, manner, signed_on, name, office, authority, proof):
    """The référent·e records what was signed on paper or voted, with the document and its authority."""
    if not rules.can_record_signature(by, territory):
        raise NotAllowed("signature.record")
    if signed_on > timezone.localdate():
        raise Refused("Date : une signature ne peut pas être à venir.")
    if not authority.strip():
        raise Refused("En vertu de : dites ce qui habilite la personne à signer (délibération, délégation, mandat).")
    data = _proof(proof)
    signature = _sign(
        territory,
        charter_on(signed_on),  # what was signed that day, whatever is in force when it is recorded
        manner=manner,
        signed_on=signed_on,
        name=name,
        office=office,
        authority=authority.strip(),
        recorded_by=by,
    )
    signature.proof_name = proof.name[:255]
    signature.proof.save(f"{signature.pk}.{data}", proof)
    return signature


def _proof(upload) -> str:
    """The kind of the document, from its first bytes."""
    if upload.size > LARGEST_PROOF:
        raise Refused("Document : il dépasse 10 Mo. Numérisez-le en moins fin, puis recommencez.")
    head = upload.read(8)
    upload.seek(0)
    for magic, extension in PROOFS.items():
        if head.startswith(magic):
            return extension
    raise Refused("Document : déposez un PDF, un JPEG ou un PNG.")


def _sign(territory, charter, *, manner, recorded_by, **act):
    territory = Territory.objects.select_for_update().get(pk=territory.pk)
    current = territory.signatures.filter(state=SignatureState.SIGNED).first()
    if current and current.charter.number > charter.number:
        raise Refused("Une version plus récente de la charte est déjà signée : celle-ci ne la remplace pas.")
    if current and current.charter_id == charter.pk:
        raise Refused(f"Cette charte est déjà signée par {territory.name}, depuis le {current.signed_on:%d/%m/%Y}.")
    if current:
        current.state = SignatureState.REPLACED
        current.save(update_fields=["state"])
    content = signed_content(territory, charter, manner=manner, **act)
    try:
        signature = Signature.objects.create(
            territory=territory,
            charter=charter,
            manner=manner,
            content=content,
            sha256=fingerprint(content),
            signed_on=act["signed_on"],
            recorded_by=recorded_by,
        )
    except IntegrityError as error:
        raise Refused("Quelqu’un vient de signer pour ce territoire : rechargez la page.") from error
    projections.changed("territory", territory.pk)
    return signature


@transaction.atomic
def withdraw_signature(signature, *, by, reason):
    """The territory withdraws: the signature stays, dated, with the reason it gave."""
    signature = Signature.objects.select_for_update().select_related("territory").get(pk=signature.pk)
    if not rules.can_withdraw_signature(by, signature.territory):
        raise NotAllowed("signature.withdraw")
    if not reason.strip():
        raise Refused("Motif : dites pourquoi la signature est retirée, il sera public.")
    if signature.state != SignatureState.SIGNED:
        raise Refused("Cette signature n’est plus en vigueur : il n’y a rien à retirer.")
    signature.state = SignatureState.WITHDRAWN
    signature.withdrawn_at, signature.withdrawn_reason = timezone.now(), reason.strip()
    signature.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    for member in signature.territory.memberships.filter(role=Role.REFERENT).select_related("user"):
        subject, body = phrases.signature_withdrawn(signature)
        post(f"withdrawn:{signature.pk}:{member.user_id}", to=member.user.email, subject=subject, body=body)
    projections.changed("territory", signature.territory_id)
    return signature


def signature_pdf(signature) -> bytes:
    """The signed charter as a tagged PDF, from what was frozen."""
    content = signature.content
    charter, signatory = content["charte"], content["signataire"]
    note = ""
    if signature.withdrawn_at:
        note = (
            f"Signature retirée le {timezone.localtime(signature.withdrawn_at):%d/%m/%Y} : {signature.withdrawn_reason}"
        )
    elif signature.state == SignatureState.REPLACED:
        note = "Signature remplacée par celle d’une version plus récente de la charte."
    return charter_pdf(
        SignedCharter(
            title=charter["titre"],
            label=charter["version"],
            text=charter["texte"],
            commitment=charter["engagement"],
            clauses=tuple(charter["engagements"]),
            territory=content["territoire"]["nom"],
            signatory=signatory["nom"],
            office=signatory["fonction"],
            signed_on=content["signee_le"],
            manner=content["comment"],
            authority=content["en_vertu_de"],
            fingerprint=signature.sha256,
            note=note,
        )
    )
