"""The .qdpx against the published structure of REFI-QDA Project Exchange 1.5, element by element.

Rewritten from the published schema (Project.xsd, QDA-XML version 1.0, 18 March 2019, Rotterdam Exchange Format
Initiative, MIT licence) and from the text of the standard, for the elements that we write: the order of the children,
how many of each, the attributes required and allowed, the form of identifiers and dates, what references lead to.
"""

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from concertia.engine.reports.qdpx import NAMESPACE, Coded, Project, TextSource, User, project_qdpx
from tests.engine.reports.samples import NASTY, project

GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
WHO_AND_WHEN = {"creatingUser", "creationDateTime", "modifyingUser", "modifiedDateTime"}
# element → (children in their order: least, most), (attributes required), (attributes allowed beside)
MANY = 10**9
STRUCTURE = {
    "Project": (
        [("Users", 0, 1), ("CodeBook", 0, 1), ("Variables", 0, 1), ("Cases", 0, 1), ("Sources", 0, 1), ("Notes", 0, 1),
         ("Links", 0, 1), ("Sets", 0, 1), ("Graphs", 0, 1), ("Description", 0, 1), ("NoteRef", 0, MANY)],
        {"name"},
        {"origin", "creatingUserGUID", "creationDateTime", "modifyingUserGUID", "modifiedDateTime", "basePath"},
    ),
    "Users": ([("User", 1, MANY)], set(), set()),
    "User": ([], {"guid"}, {"name", "id"}),
    "CodeBook": ([("Codes", 1, 1), ("Sets", 0, 1)], set(), set()),
    "Codes": ([("Code", 1, MANY)], set(), set()),
    "Code": (
        [("Description", 0, 1), ("NoteRef", 0, MANY), ("Code", 0, MANY)], {"guid", "name", "isCodable"}, {"color"}
    ),
    "Variables": ([("Variable", 1, MANY)], set(), set()),
    "Variable": ([("Description", 0, 1)], {"guid", "name", "typeOfVariable"}, set()),
    "VariableValue": ([("VariableRef", 1, 1), ("TextValue", 0, 1)], set(), set()),
    "VariableRef": ([], {"targetGUID"}, set()),
    "TextValue": ([], set(), set()),
    "Sources": ([("TextSource", 1, MANY)], set(), set()),
    "TextSource": (
        [("Description", 0, 1), ("PlainTextContent", 0, 1), ("PlainTextSelection", 0, MANY), ("Coding", 0, MANY),
         ("NoteRef", 0, MANY), ("VariableValue", 0, MANY)],
        {"guid"},
        {"name", "richTextPath", "plainTextPath", *WHO_AND_WHEN},
    ),
    "PlainTextSelection": (
        [("Description", 0, 1), ("Coding", 0, MANY), ("NoteRef", 0, MANY)],
        {"guid", "startPosition", "endPosition"},
        {"name", *WHO_AND_WHEN},
    ),
    "Coding": ([("CodeRef", 1, 1), ("NoteRef", 0, MANY)], {"guid"}, {"creatingUser", "creationDateTime"}),
    "CodeRef": ([], {"targetGUID"}, set()),
    "Description": ([], set(), set()),
}  # fmt: skip
OWN_WORDS = {"Description", "TextValue"}


def opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return etree.fromstring(files.pop("project.qde")), files


def local(element):
    name = etree.QName(element)
    assert name.namespace == NAMESPACE
    return name.localname


def check_element(element):
    children, required, allowed = STRUCTURE[local(element)]
    assert required <= set(element.attrib) <= required | allowed, local(element)
    names = [local(child) for child in element]
    order = [name for name, _, _ in children]
    assert set(names) <= set(order), local(element)
    assert names == sorted(names, key=order.index), local(element)
    for name, least, most in children:
        assert least <= names.count(name) <= most, (local(element), name)
    if local(element) not in OWN_WORDS:
        assert not (element.text or "").strip()
    for name, value in element.attrib.items():
        check_value(name, value)
    for child in element:
        check_element(child)


def check_value(name, value):
    if name in ("guid", "targetGUID", "creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID"):
        assert GUID.fullmatch(value), (name, value)
    elif name.endswith("DateTime"):
        assert dt.datetime.fromisoformat(value).tzinfo is not None
    elif name == "isCodable":
        assert value in ("true", "false")
    elif name == "typeOfVariable":
        assert value in ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")
    elif name.endswith("Position"):
        assert int(value) >= 0


def check_project(data):
    """The structure, then what a reader follows: paths, places, users, codes."""
    root, files = opened(data)
    assert local(root) == "Project"
    check_element(root)
    every = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(every) == len(set(every))
    of = {name: {one.get("guid") for one in root.iter(f"{{{NAMESPACE}}}{name}")} for name in STRUCTURE}
    for one in root.iter(f"{{{NAMESPACE}}}CodeRef"):
        assert one.get("targetGUID") in of["Code"]
    for one in root.iter(f"{{{NAMESPACE}}}VariableRef"):
        assert one.get("targetGUID") in of["Variable"]
    for one in root.iter():
        assert {one.get(name) for name in ("creatingUser", "creatingUserGUID")} - {None} <= of["User"]
    paths = set()
    for source in root.iter(f"{{{NAMESPACE}}}TextSource"):
        assert source.get("plainTextPath") == f"internal://{source.get('guid')}.txt"
        path = f"Sources/{source.get('guid')}.txt"
        text = files[path].decode("utf-8")
        assert "\r" not in text
        paths.add(path)
        for selection in source.iter(f"{{{NAMESPACE}}}PlainTextSelection"):
            assert 0 <= int(selection.get("startPosition")) < int(selection.get("endPosition")) <= len(text)
    assert paths == set(files)
    return root, files


def test_the_project_has_the_published_structure():
    root, files = check_project(project_qdpx(project()))
    (text,) = files.values()
    selections = root.iter(f"{{{NAMESPACE}}}PlainTextSelection")
    passages = [text.decode()[int(one.get("startPosition")) : int(one.get("endPosition"))] for one in selections]
    assert passages == ["Je veux parler à une personne"[:29], "Je veux parler à une personne, pas à un robot."]


def test_places_count_characters_not_bytes():
    text = "🙂🙂 Une idée 😀 rare."
    coded = (Coded("theme:1", 3, 11, "programme", "2026-03-14T10:00:00Z"),)
    made = replace(project(), sources=(TextSource("1", "Un", text, coded),))
    root, files = check_project(project_qdpx(made))
    (selection,) = root.iter(f"{{{NAMESPACE}}}PlainTextSelection")
    (content,) = files.values()
    start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
    assert content.decode()[start:end] == "Une idée"


def test_nasty_words_keep_their_places():
    coded = (Coded("theme:1", 0, len(NASTY), "programme", "2026-03-14T10:00:00Z"),)
    made = replace(project(), name=NASTY, sources=(TextSource("1", NASTY, NASTY, coded),))
    _, files = check_project(project_qdpx(made))
    (content,) = files.values()
    assert len(content.decode()) == len(NASTY)


def test_a_project_without_code_nor_text_is_valid():
    check_project(project_qdpx(Project("a", "Vide", "2026-03-14T10:00:00Z", "", (User("p", "P"),), (), ())))


def test_a_passage_outside_its_text_is_refused():
    wrong = TextSource("1", "Un", "court", (Coded("theme:1", 0, 50, "programme", "2026-03-14T10:00:00Z"),))
    with pytest.raises(ValueError, match="0-50"):
        project_qdpx(replace(project(), sources=(wrong,)))


def test_identifiers_are_those_of_the_project():
    first, _ = opened(project_qdpx(project()))
    other, _ = opened(project_qdpx(replace(project(), key="VAL-01:1:2")))
    guids = [{one.get("guid") for one in root.iter() if one.get("guid")} for root in (first, other)]
    assert not guids[0] & guids[1]
