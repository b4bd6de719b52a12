"""A REFI-QDA project (.qdpx, Project Exchange 1.5), which ATLAS.ti, MAXQDA, NVivo, QualCoder and others open.

A zip with `project.qde` (XML in the namespace urn:QDA-XML:project:1.0: users, codes, sources, selections and their
codings) and one UTF-8 text a source under `Sources/`. Places count Unicode characters of that text, from 0, the end
excluded. Identifiers are derived from the data (UUID version 5) and dates come from it: same data, same bytes.
Reference: REFI-QDA Project Exchange 1.5, Rotterdam Exchange Format Initiative, 2019.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from lxml import etree

from concertia.engine.canvas.writer_zip import pack
from concertia.engine.reports.words import plain, same_length

Element = etree._Element
NAMESPACE = "urn:QDA-XML:project:1.0"
SPACES: Any = {None: NAMESPACE}  # the default namespace, which the stubs of lxml do not foresee
FAMILY = uuid.uuid5(uuid.NAMESPACE_URL, "urn:concertia:qdpx")


@dataclass(frozen=True)
class User:
    """Who coded: a person by their rank, or a local program; never a name."""

    key: str
    name: str


@dataclass(frozen=True)
class ProjectCode:
    """A code and the codes under it; one that only gathers others is not `codable`."""

    key: str
    name: str
    description: str = ""
    codable: bool = True
    children: tuple[ProjectCode, ...] = ()


@dataclass(frozen=True)
class Coded:
    """The passage [start, end) of a text under one code, by whom and when (ISO, UTC)."""

    code: str
    start: int
    end: int
    by: str
    at: str


@dataclass(frozen=True)
class TextSource:
    """One text with its facts (name, value) and what was coded in it."""

    key: str
    name: str
    text: str
    coded: tuple[Coded, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Project:
    """What the project holds; `made` is the date of the data (ISO, UTC)."""

    key: str
    name: str
    made: str
    description: str
    users: tuple[User, ...]
    codes: tuple[ProjectCode, ...]
    sources: tuple[TextSource, ...]


def guid(*parts: str) -> str:
    """The identifier that these words always give.

    >>> guid("code", "12") == guid("code", "12") != guid("code", "13")
    True
    """
    return str(uuid.uuid5(FAMILY, "\0".join(parts)))


def project_qdpx(project: Project) -> bytes:
    """The project as a .qdpx; a coding of a passage outside its text raises ValueError."""
    texts = [(f"Sources/{_guid(project, 'source', one.key)}.txt", same_length(one.text).encode())
             for one in project.sources]  # fmt: skip
    return pack([("project.qde", _qde(project)), *texts])


def _guid(project: Project, kind: str, key: str) -> str:
    return guid(project.key, kind, key)


def _element(tag: str, **attributes: str) -> Element:
    return etree.Element(f"{{{NAMESPACE}}}{tag}", attributes, nsmap=SPACES)


def _child(parent: Element, tag: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _description(parent: Element, words: str) -> None:
    if words:
        _child(parent, "Description").text = plain(words)


def _qde(project: Project) -> bytes:
    first = _guid(project, "user", project.users[0].key)
    root = _element(
        "Project", name=plain(project.name), origin="Concertia", creatingUserGUID=first,
        creationDateTime=project.made, modifyingUserGUID=first, modifiedDateTime=project.made,
    )  # fmt: skip
    users = _child(root, "Users")
    for user in project.users:
        _child(users, "User", guid=_guid(project, "user", user.key), name=plain(user.name))
    if project.codes:
        codes = _child(_child(root, "CodeBook"), "Codes")
        for code in project.codes:
            _code(codes, code, project)
    names = sorted({name for source in project.sources for name, _ in source.facts})
    if names:
        variables = _child(root, "Variables")
        for name in names:
            _child(variables, "Variable", guid=_guid(project, "variable", name), name=name, typeOfVariable="Text")
    if project.sources:
        sources = _child(root, "Sources")
        for source in project.sources:
            _source(sources, source, project)
    _description(root, project.description)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _code(parent: Element, code: ProjectCode, project: Project) -> None:
    drawn = _child(
        parent, "Code", guid=_guid(project, "code", code.key), name=plain(code.name),
        isCodable="true" if code.codable else "false",
    )  # fmt: skip
    _description(drawn, code.description)
    for child in code.children:
        _code(drawn, child, project)


def _source(parent: Element, source: TextSource, project: Project) -> None:
    own = _guid(project, "source", source.key)
    drawn = _child(
        parent, "TextSource", guid=own, name=plain(source.name), plainTextPath=f"internal://{own}.txt",
        creatingUser=_guid(project, "user", project.users[0].key), creationDateTime=project.made,
    )  # fmt: skip
    passages: dict[tuple[int, int], list[Coded]] = {}
    for coded in source.coded:
        if not 0 <= coded.start < coded.end <= len(source.text):
            raise ValueError(f"{source.key}: {coded.start}-{coded.end} is not in a text of {len(source.text)}.")
        passages.setdefault((coded.start, coded.end), []).append(coded)
    for (start, end), several in sorted(passages.items()):
        _selection(drawn, source, start, end, several, project)
    for name, value in source.facts:
        holder = _child(drawn, "VariableValue")
        _child(holder, "VariableRef", targetGUID=_guid(project, "variable", name))
        _child(holder, "TextValue").text = plain(value)


def _selection(
    parent: Element, source: TextSource, start: int, end: int, several: list[Coded], project: Project
) -> None:
    key = f"{source.key}:{start}:{end}"
    selection = _child(
        parent, "PlainTextSelection", guid=_guid(project, "selection", key),
        name=" ".join(plain(source.text[start:end]).split())[:60], startPosition=str(start), endPosition=str(end),
        creatingUser=_guid(project, "user", several[0].by), creationDateTime=several[0].at,
    )  # fmt: skip
    for coded in sorted(several, key=lambda one: (one.code, one.by)):
        coding = _child(
            selection, "Coding", guid=_guid(project, "coding", f"{key}:{coded.code}:{coded.by}"),
            creatingUser=_guid(project, "user", coded.by), creationDateTime=coded.at,
        )  # fmt: skip
        _child(coding, "CodeRef", targetGUID=_guid(project, "code", coded.code))
