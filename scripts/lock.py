#!/usr/bin/env python3
"""Write the three lock files: every version with its fingerprints, for every platform, and the name of no host."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--quiet",
]


def lock(name, *more):
    subprocess.run(
        [str(Path(sys.executable).parent / "uv"), "pip", "compile", "pyproject.toml", *OPTIONS, *more, "-o", name],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    lock("requirements.txt")
    lock("requirements-analysis.txt", "--extra", "analysis", "--constraint", "requirements.txt")
    lock("requirements-dev.txt", "--extra", "analysis", "--extra", "dev", "--constraint", "requirements.txt")
    print("requirements.txt, requirements-analysis.txt et requirements-dev.txt sont à jour.")
