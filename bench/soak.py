"""Three hundred requests a second for ten minutes, mixed, from this same machine: delays, errors, memory.

Requests leave at their hour whatever the answers do, and a delay is counted from that hour. Every thirty seconds a
version is published: its pages, and every list, feed and search, are made again; twenty clients read one byte at a time
all along; six searches a second are asked once only.
"""

import asyncio
import os
import random
import tempfile
import time

from bench.harness import figure, p95
from bench.inventory import CONSULTATIONS, TERRITORIES, added, filled_home, serving
from bench.many import WORDS

RATE, SECONDS = 300, int(os.environ.get("SOAK_SECONDS", "600"))
CONNECTIONS, SLOW_CLIENTS = 64, 20
PUBLISH_EVERY = 30
SLOWEST_P95_S, MOST_GROWTH = 0.5, 0.05


def addresses(rng):
    """The mix, in hundredths of the requests: what people read, then what programs ask."""
    common = [f"/concertations/?q={word}" for word in WORDS[:20]]
    ranks = [min(CONSULTATIONS - 1, int(rng.paretovariate(0.6))) for _ in range(4000)]
    popular = [f"/concertations/Z{rank % TERRITORIES:03d}-{rank // TERRITORIES + 1:02d}/" for rank in ranks]
    return [
        (10, lambda: "/"),
        (18, lambda: f"/concertations/?page={min(100, int(rng.paretovariate(1)))}"),
        (10, lambda: f"/concertations/?public=agents&annee={rng.choice((2024, 2025, 2026))}"),
        (14, lambda: rng.choice(common)),
        (2, lambda: f"/concertations/?q={'+'.join(rng.sample(WORDS, 3))}"),
        (24, lambda: rng.choice(popular)),
        (6, lambda: f"/territoires/Z{min(TERRITORIES - 1, int(rng.paretovariate(0.6))):03d}/"),
        (3, lambda: "/concertations/flux.atom"),
        (6, lambda: f"/api/v1/concertations?page={min(100, int(rng.paretovariate(1)))}"),
        (3, lambda: rng.choice(popular).replace("/concertations/", "/api/v1/concertations/").rstrip("/")),
        (2, lambda: "/canevas/"),
        (2, lambda: rng.choice(popular) + "versions/1/canevas.json"),
    ]


class Load:
    def __init__(self, port):
        self.port, self.delays, self.errors, self.sent = port, [], [], 0
        self.queue = asyncio.Queue()

    async def run(self, home):
        rng = random.Random(300)  # noqa: S311 -- the same requests each time
        weights, makers = zip(*addresses(rng), strict=True)
        clients = [asyncio.create_task(self._client()) for _ in range(CONNECTIONS)]
        slow = [asyncio.create_task(self._slow_client()) for _ in range(SLOW_CLIENTS)]
        began, published = time.perf_counter(), 0
        for rank in range(RATE * SECONDS):
            due = began + rank / RATE
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            if (due - began) // PUBLISH_EVERY > published:
                published += 1
                await asyncio.to_thread(added, home, f"Z{published:03d}-01", f"Z{published:03d}")
            self.queue.put_nowait((due, rng.choices(makers, weights)[0]()))
        await asyncio.wait_for(self.queue.join(), 60)
        for task in (*clients, *slow):
            task.cancel()

    async def _client(self):
        reader = writer = None
        while True:
            due, path = await self.queue.get()
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                status = await _asked(reader, writer, self.port, path)
                if status not in (200, 304):
                    self.errors.append((status, path))
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                self.errors.append((repr(error), path))
                writer = None
            self.delays.append(time.perf_counter() - due)
            self.queue.task_done()

    async def _slow_client(self):
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(_request(self.port, "/concertations/"))
            while await reader.read(1):
                await asyncio.sleep(1)


def _request(port, path):
    encoded = path.encode().replace(b"\xc3\xa9", b"%C3%A9")
    quoted = b"".join(bytes([sign]) if sign < 128 else b"%%%02X" % sign for sign in encoded)
    return b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: gzip\r\n\r\n" % (quoted, port)


async def _asked(reader, writer, port, path):
    writer.write(_request(port, path))
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), None)
    if length is None:
        raise ValueError("sans longueur")
    await reader.readexactly(length)
    return int(lines[0].split()[1])


def resident_mb(server):
    """What all the processes of the site hold, in MB."""
    total = 0
    for pid in (server.process.pid, *server.descendants()):
        try:
            lines = open(f"/proc/{pid}/status").read().splitlines()  # noqa: SIM115 -- read at once
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
    return total


async def _watched(server, home):
    load, memory = Load(server.port), []
    running = asyncio.create_task(load.run(home))
    while not running.done():
        await asyncio.sleep(5)
        memory.append(resident_mb(server))
    await running
    return load, memory


def measure():
    with tempfile.TemporaryDirectory() as folder:
        home = filled_home(folder)
        with serving(home) as server:
            load, memory = asyncio.run(_watched(server, home))
            said = [line for line in server.words().splitlines() if "Error" in line]
    details = {"requests": len(load.delays), "seconds": SECONDS, "rate": RATE, "slow_clients": SLOW_CLIENTS}
    figure("soak.p95", p95(load.delays), "s", target=SLOWEST_P95_S, **details)
    figure("soak.median", sorted(load.delays)[len(load.delays) // 2], "s", **details)
    figure("soak.slowest", max(load.delays), "s", **details)
    figure(
        "soak.errors",
        len(load.errors),
        "errors",
        target=0,
        first=[str(error) for error in load.errors[:3]],
        server=said[:3],
    )
    warm = max(memory[len(memory) // 4 : len(memory) // 2])  # caches are full by then
    last = max(memory[-len(memory) // 4 :])
    figure("soak.memory_growth", last / warm - 1, "share", target=MOST_GROWTH, warm_mb=round(warm), last_mb=round(last))
