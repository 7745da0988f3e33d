"""Start nnviz, or test it, from a fresh checkout: ``python3 run.py [test] [arguments]``.

Needs nothing but Python 3.11. The first time it makes ``.venv`` and installs what the
lock files name, each package checked against its hash; later only when a lock changed.
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
PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
LOCK, LOCK_FOR_TESTS = "requirements.lock", "requirements-dev.lock"
COMMANDS_WITHOUT_QT = ("train", "sweep", "datasets", "--version", "--help", "-h")

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
    "tests": ["-m", "pytest", "-n", "auto", "--dist", "worksteal"],
    "a start of the program": ["-m", "nnviz", "--smoke-test"],
}


def main(arguments: list[str]) -> int:
    """Do what the arguments ask for, and return the exit code."""
    if arguments[:1] == ["test"]:
        prepare(LOCK_FOR_TESTS, LIBRARIES)
        return run_stages(arguments[1:])
    libraries = LIBRARIES | LIBRARIES_FOR_X11 if os.environ.get("DISPLAY") else LIBRARIES
    needs_qt = not arguments or arguments[0] not in COMMANDS_WITHOUT_QT
    prepare(LOCK, libraries if needs_qt else {})
    return run_program(arguments)


def prepare(lock: str, libraries: dict[str, str]) -> None:
    """Provide the system's libraries, and ``.venv`` with the packages of a lock file."""
    packages = [package for library, package in libraries.items() if not can_load(library)]
    if not (Path(PYTHON).exists() or all(map(importlib.util.find_spec, ("venv", "ensurepip")))):
        packages.append(f"python3.{sys.version_info.minor}-venv")
    if packages:
        install_system_packages(packages)
    # Another Python, or this one in another place, needs an environment of its own.
    made_from = hashlib.sha256(f"{sys.version} {sys.base_prefix}".encode())
    for name in (LOCK, LOCK_FOR_TESTS):
        made_from.update((ROOT / name).read_bytes())
    note = VENV / "made-from"
    made = note.read_text("utf-8").split() if note.exists() and Path(PYTHON).exists() else []
    # The packages for the tests include those of the program.
    if made in ([made_from.hexdigest(), lock], [made_from.hexdigest(), LOCK_FOR_TESTS]):
        return
    print(f"Installing {lock} into {VENV}; this is done once.", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        sys.exit(f"The environment {VENV} could not be made; the reason is above.")
    pip = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install"]
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(ROOT / lock)]
    if subprocess.run([*pip, *options], stdout=sys.stderr, check=False).returncode:
        sys.exit("The packages could not be installed; pip says why above.")
    note.write_text(f"{made_from.hexdigest()} {lock}", "utf-8")


def can_load(library: str) -> bool:
    """Say whether the system has a library; only Linux comes without some."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_system_packages(packages: list[str]) -> None:
    """Install Debian packages as root, or say what is missing and end."""
    missing = "The system lacks parts that Qt or Python needs"
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        sys.exit(f"{missing}. Install what Debian calls {' '.join(packages)}.")
    if os.geteuid() != 0:
        sys.exit(f"{missing}. Install them with: sudo {' '.join(install)}")
    print(f"{missing}; installing {' '.join(packages)}.", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], install):
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode:
            sys.exit(f"{missing}, and this failed: {' '.join(command)}")
    importlib.invalidate_caches()


def run_stages(pytest_arguments: list[str]) -> int:
    """Run every check, and return the exit code of the first one that fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    for name, stage in STAGES.items():
        print(f"== {name}", flush=True)
        command = [PYTHON, *stage, *(pytest_arguments if name == "tests" else [])]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code:
            print(f"== FAILED: {name} (exit code {code})", flush=True)
            return code if code > 0 else 1
    print("== all passed", flush=True)
    return 0


def run_program(arguments: list[str]) -> int:
    """Run nnviz from this checkout, in the directory that the person is in."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [PYTHON, "-m", "nnviz", *arguments]
    if os.name == "posix":  # the program takes over, with its own signals and exit code
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
