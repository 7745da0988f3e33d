"""Start nnviz, or test it, from a fresh checkout: ``python3 run.py [test] [arguments]``.

Needs nothing but Python 3.11. The first time it makes ``.venv`` and installs what the
lock file names, each file checked against its hash; later only when the lock changed.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# First of all, since older Pythons do not understand what follows.
if sys.version_info < (3, 11):
    sys.exit(
        f"nnviz needs Python 3.11 or newer, and {sys.executable or 'this'} is "
        f"{sys.version.split()[0]}. Install a newer one and start this again with it."
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
COMMANDS_WITHOUT_QT = ("train", "datasets", "--version", "--help", "-h")

# What Qt loads from the system, and the Debian packages that hold it.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
}
LIBRARIES_FOR_X11 = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}

STAGES = {
    "formatting": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "import importlinter.cli as cli; cli.lint_imports_command()"],
    "tests": ["-m", "pytest"],
    "a start of the program": ["-m", "nnviz", "--smoke-test"],
}


def main(arguments: list[str]) -> int:
    """Do what the arguments ask for, and return the exit code."""
    if arguments[:1] == ["test"]:
        prepare("requirements-dev.lock", LIBRARIES)
        return run_stages(arguments[1:])
    libraries = LIBRARIES | LIBRARIES_FOR_X11 if os.environ.get("DISPLAY") else LIBRARIES
    needs_qt = not arguments or arguments[0] not in COMMANDS_WITHOUT_QT
    prepare("requirements.lock", libraries if needs_qt else {})
    return run_program(arguments)


def prepare(lock_name: str, libraries: dict[str, str]) -> None:
    """Provide the system's libraries, ``.venv`` and the packages of a lock file."""
    packages = [package for library, package in libraries.items() if not can_load(library)]
    if packages:
        install_system_packages(packages, "System libraries that Qt needs")
    # Another Python, or this one in another place, needs an environment of its own.
    maker = f"{sys.version}\n{sys.base_prefix}"
    if not (PYTHON.exists() and read_note("made-by") == maker):
        make_environment()
        write_note("made-by", maker)
    digest = hashlib.sha256((ROOT / lock_name).read_bytes()).hexdigest()
    if read_note(lock_name) == digest:
        return
    say(f"Installing into {VENV} what {lock_name} names; this takes a minute, once.")
    pip = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install"]
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", ROOT / lock_name]
    if subprocess.run([*pip, *options], stdout=sys.stderr, check=False).returncode:
        sys.exit("The packages could not be installed; pip says why above.")
    write_note(lock_name, digest)


def make_environment() -> None:
    """Make an empty ``.venv``."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install_system_packages([package], "Python's modules venv and ensurepip")
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        sys.exit(f"The environment {VENV} could not be made; the reason is above.")


def can_load(library: str) -> bool:
    """Say whether the system has a library; only Linux comes without some."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_system_packages(packages: list[str], what: str) -> None:
    """Install Debian packages as root, or say what is missing and end."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        sys.exit(f"{what} are missing. Install what Debian calls {' '.join(packages)}.")
    if os.geteuid() != 0:
        sys.exit(f"{what} are missing. Install them with: sudo {' '.join(install)}")
    say(f"{what} are missing; installing {' '.join(packages)}.")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], install):
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode:
            sys.exit(f"{what} are missing, and this failed: {' '.join(command)}")


def run_stages(pytest_arguments: list[str]) -> int:
    """Run every check, and return the exit code of the first one that fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    for name, stage in STAGES.items():
        say(f"== {name}")
        command = [PYTHON, *stage, *(pytest_arguments if name == "tests" else [])]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code:
            say(f"== FAILED: {name} (exit code {code})")
            return code if code > 0 else 1
    say("== all passed")
    return 0


def run_program(arguments: list[str]) -> int:
    """Run nnviz from this checkout, in the directory that the person is in."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [str(PYTHON), "-m", "nnviz", *arguments]
    if os.name == "posix":  # the program takes over, with its own signals and exit code
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def read_note(name: str) -> str:
    """Read a line that an earlier run left in ``.venv``, or nothing."""
    path = VENV / f"{name}.note"
    return path.read_text("utf-8") if path.exists() else ""


def write_note(name: str, text: str) -> None:
    """Leave a line for later runs; a new ``.venv`` starts without any."""
    (VENV / f"{name}.note").write_text(text, "utf-8")


def say(line: str) -> None:
    """Print to standard error: standard output belongs to the program."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
