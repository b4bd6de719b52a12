"""Backing up and restoring 1 GB: 200 MB of rows, 800 MB of files; seconds and peak memory of each command."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.harness import ROOT, figure, measured
from tests.cli.installation import Installation, environment

ROWS_MB, FILES, FILE_MB = 200, 160, 5


def fill(installation):
    """Random bytes: nothing here compresses, as with scans and PDF."""
    connection = installation.connect()
    connection.execute("CREATE TABLE bench (content BLOB)")
    for _ in range(ROWS_MB):
        connection.execute("INSERT INTO bench VALUES (?)", (os.urandom(1_000_000),))
    connection.commit()
    connection.close()
    folder = installation.home / "files" / "bench"
    folder.mkdir(parents=True)
    for number in range(FILES):
        (folder / f"{number}.bin").write_bytes(os.urandom(FILE_MB * 1_000_000))


def measure():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        installation = Installation.create(folder)
        fill(installation)
        archive, elsewhere = folder / "b.age", folder / "ailleurs"
        command = [sys.executable, "-m", "concertia.cli.main"]
        options = {"cwd": ROOT, "env": environment()}
        seconds, peak = measured([*command, "backup", "--home", installation.home, "--to", archive], **options)
        size = archive.stat().st_size / 1e6
        figure("backup.1gb", seconds, "s", target=600, peak_mb=round(peak), archive_mb=round(size))
        shutil.rmtree(installation.home / "files")
        restore = [*command, "restore", archive, "--identity", installation.identity, "--home", elsewhere]
        seconds, peak = measured(restore, **options)
        figure("restore.1gb", seconds, "s", target=600, peak_mb=round(peak))
