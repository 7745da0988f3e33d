"""What the code promises about itself, checked on the files."""

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnviz import resource_paths

ROOT = Path(__file__).resolve().parent.parent
SOURCE_FOLDERS = ("nnviz", "tests", "packaging", "benchmarks")
TEXT_SUFFIXES = {".cfg", ".desktop", ".json", ".lock", ".md", ".py", ".spec", ".toml", ".yaml"}
MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 40

# Written in two parts, so that this file does not hold what it looks for.
FORBIDDEN_IN_CODE = (
    "type: " + "ignore",
    "no" + "qa",
    "pytest." + "skip",
    "pytest.mark." + "skip",
    "x" + "fail",
    "TO" + "DO",
    "FIX" + "ME",
    "except " + "Exception",
)
FORBIDDEN_ANYWHERE = (
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + "me/",
    "/tm" + "p/",
    "py" + "pi.org",
    "python" + "hosted",
    "index" + "-url",
    "find" + "-links",
)

IMPORT_EACH = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*{name.split(".")[0] for name in sys.modules})
"""


def python_files() -> list[Path]:
    """List the Python files of the project."""
    folders = [ROOT / folder for folder in SOURCE_FOLDERS]
    return [ROOT / "run.py", *(path for folder in folders for path in folder.rglob("*.py"))]


def text_files() -> Iterator[Path]:
    """Yield every file that people wrote, and so not the lock that uv leaves here."""
    top = (path for path in ROOT.iterdir() if path.name != "uv.lock")
    yield from (path for path in top if path.suffix in TEXT_SUFFIXES)
    for folder in (*SOURCE_FOLDERS, "docs", "resources", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            is_text = path.suffix in TEXT_SUFFIXES or folder == ".ci"
            if is_text and path.is_file() and "__pycache__" not in path.parts:
                yield path


def test_that_nothing_below_the_window_loads_qt() -> None:
    paths = [path.relative_to(ROOT) for path in (ROOT / "nnviz").rglob("*.py")]
    names = [".".join(path.with_suffix("").parts) for path in paths if "gui" not in path.parts]
    assert "nnviz.core.network" in names
    command = [sys.executable, "-c", IMPORT_EACH, *names]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    assert {"PySide6", "shiboken6", "pyqtgraph"}.isdisjoint(run.stdout.split())


def test_that_modules_are_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files()
    }
    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_MODULE} == {}


def test_that_functions_are_short() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": lines_of_code(node)
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_FUNCTION} == {}


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a body, without its docstring."""
    body = function.body
    has_docstring = ast.get_docstring(function, clean=False) is not None
    first = body[1:2] if has_docstring else body[:1]
    return (body[-1].end_lineno or 0) - first[0].lineno + 1 if first else 0


@pytest.mark.parametrize("text", FORBIDDEN_IN_CODE)
def test_that_no_code_contains(text: str) -> None:
    files = [path for path in python_files() if text in path.read_text(encoding="utf-8")]
    assert files == []


@pytest.mark.parametrize("text", FORBIDDEN_ANYWHERE)
def test_that_no_file_contains(text: str) -> None:
    files = [path for path in text_files() if text in path.read_text(encoding="utf-8")]
    assert files == []


def test_that_every_package_of_the_locks_has_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        lines = text.splitlines()
        assert lines
        assert [line for line in lines if "==" not in line or " --hash=sha256:" not in line] == []


def test_that_both_locks_agree() -> None:
    locks = [
        {
            line.rstrip(" \\")
            for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
            if "==" in line
        }
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert locks[0] < locks[1]


def test_that_a_bundled_file_is_found_in_a_checkout() -> None:
    path = resource_paths.resource_path("fonts", "Inter-Regular.ttf")
    assert path == ROOT / "resources" / "fonts" / "Inter-Regular.ttf"


def test_that_a_missing_bundled_file_is_named_with_its_places() -> None:
    with pytest.raises(FileNotFoundError, match=r"The bundled file fonts/None\.ttf is missing"):
        resource_paths.resource_path("fonts", "None.ttf")


def test_that_a_wheel_carries_its_resources_and_finds_them(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    code = "from nnviz.resource_paths import resource_path; print(resource_path('fonts'))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "installed",
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(run.stdout.strip()) == tmp_path / "installed" / "nnviz" / "resources" / "fonts"
