"""What every bench shares: a figure is printed with the conditions it was taken in, one JSON line each."""

import datetime as dt
import functools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fsync_median_ms(folder, times=60):
    """Median of an append of 4 kB then fsync: most write figures depend on it."""
    taken = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(taken), 2)


def commit():
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "inconnu"


@functools.cache
def conditions():
    """Measured once a run, in the folder where the benches write."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "fsync_median_ms": fsync_median_ms(tempfile.gettempdir()),
        "load_1min": round(os.getloadavg()[0], 1),
        "date": dt.date.today().isoformat(),
        "commit": commit(),
    }


def figure(name, value, unit, *, target=None, **details):
    """Print one figure; `target` is what it must stay under."""
    line = {"name": name, "value": round(value, 3), "unit": unit}
    if target is not None:
        line |= {"target": target, "reached": value <= target}
    print(json.dumps(line | details | {"conditions": conditions()}, ensure_ascii=False), flush=True)


def timed(work, times=1):
    """Seconds of each call, in order."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken


def p95(values):
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def measured(command, **options):
    """Run a command; return its seconds and its peak memory in MB, children included, as the kernel counts them."""
    code = (
        "import json, resource, subprocess, sys, time\n"
        "began = time.perf_counter()\n"
        "status = subprocess.run(sys.argv[1:]).returncode\n"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024\n"
        "print(json.dumps([status, time.perf_counter() - began, peak]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, command)], stdout=subprocess.PIPE, text=True, check=True, **options
    )
    status, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    if status:
        raise RuntimeError(f"{command} : code {status}")
    return seconds, peak
