"""Composing a synthesis: keep or set aside what is proposed, write, bind to sources, have it read, validate by name.

Each act locks the synthesis and counts a version. A sentence says whether somebody changed it since it was opened; a
synthesis that was reviewed is a draft again as soon as a sentence changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from concertia.analysis import rules
from concertia.analysis.actions.checking import Remark, paired, remarks_of
from concertia.analysis.actions.proposing import propose
from concertia.analysis.enums import Counted, SourceKind, SynthesisState
from concertia.analysis.models import Run, Source, Synthesis, SynthesisSentence, Theme
from concertia.analysis.queries import Tree, tree_of
from concertia.analysis.quoting import State, fingerprint, quoted, written_quotes
from concertia.analysis.synthesis_queries import counts_of, section_of, sentences_of
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.core.enums import JobState
from concertia.core.errors import Conflict, NotAllowed, Refused
from concertia.core.text import clean_text, one_line, thousands
from concertia.engine.text.units import Span, cut

LONGEST = 5_000
LONGEST_TITLE = 200
EMPTY_QUOTE = re.compile(r"«[\s\xa0\u202f]*»")
GONE = "Cette phrase a été retirée depuis que la page est ouverte : rechargez-la."


# --- the synthesis --------------------------------------------------------------------------------------------------
@transaction.atomic
def start_synthesis(run: Run, *, by, title) -> Synthesis:
    """A synthesis of a run that ended, with what a program proposes for each theme."""
    if not rules.can_analyse(by, run.corpus.consultation):
        raise NotAllowed("analysis.synthesis")
    title = one_line(title)
    if not title:
        raise Refused("Titre de la synthèse : écrivez quelques mots.")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"Titre de la synthèse : {LONGEST_TITLE} signes au plus ({len(title)} ici).")
    if run.job.state != JobState.DONE:
        raise Refused("Cette analyse n’est pas finie : la synthèse se commence quand les thèmes sont là.")
    synthesis = Synthesis.objects.create(run=run, title=title, made_by=by)
    propose(synthesis)
    return synthesis


@transaction.atomic
def propose_again(synthesis: Synthesis, *, by, section: int | None) -> int:
    """Bring back what was set aside in a section."""
    synthesis = _locked(synthesis, by)
    count = propose(synthesis, only={section})
    _touch(synthesis)
    return count


@transaction.atomic
def set_the_rest_aside(synthesis: Synthesis, *, by, section: int | None = None, everywhere=False) -> int:
    """Set aside the proposals that nobody kept, of a section or of all."""
    synthesis = _locked(synthesis, by)
    tree = tree_of(synthesis.run)
    rows = synthesis.sentences.filter(read_at=None)
    chosen = [row.pk for row in rows if everywhere or section_of(row, tree) == section]
    SynthesisSentence.objects.filter(pk__in=chosen).delete()
    _touch(synthesis)
    return len(chosen)


def checked(
    synthesis: Synthesis, sentences: Sequence[SynthesisSentence], *, tree: Tree | None = None
) -> dict[int, list[Remark]]:
    """What is wrong today in each of these sentences; those where nothing is are left out."""
    tree = tree or tree_of(synthesis.run)
    counts = counts_of(synthesis.run, tree)
    found = {row.pk: remarks_of(row, tree, counts) for row in sentences}
    return {pk: remarks for pk, remarks in found.items() if remarks}


@transaction.atomic
def review_synthesis(synthesis: Synthesis, *, by, version: int) -> Synthesis:
    """Somebody has read all of it, as it stands; nothing in it is unread or unproved."""
    synthesis = _locked(synthesis, by, version=version)
    _require_sound(synthesis)
    synthesis.state, synthesis.reviewed_by, synthesis.reviewed_at = SynthesisState.REVIEWED, by, timezone.now()
    synthesis.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return synthesis


@transaction.atomic
def validate_synthesis(synthesis: Synthesis, *, by, version: int) -> Synthesis:
    synthesis = _locked(synthesis, by, version=version)
    if synthesis.state != SynthesisState.REVIEWED:
        raise Refused("La synthèse se valide une fois relue : relisez-la d’abord.")
    _require_sound(synthesis)
    _require_quotable(synthesis)
    synthesis.state, synthesis.validated_by, synthesis.validated_at = SynthesisState.VALIDATED, by, timezone.now()
    synthesis.save(update_fields=["state", "validated_by", "validated_at"])
    return synthesis


@transaction.atomic
def reopen_synthesis(synthesis: Synthesis, *, by) -> Synthesis:
    synthesis = _locked(synthesis, by, even_validated=True)
    _touch(synthesis)
    return synthesis


def _require_quotable(synthesis) -> None:
    """What is validated leaves the workspace: each quote comes from a message that a person has read for names."""
    quotes = Source.objects.filter(sentence__synthesis=synthesis, kind=SourceKind.QUOTE, contribution__read_at=None)
    quotes = quotes.exclude(contribution__state=ContributionState.MASKED)  # its sentence says so already
    waiting = quotes.values("contribution").distinct().count()
    if waiting:
        messages = "messages cités n’ont pas été relus" if waiting > 1 else "message cité n’a pas été relu"
        raise Refused(
            f"{thousands(waiting)} {messages} pour les noms et les adresses : relisez-les, la page dit lesquels, puis "
            "validez. Sans cela, ces citations resteraient cachées dans le document."
        )


def _require_sound(synthesis) -> None:
    waiting = synthesis.sentences.filter(read_at=None).count()
    if waiting:
        sentences = "propositions du programme attendent" if waiting > 1 else "proposition du programme attend"
        raise Refused(f"{thousands(waiting)} {sentences} : gardez ce qui sert, écartez le reste.")
    rows = sentences_of(synthesis)
    if not rows:
        raise Refused("La synthèse est vide : gardez une proposition ou écrivez une phrase.")
    wrong = len(checked(synthesis, rows))
    if wrong:
        sentences = "phrases sont à corriger" if wrong > 1 else "phrase est à corriger"
        raise Refused(f"{thousands(wrong)} {sentences} : chaque remarque est dite sous sa phrase.")


def _locked(synthesis: Synthesis, by, *, version=None, even_validated=False) -> Synthesis:
    if not rules.can_analyse(by, synthesis.run.corpus.consultation):
        raise NotAllowed("analysis.synthesis")
    rows = Synthesis.objects.select_for_update(of=("self",)).select_related("run__corpus__consultation__territory")
    synthesis = rows.get(pk=synthesis.pk)
    if version is not None and synthesis.version != version:
        raise Conflict("La synthèse a changé depuis que vous l’avez ouverte : relisez-la, puis recommencez.")
    if synthesis.state == SynthesisState.VALIDATED and not even_validated:
        raise Refused("Cette synthèse est validée : rouvrez-la pour la modifier.")
    return synthesis


def _touch(synthesis) -> None:
    """One more version; what was reviewed is a draft again."""
    synthesis.version += 1
    synthesis.state = SynthesisState.DRAFT
    synthesis.reviewed_by = synthesis.reviewed_at = synthesis.validated_by = synthesis.validated_at = None
    synthesis.save(update_fields=["version", "state", "reviewed_by", "reviewed_at", "validated_by", "validated_at"])


# --- its sentences --------------------------------------------------------------------------------------------------
@transaction.atomic
def write_sentence(synthesis: Synthesis, *, by, text, section: int | None) -> SynthesisSentence:
    """A sentence of the writer's own, at the end of a section; read by who wrote it."""
    synthesis = _locked(synthesis, by)
    last = synthesis.sentences.order_by("-position").values_list("position", flat=True).first() or 0
    row = SynthesisSentence.objects.create(
        synthesis=synthesis, position=last + 1, theme=_theme(synthesis, section), text=_clean(text), read_by=by,
        read_at=timezone.now(),
    )  # fmt: skip
    _touch(synthesis)
    return row


@transaction.atomic
def save_sentence(row: SynthesisSentence, *, by, text, section: int | None, seen: str) -> SynthesisSentence:
    """Write the sentence as a person changed it; refused when another changed it since it was `seen`."""
    synthesis, row = _locked_sentence(row, by)
    if fingerprint(row) != seen:
        raise Conflict(
            "Quelqu’un a changé cette phrase depuis que vous l’avez ouverte. Rien n’a été écrasé : sa version est "
            "au-dessus de la vôtre. Enregistrez de nouveau pour garder la vôtre, ou revenez pour garder l’autre."
        )
    text = _restored(_clean(text), row)
    row.edited = row.edited or (row.proposed and text != row.text)
    row.text, row.theme = text, _theme(synthesis, section)
    return _saved(synthesis, row, by)


@transaction.atomic
def keep_proposal(row: SynthesisSentence, *, by) -> SynthesisSentence:
    """A person has read what a program proposes, and keeps it."""
    synthesis, row = _locked_sentence(row, by)
    if any(one.contribution.is_masked for one in row.sources.all() if one.contribution):
        raise Refused("La source de cette citation est masquée par la modération : écartez la proposition.")
    return _saved(synthesis, row, by)


@transaction.atomic
def remove_sentence(row: SynthesisSentence, *, by) -> None:
    """Set a proposal aside, or take a sentence out."""
    synthesis, row = _locked_sentence(row, by)
    row.delete()
    _touch(synthesis)


@transaction.atomic
def move_sentence(row: SynthesisSentence, *, by, down: bool) -> None:
    """Change places with the sentence before or after it in its section."""
    synthesis, row = _locked_sentence(row, by)
    tree = tree_of(synthesis.run)
    own = section_of(row, tree)
    kept = [one for one in synthesis.sentences.filter(read_at__isnull=False) if section_of(one, tree) == own]
    rank = next((rank for rank, one in enumerate(kept) if one.pk == row.pk), None)
    other = None if rank is None else rank + (1 if down else -1)
    if other is None or not 0 <= other < len(kept):
        raise Refused("Cette phrase est déjà au bout de sa partie.")
    kept[rank], kept[other] = kept[other], kept[rank]
    places = sorted(one.position for one in kept)
    for one, position in zip(kept, places, strict=True):
        one.position = position
    SynthesisSentence.objects.bulk_update(kept, ["position"])
    _touch(synthesis)


def _locked_sentence(row, by):
    synthesis = _locked(row.synthesis, by)
    rows = synthesis.sentences.prefetch_related("sources__contribution", "sources__theme")
    row = rows.filter(pk=row.pk).first()
    if row is None:
        raise Refused(GONE)
    return synthesis, row


def _saved(synthesis, row, by) -> SynthesisSentence:
    """Its sources in the order of the text; whoever changed it has read it."""
    row.read_by, row.read_at = by, timezone.now()
    row.save()
    sources = list(Source.objects.filter(sentence=row).select_related("contribution", "theme"))
    quotes = written_quotes(row.text, sources)
    numbers = [figure for _, figure in paired(row.text, quotes, sources) if figure]
    for position, source in enumerate([*(one.source for one in quotes), *numbers]):
        source.position = position
    Source.objects.bulk_update(sources, ["position"])
    _touch(synthesis)
    row.refresh_from_db()
    return row


def _clean(text) -> str:
    text = clean_text(text)
    if not text:
        raise Refused("Phrase : écrivez quelques mots.")
    if len(text) > LONGEST:
        raise Refused(
            f"Phrase : {thousands(LONGEST)} signes au plus ({thousands(len(text))} ici). Coupez-la en plusieurs."
        )
    return text


def _restored(text, row) -> str:
    """A form changes line ends and composes accents: a quote it carried is written again sign for sign."""
    for source in row.sources.all():
        if source.kind == SourceKind.QUOTE:
            words = source.contribution.shown(source.start, source.end)
            carried = clean_text(words)
            if carried and carried != words and words not in text:
                text = text.replace(carried, words, 1)
    return text


def _theme(synthesis, section) -> Theme | None:
    if section is None:
        return None
    branch = tree_of(synthesis.run).standing(section)
    if branch is None:
        raise Refused("Ce thème n’existe plus : choisissez une autre partie.")
    return branch.theme


# --- its sources ----------------------------------------------------------------------------------------------------
def passages_of(contribution: Contribution) -> list[Span]:
    """What may be chosen in a message: its units of meaning, or the whole when it holds no word."""
    return list(cut(contribution.text)) or [Span(0, len(contribution.text))]


@transaction.atomic
def add_quote(row: SynthesisSentence, *, by, contribution: Contribution, passages: Sequence[int]) -> SynthesisSentence:
    """Quote passages that follow each other; they take the place of the first « », or the end of the sentence."""
    synthesis, row = _locked_sentence(row, by)
    placement = synthesis.run.placements.filter(contribution=contribution).select_related("contribution").first()
    if placement is None:
        raise Refused("Ce message n’est pas dans cette analyse.")
    contribution = placement.contribution
    if contribution.is_masked:
        raise Refused("Ce message est masqué par la modération : il ne peut pas être cité.")
    spans, chosen = passages_of(contribution), sorted(set(passages))
    if not chosen or chosen[-1] >= len(spans) or chosen[0] < 0:
        raise Refused("Cochez au moins un passage à citer.")
    if chosen != list(range(chosen[0], chosen[-1] + 1)):
        raise Refused("Cochez des passages qui se suivent : une citation ne saute rien. Citez les autres à part.")
    start, end = spans[chosen[0]].start, spans[chosen[-1]].end
    quote = quoted(contribution.shown(start, end))
    text, count = EMPTY_QUOTE.subn(lambda _: quote, row.text, count=1)
    text = text if count else f"{row.text} {quote}"
    Source.objects.create(
        sentence=row, position=row.sources.count(), kind=SourceKind.QUOTE, contribution=contribution, start=start,
        end=end,
    )  # fmt: skip
    return _rewritten(synthesis, row, text, by)


@transaction.atomic
def add_number(row: SynthesisSentence, *, by, counted: str, section: int | None) -> SynthesisSentence:
    """Write a count in the place of the first « # », or at the end."""
    synthesis, row = _locked_sentence(row, by)
    theme = _theme(synthesis, section)
    counts = counts_of(synthesis.run, tree_of(synthesis.run))
    value = counts.get((counted, theme.pk if theme else None))
    if counted not in Counted.values or value is None:
        raise Refused("Choisissez un nombre dans la liste.")
    text = row.text.replace("#", thousands(value), 1) if "#" in row.text else f"{row.text} {thousands(value)}"
    Source.objects.create(
        sentence=row, position=row.sources.count(), kind=SourceKind.FIGURE, counted=counted, theme=theme, value=value
    )
    return _rewritten(synthesis, row, text, by)


@transaction.atomic
def update_source(source: Source, *, by) -> SynthesisSentence:
    """Write a quote or a number again as it is today."""
    synthesis, row = _locked_sentence(source.sentence, by)
    sources = list(row.sources.all())
    source = _own(sources, source)
    quotes = written_quotes(row.text, sources)
    if source.kind == SourceKind.QUOTE:
        place = next(one for one in quotes if one.source.pk == source.pk)
        if source.contribution.is_masked or place.state == State.ABSENT:
            raise Refused("Cette citation ne peut pas être récrite : retirez-la.")
        words = quoted(source.contribution.shown(source.start, source.end))
        return _rewritten(synthesis, row, row.text[: place.start] + words + row.text[place.end :], by)
    tree = tree_of(synthesis.run)
    value = counts_of(synthesis.run, tree).get((source.counted, source.theme_id))
    number = next((one for one, figure in paired(row.text, quotes, sources) if figure and figure.pk == source.pk), None)
    if value is None or number is None:
        raise Refused("Ce nombre ne peut pas être récrit : retirez sa source.")
    source.value = value
    source.theme = tree.standing(source.theme_id).theme if source.theme_id else None
    source.save(update_fields=["value", "theme"])
    text = row.text[: number.start()] + thousands(value) + row.text[number.end() :]
    return _rewritten(synthesis, row, text, by)


@transaction.atomic
def remove_source(source: Source, *, by) -> SynthesisSentence | None:
    """Take a source away; its quote leaves the sentence with it, a number stays written."""
    synthesis, row = _locked_sentence(source.sentence, by)
    sources = list(row.sources.all())
    source = _own(sources, source)
    text = row.text
    place = next((one for one in written_quotes(text, sources) if one.source.pk == source.pk), None)
    if place is not None and place.end > place.start:
        text = f"{text[: place.start].rstrip()} {text[place.end :].lstrip()}".strip()
    source.delete()
    if not re.search(r"\w", text):
        row.delete()
        _touch(synthesis)
        return None
    return _rewritten(synthesis, row, text, by)


def _own(sources, source) -> Source:
    found = next((one for one in sources if one.pk == source.pk), None)
    if found is None:
        raise Refused(GONE)
    return found


def _rewritten(synthesis, row, text, by) -> SynthesisSentence:
    if len(text) > LONGEST:
        raise Refused(f"La phrase dépasserait {thousands(LONGEST)} signes : citez un passage plus court.")
    row.edited = row.edited or row.proposed
    row.text = text
    return _saved(synthesis, row, by)
