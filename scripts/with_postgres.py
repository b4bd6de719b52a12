#!/usr/bin/env python3
"""Run a command with DATABASE_URL on a private PostgreSQL cluster: `with_postgres.py -- pytest -q`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.database import private_cluster, server_binaries


def main():
    command = sys.argv[1:]
    if command == ["--available"]:
        return 0 if server_binaries() else 1
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        print("Utilisation : with_postgres.py -- COMMANDE…", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped and erased all the same
    with private_cluster() as cluster:
        environment = os.environ | {"DATABASE_URL": cluster.new_database(), "PGBINARIES": str(cluster.binaries)}
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
