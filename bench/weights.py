"""What each public page of the demonstration weighs in Chromium, written for the page « Écoconception ».

`python -m bench.run weights` serves the demonstration, opens each public page as a first visit, and writes
`concertia/commons/data/weights.json`: bytes received with their headers, requests, bytes of script, hosts.
"""

import datetime as dt
import json
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from bench.harness import ROOT, figure
from concertia import __version__
from tests.cli.installation import Server
from tests.journeys.addresses import public_pages
from tests.journeys.browser import LARGEST_PAGE, MOST_REQUESTS, SHAPES
from tests.journeys.conftest import chromium

WRITTEN = ROOT / "concertia" / "commons" / "data" / "weights.json"


def weighed(browser, url, path):
    """One first visit: nothing kept from the page before."""
    width, height = SHAPES["large"]
    context = browser.new_context(base_url=url, viewport={"width": width, "height": height}, locale="fr-FR")
    page, requests = context.new_page(), []
    page.on("request", lambda request: requests.append(request))
    page.goto(path, wait_until="networkidle")
    sizes = [(request, request.sizes()) for request in requests if request.response()]
    total = {request: size["responseBodySize"] + size["responseHeadersSize"] for request, size in sizes}
    row = {
        "path": path,
        "title": page.title().removesuffix(" — Concertia"),
        "bytes": sum(total.values()),
        "requests": len(requests),
        "script_bytes": sum(size for request, size in total.items() if request.resource_type == "script"),
    }
    hosts = {urlsplit(request.url).netloc for request in requests}
    context.close()
    return row, hosts


def weigh_everything(server):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        reader = browser.new_context(base_url=server.url)
        pages = public_pages(lambda path: reader.request.get(path).body())
        found = [weighed(browser, server.url, path) for path in pages]
        version = browser.version
        browser.close()
    rows = sorted((row for row, _ in found), key=lambda row: (-row["bytes"], row["path"]))
    return rows, set().union(*(hosts for _, hosts in found)), version


def measure():
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "maison", "--demonstration") as server:
        rows, hosts, version = weigh_everything(server)
    width, height = SHAPES["large"]
    written = {
        "date": dt.date.today().isoformat(),
        "version": __version__,
        "browser": f"Chromium {version}",
        "window": f"{width} × {height} pixels",
        "heaviest_allowed": LARGEST_PAGE,
        "most_requests": MOST_REQUESTS,
        "hosts": len(hosts),
        "pages": rows,
    }
    WRITTEN.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        target = {"target": LARGEST_PAGE / 1000, "page": row["path"], "requests": row["requests"]}
        figure("weight", row["bytes"] / 1000, "kB", **target)
