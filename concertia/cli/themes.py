"""`concertia themes`: contributions in, themes, weak signals, campaigns and a report out, on this machine alone."""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sys
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from concertia.analysis.phrases import STEPS, missing_sentence
from concertia.cli.installation import Refusal, plainly, say
from concertia.cli.output_folder import check_out, write_folder

ASKED = ("text", "author", "id", "profile", "sheet", "seed", "without_encoder")
WATTS = 15.0
ENCODED_A_SECOND, ENCODED_BY_SECOND = 80, 30  # short texts, on one core, by each encoder


def register(subparsers) -> None:
    parser = subparsers.add_parser("themes", help="analyser des contributions : thèmes, signaux, campagnes, rapport")
    parser.add_argument(
        "files", metavar="FICHIER", nargs="+", help="tableaux, comptes rendus, transcriptions, mails, zip ou dossier"
    )
    parser.add_argument("--out", metavar="DOSSIER", required=True, help="dossier du résultat, neuf ou d’un essai passé")
    parser.add_argument("--text", metavar="COLONNE", default="", help="colonne des textes (titre, lettre ou rang)")
    parser.add_argument("--author", metavar="COLONNE", default="", help="colonne qui distingue les personnes")
    parser.add_argument("--id", metavar="COLONNE", default="", help="colonne des identifiants")
    parser.add_argument("--profile", metavar="COLONNE", default="", help="colonne du profil des personnes")
    parser.add_argument("--sheet", metavar="FEUILLE", default="", help="feuille du classeur à lire")
    parser.add_argument("--grid", metavar="GRILLE.csv", help="grille de codes : code, label, definition, examples")
    parser.add_argument("--coded", metavar="CODES.csv", help="contributions déjà codées : id, code (avec --grid)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="graine du hasard (0 sans cette option)")
    parser.add_argument("--json", action="store_true", help="donner les thèmes et les comptes sur la sortie standard")
    parser.add_argument("--without-encoder", action="store_true", help="comparer les textes par leurs mots seuls")
    parser.add_argument(
        "--watts",
        type=float,
        default=WATTS,
        help=f"puissance d’un cœur, pour estimer l’énergie ({WATTS:.0f} par défaut)",
    )
    parser.set_defaults(run=run_themes)


@plainly
def run_themes(arguments: argparse.Namespace) -> int:
    clock = Clock()
    _check(arguments)
    try:
        from concertia.cli import themes_files  # noqa: PLC0415 -- optional dependency

        out = check_out(arguments.out, command=themes_files.COMMAND, files=themes_files.FILES)
        outcome = _analysed(arguments, clock)
        clock.step("report", 0.0)
        files = _written(outcome)
    except ModuleNotFoundError as error:
        raise Refusal(missing_sentence(error)) from error
    except MemoryError as error:
        raise Refusal("La mémoire de cette machine ne suffit pas : coupez le fichier en plusieurs.") from error
    clock.close()
    files["timing.json"] = _json(clock.record(arguments.watts))
    write_folder(out, files)
    if arguments.json:
        summary = {"themes": themes_files.themes_record(outcome), "run": themes_files.run_record(outcome)}
        sys.stdout.buffer.write(_json(summary))
    _say_summary(outcome, arguments.out)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    if arguments.coded and not arguments.grid:
        raise Refusal("--coded demande --grid : les codes donnés doivent être ceux d’une grille.")
    if arguments.seed < 0:
        raise Refusal(f"La graine {arguments.seed} est négative : donnez un entier à partir de 0.")
    if not 0 < arguments.watts < 100_000:
        raise Refusal("--watts attend une puissance en watts, plus grande que zéro.")


def _analysed(arguments: argparse.Namespace, clock: Clock):
    """Read, analyse, write the synthesis, suggest codes."""
    from concertia.analysis.phrases import sentence  # noqa: PLC0415 -- optional dependency
    from concertia.cli import themes_inputs  # noqa: PLC0415 -- optional dependency
    from concertia.cli.themes_files import Outcome  # noqa: PLC0415 -- optional dependency
    from concertia.cli.themes_synthesis import synthesis_of  # noqa: PLC0415 -- optional dependency
    from concertia.engine.executors import every_core  # noqa: PLC0415 -- optional dependency
    from concertia.engine.notes import EngineError  # noqa: PLC0415 -- optional dependency
    from concertia.engine.readers.reading import Columns  # noqa: PLC0415 -- optional dependency
    from concertia.engine.text.analysis import analyse  # noqa: PLC0415 -- optional dependency

    clock.step("reading", 0.0)
    columns = Columns(text=arguments.text, author=arguments.author, id=arguments.id, profile=arguments.profile)
    corpus = themes_inputs.read_corpus(arguments.files, columns=columns, sheet=arguments.sheet)
    coding = _coding(arguments, corpus)
    encode = _encoder(arguments)
    try:
        with every_core() as executor:
            run = analyse(
                corpus.contributions, seed=arguments.seed, encode=encode, progress=clock.step, executor=executor
            )
    except EngineError as error:
        raise Refusal(sentence(error.note)) from error
    found = run.analysis.languages
    outcome = Outcome(
        corpus=corpus,
        analysis=run.analysis,
        synthesis=synthesis_of(run.analysis, corpus),
        options=_options(arguments),
        languages=dict(sorted(Counter(one or "" for one in found or ()).items(), key=lambda one: (-one[1], one[0]))),
    )
    return _with_suggestions(outcome, coding, encode, clock) if coding else outcome


def _encoder(arguments: argparse.Namespace):
    """The encoder of this machine, which says how long it will take when that is long; None without it."""
    from concertia.cli.themes_suggestions import remembering  # noqa: PLC0415 -- optional dependency
    from concertia.engine.text.encoder import local_encoder  # noqa: PLC0415 -- optional dependency

    encode = None if arguments.without_encoder else local_encoder()
    return encode and remembering(encode, telling=partial(_tell_reading, ENCODED_A_SECOND))


def _encoders(encode):
    """Those that suggest codes: the one that has read the texts, and the second when this machine has it."""
    from concertia.cli.themes_suggestions import remembering  # noqa: PLC0415 -- optional dependency
    from concertia.engine.text.encoder import by_units, second_encoder  # noqa: PLC0415 -- optional dependency

    second = encode and second_encoder()
    if not second:
        return [encode] if encode else []
    return [encode, by_units(remembering(second, telling=partial(_tell_reading, ENCODED_BY_SECOND)))]


def _tell_reading(a_second: int, count: int) -> None:
    if count >= a_second:
        start = "\r\x1b[K" if sys.stderr.isatty() else ""
        say(f"{start}L’encodeur lit {count} textes : {count // a_second} s, et plus s’ils sont longs…")


def _coding(arguments: argparse.Namespace, corpus):
    """The grid, what people coded with it, and the lines that could not serve; None without a grid."""
    from concertia.cli.themes_inputs import read_coded, read_grid  # noqa: PLC0415 -- optional dependency

    if not arguments.grid:
        return None
    grid = read_grid(arguments.grid)
    if not arguments.coded:
        return grid, {}, ()
    return grid, *read_coded(arguments.coded, grid=grid, known=set(corpus.texts))


def _with_suggestions(outcome, coding, encode, clock: Clock):
    from concertia.cli.themes_suggestions import suggestions_of  # noqa: PLC0415 -- optional dependency

    grid, coded, remarks = coding
    clock.step("suggestions", 0.0)
    found, limit = suggestions_of(
        outcome.corpus, outcome.analysis, grid, coded, seed=outcome.options["seed"], encoders=_encoders(encode)
    )  # fmt: skip
    labels = {one.key: one.label for one in grid}
    return replace(
        outcome, suggestions=found, suggestions_limit=limit, remarks=remarks, codes=labels, coded=len(coded)
    )  # fmt: skip


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was asked, without the place of any file."""
    told = {name: getattr(arguments, name) for name in ASKED}
    for name in ("grid", "coded"):
        given = getattr(arguments, name)
        told[name] = given and {
            "file": Path(given).name,
            "sha256": hashlib.sha256(Path(given).read_bytes()).hexdigest(),
        }
    return told


def _written(outcome) -> dict[str, bytes]:
    from concertia.cli.report import report_of  # noqa: PLC0415 -- optional dependency
    from concertia.cli.themes_files import files_of  # noqa: PLC0415 -- optional dependency

    return {**files_of(outcome), "report.html": report_of(outcome)}


def _say_summary(outcome, out: str) -> None:
    from concertia.cli.themes_files import row_ledger, said  # noqa: PLC0415 -- optional dependency
    from concertia.collection.phrases import sentence  # noqa: PLC0415 -- optional dependency

    counts = row_ledger(outcome)
    for source in outcome.corpus.sources:
        for note in source.reading.notes:
            say(f"{source.name} : {' '.join(sentence(note).split())}")
    for line in (*(said(note) for note in outcome.analysis.notes), outcome.suggestions_limit, *outcome.remarks):
        if line:
            say(" ".join(line.split()))
    say(
        f"{counts['read']} ligne(s) lue(s) = {counts['theme']} dans {len(outcome.analysis.themes)} thème(s) + "
        f"{counts['doublon']} doublon(s) + {counts['signal']} signal(aux) faible(s) + {counts['ecarte']} écartée(s)."
    )
    say(f"Résultat écrit dans {out} : ouvrez {Path(out) / 'report.html'}.")


class Clock:
    """Tells each step on the way, and keeps how long it took."""

    def __init__(self) -> None:
        self.start = self.last = time.monotonic()
        self.name, self.seconds = "start", {}

    def step(self, name: str, share: float) -> None:
        if name == self.name:
            self._show(name, share)
            return
        self._end_step()
        self.name = name
        self._show(name, share)
        if not sys.stderr.isatty():
            say(f"{STEPS.get(name, name).capitalize()}…")

    def close(self) -> None:
        self._end_step()
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")

    def record(self, watts: float) -> dict[str, Any]:
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
        peak = own.ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)
        return {
            "seconds": round(time.monotonic() - self.start, 3),
            "steps": {name: round(took, 3) for name, took in self.seconds.items()},
            "cpu_seconds": round(cpu, 3),
            "peak_memory_mb": round(peak, 1),
            "energy_wh": round(cpu * watts / 3600, 4),
            "energy_assumption": f"estimation : secondes de processeur × {watts:g} W par cœur, puissance déclarée et "
            "non mesurée ; écran, disque et fabrication non comptés",
        }

    def _end_step(self) -> None:
        now = time.monotonic()
        self.seconds[self.name] = self.seconds.get(self.name, 0.0) + now - self.last
        self.last = now

    def _show(self, name: str, share: float) -> None:
        if sys.stderr.isatty():
            percent = f" ({share:.0%})" if share else ""
            sys.stderr.write(f"\r\x1b[K{STEPS.get(name, name).capitalize()}…{percent.replace('%', ' %')}")
            sys.stderr.flush()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
