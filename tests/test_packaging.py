"""The scripts in packaging/, without building anything large."""

import configparser
import runpy
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

PACKAGING = Path(__file__).resolve().parent.parent / "packaging"

STAND_IN = """#!{python}
import json, pathlib, random, struct, sys, zlib
arguments = sys.argv[1:]
if arguments[0] == "--version":
    print("nnviz 0")
elif arguments[0] == "datasets":
    print("spiral")
elif arguments[0] == "train":
    print(json.dumps({{"steps": 20, "train_loss": 0.5}}))
elif arguments[0] == "sweep":
    print(json.dumps({{"runs": [{{}}] * 4}}))
elif arguments[0] == "render":
    pathlib.Path(arguments[-1]).write_bytes(bytes.fromhex("{picture}"))
{extra}
"""


def png(rows: list[bytes], width: int) -> bytes:
    """Return a grey PNG."""
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


PICTURE = png([bytes([row % 256] * 300) for row in range(200)], 300)
BLANK_PICTURE = png([bytes(300)] * 200, 300)


@pytest.fixture
def smoke_test() -> dict[str, Any]:
    return runpy.run_path(str(PACKAGING / "smoke_test.py"), run_name="smoke_test")


def write_stand_in(folder: Path, picture: bytes = PICTURE, extra: str = "") -> Path:
    """Write a program that behaves like the frozen one, with one difference."""
    program = folder / "program"
    code = STAND_IN.format(python=sys.executable, picture=picture.hex(), extra=extra)
    program.write_text(code, encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("difference", "complaint"),
    [
        ({}, None),
        ({"extra": "print('a warning', file=sys.stderr)"}, "standard error is not empty"),
        ({"extra": "sys.exit(3)"}, "exit code 3"),
        ({"picture": BLANK_PICTURE}, "window.png is nearly blank"),
        ({"picture": b"no picture"}, "window.png is not a PNG"),
        ({"extra": "if 'PYTHONPATH' in __import__('os').environ: sys.exit(4)"}, None),
    ],
)
def test_that_the_smoke_test_sees(
    difference: dict[str, Any],
    complaint: str | None,
    smoke_test: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    code = smoke_test["main"]([str(write_stand_in(tmp_path, **difference))])
    assert code == (0 if complaint is None else 1)
    assert (complaint or "The frozen program passed") in capsys.readouterr().out


def test_that_a_program_that_was_not_built_is_named(
    smoke_test: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke_test["main"]([str(tmp_path / "none")]) == 1
    assert "make it with: python3 packaging/build.py" in capsys.readouterr().out


def test_that_the_needed_glibc_is_read_from_the_binaries(tmp_path: Path) -> None:
    debian = runpy.run_path(str(PACKAGING / "debian.py"), run_name="debian")
    (tmp_path / "one.so.6").write_bytes(b"\0GLIBC_2.4\0\0GLIBC_2.34\0")
    (tmp_path / "two.so").write_bytes(b"\0GLIBC_2.17\0")
    (tmp_path / "notes.txt").write_bytes(b"\0GLIBC_2.99\0")
    assert debian["lowest_glibc"](tmp_path) == "2.34"


def test_that_the_desktop_entry_starts_the_program_with_its_icon() -> None:
    parser = configparser.RawConfigParser()
    parser.read(PACKAGING / "linux" / "nnviz.desktop", encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert (entry["Exec"], entry["Icon"], entry["Version"]) == ("nnviz %f", "nnviz", "1.4")
    assert (PACKAGING / "linux" / "nnviz.svg").exists()


def test_that_the_icons_are_drawn_in_all_sizes(tmp_path: Path) -> None:
    script = str(PACKAGING / "linux" / "draw_icons.py")
    subprocess.run([sys.executable, script, str(tmp_path)], check=True)
    sizes = {
        path.stem: struct.unpack(">II", path.read_bytes()[16:24]) for path in tmp_path.iterdir()
    }
    assert sizes["256"] == (256, 256)
    assert all(size == (int(name), int(name)) for name, size in sizes.items())
