"""From the rows of a run to the document, the tables and the project that the writers of the engine know.

Only words that a person has read for names and addresses leave: the others are counted and said to be held back.
A profile is never beside a person's words, nor in a table of contributions: the crossing of profiles would be made
again from it, small cells included.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property

from django.utils import timezone

from concertia.analysis.enums import Status
from concertia.analysis.models import Run, Theme, ThemeChange
from concertia.analysis.phrases import LEVELS, REASONS, VOICES
from concertia.analysis.queries import Branch, Tree, gestures_kept, tree_of
from concertia.analysis.report_charts import charts_of
from concertia.collection.enums import Channel, ContributionState
from concertia.collection.models import Contribution
from concertia.core.dates import in_words
from concertia.engine.reports.report import (
    NOT_YET_READ,
    CampaignLine,
    Fact,
    LedgerLine,
    Quote,
    Report,
    SignalLine,
    ThemeNode,
)
from concertia.engine.reports.words import counted, shorten, thousands

COMMON = "common"  # nothing to say of it
MOST_SIGNALS = 30  # of a document; the tables hold them all
MOST_CAMPAIGNS = 20
MOST_VOICES = 200  # contributions listed in the document of one theme
LEDGER = (
    (Status.THEME, "dans un thème"),
    (Status.DUPLICATE, "redites d’un autre message"),
    (Status.SIGNAL, "signaux faibles"),
    (Status.SET_ASIDE, "écartées, avec leur raison"),
)


@dataclass(frozen=True)
class Place:
    """What became of a contribution, without its words."""

    pk: int
    contribution: int
    person: str
    status: str
    reason: str
    theme: int | None
    score: float
    duplicate_of: int | None
    campaign: int | None
    order: int | None
    channel: str
    origin: str
    profile: str
    said_at: object
    read_at: object
    state: str

    @property
    def is_masked(self):
        return self.state == ContributionState.MASKED

    @property
    def may_leave(self):
        return self.read_at is not None and not self.is_masked

    @property
    def came_by(self):
        return self.origin or Channel(self.channel).label


FIELDS = (
    "pk", "contribution_id", "person", "status", "reason", "theme_id", "score", "duplicate_of__contribution_id",
    "campaign_id", "place", "contribution__channel", "contribution__origin", "contribution__profile",
    "contribution__said_at", "contribution__read_at", "contribution__state",
)  # fmt: skip


@dataclass
class Scope:
    """A run, or one theme of it with the themes under it."""

    run: Run
    branch: Branch | None = None
    tree: Tree = field(init=False)

    def __post_init__(self):
        self.tree = tree_of(self.run)

    @cached_property
    def everything(self) -> list[Place]:
        rows = self.run.placements.order_by("contribution_id").values_list(*FIELDS)
        return [Place(*row) for row in rows.iterator(chunk_size=5000)]

    @cached_property
    def places(self) -> list[Place]:
        """The contributions of the scope, in the order of the corpus."""
        if self.branch is None:
            return self.everything
        held = set(self.branch.everything())
        return [place for place in self.everything if place.theme in held]

    @property
    def roots(self) -> list[Branch]:
        return self.tree.roots if self.branch is None else [self.branch]

    @cached_property
    def made_at(self):
        return (self.run.job.finished_at or self.run.asked_at).astimezone(UTC).replace(microsecond=0, tzinfo=None)

    def theme_name(self, pk: int | None) -> str:
        branch = self.tree.standing(pk) if pk else None
        return branch.theme.name if branch else ""

    @cached_property
    def persons(self) -> dict[str, str]:
        """A rank for each person of the run, in the order of the corpus: neither a name nor its fingerprint."""
        ranks: dict[str, str] = {}
        for place in self.everything:
            ranks.setdefault(place.person, f"P{len(ranks) + 1:05d}")
        return ranks


def scope_of(run: Run, theme: int | None = None) -> Scope:
    """The whole run, or one theme of it, or what it became."""
    scope = Scope(run)
    if theme is not None:
        scope.branch = scope.tree.standing(theme)
    return scope


def report_of(scope: Scope, *, agreement: tuple[str, ...] = ()) -> Report:
    """The document of the scope; `agreement` is what blind samples measured."""
    run, consultation = scope.run, scope.run.corpus.consultation
    whole = scope.branch is None
    title = f"Ce que disent les contributions : {consultation.title}" if whole else scope.branch.theme.name
    texts = _texts_for(scope)
    return Report(
        title=title,
        subtitle=_subtitle(scope),
        consultation=consultation.territory.name,
        question=consultation.question,
        facts=_facts(scope),
        ledger=_ledger(scope),
        held_back=held_back(scope.places),
        ai_use=ai_use(scope),
        stability=_stability(run) if whole else "",
        themes=tuple(_node(branch, scope, texts) for branch in scope.roots),
        signals=_signals(scope, texts) if whole else (),
        signals_count=sum(place.status == Status.SIGNAL for place in scope.places) if whole else 0,
        campaigns=_campaigns(scope),
        aside=_aside(scope),
        agreement=agreement,
        charts=charts_of(scope),
        remarks=tuple(run.notes),
        check=_check(scope),
        record=_record(scope),
        is_whole=whole,
    )


def _subtitle(scope: Scope) -> str:
    consultation = scope.run.corpus.consultation
    of = "" if scope.branch is None else f" · un thème de « {consultation.title} »"
    return f"{consultation.territory.name}{of} · {scope.run.corpus}, analyse {scope.run.number}, {day(scope.made_at)}"


def day(moment) -> str:
    """« 12 mars 2026 », « 1er mars 2026 », in the time of the place."""
    if timezone.is_naive(moment):
        moment = moment.replace(tzinfo=UTC)
    return in_words(timezone.localtime(moment))


def _facts(scope: Scope) -> tuple[Fact, ...]:
    places = scope.places
    facts = [
        Fact("Personnes entendues" if scope.branch is None else "Personnes", thousands(_persons(places))),
        Fact("Messages", thousands(len(places))),
    ]
    if scope.branch is None:
        standing = {id(one) for one in scope.tree.by_pk.values()}
        facts.append(Fact("Thèmes", thousands(len(standing))))
        facts.append(Fact("Compte comme", scope.run.corpus.get_use_display()))
    else:
        share = f"{thousands(len(scope.everything))} messages lus dans toute l’analyse"
        facts.append(Fact("Sur", share))
    facts.append(Fact("Relues avant d’être citées", _read(places)))
    return tuple(facts)


def _persons(places: Iterable[Place]) -> int:
    return len({place.person for place in places})


def _read(places: list[Place]) -> str:
    return f"{thousands(sum(place.may_leave for place in places))} sur {thousands(len(places))}"


def _ledger(scope: Scope) -> tuple[LedgerLine, ...]:
    """What became of each contribution of the run; the shares add to the whole."""
    of = len(scope.everything)
    if scope.branch is None:
        counts = Counter(place.status for place in scope.everything)
        return tuple(LedgerLine(name, counts[status], of) for status, name in LEDGER)
    copies = sum(place.status == Status.DUPLICATE for place in scope.places)
    return (
        LedgerLine("dans ce thème, sans les redites", len(scope.places) - copies, of),
        LedgerLine("redites, dans ce thème", copies, of),
        LedgerLine("hors de ce thème", of - len(scope.places), of),
    )


def held_back(places: Iterable[Place]) -> str:
    """How many contributions are counted without their words, and why."""
    places = list(places)
    unread = sum(not place.is_masked and place.read_at is None for place in places)
    return held_sentence(unread, sum(place.is_masked for place in places))


def held_sentence(unread: int, masked: int) -> str:
    parts = []
    if unread:
        one = "contribution n’a pas encore été relue pour ses noms et adresses : elle est comptée, pas citée"
        many = "contributions n’ont pas encore été relues pour leurs noms et adresses : elles sont comptées, pas citées"
        parts.append(f"{counted(unread, one, many)}.")
    if masked:
        parts.append(f"{counted(masked, 'contribution')} masquée{'s' if masked > 1 else ''} par la modération.")
    return " ".join(parts)


def ai_use(scope: Scope) -> tuple[str, ...]:
    """What a program did, what people did."""
    standing = {branch.theme.pk: branch.theme for branch in scope.tree.by_pk.values()}.values()
    named = sum(theme.named_by_id is not None for theme in standing)
    changes = ThemeChange.objects.filter(run=scope.run, undone_at=None).count() + gestures_kept(scope.run).count()
    done = f"{counted(changes, 'geste')} sur les thèmes" if changes else "aucun geste sur les thèmes pour l’instant"
    return (
        "Regroupements proposés par un programme local, sans appel extérieur. "
        f"Relus par des personnes : {thousands(named)} sur {counted(len(standing), 'thème')} "
        f"{'nommé' if named < 2 else 'nommés'} par une personne, {done}.",
        "Les citations sont des passages exacts : aucun mot n’y est écrit par une machine. « […] » remplace un nom ou "
        "une adresse.",
    )


def _stability(run: Run) -> str:
    if run.stability is None:
        return ""
    value = f"{run.stability:.2f}".replace(".", ",")
    return f"Stabilité des regroupements : {value} sur 1 (1 : les mêmes thèmes à chaque essai)."


# --- themes and their quotes ------------------------------------------------------------------------------------------
def _texts_for(scope: Scope) -> dict[int, Contribution]:
    """The contributions that the document may quote, in one query."""
    themes = [theme for branch in scope.roots for theme in _under(branch)]
    wanted = {quote[0] for theme in themes for quote in theme.quotes}
    if scope.branch is None:
        signals = scope.run.placements.filter(signal__isnull=False).order_by("signal__rank")
        wanted |= set(signals.values_list("contribution", flat=True)[:MOST_SIGNALS])
    else:
        wanted |= {place.contribution for place in _closest(scope)}
    return Contribution.objects.in_bulk(wanted)


def _under(branch: Branch) -> Iterable[Theme]:
    yield branch.theme
    for child in branch.children:
        yield from _under(child)


def _closest(scope: Scope) -> list[Place]:
    """What was said in the theme of the document and may be quoted, the closest to its centre first."""
    own = [place for place in scope.places if place.may_leave and place.status != Status.DUPLICATE]
    return sorted(own, key=lambda place: (-place.score, place.contribution))[:MOST_VOICES]


def _node(branch: Branch, scope: Scope, texts: dict[int, Contribution]) -> ThemeNode:
    theme = branch.theme
    quotes = [
        quote_of(texts[pk], start, end, "" if voice == COMMON else VOICES[voice])
        for pk, start, end, voice in theme.quotes
        if pk in texts
    ]
    if scope.branch is branch:
        already = {(quote[0]) for quote in theme.quotes}
        quotes += [
            quote_of(texts[place.contribution], 0, None)
            for place in _closest(scope)
            if place.contribution not in already
        ]
    return ThemeNode(
        key=str(theme.pk),
        name=theme.name,
        named=named(theme),
        persons=theme.persons,
        messages=theme.messages,
        terms=tuple(theme.terms[:8]),
        quotes=tuple(quotes),
        children=tuple(_node(child, scope, texts) for child in branch.children),
    )


def named(theme: Theme) -> str:
    """Who gave the theme its name: a person, or a program."""
    if theme.named_by_id or theme.made_by_id:
        when = f", le {day(theme.named_at)}" if theme.named_at else ""
        return f"Nommé par une personne{when}."
    return "Nom proposé par un programme local."


def quote_of(row: Contribution, start: int, end: int | None, voice: str = "") -> Quote:
    """A passage with where it comes from; without its words when it may not leave."""
    parts = [row.origin or row.get_channel_display(), day(row.said_at) if row.said_at else "", f"contribution {row.pk}"]
    origin = " · ".join(part for part in parts if part)
    if row.is_masked:
        reason = f" : {row.mask_reason}" if row.mask_reason else ""
        return Quote("", origin, voice, f"source masquée par la modération{reason}")
    if row.read_at is None:
        return Quote("", origin, voice, NOT_YET_READ)
    return Quote(row.shown(start, end), origin, voice)


def _signals(scope: Scope, texts: dict[int, Contribution]) -> tuple[SignalLine, ...]:
    rows = scope.run.placements.filter(signal__isnull=False).select_related("signal").order_by("signal__rank")
    return tuple(
        SignalLine(
            row.signal.rank,
            quote_of(texts[row.contribution_id], row.signal.start, row.signal.end),
            scope.theme_name(row.signal.nearest_id),
            tuple(row.signal.rare_words) if _is_shown(texts[row.contribution_id]) else (),
        )
        for row in rows[:MOST_SIGNALS]
    )


def _is_shown(row: Contribution) -> bool:
    """Read, not masked, with nothing hidden: words taken out of it may be given."""
    return row.read_at is not None and not row.is_masked and not row.hidden


# --- campaigns, set aside, method -------------------------------------------------------------------------------------
def campaigns_of(scope: Scope) -> list[tuple]:
    """Each campaign of the scope with why its words are held back, or nothing."""
    members = defaultdict(list)
    for place in scope.everything:
        if place.campaign:
            members[place.campaign].append(place)
    own = {place.campaign for place in scope.places}
    hidden = set(
        scope.run.placements.filter(campaign__isnull=False).exclude(contribution__hidden=[])
        .values_list("campaign", flat=True)
    )  # fmt: skip
    found = []
    for campaign in scope.run.campaigns.order_by("rank"):
        if campaign.pk not in own:
            continue
        if not all(place.may_leave for place in members[campaign.pk]):
            why = "texte pas montré, tous ses messages n’ont pas été relus"
        else:
            why = "texte pas montré, un passage y est caché" if campaign.pk in hidden else ""
        found.append((campaign, why))
    return found


def _campaigns(scope: Scope) -> tuple[CampaignLine, ...]:
    return tuple(
        CampaignLine(
            one.rank,
            one.persons,
            one.messages,
            levels_of(one),
            () if why else tuple((text, tuple(others or ())) for text, others in one.template),
            why,
        )
        for one, why in campaigns_of(scope)[:MOST_CAMPAIGNS]
    )


def levels_of(campaign) -> str:
    """How close the messages of a campaign are to its model, in words."""
    parts = [f"{LEVELS.get(level, level)} : {thousands(count)}" for level, count in campaign.levels.items() if count]
    return ", ".join(parts)


def _aside(scope: Scope) -> tuple[Fact, ...]:
    reasons = Counter(place.reason for place in scope.places if place.status == Status.SET_ASIDE)
    return tuple(
        Fact(REASONS.get(reason, reason or "sans raison"), thousands(n)) for reason, n in reasons.most_common()
    )


def _check(scope: Scope) -> tuple[str, ...]:
    return (
        "Chaque citation porte le numéro de sa contribution : on la retrouve telle qu’elle a été écrite dans l’espace "
        "de travail.",
        "Une personne est comptée une fois par thème, d’après la colonne choisie au versement ; sans cette colonne, "
        "chaque message compte pour une personne.",
        "Le même corpus, la même graine et la même version du moteur redonnent les mêmes thèmes : l’empreinte "
        "ci-dessous est celle des textes lus.",
        "Dans le croisement par profil, les nombres de moins de cinq personnes, et ceux qui les feraient retrouver, ne "
        "sont pas dits.",
    )


def _record(scope: Scope) -> tuple[Fact, ...]:
    run, record = scope.run, scope.run.record
    versions = record.get("versions") or {}
    facts = [
        Fact("Terminée le (UTC)", scope.made_at.isoformat()),
        Fact("Corpus", f"{run.corpus.number}, {counted(run.corpus.count, 'contribution')}"),
        Fact("Empreinte SHA-256 du corpus", " ".join(run.corpus.sha256[k : k + 16] for k in range(0, 64, 16))),
        Fact("Graine", str(run.seed)),
        Fact("Encodeur de phrases", "demandé" if run.with_encoder else "non demandé"),
        Fact("Versions", shorten(", ".join(f"{name} {version}" for name, version in sorted(versions.items())), 400)),
    ]
    return tuple(fact for fact in facts if fact.value)
