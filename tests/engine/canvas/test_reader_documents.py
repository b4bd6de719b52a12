"""Builds canvases in raw XML for the tests of the reader, and checks the builders on the reference files' shape."""

import io
import zipfile
from xml.sax.saxutils import escape

from concertia.engine.canvas.fields import BY_KEY, FIELDS, SECTIONS, Kind
from concertia.engine.canvas.reader import read
from concertia.engine.canvas.reading import FieldReading, Reading, Status

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)

FILLED = {
    "collectivite": "Ville de Montclair",
    "personne_referente": "ia@montclair.example",
    "date_debut_prevue": "15/10/2024",
    "public_associe": "☒ usagers du service public ☐ agents ☐ corps intermédiaires ☐ élus ☐ acteurs économiques "
    "☐ acteurs académiques ☐ acteurs associatifs\n☐ autre (à préciser)",
    "amo": "☐oui ☒non",
    "intervenants": "Non",
    "objectifs": "Écouter les habitants.",
    "recrutement": "☒ tirage au sort ☐ recrutement ciblé ☐ appel à manifestation\n☐ autre (à préciser)",
    "animation": "☐ Cartographie des enjeux ☐ futur souhaitable/non-souhaitable ☒ écriture participative\n"
    "☐ autre (à préciser)",
    "sujet_evolution": "Quelle place pour l’IA à l’accueil ?",
    "restitution": "Une réunion publique.",
    "date_fin_prevue": "12/02/2025",
    "nb_sequences": "4 séances, 10 heures",
    "nb_participants": "37",
    "points_vigilance": "Le contact humain",
    "diagnostics": "Frein : le coût",
    "propositions": "Former les agents",
    "droit_de_suite": "Réponse en conseil.",
    "acces_ressources": "https://montclair.example/ia",
}


def run(text: str, *styles: str, extra: str = "") -> str:
    """A run; styles are names of run properties: b, i, u, strike, highlight, vanish."""
    values = {"u": ' w:val="single"', "highlight": ' w:val="yellow"'}
    properties = "".join(f"<w:{style}{values.get(style, '')}/>" for style in styles) + extra
    pieces = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\n"))
    return f"<w:r><w:rPr>{properties}</w:rPr>{pieces}</w:r>"


def p(*runs: str, style: str = "", number: tuple[int, int] | None = None) -> str:
    """A paragraph of runs, or of plain words."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    content = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def cell(*content: str, extra: str = "") -> str:
    inner = "".join(one if one.startswith(("<w:p", "<w:tbl", "<w:sdt")) else p(one) for one in content) or p("")
    return f"<w:tc><w:tcPr>{extra}</w:tcPr>{inner}</w:tc>"


def table(*rows: tuple[str, ...]) -> str:
    made = "".join("<w:tr>" + "".join(c if c.startswith("<w:tc") else cell(c) for c in row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{made}</w:tbl>"


def docx(body: str, *, namespace: str = W, parts: dict[str, str] | None = None, relations: str = "") -> bytes:
    """A Word file whose main part has the body; other parts by name."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{namespace}" xmlns:w14="{W14}" xmlns:mc="{MC}" '
        f'xmlns:r="{OFFICE}/relationships" mc:Ignorable="w14"><w:body>{body}<w:sectPr/></w:body></w:document>'
    )
    links = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", document)
        archive.writestr("word/_rels/document.xml.rels", links)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return stream.getvalue()


def label_runs(key: str) -> str:
    field = BY_KEY[key]
    return run(field.label + ("*" if field.required else ""), "b") + run("" if field.label.endswith("?") else " : ")


def answered(key: str, answer: str) -> str:
    """The label with its answer: words (a paragraph by line under the label), or XML to put as it stands."""
    if answer.startswith("<"):
        return p(label_runs(key)) + answer
    field = BY_KEY[key]
    beside = run(answer.split("\n")[0]) if field.kind is Kind.CHOICES else run(field.hint, "i")
    below = answer.split("\n")[1:] if field.kind is Kind.CHOICES else answer.split("\n")
    return p(label_runs(key) + beside) + "".join(p(line) for line in below)


def canvas(answers: dict[str, str] | None = None, *, drop: tuple[str, ...] = ()) -> str:
    """The body of the whole canvas, filled as FILLED but for the answers given."""
    filled = FILLED | (answers or {})
    body = p("CONCERTATIONS TERRITORIALES DE L’IA", style="Title") + p("canevas de documentation")
    for section in SECTIONS:
        body += p(f"{section.number} – {section.title}", style="Heading1")
        body += "".join(answered(f.key, filled[f.key]) for f in section.fields if f.key not in drop)
    return body


def read_canvas(answers: dict[str, str] | None = None, **options: object) -> Reading:
    return read(docx(canvas(answers), **options))  # type: ignore[arg-type]


def get(reading: Reading, key: str, result: int | None = None) -> FieldReading:
    wanted = 0 if result is None and BY_KEY[key].section == 3 else result
    return next(one for one in reading.fields if one.key == key and one.result == wanted)


def answer(key: str, words: str, **options: object) -> FieldReading:
    """The reading of one field in a canvas otherwise plainly filled; every other field must be read as usual."""
    reading = read_canvas({key: words}, **options)
    others = [one.key for one in reading.fields if one.key != key and one.status is not Status.READ]
    assert others == []
    assert reading.results == 1
    return get(reading, key)


def seen(one: FieldReading) -> tuple[str, object, str]:
    """Status, value and code of the reason, to compare at once."""
    return (one.status.value, one.value, one.reason.code if one.reason else "")


def test_builder_makes_a_canvas_that_is_read_whole():
    reading = read_canvas()
    assert [(one.key, one.status) for one in reading.fields] == [(field.key, Status.READ) for field in FIELDS]
    assert reading.notes == ()
