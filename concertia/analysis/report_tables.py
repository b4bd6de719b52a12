"""The tables and the project of a run, for a workbook, CSV files and other qualitative tools."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC

from django.utils import timezone

from concertia.analysis.coding_queries import codings_shown
from concertia.analysis.enums import Status
from concertia.analysis.models import Assignment, Signal
from concertia.analysis.queries import Branch
from concertia.analysis.report_inputs import Scope, campaigns_of, held_back, levels_of, named
from concertia.collection.models import Contribution
from concertia.engine.reports.qdpx import Coded, Project, ProjectCode, TextSource, User
from concertia.engine.reports.report import NOT_YET_READ
from concertia.engine.reports.tables import Table

PROGRAM, TEAM = "programme", "equipe"
HELD, MASKED = f"({NOT_YET_READ})", "(masquée par la modération)"
CHUNK = 2000


def tables_of(scope: Scope) -> tuple[Table, ...]:
    """Themes, contributions, ideas, signals, campaigns, codings."""
    texts = Texts(scope)
    return (
        _themes(scope),
        _contributions(scope, texts),
        _ideas(scope, texts),
        _signals(scope, texts),
        _campaigns(scope),
        _codings(scope),
    )


def read_me_of(scope: Scope) -> str:
    """What the CSV files are, for whoever opens the zip."""
    run = scope.run
    return (
        f"{run.corpus.consultation.title} – {run.corpus}, analyse {run.number}\n\n"
        "Tableaux de l’analyse, en CSV (UTF-8, virgules). Chaque ligne de contributions.csv est une contribution, "
        "chaque ligne de idees.csv un passage de l’une d’elles ; debut et fin comptent les signes du texte montré.\n"
        "Une apostrophe est ajoutée devant un texte qu’un tableur prendrait pour une formule.\n"
        "« […] » remplace un nom ou une adresse. Ni nom, ni adresse, ni profil : le profil n’est donné que croisé, "
        f"dans le rapport.\n{held_back(scope.places)}\n"
    )


class Texts:
    """The words that may leave, read once: contribution → (text as shown, its row)."""

    def __init__(self, scope: Scope):
        self.rows: dict[int, Contribution] = {}
        wanted = [place.contribution for place in scope.places if place.may_leave]
        for start in range(0, len(wanted), CHUNK):
            found = Contribution.objects.filter(pk__in=wanted[start : start + CHUNK])
            self.rows |= {row.pk: row for row in found.only("text", "hidden", "state", "read_at", "said_at")}

    def shown(self, place, start: int = 0, end: int | None = None) -> str:
        if place.is_masked:
            return MASKED
        row = self.rows.get(place.contribution)
        return row.shown(start, end) if row else HELD

    def span(self, contribution: int, start: int, end: int) -> tuple[int, int] | tuple[None, None]:
        """Where a passage stands in the text as it is shown; nothing when its words do not leave."""
        row = self.rows.get(contribution)
        if row is None:
            return None, None
        if not row.hidden:
            return start, min(end, len(row.text))
        return len(row.shown(0, start)), len(row.shown(0, end))


def _themes(scope: Scope) -> Table:
    rows = []

    def add(branch: Branch, above: str):
        theme = branch.theme
        rows.append((
            theme.number, theme.name, above, named(theme), theme.persons, theme.messages, theme.distinct_messages,
            theme.units, ", ".join(theme.terms), ", ".join(one.name for one in branch.merged),
        ))  # fmt: skip
        for child in branch.children:
            add(child, theme.name)

    for branch in scope.roots:
        add(branch, "")
    columns = (
        "numéro", "thème", "sous", "nommé par", "personnes", "messages", "messages sans redites", "idées", "mots",
        "thèmes fusionnés",
    )  # fmt: skip
    return Table("themes", "Thèmes", columns, tuple(rows))


def _contributions(scope: Scope, texts: Texts) -> Table:
    campaigns = dict(scope.run.campaigns.values_list("pk", "rank"))
    rows = tuple(
        (
            place.contribution,
            scope.persons[place.person],
            timezone.localtime(place.said_at).date().isoformat() if place.said_at else "",
            place.came_by,
            Status(place.status).label,
            place.reason,
            scope.theme_name(place.theme),
            place.duplicate_of,
            campaigns.get(place.campaign),
            place.order,
            "non" if place.read_at is None else "oui",
            texts.shown(place),
        )
        for place in scope.places
    )
    columns = (
        "contribution", "personne", "date", "canal", "statut", "raison", "thème principal", "redite de", "campagne",
        "rang de lecture", "relue", "texte",
    )  # fmt: skip
    return Table("contributions", "Contributions", columns, rows)


def _assignments(scope: Scope):
    """The ideas of the scope, as (placement, rank, start, end, status, machine's theme, theme, score)."""
    rows = Assignment.objects.filter(placement__run=scope.run).order_by("placement__contribution", "unit")
    fields = ("placement", "unit", "start", "end", "status", "machine_theme", "theme", "score")
    held = {place.pk: place for place in scope.places}
    for row in rows.values_list(*fields).iterator(chunk_size=5000):
        if row[0] in held:
            yield held[row[0]], *row[1:]


def _ideas(scope: Scope, texts: Texts) -> Table:
    rows = []
    for place, unit, start, end, status, _, theme, score in _assignments(scope):
        first, last = texts.span(place.contribution, start, end)
        rows.append((
            place.contribution, unit + 1, first, last, Status(status).label, scope.theme_name(theme), round(score, 4),
            texts.shown(place, start, end),
        ))  # fmt: skip
    columns = ("contribution", "idée", "début", "fin", "statut", "thème", "proximité", "texte")
    return Table("idees", "Idées", columns, tuple(rows))


def _signals(scope: Scope, texts: Texts) -> Table:
    held = {place.pk: place for place in scope.places}
    rows = []
    for one in Signal.objects.filter(placement__run=scope.run).order_by("rank"):
        place = held.get(one.placement_id)
        if place is None:
            continue
        row = texts.rows.get(place.contribution)
        words = ", ".join(one.rare_words) if row and not row.hidden else ""
        rows.append((
            one.rank, place.contribution, round(one.score, 4), scope.theme_name(one.nearest_id), words,
            "oui" if one.read_at else "non", texts.shown(place, one.start, one.end),
        ))  # fmt: skip
    columns = ("rang", "contribution", "nouveauté", "thème le plus proche", "mots rares", "lu", "extrait")
    return Table("signaux", "Signaux faibles", columns, tuple(rows))


def _campaigns(scope: Scope) -> Table:
    rows = tuple(
        (
            one.rank,
            one.messages,
            one.persons,
            levels_of(one),
            f"({why})" if why else "".join(t for t, _ in one.template),
        )
        for one, why in campaigns_of(scope)
    )
    return Table("campagnes", "Campagnes", ("rang", "messages", "personnes", "degrés", "modèle"), rows)


def _coded(scope: Scope):
    """What people coded in the scope with their rank, in a stable order; never what an open blind sample seals."""
    held = {place.contribution for place in scope.places}
    consultation = scope.run.corpus.consultation
    members = scope.run.corpus.members.values("contribution")
    ranks: dict[int, int] = {}
    for grid in consultation.codebooks.order_by("pk"):
        rows = codings_shown(grid).filter(contribution__in=members).order_by("contribution", "coder")
        for one in rows.select_related("codebook").prefetch_related("codes"):
            ranks.setdefault(one.coder_id, len(ranks) + 1)
            if one.contribution_id in held:
                yield one, ranks[one.coder_id]


def _codings(scope: Scope) -> Table:
    rows = []
    for one, rank in _coded(scope):
        labels = [code.label for code in one.codes.all()] or (["je ne sais pas"] if one.unsure else [])
        rows += [
            (one.contribution_id, one.codebook.name, label, f"personne {rank}", one.at.date().isoformat())
            for label in labels
        ]
    return Table("codages", "Codages", ("contribution", "grille", "code", "codée par", "date"), tuple(rows))


# --- REFI-QDA ---------------------------------------------------------------------------------------------------------
def project_of(scope: Scope) -> Project:
    """The texts that may leave, with what the program and people coded in them."""
    texts = Texts(scope)
    made = f"{scope.made_at.isoformat()}Z"
    passages, grids, coders = defaultdict(list), {}, {}
    for place, _, start, end, _, machine, theme, _ in _assignments(scope):
        branch = scope.tree.standing(theme) if theme else None
        first, last = texts.span(place.contribution, start, end)
        if branch and first is not None and first < last:
            by = PROGRAM if machine == theme else TEAM
            passages[place.contribution].append(Coded(f"theme:{branch.theme.number}", first, last, by, made))
    for one, rank in _coded(scope):
        grids[one.codebook_id] = one.codebook
        coders[rank] = User(f"personne:{rank}", f"Personne {rank}")
        row = texts.rows.get(one.contribution_id)
        length = len(row.shown()) if row else 0
        at = one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        passages[one.contribution_id] += [
            Coded(f"code:{code.pk}", 0, length, f"personne:{rank}", at) for code in one.codes.all() if length
        ]
    return Project(
        key=f"{scope.run.corpus.consultation.public_id}:{scope.run.corpus.number}:{scope.run.number}",
        name=scope.run.corpus.consultation.title,
        made=made,
        description=held_back(scope.places),
        users=(User(PROGRAM, "Programme local (proposition)"), User(TEAM, "Équipe d’analyse"),
               *(coders[rank] for rank in sorted(coders))),
        codes=(*_theme_codes(scope), *(_grid(grid) for _, grid in sorted(grids.items()))),
        sources=tuple(
            _source(place, scope, texts, passages) for place in scope.places if place.contribution in texts.rows
        ),
    )  # fmt: skip


def _theme_codes(scope: Scope) -> tuple[ProjectCode, ...]:
    def code(branch: Branch) -> ProjectCode:
        theme = branch.theme
        return ProjectCode(
            f"theme:{theme.number}", theme.name, named(theme), children=tuple(code(child) for child in branch.children)
        )

    if not scope.roots:
        return ()
    return (ProjectCode("themes", "Thèmes", codable=False, children=tuple(code(branch) for branch in scope.roots)),)


def _grid(grid) -> ProjectCode:
    codes = tuple(ProjectCode(f"code:{one.pk}", one.label, one.definition) for one in grid.codes.all())
    return ProjectCode(f"grille:{grid.pk}", f"Grille : {grid.name}", codable=False, children=codes)


def _source(place, scope: Scope, texts: Texts, passages) -> TextSource:
    facts = [("Canal", place.came_by), ("Statut", Status(place.status).label)]
    if place.said_at:
        facts.append(("Date", timezone.localtime(place.said_at).date().isoformat()))
    return TextSource(
        key=str(place.contribution),
        name=f"Contribution {place.contribution}",
        text=texts.shown(place),
        coded=tuple(passages.get(place.contribution, ())),
        facts=(*facts, ("Personne", scope.persons[place.person])),
    )
