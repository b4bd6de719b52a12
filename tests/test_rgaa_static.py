"""Criteria of the RGAA that can be read in the sources: templates, style sheets, scripts, addresses.

The criteria that need a browser are in `tests/journeys/test_rgaa.py`; `tests/rgaa.csv` says which test holds which
criterion. A green test never says that a criterion is met, only that what a script can see of it is not broken.
"""

import ast
import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import get_resolver

import concertia
from concertia.commons.site_plan import SECTIONS
from tests.test_routes import names_of

PACKAGE = Path(concertia.__file__).parent
ROOT = PACKAGE.parent
TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*.html"))
STYLES = sorted(PACKAGE.rglob("static/**/*.css"))
SCRIPTS = sorted(PACKAGE.rglob("static/**/*.js"))
WITH_MARKUP = [path for path in sorted(PACKAGE.rglob("*.py")) if re.search(r"<(svg|table|img)\b", path.read_text())]
SOURCES = [*TEMPLATES, *(path for path in WITH_MARKUP if "engine" not in path.parts)]
# The criteria of RGAA 4.1 that a script of ours can try; the others are for axe, or for people.
CRITERIA = re.split(
    r"\s+",
    "1.2 3.3 5.6 5.8 7.5 8.1 8.6 8.9 10.1 10.2 10.3 10.5 10.7 10.11 10.12 10.13 10.14 11.5 11.6 11.10 11.11 11.12 "
    "12.1 12.2 12.3 12.4 12.5 12.6 12.9 12.10 12.11 13.2 13.3 13.4",
)


def named(path):
    return path.relative_to(ROOT).as_posix()


def tags(path, *wanted):
    """The start tags of a source as written, template code apart: [(tag, text of the tag)]."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", path.read_text(encoding="utf-8"), flags=re.S)
    return [(tag, whole) for whole, tag in re.findall(r"(<([a-z][a-z0-9]*)\b[^<>]*>)", text) if tag in wanted]


def everywhere(problem, *wanted):
    """Every tag of these names, in every source, that `problem` finds wrong."""
    return [f"{named(path)} : {whole}" for path in SOURCES for tag, whole in tags(path, *wanted) if problem(whole)]


# --- which test holds which criterion -----------------------------------------------------------------------------
def test_every_criterion_has_a_test_that_exists():
    with (ROOT / "tests" / "rgaa.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["critere"] for row in rows] == CRITERIA
    for row in rows:
        for test in row["essais"].split():
            path, _, name = test.partition("::")
            functions = {node.name for node in ast.parse((ROOT / path).read_text()).body if hasattr(node, "name")}
            assert name in functions, f"{row['critere']} : {test} n’existe pas"


# --- 1 images -----------------------------------------------------------------------------------------------------
def test_1_2_decorative_images_are_ignored_and_the_others_are_named():
    assert everywhere(lambda tag: not re.search(r'\balt="', tag), "img") == []
    named_or_hidden = (
        r'aria-hidden="true"|role="(img|group)"[^>]*aria-label|aria-label(ledby)?="[^>]*role="(img|group)"'
    )
    assert everywhere(lambda tag: not re.search(named_or_hidden, tag + _next_words(tag)), "svg") == []


def _next_words(tag):
    """The attributes that Python writes on the following line of the same string."""
    for path in WITH_MARKUP:
        text = path.read_text(encoding="utf-8")
        if tag in text:
            return text[text.index(tag) : text.index(tag) + 400]
        if (start := text.find(tag[:40])) >= 0:
            return text[start : start + 400]
    return ""


# --- 3 and 10.5 colours -------------------------------------------------------------------------------------------
def tokens():
    """The colours of each theme: (light, dark)."""
    text = (PACKAGE / "core/static/core/tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    return [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", part)) for part in (light, dark)]


def contrast(one, other):
    def luminance(colour):
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_published_formula():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


GROUNDS = ("paper", "card", "sunk")
# What tells a component from what is round it, and what a graphic says: borders, focus, marks, shapes.
COMPONENTS = [
    *(
        (edge, ground)
        for edge in ("line-strong", "focus", "act", "risk", "chance", "lever", "late")
        for ground in GROUNDS
    ),
    ("act-ink", "act"),
    ("act", "act-soft"),
    ("risk", "risk-soft"),
    ("chance", "chance-soft"),
    ("lever", "lever-soft"),
    ("late", "late-soft"),
    ("focus", "act-soft"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_3_3_components_and_graphics_stand_out_three_to_one(theme):
    colours = tokens()[theme]
    assert {pair: round(contrast(*map(colours.get, pair)), 2) for pair in COMPONENTS} == {
        pair: ratio for pair in COMPONENTS if (ratio := round(contrast(*map(colours.get, pair)), 2)) >= 3
    }


def rules():
    """Each rule of the style sheets: (selector, declarations, whether it is of the printed page)."""
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        printed = text.find("@media print")
        end = text.find("\n}", printed)
        for match in re.finditer(r"([^{}]+)\{([^{}]*)\}", text):
            declared = dict(re.findall(r"([a-z-]+):\s*([^;]+)", match[2]))
            yield match[1].strip(), declared, printed <= match.start() < end


SURFACES = {"paper", "card", "sunk", "act-soft", "risk-soft", "chance-soft", "lever-soft", "late-soft"}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_10_5_text_and_ground_are_declared_together(theme):
    """The page declares both; a rule that sets one alone must be readable with the one it inherits."""
    colours, html = tokens()[theme], {name: declared for name, declared, printed in rules() if not printed}["html"]
    assert (html["background"], html["color"]) == ("var(--paper)", "var(--ink)")
    for selector, declared, is_printed in rules():
        ground = declared.get("background") or declared.get("background-color") or ""
        if "color" in declared and "#" in declared["color"] or "#" in ground:
            assert {"color", "background"} <= set(declared), selector
            assert is_printed, f"{selector} : une couleur écrite hors de tokens.css"
        name = re.fullmatch(r"var\(--([a-z-]+)\)", ground)
        if name and name[1] not in SURFACES:
            assert "color" in declared, f"{selector} pose un fond sans couleur de texte"
        if name and name[1] in SURFACES and "color" not in declared:
            assert contrast(colours["ink"], colours[name[1]]) >= 4.5, selector
        assert "url(" not in ground, f"{selector} : du texte sur une image"


# --- 5 tables -----------------------------------------------------------------------------------------------------
def test_5_6_every_header_of_a_table_says_what_it_heads():
    assert everywhere(lambda tag: not re.search(r'scope="(row|col|rowgroup|colgroup)"', tag), "th") == []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        for table in re.findall(r"<table\b.*?</table>", text, flags=re.S):
            assert "<th" in table, f"{named(path)} : un tableau sans en-tête"


def test_5_8_no_table_lays_out_a_page():
    assert everywhere(lambda tag: re.search(r'role="(presentation|none)"', tag), "table", "tr", "td") == []


# --- 8 and 10.1 markup --------------------------------------------------------------------------------------------
PAGES = [path for path in TEMPLATES if "<html" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_8_1_the_type_of_the_document_comes_first(path):
    text = re.sub(r"^(\{%[^%]*%\}\s*)+", "", path.read_text(encoding="utf-8"))
    assert text.lower().startswith("<!doctype html>\n<html")


def test_8_9_no_tag_is_there_for_its_looks():
    assert everywhere(lambda tag: True, "b", "i", "u", "s", "big", "tt", "center", "font", "strike", "marquee") == []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<br>\s*<br>|<p>\s*(&nbsp;|<br>)?\s*</p>|(&nbsp;){2}", text), named(path)


PRESENTATIONAL = {"align", "valign", "bgcolor", "background", "border", "cellpadding", "cellspacing", "color", "face"}
PRESENTATIONAL |= {"hspace", "vspace", "link", "nowrap", "style"}


def test_10_1_no_attribute_does_the_work_of_a_style_sheet():
    class Attributes(HTMLParser):
        found = []

        def handle_starttag(self, tag, attributes):
            drawn = tag in ("svg", "img", "rect", "canvas") or self.is_drawing
            self.is_drawing = tag == "svg" or (self.is_drawing and tag != "svg")
            bad = {name for name, _ in attributes} & (PRESENTATIONAL | (set() if drawn else {"width", "height"}))
            self.found += [(self.source, tag, name) for name in sorted(bad)]

        def handle_endtag(self, tag):
            self.is_drawing = self.is_drawing and tag != "svg"

    for path in SOURCES:
        reader = Attributes()
        reader.source, reader.is_drawing = named(path), False
        reader.feed(re.sub(r"\{[{%#].*?[#%}]\}", "", path.read_text(encoding="utf-8"), flags=re.S))
    assert Attributes.found == []
    spaced = [named(path) for path in TEMPLATES if re.search(r">(\w ){4,}\w<", path.read_text(encoding="utf-8"))]
    assert spaced == [], "un mot espacé lettre à lettre"


# --- what hovering and keys do ------------------------------------------------------------------------------------
CONTENT = {"display", "visibility", "opacity", "content", "left", "top", "clip-path", "height", "width", "transform"}


def test_10_14_nothing_appears_by_hovering_alone():
    """What the style sheet shows on hover, it shows with the keyboard too: here, it shows nothing."""
    for selector, declared, _ in rules():
        if ":hover" in selector:
            assert set(declared) & CONTENT == set(), selector


def test_10_2_what_style_sheets_write_says_nothing_of_its_own():
    """Separators, numbers of an ordered list, the name of a column that the table says, an address on paper."""
    written = {declared["content"] for _, declared, _ in rules() if "content" in declared}
    assert written == {'"›"', 'counter(s) ". "', "attr(data-column)", '" (" attr(href) ")"'}


def test_12_10_single_keys_can_be_turned_off():
    """Where work goes by single keys, a box of the page turns them off, and the script asks it before it acts."""
    boxes = {"coding.js": "data-concertia-shortcuts", "reading.js": "data-concertia-keys"}
    assert everywhere(lambda tag: "accesskey" in tag, "a", "button", "input", "form", "summary", "select") == []
    keyed = [path for path in SCRIPTS if re.search(r"\bkey(down|press|up)\b", path.read_text(encoding="utf-8"))]
    assert {path.name for path in keyed} == set(boxes)
    pages = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    for path in keyed:
        text = path.read_text(encoding="utf-8")
        assert boxes[path.name] in text, named(path)
        assert text.index(".checked") < text.index("data-concertia-key="), named(path)
        assert boxes[path.name] in pages, named(path)


def test_13_2_no_window_opens_by_itself():
    assert everywhere(lambda tag: 'target="_blank"' in tag, "a", "form", "area") == []
    for path in SCRIPTS:
        assert not re.search(r"window\.open|\.target\s*=", path.read_text(encoding="utf-8")), named(path)


# --- 7.5 what changes by itself -----------------------------------------------------------------------------------
def test_7_5_messages_and_errors_have_a_role_that_is_read_out():
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for whole in re.findall(r"<[a-z]+[^<>]*class=\"error\"[^<>]*>", text):
            is_described = "data-concertia-error" in whole  # tied to its field by aria-describedby
            assert 'role="alert"' in whole or is_described, f"{named(path)} : {whole}"
        for whole in re.findall(r"<[a-z]+[^<>]*hx-trigger=\"every[^<>]*>", text):
            assert "aria-live" in whole, f"{named(path)} : {whole}"
    assert 'role="status"' in (PACKAGE / "core/templates/core/components/messages.html").read_text()


# --- 12.3 and 13.3 addresses --------------------------------------------------------------------------------------
def test_12_3_the_plan_leads_to_every_part_of_the_menu(db):
    """That it holds every public address is tried in tests/commons/test_statements.py."""
    planned = {entry.name for _, entries in SECTIONS for entry in entries}
    menu = (PACKAGE / "core/templates/core/base.html").read_text()
    menu += (PACKAGE / "core/templates/core/components/nav.html").read_text()
    open_to_all = {"account_login"} | set(re.findall(r"url '(commons:\w+)'", menu))
    assert open_to_all - planned == set()


# Each address that gives an office document, and the page that says the same in HTML.
TWINS = {
    "commons:document": "commons:version",
    "commons:signature_pdf": "commons:signature",
    "commons:blank": "commons:canvas",
    "workspace:draft": "workspace:canvas",
    "workspace:original": "workspace:review",  # a document that somebody else wrote, read field by field
    "collection:original": "collection:contributions",  # likewise, read line by line
    "territories:proof": "commons:signature",  # a paper that was signed; what it says is frozen in the page
}
OFFICE = re.compile(r"docx|odt|pdf|xlsx|ods|original|proof")


def test_13_3_every_office_document_has_a_page_that_says_the_same():
    names = set(names_of(get_resolver().url_patterns))
    assert set(TWINS) | set(TWINS.values()) <= names
    giving = {name for name, route in routes() if OFFICE.search(route) or name.endswith(("pdf", "original", "proof"))}
    assert giving == set(TWINS)


def routes(patterns=None, prefix="", path=""):
    for pattern in patterns or get_resolver().url_patterns:
        route = path + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern.url_patterns, space, route)
        elif pattern.name:
            yield f"{prefix}{pattern.name}", route
