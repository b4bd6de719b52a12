"""The workspace of an analysis of 100,000 contributions and 200 themes: its pages, a merge and a split of 10,000.

Rows are written straight into the tables, as a run would leave them; the pages are asked by Django's test client, in
this process, on SQLite.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.harness import ROOT, figure, p95
from tests.cli.installation import environment

CONTRIBUTIONS, THEMES, LARGEST = 100_000, 200, 10_000
REQUESTS = 40


def measure():
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "maison"
        home.mkdir()
        env = environment(
            CONCERTIA_HOME=str(home), CONCERTIA_SECRET_KEY="k" * 60, CONCERTIA_DEMO="1",
            DJANGO_SETTINGS_MODULE="concertia.config.settings",
        )  # fmt: skip
        migrate = [sys.executable, "-m", "concertia.cli.main", "migrate", "--home", str(home)]
        subprocess.run(migrate, cwd=ROOT, env=env, check=True, stderr=subprocess.DEVNULL)
        subprocess.run([sys.executable, "-m", "bench.workspace"], cwd=ROOT, env=env, check=True)


def _inside():
    import django  # noqa: PLC0415 -- app ready

    django.setup()
    from django.conf import settings  # noqa: PLC0415 -- app ready
    from django.db import connection  # noqa: PLC0415 -- app ready
    from django.test import Client  # noqa: PLC0415 -- app ready
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- app ready
    from django.urls import reverse  # noqa: PLC0415 -- app ready

    from concertia.analysis.actions import themes as actions  # noqa: PLC0415 -- app ready
    from concertia.analysis.models import Placement  # noqa: PLC0415 -- app ready
    from tests import factories  # noqa: PLC0415 -- app ready

    settings.ALLOWED_HOSTS = ["testserver"]
    run, analyst, themes = _filled(factories)
    client = Client()
    client.force_login(analyst, backend="allauth.account.auth_backends.AuthenticationBackend")
    c = run.corpus.consultation.public_id
    pages = {
        "map": reverse("analysis:map", args=[c]),
        "theme": reverse("analysis:theme", args=[c, run.pk, themes[0].pk]),
        "messages": reverse("analysis:messages", args=[c, run.pk, themes[0].pk]),
        "signals": reverse("analysis:signals", args=[c, run.pk]),
    }
    for name, path in pages.items():
        client.get(path)
        taken = []
        for _ in range(REQUESTS):
            with CaptureQueriesContext(connection) as asked:
                began = time.perf_counter()
                response = client.get(path)
                taken.append(time.perf_counter() - began)
        kilobytes = round(len(response.content) / 1000)
        figure(f"workspace.{name}.p95", p95(taken), "s", target=0.2, queries=len(asked), plain_kb=kilobytes)
    began = time.perf_counter()
    actions.merge_themes(themes[0], into=themes[1], by=analyst)
    figure("workspace.merge", time.perf_counter() - began, "s", target=1, messages=LARGEST)
    actions.undo_last_change(run, by=analyst)
    chosen = list(Placement.objects.filter(theme=themes[0]).values_list("contribution", flat=True))
    began = time.perf_counter()
    actions.split_theme(themes[0], by=analyst, label="À part", contributions=chosen)
    figure("workspace.split", time.perf_counter() - began, "s", target=1, messages=len(chosen))
    began = time.perf_counter()
    actions.undo_last_change(run, by=analyst)
    figure("workspace.undo_split", time.perf_counter() - began, "s", messages=len(chosen))


def _filled(factories):
    """100,000 contributions in 200 themes, the first of 10,000, one in twenty a signal."""
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
    from tests.voices import composed  # noqa: PLC0415 -- app ready

    territory = factories.a_territory("BAN")
    analyst = factories.an_analyst(territory)
    draft = factories.a_draft(territory, factories.a_user(territory))
    rows = composed(CONTRIBUTIONS)
    factories.contributions(draft, rows)
    people = len({row[0] for row in rows})
    corpus = Corpus.objects.create(
        consultation=draft, number=1, count=CONTRIBUTIONS, persons=people, sha256="0" * 64, frozen_by=analyst
    )
    pks = list(Contribution.objects.order_by("pk").values_list("pk", "author"))
    CorpusMember.objects.bulk_create((CorpusMember(corpus=corpus, contribution_id=pk) for pk, _ in pks), 5000)
    job = JobProgress.objects.create(kind="analysis", started_by=analyst, state="done", total=100, done=100)
    run = Run.objects.create(corpus=corpus, number=1, job=job, asked_by=analyst, read=CONTRIBUTIONS)
    families = Theme.objects.bulk_create(
        Theme(run=run, number=THEMES + rank, machine_label=f"famille {rank}") for rank in range(20)
    )
    quotes = [[pks[rank][0], 0, 20, "common"] for rank in range(5)]
    themes = Theme.objects.bulk_create(
        Theme(
            run=run, number=rank, machine_label=f"thème inventé {rank}", parent=families[rank % 20], quotes=quotes,
            persons=400, messages=450, units=460,
        )
        for rank in range(THEMES)
    )  # fmt: skip
    places = Placement.objects.bulk_create(
        (_placed(Placement, Status, run, pk, author, rank, themes) for rank, (pk, author) in enumerate(pks)), 5000
    )
    Assignment.objects.bulk_create(
        (
            Assignment(placement=row, unit=0, start=0, end=20, status=row.status, theme=row.theme,
                       machine_theme=row.theme)
            for row in places
        ), 5000,
    )  # fmt: skip
    Signal.objects.bulk_create(
        Signal(placement=row, rank=rank, score=1, start=0, end=20)
        for rank, row in enumerate(row for row in places if row.status == Status.SIGNAL)
    )
    run.in_themes, run.signals_count = CONTRIBUTIONS - CONTRIBUTIONS // 20, CONTRIBUTIONS // 20
    run.save()
    return run, analyst, themes


def _placed(model, status, run, pk, author, rank, themes):
    is_signal = rank % 20 == 19
    theme = None if is_signal else themes[0 if rank < LARGEST * 20 // 19 else 1 + rank % (THEMES - 1)]
    state = status.SIGNAL if is_signal else status.THEME
    return model(run=run, contribution_id=pk, person=author or f"#{pk}", status=state, theme=theme, machine_theme=theme)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertia.config.settings")
    _inside()
