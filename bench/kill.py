"""Thirty times: people save, everything is killed (`kill -9`), restart, compare; then the planted fault."""

import tempfile
from pathlib import Path

from bench.harness import figure
from tests.cli.installation import Installation
from tests.cli.kill import cycles_asked, kill_again_and_again


def measure():
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation.create(Path(folder))
        report = kill_again_and_again(installation, cycles=cycles_asked(30), seed=1)
    line = report.line()
    figure("kill.lost", line.pop("lost"), "saves", target=0, **line)
    figure("kill.restart", report.slowest_restart, "s", target=5, median=line["restart_median_s"])
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation.create(Path(folder))
        fault = {"DJANGO_SETTINGS_MODULE": "tests.cli.kill_settings"}
        report = kill_again_and_again(installation, cycles=5, seed=2, env=fault)
    figure("kill.planted_fault_lost", report.lost, "saves", acknowledged=report.acknowledged, cycles=report.cycles)
