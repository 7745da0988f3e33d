"""The pages of ``nnviz trace``: text, LaTeX and HTML."""

import io
import re
import sys

import pytest

from nnviz.cli import run_command_line
from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from tests.cli_room.test_trace_command import SGD, SMALL, traced
from tests.cli_room.tex_check import assert_is_sound_tex


@pytest.mark.parametrize("kind", ["text", "tex", "html"])
def test_that_the_lecture_s_numbers_can_be_read(
    kind: str, lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = traced(capsys, lecture, *SGD, "--format", kind).replace("−", "-")
    for number in ("0.513154", "0.468471", "-0.334625", "0.0489735", "0.73057", "-0.366537"):
        assert number in page
    assert "dloss_sum1 = dloss_out1 * local1" in page


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("kind", ["text", "tex", "html", "json"])
def test_that_every_activation_can_be_written_out(
    activation: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = traced(capsys, *SMALL, "--activation", activation, "--format", kind)
    assert ACTIVATIONS[activation].label in page or kind == "json"
    if kind == "tex":
        assert_is_sound_tex(page)


@pytest.mark.parametrize("loss", LOSSES)
def test_that_every_loss_can_be_written_in_tex(
    loss: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = LOSSES[loss].required_output or "linear"
    arguments = ("--loss", loss, "--output-activation", output, "--l1", "0.1", "--dropout", "0.2")
    for optimizer in ("adamw", "rmsprop"):
        page = traced(
            capsys, *SMALL, *arguments, "--optimizer", optimizer, "--at", "3", "--format", "tex"
        )
        assert_is_sound_tex(page)


def test_that_the_page_is_whole_and_loads_nothing(
    lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from html.parser import HTMLParser
    from xml.etree import ElementTree

    page = traced(capsys, lecture, "--format", "html")
    assert not re.findall(r"(?:src|href)=|url\(|@import", page)
    assert "prefers-color-scheme: dark" in page
    formulas = re.findall(r"<math.*?</math>", page)
    assert len(formulas) > 30
    for formula in formulas:
        ElementTree.fromstring(formula)
    stack: list[str] = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag != "meta":
                stack.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert stack.pop() == tag

    Checker().feed(re.sub(r"<(m\w+)[^>]*/>", "", page))
    assert stack == []


def test_that_a_terminal_without_the_letters_gets_plain_ones(
    lecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    assert run_command_line(["trace", lecture, *SGD]) == 0
    sys.stdout.flush()
    assert b"z1,1 = 1 ? 0.5 + 2 ? 0.2 + 0.1 = 1" in buffer.getvalue()
    assert b"-0.334625" in buffer.getvalue()
