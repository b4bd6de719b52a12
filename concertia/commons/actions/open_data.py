"""The archives of the open data: made, withheld when something they hold may not be read, written again, loaded."""

import logging
import tempfile
import time
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from concertia.commons.actions.inventory import public_reading_changed, rebuild_inventory, refresh_consultation
from concertia.commons.archive.loading import load
from concertia.commons.archive.package import Built, write_archive
from concertia.commons.archive.reading import DAMAGED, UNREADABLE, opened
from concertia.commons.archive.records import FromDatabase, version_name
from concertia.commons.archive.rewriting import WithoutWhatWasTakenDown, current_digests
from concertia.commons.enums import ReleaseState
from concertia.commons.models import HeldVersion, OpenDataRelease, PublicState
from concertia.commons.queries import public_number
from concertia.consultations.models import Consultation, Publication
from concertia.core.errors import Refused
from concertia.territories.models import Signature, Territory

logger = logging.getLogger(__name__)

FOLDER = "donnees-ouvertes"
ATTEMPTS = 3
REWRITING_LASTS = 60  # seconds, then the next run goes on: other jobs wait for this one
AT_ONCE = 500
MALFORMED = (ValidationError, DataError, IntegrityError, LookupError, TypeError, AttributeError, ArithmeticError)


# --- making -----------------------------------------------------------------------------------------------------------
def write_current(out: IO[bytes]) -> tuple[Built, int]:
    """Write what is public; again when it changed meanwhile. Returns what was written and the number it stands on."""
    for _ in range(ATTEMPTS):
        number = public_number()
        out.seek(0)
        out.truncate()
        built = write_archive(FromDatabase(), out, address=settings.ADDRESS)
        if public_number() == number:
            return built, number
    raise Refused("Les publications changent sans cesse : l’archive n’a pas pu être faite. Recommencez plus tard.")


def make_release() -> OpenDataRelease:
    """Rewrite what must be, then add a release unless the last one given has the same bytes; returns the last one."""
    rewrite_releases()
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryFile() as file:
            built, number = write_current(file)
            with transaction.atomic():
                if _locked_number() == number:
                    return _record(built, file)
    raise Refused("Les publications changent sans cesse : l’archive n’a pas pu être faite. Recommencez plus tard.")


def _locked_number() -> int:
    """The number that public pages stand on, held: who takes something down waits, and will see this release."""
    PublicState.objects.get_or_create(subject="")
    return PublicState.objects.select_for_update().get(subject="").number


def _record(built, file) -> OpenDataRelease:
    digests = _by_publication(built.versions)
    _withhold(HeldVersion.objects.all(), digests)  # what an act would have missed
    _forget_orphans()
    last = OpenDataRelease.objects.given().first()
    if last and last.sha256 == built.sha256:
        return last
    number = (OpenDataRelease.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    release = OpenDataRelease(
        number=number,
        made_on=timezone.localdate(),
        sha256=built.sha256,
        size=built.size,
        counts=built.counts,
    )
    _lay(release, file)
    release.save()
    _hold(digests, number)
    public_reading_changed()
    return release


def _lay(release, file):
    file.seek(0)
    release.file.save(f"{release.number}-{release.sha256[:12]}.zip", File(file), save=False)


def _by_publication(versions, **narrowed) -> dict[int, str]:
    """Publication → fingerprint of what may be read of it, from the names of the versions."""
    rows = Publication.objects.filter(**narrowed).values_list(
        "pk", "consultation__territory__short_code", "consultation__number", "number"
    )
    named = {version_name(f"{code}-{number:02d}", version): pk for pk, code, number, version in rows}
    return {named[name]: digest for name, digest in versions.items()}


def _hold(digests, number):
    """A version unchanged since the release before stays in its row; another begins one."""
    before = HeldVersion.objects.filter(last=number - 1)
    same = {row.publication_id: row.pk for row in before if digests.get(row.publication_id) == row.sha256}
    kept = list(same.values())
    for start in range(0, len(kept), AT_ONCE):
        HeldVersion.objects.filter(pk__in=kept[start : start + AT_ONCE]).update(last=number)
    HeldVersion.objects.bulk_create(
        [
            HeldVersion(publication_id=pk, sha256=digest, first=number, last=number)
            for pk, digest in digests.items()
            if pk not in same
        ],
        batch_size=AT_ONCE,
    )


def _forget_orphans():
    """Files that a run cut short left behind: they may hold what was taken down since."""
    if not default_storage.exists(FOLDER):
        return
    known = set(OpenDataRelease.objects.values_list("file", flat=True))
    for name in default_storage.listdir(FOLDER)[1]:
        if f"{FOLDER}/{name}" not in known:
            default_storage.delete(f"{FOLDER}/{name}")


# --- withholding ------------------------------------------------------------------------------------------------------
def consultation_changed(pk: int) -> None:
    """The listener: the inventory first, then what releases hold of it, when what may be read has changed.

    In that order: the inventory holds the public state, so that a release being made waits, and is then seen here.
    """
    if not refresh_consultation(pk):
        return
    held = HeldVersion.objects.filter(publication__consultation=pk)
    if held.exists():
        _withhold(held, _by_publication(current_digests(pk), consultation=pk))


def _withhold(held, digests: dict[int, str]):
    """Withhold each release that holds a version otherwise than in `digests`, or that is no longer there.

    The rows then say what those releases will hold once written again.
    """
    found = False
    for row in held.iterator():
        now = digests.get(row.publication_id)
        if now == row.sha256:
            continue
        if not found:
            _locked_number()  # before these rows, as who makes a release
        found = True
        OpenDataRelease.objects.filter(number__range=(row.first, row.last)).update(state=ReleaseState.TO_REWRITE)
        if now is None:
            row.delete()
        else:
            row.sha256 = now
            row.save(update_fields=["sha256"])
    if found:
        public_reading_changed()


# --- writing again ----------------------------------------------------------------------------------------------------
def rewrite_releases() -> int:
    """Write again the releases withheld, the latest first, for a minute; one that cannot be read stays withheld."""
    began, done = time.monotonic(), 0
    for release in OpenDataRelease.objects.filter(state=ReleaseState.TO_REWRITE):
        if time.monotonic() - began > REWRITING_LASTS:
            break
        try:
            done += _rewrite(release)
        except (Refused, OSError):
            logger.exception("L’archive %s n’a pas pu être récrite", release.number)
    return done


def _rewrite(release) -> bool:
    """False when something that the public reads changed meanwhile: the next run takes it up."""
    number = public_number()
    rows = HeldVersion.objects.filter(first__lte=release.number, last__gte=release.number)
    versions = rows.select_related("publication__consultation__territory").defer("publication__content")
    wanted = {
        version_name(row.publication.consultation.public_id, row.publication.number): row.sha256 for row in versions
    }
    with default_storage.open(release.file.name) as old, opened(old) as source, tempfile.TemporaryFile() as file:
        built = write_archive(WithoutWhatWasTakenDown(source, wanted), file, address=settings.ADDRESS)
        with transaction.atomic():
            if _locked_number() != number:
                return False
            _replace(release, built, file)
    return True


def _replace(release, built, file):
    old = release.file.name
    held = "concertations_distinctes"
    release.left_out += release.counts[held] - built.counts[held]
    release.sha256, release.size, release.counts = built.sha256, built.size, built.counts
    release.state, release.rewritten_on = ReleaseState.REWRITTEN, timezone.localdate()
    _lay(release, file)
    release.save()
    if release.file.name != old:
        transaction.on_commit(lambda: default_storage.delete(old))
    public_reading_changed()


# --- loading ----------------------------------------------------------------------------------------------------------
def import_archive(file: IO[bytes]) -> int:
    """Make an empty instance show the pages of an archive, all or nothing; returns how many consultations."""
    _refuse_what_is_not_empty()
    with opened(file) as source:
        try:
            with transaction.atomic():
                _refuse_what_is_not_empty()
                load(source)
                return rebuild_inventory()
        except (*MALFORMED, *UNREADABLE) as reason:
            raise Refused(DAMAGED) from reason


def _refuse_what_is_not_empty():
    owned = Territory.objects.authorities()
    is_owned = any(
        owned.filter(**{f"{name}__isnull": False}).exists()
        for name in ("memberships", "mandates", "invitations", "requests")
    )
    if is_owned or any(model.objects.exists() for model in (Consultation, Publication, Signature)):
        raise Refused(
            "Cette installation contient déjà des concertations, des signatures ou des territoires rejoints : une "
            "archive se charge dans une installation vide. Rien n’a été changé."
        )
