"""A site where only the packages of requirements.txt are installed: those of the analysis cannot be imported here.

Run apart by test_base_install: it prints what pages answer, as JSON.
"""

# ruff: noqa: PLC0415 -- nothing is imported before the packages of the analysis are refused

import importlib.metadata
import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def locked(name):
    return set(re.findall(r"^([a-z0-9_.-]+)==", (ROOT / name).read_text(), re.M))


class OnlyTheBase:
    """Refuses every module that comes from packages outside requirements.txt."""

    def __init__(self):
        base, owners = locked("requirements.txt"), importlib.metadata.packages_distributions()
        self.left_out = {
            module
            for module, found in owners.items()
            if not any(re.sub("[-_.]+", "-", one).lower() in base for one in found)
        }

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.left_out:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main():
    guard = OnlyTheBase()
    sys.meta_path.insert(0, guard)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import reverse

    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("load_demonstration", verbosity=0)

    from concertia.analysis.actions.codebooks import CodeInput, create_codebook
    from concertia.analysis.actions.runs import ask_run, freeze_corpus
    from concertia.collection.models import Contribution
    from concertia.territories.models import User

    person = User.objects.get(email="referente@val-fleuri.example")
    draft = Contribution.objects.filter(use="participation").first().consultation
    run = ask_run(freeze_corpus(draft, by=person), by=person, with_encoder=False)
    grid = create_codebook(draft, by=person, name="Besoins", codes=[CodeInput("Accueil", "Parler à une personne.")])
    run.job.refresh_from_db()

    client = Client()
    answers = {"/": client.get("/").status_code, "inventory": client.get(reverse("commons:consultations")).status_code}
    client.force_login(person)
    space = {"public_id": draft.public_id}
    for name in ("collection:contributions", "analysis:map", "analysis:codebooks", "analysis:syntheses"):
        answers[name] = client.get(reverse(name, kwargs=space)).status_code
    answers["coding"] = client.get(reverse("analysis:code", kwargs={**space, "pk": grid.pk}), follow=True).status_code
    coders = [person.pk, User.objects.get(email="redaction@val-fleuri.example").pk]
    refused = client.post(
        reverse("analysis:new_sample", kwargs={**space, "pk": grid.pk}), {"size": 10, "coders": coders, "seed": 1}
    )
    answers["sample"], answers["said"] = refused.status_code, refused.content.decode()
    answers["job"] = run.job.message
    answers["read"] = Contribution.objects.count()
    answers["left_out"] = sorted(guard.left_out)
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
