"""A small fictional world, made by the same actions that people use; only into an empty database."""

import datetime as dt
import json
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from concertia.collection.demonstration import load as load_contributions
from concertia.commons.actions.open_data import make_release
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.consultation import advance, create_consultation, save_frame
from concertia.consultations.actions.documents import document_of_record
from concertia.consultations.actions.imports import close_review, import_canvas
from concertia.consultations.actions.publication import publish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.models import Session, Stakeholder
from concertia.core.fingerprint import fingerprint
from concertia.territories.actions.charter import signed_content
from concertia.territories.actions.reference import load_engaged_territories
from concertia.territories.enums import Role, SignatureManner, TerritoryKind, TerritoryState
from concertia.territories.models import Membership, Signature, Territory, User
from concertia.territories.queries import commission, current_charter

FOLDER = Path(__file__).parents[2] / "demonstration"
PASSWORD = "essai-val-fleuri"  # noqa: S105 -- printed on purpose: the demonstration only listens to this machine
PEOPLE = {
    "referente@val-fleuri.example": ("Référente fictive", "VAL", Role.REFERENT),
    "redaction@val-fleuri.example": ("Rédacteur fictif", "VAL", Role.EDITOR),
    "elue@val-fleuri.example": ("Élue fictive", "VAL", Role.SIGNATORY),
    "numerique@montbrun.example": ("Référent fictif", "MON", Role.REFERENT),
    "equipe@commission.example": ("Équipe nationale fictive", "", Role.NATIONAL_TEAM),
}


class Command(BaseCommand):
    help = "Charge la démonstration (territoires, personnes et paroles fictifs) dans une base vide."

    def handle(self, **options):
        if User.objects.exists():
            self.stderr.write("La base contient déjà des comptes : la démonstration n’est pas chargée.")
            return
        try:
            with transaction.atomic():
                self._load()
            make_release()  # elsewhere the first one is made at night
        except OSError as error:
            raise CommandError(f"La démonstration n’a pas pu être chargée : {error}") from error
        for email in PEOPLE:
            self.stderr.write(f"  {email}  {PASSWORD}")

    def _load(self):
        load_engaged_territories()
        bodies = {"": commission()} | {
            code: Territory.objects.create(
                name=name,
                kind=kind,
                state=TerritoryState.VERIFIED,
                short_code=code,
                population=population,
                is_fictional=True,
                note="territoire fictif de démonstration",
            )
            for code, name, kind, population in (
                ("VAL", "Communauté de communes du Val Fleuri", TerritoryKind.EPCI, 21_400),
                ("MON", "Ville de Montbrun-sur-Ize", TerritoryKind.COMMUNE, 38_100),
            )
        }
        users = {}
        for email, (name, code, role) in PEOPLE.items():
            users[email] = User.objects.create_user(email, PASSWORD, name=name)
            Membership.objects.create(user=users[email], territory=bodies[code], role=role)
        for body, name, office in (
            (bodies["VAL"], "Élue fictive", "Présidente"),
            (bodies["MON"], "Maire fictif", "Maire"),
        ):
            self._sign(body, name, office)
        val, montbrun = users["referente@val-fleuri.example"], users["numerique@montbrun.example"]
        self._val_fleuri(bodies["VAL"], val)
        record = json.loads((FOLDER / "montbrun.json").read_text(encoding="utf-8"))
        publish(
            self._drop(
                bodies["MON"],
                montbrun,
                "Une charte locale de l’IA",
                "Quelles règles pour l’IA dans notre ville ?",
                record,
            ),
            by=montbrun,
        )
        school = create_consultation(bodies["VAL"], by=val, title="L’IA à l’école", question="")
        advance(school, by=val, to="announced")

    def _sign(self, territory, name, office):
        charter = current_charter()
        act = {
            "manner": SignatureManner.ONLINE,
            "signed_on": dt.date(2024, 9, 30),
            "name": name,
            "office": office,
            "authority": "",
        }
        content = signed_content(territory, charter, **act)
        Signature.objects.create(
            territory=territory,
            charter=charter,
            manner=act["manner"],
            content=content,
            sha256=fingerprint(content),
            signed_on=act["signed_on"],
        )

    def _drop(self, territory, user, title, question, record):
        """As a référent·e does it: create, drop the filled Word canvas, say that it is read."""
        consultation = create_consultation(territory, by=user, title=title, question=question)
        upload = SimpleUploadedFile("canevas.docx", document_of_record(record, "docx"))
        document = import_canvas(consultation, by=user, upload=upload)
        close_review(document, by=user)
        consultation.refresh_from_db()
        return consultation

    def _val_fleuri(self, territory, user):
        question = "À quelles conditions une IA peut-elle aider les agents à vous répondre ?"
        record = json.loads((FOLDER / "val-fleuri.json").read_text(encoding="utf-8"))
        consultation = self._drop(territory, user, "L’IA au guichet", question, record)
        save_frame(
            consultation,
            by=user,
            decider="Le conseil communautaire, par délibération.",
            arbitration="Un comité d’élus et d’agents instruit chaque proposition ; un refus est motivé par écrit.",
            answer_due=dt.date(2025, 6, 30),
        )
        Stakeholder.objects.create(
            consultation=consultation,
            name="Maison de services du bourg",
            why="elle reçoit les courriels",
            invited=True,
            came=True,
        )
        zone = timezone.get_current_timezone()
        for day, place, attendance in (
            (dt.datetime(2024, 10, 15, 18, 30), "Médiathèque", 21),
            (dt.datetime(2025, 2, 12, 18, 0), "Salle du conseil", 37),
        ):
            Session.objects.create(
                consultation=consultation, starts_at=day.replace(tzinfo=zone), place=place, attendance=attendance
            )
        consultation.speakers.filter(name__startswith="Camille").update(may_be_published=True)
        publish(consultation, by=user)
        consultation.refresh_from_db()
        canvas = draft_of(consultation)
        canvas.results[0].propositions[
            0
        ].text = "Maintenir un accueil humain dans chaque maison de services et au téléphone"
        canvas.results[0].values["follow_up"] += " Les réponses seront lues en séance publique."
        save_canvas(consultation, by=user, version=consultation.version, canvas=canvas)
        publish(
            consultation, by=user, reason="La première proposition est complétée après relecture par les participants."
        )
        load_contributions(consultation, by=user)
