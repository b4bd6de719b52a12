"""The documents of an analysis of 10,000 contributions and 60 themes: seconds and memory of each, a process a format.

Rows are written straight into the tables, as a run would leave them: 300 signs a contribution, three ideas in each, two
profiles in ten thousand dates, everything read. On SQLite.
"""

import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.harness import ROOT, figure
from tests.cli.installation import environment

CONTRIBUTIONS, THEMES = 10_000, 60
LONGEST_S, LARGEST_MB = 20, 500


def measure():
    from concertia.analysis.enums import ExportFormat  # noqa: PLC0415 -- app ready

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "maison"
        home.mkdir()
        env = environment(
            CONCERTIA_HOME=str(home), CONCERTIA_SECRET_KEY="k" * 60, CONCERTIA_DEMO="1",
            DJANGO_SETTINGS_MODULE="concertia.config.settings",
        )  # fmt: skip
        migrate = [sys.executable, "-m", "concertia.cli.main", "migrate", "--home", str(home)]
        subprocess.run(migrate, cwd=ROOT, env=env, check=True, stderr=subprocess.DEVNULL)
        for step in ("fill", *ExportFormat.values, "stamp"):
            subprocess.run([sys.executable, "-m", "bench.exports", step], cwd=ROOT, env=env, check=True)


def _inside(step):
    import django  # noqa: PLC0415 -- app ready

    django.setup()
    from concertia.analysis.actions.exports import Documents  # noqa: PLC0415 -- app ready
    from concertia.analysis.exports_queries import stamp_of  # noqa: PLC0415 -- app ready
    from concertia.analysis.models import Run  # noqa: PLC0415 -- app ready
    from concertia.analysis.report_inputs import scope_of  # noqa: PLC0415 -- app ready

    if step == "fill":
        _fill()
        return
    run = Run.objects.select_related("corpus__consultation__territory", "job").get()
    began = time.perf_counter()
    if step == "stamp":
        stamp_of(run)
        figure("exports.stamp", time.perf_counter() - began, "s", contributions=CONTRIBUTIONS)
        return
    content = Documents(scope_of(run)).bytes_of(step)
    taken = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)
    kilobytes = round(len(content) / 1000)
    figure(f"exports.{step}", taken, "s", target=LONGEST_S, contributions=CONTRIBUTIONS, kilobytes=kilobytes)
    figure(f"exports.{step}.memory", peak, "MB", target=LARGEST_MB)


def _fill():
    from django.utils import timezone  # noqa: PLC0415 -- app ready

    from concertia.analysis.enums import Status  # noqa: PLC0415 -- app ready
    from concertia.analysis.models import (  # noqa: PLC0415 -- app ready
        Assignment,
        Corpus,
        CorpusMember,
        Placement,
        Run,
        Signal,
        Theme,
    )
    from concertia.collection.models import Contribution  # noqa: PLC0415 -- app ready
    from concertia.core.models import JobProgress  # noqa: PLC0415 -- app ready
    from tests import factories  # noqa: PLC0415 -- app ready
    from tests.voices import composed  # noqa: PLC0415 -- app ready

    territory = factories.a_territory("BAN")
    analyst = factories.an_analyst(territory)
    draft = factories.a_draft(territory, factories.a_user(territory))
    rows = [(author, profile, f"{text} {text} {text}"[:300]) for author, profile, text in composed(CONTRIBUTIONS)]
    factories.contributions(draft, rows)
    first = timezone.make_aware(dt.datetime(2026, 1, 1))
    made = list(Contribution.objects.order_by("pk"))
    for rank, row in enumerate(made):
        row.said_at, row.read_at, row.origin = first + dt.timedelta(days=rank % 90), first, f"atelier {rank % 12}"
    Contribution.objects.bulk_update(made, ["said_at", "read_at", "origin"], batch_size=2000)
    corpus = Corpus.objects.create(
        consultation=draft, number=1, count=CONTRIBUTIONS, persons=CONTRIBUTIONS, sha256="0" * 64, frozen_by=analyst
    )
    CorpusMember.objects.bulk_create((CorpusMember(corpus=corpus, contribution=row) for row in made), 5000)
    job = JobProgress.objects.create(kind="analysis", started_by=analyst, state="done", finished_at=first)
    run = Run.objects.create(corpus=corpus, number=1, job=job, asked_by=analyst, read=CONTRIBUTIONS, stability=0.7)
    themes = Theme.objects.bulk_create(
        Theme(
            run=run, number=rank + 1, machine_label=f"thème inventé {rank}", persons=150, messages=166, units=500,
            terms=["mot"] * 8, quotes=[[made[rank * 9 + place].pk, 0, 80, "common"] for place in range(5)],
        )
        for rank in range(THEMES)
    )  # fmt: skip
    places = Placement.objects.bulk_create(
        (_placed(Placement, Status, run, row, rank, themes) for rank, row in enumerate(made)), 5000
    )
    Assignment.objects.bulk_create(
        (
            Assignment(placement=row, unit=unit, start=unit * 80, end=unit * 80 + 80, status=row.status,
                       theme=row.theme, machine_theme=row.theme, score=0.5)
            for row in places
            for unit in range(3)
        ), 5000,
    )  # fmt: skip
    Signal.objects.bulk_create(
        Signal(placement=row, rank=rank, score=1, start=0, end=80)
        for rank, row in enumerate((row for row in places if row.status == Status.SIGNAL), 1)
    )


def _placed(model, status, run, row, rank, themes):
    is_signal = rank % 20 == 19
    theme = None if is_signal else themes[rank % THEMES]
    state = status.SIGNAL if is_signal else status.THEME
    return model(
        run=run, contribution=row, person=row.author or f"#{row.pk}", status=state, theme=theme, machine_theme=theme,
        place=rank,
    )  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertia.config.settings")
    if len(sys.argv) > 1:
        _inside(sys.argv[1])
    else:
        measure()
