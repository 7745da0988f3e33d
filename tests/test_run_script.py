"""run.py, with a small stand-in for the program and without any download."""

import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "run.py"

STAND_IN = """
import os, sys
print(os.getcwd(), *sys.argv[1:], sep="|")
sys.exit(3)
"""


class Calls:
    """Stands in for ``subprocess.run``: records commands, and fails those that hold a word."""

    def __init__(self, failing: str | None = None) -> None:
        self.commands: list[list[str]] = []
        self.failing = failing

    def __call__(self, command: list[str], **_options: object) -> SimpleNamespace:
        self.commands.append(command)
        return SimpleNamespace(returncode=7 if self.failing in command else 0)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout with run.py, empty locks and a stand-in; its path has a space."""
    root = tmp_path / "a check out"
    (root / "nnviz").mkdir(parents=True)
    shutil.copy(SCRIPT, root)
    (root / "requirements.lock").write_text("", encoding="utf-8")
    (root / "requirements-dev.lock").write_text("", encoding="utf-8")
    (root / "nnviz" / "__init__.py").write_text("", encoding="utf-8")
    (root / "nnviz" / "__main__.py").write_text(STAND_IN, encoding="utf-8")
    return root


@pytest.fixture
def load(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Give a function that loads run.py with stand-ins for what it calls."""

    def load(calls: Calls, user: int = 0, has_apt: bool = True) -> dict[str, Any]:
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(subprocess, "run", calls)
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
        monkeypatch.setattr(shutil, "which", lambda name: name if has_apt else None)
        return runpy.run_path(str(checkout / "run.py"), run_name="run")

    return load


def pretend_installed(checkout: Path, calls: Calls, script: dict[str, Any]) -> None:
    """Prepare once, then put a file where the environment's Python would be."""
    (checkout / ".venv").mkdir()
    script["prepare"]("requirements.lock", {})
    python = Path(script["PYTHON"])
    python.parent.mkdir(parents=True)
    python.touch()
    calls.commands.clear()


def test_that_an_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    with pytest.raises(SystemExit, match=r"nnviz needs Python 3\.11 or newer, and .* is "):
        runpy.run_path(str(SCRIPT))


def test_that_the_first_run_installs_by_hash(
    checkout: Path, load: Callable[..., dict[str, Any]]
) -> None:
    calls = Calls()
    script = load(calls)
    (checkout / ".venv").mkdir()
    script["prepare"]("requirements.lock", {})
    assert calls.commands[0][1:] == ["-m", "venv", "--clear", str(checkout / ".venv")]
    assert "--require-hashes" in calls.commands[1]
    assert calls.commands[1][-1] == str(checkout / "requirements.lock")


def test_that_a_further_run_installs_nothing(
    checkout: Path, load: Callable[..., dict[str, Any]]
) -> None:
    calls = Calls()
    script = load(calls)
    pretend_installed(checkout, calls, script)
    script["prepare"]("requirements.lock", {})
    assert calls.commands == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_that_a_changed_lock_installs_again(
    checkout: Path, load: Callable[..., dict[str, Any]], lock: str
) -> None:
    calls = Calls()
    script = load(calls)
    pretend_installed(checkout, calls, script)
    (checkout / lock).write_text("numpy==2\n", encoding="utf-8")
    script["prepare"]("requirements.lock", {})
    assert [command[2] for command in calls.commands] == ["venv", "pip"]


def test_that_the_packages_for_the_tests_serve_the_program_too(
    checkout: Path, load: Callable[..., dict[str, Any]]
) -> None:
    calls = Calls()
    script = load(calls)
    pretend_installed(checkout, calls, script)
    script["prepare"]("requirements-dev.lock", {})
    assert len(calls.commands) == 2
    script["prepare"]("requirements.lock", {})
    assert len(calls.commands) == 2


def test_that_a_failed_installation_is_tried_again(
    checkout: Path, load: Callable[..., dict[str, Any]]
) -> None:
    calls = Calls(failing="pip")
    script = load(calls)
    (checkout / ".venv").mkdir()
    for attempt in (1, 2):
        with pytest.raises(SystemExit, match="could not be installed; pip says why above"):
            script["prepare"]("requirements.lock", {})
        assert len(calls.commands) == 2 * attempt


def test_that_a_person_is_told_how_to_install_a_missing_library(
    load: Callable[..., dict[str, Any]],
) -> None:
    calls = Calls()
    script = load(calls, user=1000)
    with pytest.raises(SystemExit, match=r"with: sudo apt-get install -y .* libnone1$"):
        script["prepare"]("requirements.lock", {"libnone.so.1": "libnone1"})
    assert calls.commands == []


def test_that_a_missing_library_is_named_where_there_is_no_apt(
    load: Callable[..., dict[str, Any]],
) -> None:
    script = load(Calls(), has_apt=False)
    with pytest.raises(SystemExit, match=r"Install what Debian calls libnone1\."):
        script["prepare"]("requirements.lock", {"libnone.so.1": "libnone1"})


def test_that_root_gets_a_missing_library_installed(
    checkout: Path, load: Callable[..., dict[str, Any]]
) -> None:
    calls = Calls()
    script = load(calls)
    (checkout / ".venv").mkdir()
    script["prepare"]("requirements.lock", {"libnone.so.1": "libnone1"})
    assert calls.commands[0] == ["apt-get", "update"]
    assert calls.commands[1][:2] == ["apt-get", "install"]
    assert calls.commands[1][-1] == "libnone1"


def test_that_a_python_without_venv_is_told_its_package(
    load: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = load(Calls(), user=1000)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    package = rf"python3\.{sys.version_info.minor}-venv"
    with pytest.raises(SystemExit, match=rf"with: sudo apt-get install .* libnone1 {package}$"):
        script["prepare"]("requirements.lock", {"libnone.so.1": "libnone1"})


def test_that_the_checks_run_in_order_with_the_arguments_for_pytest(
    load: Callable[..., dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    calls = Calls()
    script = load(calls)
    assert script["run_stages"](["-k", "loss"]) == 0
    arguments = [command[1:] for command in calls.commands]
    assert arguments == [
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "ruff", "check", "."],
        ["-m", "mypy"],
        ["-c", script["STAGES"]["imports"][1]],
        ["-m", "pytest", "-n", "auto", "--dist", "worksteal", "-k", "loss"],
        ["-m", "nnviz", "--smoke-test"],
    ]
    assert capfd.readouterr().out.endswith("== all passed\n")


def test_that_the_first_failing_check_ends_the_run_and_is_named(
    load: Callable[..., dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    calls = Calls(failing="mypy")
    script = load(calls)
    assert script["run_stages"]([]) == 7
    assert len(calls.commands) == 3
    assert capfd.readouterr().out.endswith("== FAILED: types (exit code 7)\n")


def test_that_arguments_directory_and_exit_code_are_the_programs_own(
    checkout: Path, tmp_path: Path
) -> None:
    command = [sys.executable, str(checkout / "run.py"), "train", "--json", "two words"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 3, run.stderr
    assert run.stdout == f"{tmp_path}|train|--json|two words\n"
