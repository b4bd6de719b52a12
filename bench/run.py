"""`make bench`, or `python -m bench.run [names…]`: each bench of this folder, one JSON line per figure."""

import importlib
import sys

NAMES = (
    "places",
    "canvas_read",
    "pdf",
    "thirty_canvases",
    "pages",
    "weights",
    "inventory",
    "soak",
    "archive",
    "themes",
    "workspace",
    "coding",
    "exports",
    "backup",
    "kill",
    "from_nothing",
)


def main(chosen):
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        print(f"Mesure inconnue : {', '.join(unknown)}. Choisissez parmi : {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    for name in chosen or NAMES:
        print(f"── {name}", file=sys.stderr, flush=True)
        importlib.import_module(f"bench.{name}").measure()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
