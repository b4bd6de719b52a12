"""Floods written by a language model for the measures: one opinion, sixteen texts, other words each time.

Nobody sent them. `hospital` and `coal` are in the even tone that models have by default; `shelter` was written with
invented persons, each with a story, as somebody would who wants the flood not to be seen. The others are in the even
tone too, on the subjects of contributions that are composed themselves: `counter` of the demonstration, `cantine`,
`centre-bourg` and `services` of `consultations/`.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "floods"
FLOODS = {path.stem: tuple(path.read_text(encoding="utf-8").splitlines()) for path in sorted(FOLDER.glob("*.txt"))}
