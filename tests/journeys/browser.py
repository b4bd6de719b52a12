"""A person in front of a browser: what they do, and the strict look taken at every page they see."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4", "best-practice"]
PASSWORD = "essai-val-fleuri"  # the demonstration's, printed by it
REFERENT, NATIONAL = "referente@val-fleuri.example", "equipe@commission.example"
OTHER_REFERENT, EDITOR = "numerique@montbrun.example", "redaction@val-fleuri.example"
SHAPES = {"etroit": (360, 740), "large": (1280, 800)}
LARGEST_PAGE, MOST_REQUESTS = 150_000, 15
PATIENCE = 30_000  # milliseconds: a busy machine is slow, it is not wrong
expect.set_options(timeout=PATIENCE)

FACTS = """() => ({
  lang: document.documentElement.lang,
  title: document.title.trim(),
  headings: document.querySelectorAll('h1').length,
  mains: document.querySelectorAll('main').length,
  repeated: [...document.querySelectorAll('[id]')].map(node => node.id)
    .filter((id, rank, all) => all.indexOf(id) < rank),
  dangling: [...document.querySelectorAll('[aria-describedby], [aria-labelledby], label[for]')]
    .flatMap(node => [node.getAttribute('aria-describedby'), node.getAttribute('aria-labelledby'), node.htmlFor])
    .flatMap(ids => (ids || '').split(/ +/))
    .filter(id => id && !document.getElementById(id)),
  unlabelled: [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(node => !node.labels.length && !node.ariaLabel).map(node => node.name || node.id),
})"""
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > width + 1);
  return wide.map(node => `${node.tagName.toLowerCase()}.${node.className} ${node.textContent.trim().slice(0, 40)}`)
    .concat(`document ${document.documentElement.scrollWidth} > ${width}`).slice(-6);
}"""


@dataclass
class Record:
    """What the browser did for the page shown, and what went wrong since the last look."""

    requests: list = field(default_factory=list)
    answer: object = None
    troubles: list = field(default_factory=list)


class Person:
    """One browser context: its cookies, its page, and everything that page asked for or complained about."""

    audited = set()  # pages that axe has seen
    weights = {}  # address → bytes on the wire, the largest seen: a cached answer weighs nothing the second time

    def __init__(self, browser, address, *, shape="large", script=True, scheme="light", state=None):
        self.browser, self.address, self.script, self.scheme, self.shape = browser, address, script, scheme, shape
        width, height = SHAPES[shape]
        self.context = browser.new_context(
            base_url=address, viewport={"width": width, "height": height}, locale="fr-FR", color_scheme=scheme,
            java_script_enabled=script, reduced_motion="reduce", storage_state=state,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        self.seen = Record()
        self.dialogs, self.warned_before_leaving = [], 0
        self.html, self.twin = "", None  # for axe, where script is off
        self.problems = {}  # of every page looked at; the journey fails with all of them together
        self.open_tab()

    def open_tab(self):
        self.page = self.context.new_page()
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.seen.troubles.append(f"erreur de script : {error}"))
        self.page.on("dialog", self._dialog)

    def close(self):
        if self.twin:
            self.twin.close()
        self.context.close()

    # --- what the browser tells -----------------------------------------------------------------------------------
    def _asked(self, request):
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.seen.requests, self.seen.answer = [], None
        self.seen.requests.append(request)

    def _answered(self, response):
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.seen.answer = response

    def _said(self, message):
        if message.type == "error":
            self.seen.troubles.append(f"{message.text} ({message.location.get('url', '')})")

    def _dialog(self, dialog):
        if dialog.type == "beforeunload":
            self.warned_before_leaving += 1
        else:
            self.dialogs.append(f"{dialog.type} : {dialog.message}")
        dialog.accept()

    # --- what the person does -------------------------------------------------------------------------------------
    def open(self, path, *, status=200):
        self.page.goto(path)
        return self.look(status=status)

    def press(self, name, *, status=200, role="button", **where):
        """Press a button or follow a link by the words on it, then look at the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, **where).first.click()
        return self.look(status=status)

    def follow(self, name, **where):
        return self.press(name, role="link", **where)

    def fill(self, values):
        """Fields by their label, or by their name after « # »."""
        for label, value in values.items():
            self.field(label).fill(value)

    def field(self, label):
        if label.startswith("#"):
            return self.page.locator(f"main [name='{label[1:]}']")  # not the search of the head
        words = r"\s+".join(re.escape(word) for word in label.split())
        return self.page.get_by_label(re.compile(rf"^\s*{words}(\s+\(obligatoire\))?\s*$")).first

    def sign_in(self, mail, *, at="/compte/connexion/", password=PASSWORD):
        if at:
            self.open(at)
        self.fill({"E-mail": mail, "Mot de passe": password})
        return self.press("Se connecter")

    def start(self, title="Essai", question=""):
        """A consultation of one's own, without looking at the pages on the way; returns its identifier."""
        self.page.goto("/espace/")
        self.page.get_by_role("link", name="Créer une concertation").first.click()
        self.fill({"#title": title, "#question": question})
        self.page.get_by_role("button", name="Créer", exact=True).click()
        self.page.wait_for_url("**/concertations/*-*/**")
        return identifier_in(self.path)

    def drop(self, files, *, into="#document", button="Déposer et comparer"):
        self.field(into).set_input_files(files)
        return self.press(button)

    def draft(self, identifier):
        """The record of the draft, by the document that its territory may carry away."""
        answer = self.context.request.get(f"/espace/concertations/{identifier}/brouillon.json")
        assert answer.status == 200
        return answer.json()

    def download(self, name):
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name).first.click()
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()

    def forgive(self, *words):
        """Drop the browser's own message about an answer that this step provokes on purpose."""
        self.seen.troubles = [line for line in self.seen.troubles if not any(word in line for word in words)]

    @property
    def path(self):
        return urlsplit(self.page.url).path

    @property
    def text(self):
        return self.page.locator("main").inner_text().replace("\u202f", " ").replace("\u00a0", " ")

    # --- the strict look --------------------------------------------------------------------------------------------
    def look(self, *, status=200):
        look(self, status=status)
        return self


def look(person, *, status=200):
    """Everything asked of every page, whoever sees it and in whatever state."""
    page = person.page
    page.wait_for_load_state("load")
    where = f"{person.path} ({person.shape}, {person.scheme}, {'avec' if person.script else 'sans'} script)"
    answer = person.seen.answer
    assert answer is not None, f"{where} : aucune réponse"
    assert answer.status == status, f"{where} : réponse {answer.status} au lieu de {status}\n{page.content()[:1500]}"
    if status != 200:
        person.forgive(f"status of {status}")
    problems = [f"console : {line}" for line in person.seen.troubles]
    person.seen.troubles = []
    problems += [f"dialogue : {line}" for line in person.dialogs]
    problems += _facts(page)
    problems += _wire(person)
    problems += _overflow(page)
    if _is_new(person):
        problems += _accessibility(person)
    person.problems.update(dict.fromkeys(f"{where} — {problem}" for problem in problems))


def _facts(page):
    facts = page.evaluate(FACTS)
    problems = []
    if facts["lang"] != "fr":
        problems.append(f"langue : {facts['lang']!r}")
    if not re.fullmatch(r".+ — Concertia", facts["title"], re.S):
        problems.append(f"titre : {facts['title']!r}")
    if facts["headings"] != 1:
        problems.append(f"{facts['headings']} h1")
    if facts["mains"] != 1:
        problems.append(f"{facts['mains']} main")
    if facts["repeated"]:
        problems.append(f"identifiants répétés : {facts['repeated'][:5]}")
    if facts["dangling"]:
        problems.append(f"renvois vers rien : {facts['dangling'][:5]}")
    if facts["unlabelled"]:
        problems.append(f"champs sans étiquette : {facts['unlabelled'][:5]}")
    return problems


def _wire(person):
    """No other host; on public pages, few and light requests, cached or not."""
    host = urlsplit(person.address).netloc
    elsewhere = [one.url for one in person.seen.requests if urlsplit(one.url).netloc not in (host, "")]
    problems = [f"autre hôte : {address}" for address in elsewhere]
    if person.path.startswith("/espace/"):
        return problems
    total = 0
    for request in person.seen.requests:
        answer = request.response()
        if answer is None:
            continue
        sizes = request.sizes()
        weight = sizes["responseBodySize"] + sizes["responseHeadersSize"]
        person.weights[request.url] = max(weight, person.weights.get(request.url, 0))
        total += person.weights[request.url]
    if len(person.seen.requests) > MOST_REQUESTS:
        problems.append(f"{len(person.seen.requests)} requêtes")
    if total > LARGEST_PAGE:
        problems.append(f"{total} octets")
    return problems


def _overflow(page):
    size, problems = page.viewport_size, []
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        if wide := page.evaluate(OVERFLOWING):
            problems.append(f"déborde à {width} px : {wide}")
    page.set_viewport_size(size)
    return problems


def _is_new(person):
    """Whether axe has yet to see this page in this shape; under other keys and numbers it is the same page."""
    elements = re.sub(r'value="[\w:.-]{20,}"|\d+|\b[0-9a-f]{8}\b', "", person.page.content())
    mark = hash((elements, person.shape, person.scheme, person.script))
    new = mark not in person.audited
    person.audited.add(mark)
    return new


def _accessibility(person):
    """axe on the page in its colours, then the contrasts in the other ones."""
    page, other = person.page, {"light": "dark", "dark": "light"}[person.scheme]
    if person.script:
        problems = _axe(page, {"runOnly": {"type": "tag", "values": TAGS}})
        page.emulate_media(color_scheme=other)
        problems += _axe(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}, other)
        page.emulate_media(color_scheme=person.scheme)
        return problems
    return _accessibility_of_copy(person)


def _accessibility_of_copy(person):
    """axe needs script: the same elements and style sheets, shown by a browser that runs axe and nothing else."""
    person.html = person.page.content()
    if person.twin is None:
        person.twin = Person(person.browser, person.address, shape=person.shape, scheme=person.scheme)
        person.twin.page.route("**/*", lambda route: _answer_for_copy(route, person))
    person.twin.page.goto(person.page.url)
    return _accessibility(person.twin)


def _answer_for_copy(route, person):
    if route.request.is_navigation_request():
        route.fulfill(body=person.html, content_type="text/html; charset=utf-8")
    elif route.request.resource_type == "script":
        route.fulfill(body="", content_type="text/javascript")
    else:
        route.continue_()


def _axe(page, options, scheme=""):
    page.evaluate(f"if (!window.axe) {{ {AXE} }}")
    found = page.evaluate(
        "options => axe.run(document, options).then(results => results.violations)",
        {**options, "resultTypes": ["violations"]},
    )
    return [
        f"axe {scheme} {rule['id']} ({rule['impact']}) : "
        + "; ".join(f"{node['target']} {node['html'][:120]} — {_why(node)}" for node in rule["nodes"][:3])
        for rule in found
    ]


def _why(node):
    return json.dumps([check["message"] for check in node["any"] + node["all"] + node["none"]], ensure_ascii=False)[
        :300
    ]


def identifier_in(path):
    return re.search(r"/concertations/([A-Z0-9]+-\d+)/", path)[1]


def plain(text):
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


def create(person, title, *, name="", data=b"", question=""):
    """From « Mon territoire » to the new consultation; returns its public identifier."""
    person.open("/espace/")
    person.follow("Créer une concertation")
    person.fill({"#title": title, "#question": question})
    if data:
        person.field("#document").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )
    person.press("Créer", exact=True)
    return identifier_in(person.path)


def publish(person, identifier, reason=""):
    person.open(f"/espace/concertations/{identifier}/documenter/")
    person.follow(re.compile("^Publier"))
    if reason:
        person.fill({"#reason": reason})
    person.press(re.compile("^Publier"))
    assert person.path == f"/concertations/{identifier}/"


def says(person, *sentences):
    """Each sentence stands on the page, whatever the kind of its spaces."""
    text = person.text
    for sentence in sentences:
        assert sentence in text, f"{person.path} ne dit pas « {sentence} » :\n{text[:3000]}"


def focus_is_visible(page):
    """Where the keyboard stands: an outline of three pixels on what has the focus, in the window, under nothing."""
    return page.evaluate(
        """() => {
          const node = document.activeElement, style = getComputedStyle(node), box = node.getBoundingClientRect();
          const spots = [[.5, .5], [.02, .1], [.98, .1], [.02, .9], [.98, .9]];
          const seen = spots.map(([x, y]) => document.elementFromPoint(box.x + box.width * x, box.y + box.height * y));
          const inside = seen.some(found => found &&
            (node.contains(found) || found.contains(node) && found.tagName === 'LABEL'));
          return { name: `${node.tagName} ${node.id || node.name || node.textContent.trim().slice(0, 30)}`,
            ok: inside && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3 };
        }"""
    )


__all__ = ["Person", "create", "expect", "focus_is_visible", "identifier_in", "look", "plain", "publish", "says"]
