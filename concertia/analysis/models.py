"""Reading contributions together: frozen corpora, runs of the engine, what people decided, grids, syntheses, evidence.

What the machine proposed and what people decided are never in the same column: `Theme.machine_label` and `label`,
`Placement.machine_theme` and `theme`, `Coding` (people) and `GridReading` (machine).
"""

from django.conf import settings
from django.db import models

from concertia.analysis.enums import Change, Counted, ExportFormat, Family, SourceKind, Status, SynthesisState
from concertia.collection.enums import Use
from concertia.collection.models import Contribution
from concertia.consultations.models import Consultation, Finding, Proposition
from concertia.core.models import JobProgress


def _person(**extra):
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", **extra)


class Corpus(models.Model):
    """A frozen list of contributions: what comes later is for the next corpus. `sha256` is that of its texts."""

    consultation = models.ForeignKey(
        Consultation, verbose_name="concertation", on_delete=models.PROTECT, related_name="corpora"
    )
    number = models.PositiveSmallIntegerField("numéro")
    use = models.CharField("compte comme", max_length=16, choices=Use, default=Use.PARTICIPATION)
    count = models.PositiveIntegerField("contributions", default=0)
    persons = models.PositiveIntegerField("personnes", default=0)
    sha256 = models.CharField("empreinte", max_length=64)
    frozen_by = _person(verbose_name="figé par")
    frozen_at = models.DateTimeField("figé le", auto_now_add=True)

    class Meta:
        verbose_name = "corpus"
        verbose_name_plural = "corpus"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="one_corpus_per_number")]

    def __str__(self):
        return f"Corpus {self.number}"


class CorpusMember(models.Model):
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="members")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "contribution d’un corpus"
        verbose_name_plural = "contributions d’un corpus"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["corpus", "contribution"], name="once_in_a_corpus")]

    def __str__(self):
        return f"{self.corpus_id} {self.contribution_id}"


class Run(models.Model):
    """One analysis of a corpus, never computed again in place. `job` tells how far; `record` what replays it.

    `ledger` and `unit_ledger` are the sums as they were counted; `notes` what people must know, in French.
    """

    corpus = models.ForeignKey(Corpus, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField("numéro")
    job = models.OneToOneField(JobProgress, on_delete=models.PROTECT, related_name="run")
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="next_runs")
    seed = models.PositiveIntegerField("graine", default=0)
    with_encoder = models.BooleanField("avec l’encodeur", default=True)
    record = models.JSONField("fiche d’exécution", default=dict, blank=True)
    timing = models.JSONField("durées", default=dict, blank=True)
    notes = models.JSONField("remarques", default=list, blank=True)
    stability = models.FloatField("stabilité", null=True, blank=True)
    read = models.PositiveIntegerField("lues", default=0)
    in_themes = models.PositiveIntegerField("dans un thème", default=0)
    duplicates = models.PositiveIntegerField("redites", default=0)
    signals_count = models.PositiveIntegerField("signaux faibles", default=0)
    set_aside = models.PositiveIntegerField("écartées", default=0)
    asked_by = _person(verbose_name="demandée par")
    asked_at = models.DateTimeField("demandée le", auto_now_add=True)

    class Meta:
        verbose_name = "analyse"
        verbose_name_plural = "analyses"
        ordering = ["-asked_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["corpus", "number"], name="one_run_per_number")]

    def __str__(self):
        return f"{self.corpus}, analyse {self.number}"


class Theme(models.Model):
    """A theme of a run. A theme merged into another stays, and points to what it became; its rows stay its own.

    Counts are those of the theme with what was merged into it, written by the act that changes them.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="themes")
    number = models.PositiveIntegerField("numéro")
    machine_label = models.CharField("nom proposé", max_length=200, blank=True)
    label = models.CharField("nom donné", max_length=200, blank=True)
    named_by = _person(verbose_name="nommé par")
    named_at = models.DateTimeField("nommé le", null=True, blank=True)
    terms = models.JSONField("mots", default=list, blank=True)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    split_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="splits")
    kept_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="kept_as")
    made_by = _person(verbose_name="créé par")  # empty: the machine
    removed = models.BooleanField("création annulée", default=False)
    persons = models.PositiveIntegerField("personnes", default=0)
    messages = models.PositiveIntegerField("messages", default=0)
    distinct_messages = models.PositiveIntegerField("messages sans les redites", default=0)
    units = models.PositiveIntegerField("idées", default=0)
    quotes = models.JSONField("citations proposées", default=list, blank=True)  # [contribution, start, end, voice]

    class Meta:
        verbose_name = "thème"
        verbose_name_plural = "thèmes"
        ordering = ["-persons", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_theme_per_number")]

    def __str__(self):
        return self.name

    @property
    def name(self):
        proposed = self.machine_label[:1].upper() + self.machine_label[1:]
        return self.label or proposed or f"Thème {self.number}"


class Campaign(models.Model):
    """Messages that say the same. `template`: slices of the model, each with what varies: [[text, [wordings]]]."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="campaigns")
    rank = models.PositiveIntegerField("rang")
    messages = models.PositiveIntegerField("messages")
    persons = models.PositiveIntegerField("personnes")
    levels = models.JSONField("degrés", default=dict)
    burst = models.FloatField("groupés dans le temps", null=True, blank=True)
    template = models.JSONField("texte et ce qui varie", default=list)

    class Meta:
        verbose_name = "campagne"
        verbose_name_plural = "campagnes"
        ordering = ["rank"]

    def __str__(self):
        return f"Campagne {self.rank}"


class Placement(models.Model):
    """What became of one contribution in a run: one status; `place` is its rank in the reading order."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="placements")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="placements")
    person = models.CharField("personne", max_length=32)  # the author's key, or the contribution's own
    status = models.CharField("statut", max_length=8, choices=Status)
    reason = models.CharField("motif", max_length=20, blank=True)
    machine_theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, related_name="placements")
    moved_by = _person(verbose_name="déplacée par")
    score = models.FloatField("proximité", default=0)
    duplicate_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="copies")
    campaign = models.ForeignKey(Campaign, on_delete=models.SET_NULL, null=True, related_name="placements")
    place = models.PositiveIntegerField("rang de lecture", null=True)

    class Meta:
        verbose_name = "place d’une contribution"
        verbose_name_plural = "places des contributions"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "contribution"], name="one_placement_per_run")]
        indexes = [
            models.Index(fields=["run", "status", "place"], name="placements_to_read"),
            models.Index(fields=["theme", "-score"], name="placements_of_theme"),
        ]

    def __str__(self):
        return f"{self.run_id} {self.contribution_id}"


class Assignment(models.Model):
    """One unit of meaning: the slice [start, end) of its contribution, in one theme at most."""

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="assignments")
    unit = models.PositiveSmallIntegerField("rang")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    status = models.CharField("statut", max_length=8, choices=Status)
    machine_theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, related_name="assignments")
    score = models.FloatField("proximité", default=0)

    class Meta:
        verbose_name = "idée"
        verbose_name_plural = "idées"
        ordering = ["placement", "unit"]

    def __str__(self):
        return f"{self.placement_id} {self.unit}"


class Signal(models.Model):
    """A contribution to read first, and whether a person has."""

    placement = models.OneToOneField(Placement, on_delete=models.CASCADE, related_name="signal")
    rank = models.PositiveIntegerField("rang")
    score = models.FloatField("nouveauté")
    nearest = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, related_name="signals")
    rare_words = models.JSONField("mots rares", default=list)
    profile = models.CharField("profil", max_length=120, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    read_by = _person(verbose_name="lu par")
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    class Meta:
        verbose_name = "signal faible"
        verbose_name_plural = "signaux faibles"
        ordering = ["rank"]

    def __str__(self):
        return f"Signal {self.rank}"

    @property
    def words_shown(self):
        """The rare words that may be read: not those of a passage that a person has hidden."""
        contribution = self.placement.contribution
        shown = "" if contribution.is_masked else contribution.shown().casefold()
        return [word for word in self.rare_words if word.casefold() in shown]


class ThemeChange(models.Model):
    """One thing a person did to a map: what to write back is in `before`, so that it can be undone, last first."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField("geste", max_length=8, choices=Change)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="changes")
    told = models.CharField("en une phrase", max_length=500)
    before = models.JSONField(default=dict)
    by = _person(verbose_name="par")
    at = models.DateTimeField("le", auto_now_add=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = _person(verbose_name="annulé par")

    class Meta:
        verbose_name = "geste sur les thèmes"
        verbose_name_plural = "gestes sur les thèmes"
        ordering = ["-pk"]

    def __str__(self):
        return self.told


class Codebook(models.Model):
    """A grid of codes that people apply; `version` grows with each change of its words."""

    consultation = models.ForeignKey(
        Consultation, verbose_name="concertation", on_delete=models.PROTECT, related_name="codebooks"
    )
    name = models.CharField("nom", max_length=120)
    version = models.PositiveIntegerField("version", default=1)
    made_by = _person(verbose_name="créée par")
    made_at = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        verbose_name = "grille"
        verbose_name_plural = "grilles"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "name"], name="one_codebook_per_name")]

    def __str__(self):
        return self.name


class Code(models.Model):
    """A code of a grid. One that is in use is retired, never deleted: what people coded stays."""

    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="codes")
    position = models.PositiveSmallIntegerField("ordre", default=0)
    label = models.CharField("nom", max_length=120)
    definition = models.TextField("définition", blank=True)
    examples = models.JSONField("exemples", default=list, blank=True)
    counter_examples = models.JSONField("contre-exemples", default=list, blank=True)
    family = models.CharField("famille", max_length=12, choices=Family, blank=True)
    born_while_reading = models.BooleanField("né en lisant", default=False)
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "code"
        verbose_name_plural = "codes"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["codebook", "label"], name="one_code_per_label")]

    def __str__(self):
        return self.label


class Coding(models.Model):
    """What one person chose for one contribution: several codes, or « je ne sais pas ». Never written by the machine.

    `proposed` keeps the codes that were shown as proposals at that moment, so that the help given can be measured.
    """

    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="codings")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="codings")
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="codée par", on_delete=models.PROTECT, related_name="+"
    )
    codes = models.ManyToManyField(Code, related_name="codings")
    unsure = models.BooleanField("je ne sais pas", default=False)
    proposed = models.JSONField("codes proposés", default=list, blank=True)
    at = models.DateTimeField("codée le", auto_now=True)

    class Meta:
        verbose_name = "codage"
        verbose_name_plural = "codages"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["codebook", "contribution", "coder"], name="one_coding_per_coder")
        ]

    def __str__(self):
        return f"{self.codebook_id} {self.contribution_id} {self.coder_id}"


class CodingSample(models.Model):
    """Contributions that several people code blind, in the same order, to measure how far they agree."""

    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="samples")
    corpus = models.ForeignKey(Corpus, on_delete=models.PROTECT, related_name="samples")
    seed = models.PositiveIntegerField("graine")
    contributions = models.JSONField("contributions tirées", default=list)  # frozen ids, in the order of reading
    coders = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name="personnes invitées", related_name="+")
    asked_by = _person(verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)

    class Meta:
        verbose_name = "échantillon à coder à deux"
        verbose_name_plural = "échantillons à coder à deux"
        ordering = ["-pk"]

    def __str__(self):
        return f"Échantillon {self.pk}"


class Settlement(models.Model):
    """What two coders who differed have agreed on; their own codings stay as they were."""

    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="settlements")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="+")
    codes = models.ManyToManyField(Code, related_name="+")
    by = _person(verbose_name="réglé par")
    at = models.DateTimeField("réglé le", auto_now=True)

    class Meta:
        verbose_name = "désaccord réglé"
        verbose_name_plural = "désaccords réglés"
        constraints = [models.UniqueConstraint(fields=["codebook", "contribution"], name="one_settlement_per_text")]

    def __str__(self):
        return f"{self.codebook_id} {self.contribution_id}"


class GridReading(models.Model):
    """What the machine prepared to suggest the codes of a grid on a corpus: a file of numbers, made by a job.

    The file is empty until the job has ended well; `version` is the grid's when its words were read.
    """

    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="readings")
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="readings")
    version = models.PositiveIntegerField("version de la grille")
    with_encoder = models.BooleanField("avec l’encodeur")
    job = models.OneToOneField(JobProgress, on_delete=models.PROTECT, related_name="grid_reading")
    file = models.FileField("calculs", upload_to="calculs/%Y/%m/", blank=True)
    made_at = models.DateTimeField("fait le", auto_now_add=True)

    class Meta:
        verbose_name = "lecture d’une grille"
        verbose_name_plural = "lectures d’une grille"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.codebook_id} {self.corpus_id}"


class Synthesis(models.Model):
    """A text that people compose; each sentence leads back to what was said."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="syntheses")
    title = models.CharField("titre", max_length=200)
    state = models.CharField("état", max_length=10, choices=SynthesisState, default=SynthesisState.DRAFT)
    version = models.PositiveIntegerField("version", default=1)
    made_by = _person(verbose_name="commencée par")
    made_at = models.DateTimeField("commencée le", auto_now_add=True)
    reviewed_by = _person(blank=True, verbose_name="relue par")
    reviewed_at = models.DateTimeField("relue le", null=True, blank=True)
    validated_by = _person(verbose_name="validée par")
    validated_at = models.DateTimeField("validée le", null=True, blank=True)

    class Meta:
        verbose_name = "synthèse"
        verbose_name_plural = "synthèses"
        ordering = ["-pk"]

    def __str__(self):
        return self.title


class SynthesisSentence(models.Model):
    """Words with their quotes written out between « and », checked against the sources at each saving."""

    synthesis = models.ForeignKey(Synthesis, on_delete=models.CASCADE, related_name="sentences")
    position = models.PositiveIntegerField("ordre")
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="sentences")
    text = models.TextField("phrase")
    proposed = models.BooleanField("proposée par un programme local", default=False)
    edited = models.BooleanField("modifiée par une personne", default=False)
    read_by = _person(verbose_name="relue par")
    read_at = models.DateTimeField("relue le", null=True, blank=True)

    class Meta:
        verbose_name = "phrase d’une synthèse"
        verbose_name_plural = "phrases d’une synthèse"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text[:80]


class Source(models.Model):
    """Where a sentence comes from: a slice of a contribution, or a number and what it counts."""

    sentence = models.ForeignKey(SynthesisSentence, on_delete=models.CASCADE, related_name="sources")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField("nature", max_length=8, choices=SourceKind)
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    counted = models.CharField("compte des", max_length=16, choices=Counted, blank=True)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    value = models.PositiveIntegerField("valeur écrite", default=0)

    class Meta:
        verbose_name = "source"
        verbose_name_plural = "sources"
        ordering = ["position", "pk"]

    def __str__(self):
        return f"{self.kind} {self.sentence_id}"


class EvidenceLink(models.Model):
    """What a finding or a proposition of the canvas rests on: a theme, or a slice of a contribution."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence")
    proposition = models.ForeignKey(
        Proposition, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    bound_by = _person(verbose_name="liée par")
    bound_at = models.DateTimeField("liée le", auto_now_add=True)

    class Meta:
        verbose_name = "preuve"
        verbose_name_plural = "preuves"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_of_one_thing",
                condition=models.Q(finding=None, proposition__isnull=False)
                | models.Q(finding__isnull=False, proposition=None),
            ),
        ]

    def __str__(self):
        return f"{self.finding_id or self.proposition_id}"


class Export(models.Model):
    """One document made of a run, or of one of its themes. `stamp` names what it was made of.

    Who asked is with the job. A document that no longer says what the workspace says is never given; it is made again.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="exports")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="exports")
    format = models.CharField("format", max_length=12, choices=ExportFormat)
    stamp = models.CharField("état de l’analyse", max_length=64)
    job = models.ForeignKey(JobProgress, on_delete=models.SET_NULL, null=True, related_name="exports")
    file = models.FileField("fichier", upload_to="partage/%Y/%m/", blank=True)
    size = models.PositiveIntegerField("taille", default=0)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    made_at = models.DateTimeField("fait le", null=True, blank=True)

    class Meta:
        verbose_name = "document à partager"
        verbose_name_plural = "documents à partager"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.run_id} {self.format}"
