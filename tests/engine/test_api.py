"""What a researcher imports from `concertia.engine`, and the example of its page."""

import re
import subprocess
import sys
from pathlib import Path

import concertia.engine as engine

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "README.md"


def test_every_name_is_found_and_has_a_docstring():
    for name in engine.__all__:
        assert getattr(engine, name).__doc__, name
    assert dir(engine) == sorted(engine.__all__)


def test_importing_the_engine_or_the_canvas_loads_no_numerical_library():
    code = (
        "import sys, concertia.engine, concertia.engine.canvas.reader, concertia.engine.canvas.writer\n"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'django'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_example_of_the_page_runs_and_says_what_is_expected(tmp_path, monkeypatch, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 -- our own page
    assert capsys.readouterr().out.splitlines() == [
        "4 lues, [6] mise de côté",
        "L2 signal ",
        "L3 signal ",
        "L4 doublon L2",
        "L5 ecarte ",
        "4 = [('doublon', 1), ('signal', 2), ('ecarte', 1)]",
        "0.5",
    ]


def test_the_pages_listed_exist():
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", PAGE.read_text(encoding="utf-8")))
    assert len(listed) >= 9
    assert listed <= {path.name for path in PAGE.parent.glob("*.md")}
