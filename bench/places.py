"""The search among the official places, first question and following ones, its memory; and the map."""

import random
import subprocess
import sys
import time

from bench.harness import ROOT, figure, p95, timed
from concertia.commons.map import MapPoint, france_svg
from concertia.territories.places import _read, search_places

TYPED = (
    *("Monpelier", "Nantes metropol", "Saint Etiene", "bethune bruay", "Saint-Denis 93", "saint denis reunion"),
    *("Saint-Denis", "Sainte-Colombe", "ville de nantes", "métropole de lille", "noisylegrand", "mont pellier", "s"),
    *("sa", "sain", "saint", "la", "44000 Nantes cedex 1", "xqzwkj", "244 400 404", "saint pierre saint paul"),
)
FIRST = """
import resource, time
from concertia.territories import places
before = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
began = time.perf_counter()
places.search_places("Nantes")
taken = time.perf_counter() - began
after = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
print(taken, (after - before) / 1e6)
"""


def _typed():
    """What is above, and 400 names of the list whole, begun, or with a letter missing."""
    chance = random.Random(3)  # noqa: S311 -- a sample for a measure
    queries = list(TYPED)
    for line in chance.sample(_read()._lines, 400):
        name = line.split("\t")[3]
        cut = chance.randrange(len(name))
        queries.append(chance.choice((name, name[: max(1, cut)], name[:cut] + name[cut + 1 :])))
    return queries


def measure():
    done = subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    figure("places.first_search", seconds, "s")
    figure("places.memory", megabytes, "MB")
    queries = _typed()
    taken, busy = [], []
    for query in queries:
        began = time.process_time()
        taken += [timed(lambda query=query: search_places(query))[0] * 1000]
        busy.append((time.process_time() - began) * 1000)
    figure("places.search_processor_p95", p95(busy), "ms", target=50)
    figure("places.search_p95", p95(taken), "ms", target=50, queries=len(queries), places=len(_read()._lines))
    figure("places.search_median", sorted(taken)[len(taken) // 2], "ms", slowest=round(max(taken), 1))
    points = [MapPoint(f"Territoire {rank}", f"/territoires/{rank}/", 43 + rank / 6, 2.5, rank % 3 == 0)
              for rank in range(29)]  # fmt: skip
    france_svg(tuple(points))
    figure("map.draw_p95", p95([one * 1000 for one in timed(lambda: france_svg.__wrapped__(tuple(points)), 50)]), "ms")
    figure("map.size", len(france_svg(tuple(points)).encode()) / 1000, "kB", target=60, points=len(points))


if __name__ == "__main__":
    measure()
