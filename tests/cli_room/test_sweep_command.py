"""``nnviz sweep``: the same sweep as in the window, without one."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nnviz.cli import run_command_line
from nnviz.cli import sweep as command
from nnviz.sweeps.plan import Plan
from nnviz.sweeps.runs import RunResult
from nnviz.sweeps.scheduling import Scheduler, sweep_results

SPEC = """
steps = 20
seeds = 2

[experiment]
batch_size = 8
[experiment.data]
dataset = "xor"
samples = 40
[experiment.model]
hidden_layers = [{ size = 3 }]

[[settings]]
name = "optimizer.learning_rate"
values = [0.01, 0.1]
"""
ENDLESS = SPEC.replace("steps = 20", "steps = 10_000_000")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """Let processes that are begun here hear of Ctrl+C, even where the tests do not.

    Shells begin jobs in the background deaf to it, and that is inherited.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def endless(tmp_path: Path, heard_interrupts: None) -> Iterator[subprocess.Popen[str]]:
    """Run a sweep that never ends, in two processes and a session of its own."""
    path = tmp_path / "endless.toml"
    path.write_text(ENDLESS, encoding="utf-8")
    arguments = ["sweep", str(path), "--workers", "2", "--out", str(tmp_path / "r.csv")]
    with subprocess.Popen(
        [sys.executable, "-m", "nnviz", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process


def workers_of(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Wait until two processes of the pool are at work, and return them."""
    found: list[psutil.Process] = []
    while len(found) < 2:
        assert process.poll() is None
        children = psutil.Process(process.pid).children()
        found = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    # At work, and no longer at its imports: that takes a thread more.
    while any(child.num_threads() < 2 for child in found):
        assert process.poll() is None
    return found


def test_that_a_sweep_prints_a_line_for_each_cell(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["sweep", str(spec)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["learning", "rate", "0.01"],
        ["learning", "rate", "0.1"],
    ]


def test_that_the_table_holds_what_is_printed(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.csv"
    arguments = ["sweep", str(spec), "--workers", "1", "--out", str(out), "--json"]
    assert run_command_line(arguments) == 0
    document = json.loads(capsys.readouterr().out)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(document["runs"]) == document["planned_runs"] == 4
    for row, run in zip(rows, document["runs"], strict=True):
        assert float(row["train_loss"]) == run["train_loss"]
        assert float(row["optimizer.learning_rate"]) == run["optimizer.learning_rate"]
    assert document["cells"][1]["settings"] == {"optimizer.learning_rate": 0.1}
    losses = [run["train_loss"] for run in document["runs"][2:]]
    assert document["cells"][1]["train_loss"]["min"] == min(losses)
    assert document["specification"]["steps"] == 20


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--out", "r.xlsx"], "neither .csv nor .parquet"),
        (["--workers", "2", "--scheduler", "tcp://a:1"], "give one of the two"),
    ],
)
def test_that_wrong_use_is_said_before_anything_runs(
    spec: Path, more: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["sweep", str(spec), *more]) == 2
    assert words in capsys.readouterr().err


def test_that_a_senseless_file_is_refused(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(SPEC + "\n[[settings]]\nname = 'batch'\nvalues = [1]", encoding="utf-8")
    assert run_command_line(["sweep", str(spec)]) == 2
    assert "'batch' is no setting of an experiment" in capsys.readouterr().err


def test_that_a_missing_scheduler_is_said(
    spec: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run_command_line(["sweep", str(spec), "--scheduler", "tcp://a:1"]) == 2
    assert "pip install 'nnviz[dask]'" in capsys.readouterr().err


def test_that_a_failure_halfway_keeps_what_has_finished(
    spec: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(plan: Plan, scheduler: Scheduler) -> Iterator[RunResult]:
        yield next(sweep_results(plan, scheduler))
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "sweep_results", broken)
    out = tmp_path / "r.csv"
    assert run_command_line(["sweep", str(spec), "--workers", "1", "--out", str(out)]) == 1
    assert "stopped after 1 of 4 runs" in capsys.readouterr().err
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


def test_that_ctrl_c_stops_all_of_it_cleanly(
    endless: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    workers = workers_of(endless)
    # As a terminal does it: everyone in the foreground hears of it.
    os.killpg(endless.pid, signal.SIGINT)
    _, errors = endless.communicate()
    assert endless.returncode == 1
    assert errors.strip() == "nnviz: stopped after 0 of 4 runs"
    assert psutil.wait_procs(workers)[1] == []
    assert not (tmp_path / "r.csv").exists()


def test_that_no_process_outlives_the_one_that_began_it(endless: "subprocess.Popen[str]") -> None:
    workers = workers_of(endless)
    endless.kill()
    assert psutil.wait_procs(workers)[1] == []
