"""Public pages of the demonstration: weight, requests, and time of 200 requests through the whole server."""

import gzip
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.html

from bench.harness import figure, p95
from tests.cli.installation import Server

REQUESTS = 200
HEAVIEST_KB, SLOWEST_P95_S = 150, 0.08


def fetch(url):
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body = answer.read()
        plain = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        return body, plain


def resources(url, page):
    """What a browser fetches with this page: styles, scripts, images, icons of the same site."""
    tree = lxml.html.fromstring(page)
    found = tree.xpath("//link[@rel='stylesheet' or contains(@rel, 'icon')]/@href | //script/@src | //img/@src")
    return sorted({urljoin(url, link) for link in found if urlsplit(urljoin(url, link)).netloc == urlsplit(url).netloc})


def public_pages(server):
    """The home page and every public page it leads to, two steps away."""
    seen, frontier = ["/"], ["/"]
    for _ in range(2):
        found = []
        for path in frontier:
            tree = lxml.html.fromstring(fetch(server.url + path)[1])
            links = (urlsplit(urljoin(server.url + path, link)) for link in tree.xpath("//a/@href"))
            found += [link.path for link in links if link.netloc == urlsplit(server.url).netloc]
        wanted = [path for path in dict.fromkeys(found) if path.endswith("/") and "/compte/" not in path]
        frontier = [path for path in wanted if path not in seen and not path.startswith("/espace/")]
        seen += frontier
    return seen[:12]


def measure():
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "maison", "--demonstration") as server:
        for path in public_pages(server):
            measure_page(server, path)


def measure_page(server, path):
    url = server.url + path
    sent, page = fetch(url)
    parts = {link: len(fetch(link)[0]) for link in resources(url, page)}
    weight = (len(sent) + sum(parts.values())) / 1000
    figure(
        "page.weight", weight, "kB", target=HEAVIEST_KB, page=path, requests=1 + len(parts), html_kb=len(sent) / 1000
    )
    taken = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        fetch(url)
        taken.append(time.perf_counter() - began)
    figure(
        "page.p95",
        p95(taken),
        "s",
        target=SLOWEST_P95_S,
        page=path,
        median=round(statistics.median(taken), 4),
        requests=REQUESTS,
    )
