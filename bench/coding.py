"""Coding 1,000 contributions: the next text after a key, learning again after a choice, with 12 codes and with 300.

« Ahead » is the page fetched while a person reads, which the browser shows at once when a key is pressed; « learnt » is
what learning again takes inside the server after a choice. Texts are composed by the tests; choices by words and by
chance for the large grid. Asked by Django's test client, in this process, on SQLite.
"""

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.harness import ROOT, figure, p95
from tests.cli.installation import environment

TEXTS, CODED, EVERY = 1000, 450, 10  # one choice in ten is timed
WORDS = ("guichet", "données", "eau", "école", "agents", "humain", "serveurs", "électricité", "enseignants", "poste",
         "CNIL", "moratoire")  # fmt: skip


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
        subprocess.run([sys.executable, "-m", "bench.coding"], cwd=ROOT, env=env, check=True)


def _inside():
    import django  # noqa: PLC0415 -- app ready

    django.setup()
    from django.conf import settings  # noqa: PLC0415 -- app ready
    from django.test import Client  # noqa: PLC0415 -- app ready

    from concertia.analysis.actions.runs import freeze_corpus  # noqa: PLC0415 -- app ready
    from tests import factories  # noqa: PLC0415 -- app ready
    from tests.voices import composed  # noqa: PLC0415 -- app ready

    settings.ALLOWED_HOSTS = ["testserver"]
    territory = factories.a_territory("BAN")
    analyst = factories.an_analyst(territory)
    draft = factories.a_draft(territory, factories.a_user(territory))
    factories.contributions(draft, composed(TEXTS))
    freeze_corpus(draft, by=analyst)
    client = Client()
    client.force_login(analyst, backend="allauth.account.auth_backends.AuthenticationBackend")
    for codes in (12, 300):
        _measured(draft, analyst, client, codes)


def _measured(draft, analyst, client, count):
    from django.urls import reverse  # noqa: PLC0415 -- app ready

    from concertia.analysis.actions import codebooks, proposals, readings  # noqa: PLC0415 -- app ready
    from concertia.analysis.models import GridReading  # noqa: PLC0415 -- app ready
    from concertia.collection.models import Contribution  # noqa: PLC0415 -- app ready

    labels = [*WORDS, *(f"{word} {rank}" for rank in range(25) for word in WORDS)][:count]
    given = [codebooks.CodeInput(label, f"Ce qui touche à {label}.") for label in labels]
    codebook = codebooks.create_codebook(draft, by=analyst, name=f"Grille de {count}", codes=given)
    reading = readings.ask_reading(codebook, by=analyst)
    began = time.perf_counter()
    readings.carry_out_reading(reading)
    figure(f"coding.{count}.prepare", time.perf_counter() - began, "s", texts=TEXTS)
    with readings.load_arrays(GridReading.objects.get(pk=reading.pk)) as kept:
        encoders = sum(name.startswith("vectors_") for name in kept.files)
    by_label = {code.label: code.pk for code in codebook.codes.all()}
    page = reverse("analysis:code", args=[draft.public_id, codebook.pk])
    rng = random.Random(1)  # noqa: S311 -- the same choices each time
    ahead, learnt, saved, lag, worked, work_ahead = [], [], [], [], [], []
    for rank in range(CODED):
        html = client.get(page).content.decode()
        text = Contribution.objects.get(pk=int(re.search(r'data-concertia-text="(\d+)"', html)[1]))
        signed = re.search(r'name="proposed" value="([^"]+)"', html)[1]
        if rank % EVERY == 0:
            began = time.process_time()
            ahead.append(_seconds(lambda pk=text.pk: client.get(page, {"sauf": pk})))
            work_ahead.append(time.process_time() - began)
        chosen = _chosen(text.text, labels, by_label, rng)
        address = reverse("analysis:code_text", args=[draft.public_id, codebook.pk, text.pk])
        data = {"codes": chosen, "proposed": signed}
        saved.append(_seconds(lambda address=address, data=data: client.post(address, data)))
        began = time.process_time()
        prepared = proposals.proposals_on(codebook, reading.corpus)
        worked.append(time.process_time() - began)
        learnt.append(prepared.seconds)
        lag.append(rank + 1 - len(prepared.taught))
    details = {"texts": TEXTS, "coded": CODED, "encoders": encoders}
    processor = round(p95(work_ahead), 3)
    figure(f"coding.{count}.ahead.p95", p95(ahead), "s", target=0.1, processor_p95=processor, **details)
    figure(f"coding.{count}.save.p95", p95(saved), "s", target=0.1, **details)
    processor = {"median": round(statistics.median(learnt), 3), "processor_p95": round(p95(worked), 3)}
    figure(f"coding.{count}.learn.p95", p95(learnt), "s", target=0.3, **processor, **details)
    figure(f"coding.{count}.not_learnt_yet.most", max(lag), "textes", **details)


def _chosen(text, labels, by_label, rng):
    found = [by_label[word] for word in WORDS if word.casefold() in text.casefold()]
    more = [by_label[rng.choice(labels)]] if len(labels) > len(WORDS) or not found else []
    return [*found[:2], *more]


def _seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertia.config.settings")
    _inside()
