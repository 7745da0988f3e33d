"""Background work: what it tells, how it ends, and that it leaves nothing behind."""

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nnviz.gui.background import Background, Progress


class Listener:
    """What a Background has told."""

    def __init__(self, background: Background) -> None:
        self.partial: list[object] = []
        self.results: list[object] = []
        self.sentences: list[str] = []
        background.progressed.connect(self.partial.append)
        background.finished.connect(self.results.append)
        background.failed.connect(self.sentences.append)


@pytest.fixture(name="background")
def make_background(qtbot: QtBot) -> Iterator[Background]:
    parent = QObject()
    background = Background(parent)
    yield background
    background.close()
    parent.deleteLater()


def counted(progress: Progress) -> int:
    for number in range(5):
        progress.tell(number)
    return 5


def endless(progress: Progress) -> None:
    progress.tell("begun")
    while not progress.wait(0.01):
        progress.tell("more")
    progress.check()


def test_that_everything_is_told_in_order_before_the_end(
    qtbot: QtBot, background: Background
) -> None:
    listener = Listener(background)
    with qtbot.waitSignal(background.finished):
        background.start(counted)
        assert background.is_busy
    assert listener.partial == [0, 1, 2, 3, 4]
    assert listener.results == [5]
    assert not background.is_busy


def test_that_the_work_is_done_on_another_thread(qtbot: QtBot, background: Background) -> None:
    listener = Listener(background)
    with qtbot.waitSignal(background.finished):
        background.start(lambda _: threading.current_thread() is threading.main_thread())
    assert listener.results == [False]


def test_that_a_newer_job_takes_the_place_of_an_older(qtbot: QtBot, background: Background) -> None:
    listener = Listener(background)
    with qtbot.waitSignal(background.progressed):
        background.start(endless)
    listener.partial.clear()
    with qtbot.waitSignal(background.finished):
        background.start(counted)
    assert listener.partial == [0, 1, 2, 3, 4]
    assert listener.results == [5]


def test_that_nothing_is_told_after_a_cancel(qtbot: QtBot, background: Background) -> None:
    listener = Listener(background)
    with qtbot.waitSignal(background.progressed):
        background.start(endless)
    background.close()
    listener.partial.clear()
    background.take_delivery()
    assert (listener.partial, listener.results, listener.sentences) == ([], [], [])
    assert not background.is_busy


def test_that_a_listener_may_cancel(qtbot: QtBot, background: Background) -> None:
    listener = Listener(background)
    background.progressed.connect(background.cancel)
    with qtbot.waitSignal(background.progressed):
        background.start(counted)
    assert listener.partial == [0]
    assert listener.results == []


def test_that_a_refusal_is_a_sentence(qtbot: QtBot, background: Background) -> None:
    def refuse(progress: Progress) -> None:
        raise ValueError("there is no such weight")

    listener = Listener(background)
    with qtbot.waitSignal(background.failed):
        background.start(refuse)
    assert listener.sentences == ["there is no such weight"]


def test_that_a_mistake_of_ours_is_reported(
    qtbot: QtBot, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: reported.append(kind))

    def fail(progress: Progress) -> None:
        raise KeyError("oops")

    background.start(fail)
    qtbot.waitUntil(lambda: bool(reported))
    assert reported == [KeyError]
    assert not background.is_busy
