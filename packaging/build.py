"""Build the program for people without Python: ``python3 packaging/build.py``.

Makes ``dist/nnviz/``, a folder that runs anywhere, and on Debian's family from it
``dist/nnviz_<version>_<architecture>.deb``. Needs what run.py needs, and uses its ``.venv``.
"""

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parent.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
PROGRAM = DIST / "nnviz"
LOCKED_LICENCE_NAME = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)


def main() -> int:
    """Build everything that this system can build."""
    python = prepare_environment()
    version = read_version()
    icons = BUILD / "icons"
    icons.mkdir(parents=True, exist_ok=True)
    run([python, str(ROOT / "packaging" / "linux" / "draw_icons.py"), str(icons)])
    freeze(python)
    add_licences(python, PROGRAM / "licences")
    report(PROGRAM)
    if shutil.which("dpkg-deb"):
        report(debian.build_package(PROGRAM, icons, version, BUILD / "deb", DIST))
    else:
        print("There is no dpkg-deb here, so no .deb was made")
    return 0


def prepare_environment() -> str:
    """Install the locked packages as run.py does; return the environment's Python."""
    script = runpy.run_path(str(ROOT / "run.py"), run_name="run")
    script["prepare"](script["LOCK_FOR_TESTS"], script["LIBRARIES"] | script["LIBRARIES_FOR_X11"])
    return str(script["PYTHON"])


def read_version() -> str:
    """Read the version from the package, without importing it."""
    text = (ROOT / "nnviz" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if match is None:
        sys.exit('nnviz/__init__.py has no line __version__ = "..."')
    return match[1]


def freeze(python: str) -> None:
    """Let PyInstaller make the program's folder, from nothing."""
    shutil.rmtree(PROGRAM, ignore_errors=True)
    work = ["--distpath", str(DIST), "--workpath", str(BUILD / "pyinstaller")]
    spec = str(ROOT / "packaging" / "nnviz.spec")
    run([python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", *work, spec])


def add_licences(python: str, folder: Path) -> None:
    """Put the licence of every part beside the program."""
    shutil.copytree(ROOT / "packaging" / "licences", folder)
    shutil.copy(ROOT / "LICENSE", folder / "nnviz-LICENSE.txt")
    for path in (ROOT / "resources").rglob("*LICENSE*"):
        shutil.copy(path, folder / f"{path.parent.name}-{path.name}")
    places = "import sysconfig, sys; print(sysconfig.get_path('purelib'), sys.base_prefix)"
    out = subprocess.run([python, "-c", places], check=True, capture_output=True, text=True).stdout
    packages, base = (Path(part) for part in out.strip().split(" ", 1))
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    versions = re.findall(r"^([a-z0-9-]+)==(\S+)", locked, re.MULTILINE)
    listed = ["python " + sys.version.split()[0]]
    for name, version in versions:
        for info in packages.glob(f"{name.replace('-', '_')}-{version}.dist-info"):
            listed.append(f"{name} {version}")
            for path in info.rglob("*"):
                if path.is_file() and LOCKED_LICENCE_NAME.search(path.name):
                    parts = path.relative_to(info).parts
                    shutil.copy(path, folder / "-".join((name, *parts)))
    for path in (*base.glob("LICENSE*"), *base.glob("lib/python3.*/LICENSE.txt")):
        shutil.copy(path, folder / "python-LICENSE.txt")
    (folder / "versions.txt").write_text("\n".join(listed) + "\n", encoding="utf-8")


def report(path: Path) -> None:
    """Print what was made, and how large it is."""
    files = (
        [path] if path.is_file() else [file for file in path.rglob("*") if not file.is_symlink()]
    )
    size = sum(file.stat().st_size for file in files if file.is_file())
    print(f"Made {path.relative_to(ROOT)}, {size / 1e6:.0f} MB", flush=True)


def run(command: list[str]) -> None:
    """Run a command, and end with its exit code if it fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1"}
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if code:
        sys.exit(f"This failed with exit code {code}: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
