"""The national team drops thirty canvases at once: received, kept, read in the bounded child, one after another."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness import ROOT, figure
from tests.cli.installation import Installation, environment

INSIDE = """
import json, sys, time
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from bench.canvases import filled
from concertia.consultations.actions import imports
from concertia.territories.models import User
person = User.objects.get(is_superuser=True)
uploads = [
    SimpleUploadedFile(f"canevas-{n}.{f}", filled(f)[0]) for n in range(15) for f in ("docx", "odt")
]
began = time.perf_counter()
job = imports.receive_batch(uploads, by=person)
received = time.perf_counter() - began
imports.read_batch(job)
total = time.perf_counter() - began
job.refresh_from_db()
print(json.dumps([received, total, job.state, job.done]))
"""


def measure():
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation.create(Path(folder))
        env = environment(CONCERTIA_HOME=str(installation.home), DJANGO_SETTINGS_MODULE="concertia.config.settings")
        done = subprocess.run(
            [sys.executable, "-c", INSIDE], cwd=ROOT, env=env | {"PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    received, total, state, count = json.loads(done.stdout.splitlines()[-1])
    figure("canvas.thirty", total, "s", received_s=round(received, 3), read=count, state=state)
