"""Guards that every test runs under.

A test fails when it leaves a top-level widget, a thread or a running timer behind,
when Qt prints a message, or when something logs a line of WARNING or above. A test
that provokes such a line asserts it with ``caplog`` and then calls ``caplog.clear()``.
No test reads or writes the settings of the person who runs it.
"""

import gc
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

JOIN_SECONDS = 1.0
# The rooms below the window cannot load Qt (tests/test_architecture.py proves it), so their
# tests need not look through all of Python's objects for widgets and timers.
ROOMS_WITHOUT_QT = frozenset(
    {"core", "data_room", "sweeps_room", "training_room", "verification_room"}
)
_late_qt_messages: list[str] = []

# Qt reads these when the first test makes an application.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_NO_GUI_THREADPOOL"] = "1"
os.environ["LC_ALL"] = os.environ["LANG"] = "C.UTF-8"
for _variable in (
    "QT_QPA_PLATFORMTHEME",
    "QT_STYLE_OVERRIDE",
    "QT_SCALE_FACTOR",
    "QT_LOGGING_RULES",
):
    os.environ.pop(_variable, None)


def pytest_configure() -> None:
    """Catch Qt's messages while pytest-qt does not: between tests and while fixtures end."""
    qInstallMessageHandler(lambda _type, _context, message: _late_qt_messages.append(message))


def pytest_unconfigure() -> None:
    """Give Qt's messages back before Python ends."""
    qInstallMessageHandler(None)


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send settings, data and caches to folders of this test's own."""
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / f"xdg_{name.lower()}"))
    for settings_format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(settings_format, QSettings.Scope.UserScope, str(tmp_path / "settings"))


@pytest.fixture(autouse=True)
def guard_against_log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail on a line of WARNING or above that the test did not take note of."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    lines = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in records
        if record.levelno >= logging.WARNING
    ]
    if lines:
        pytest.fail("unexpected log lines:\n" + "\n".join(lines), pytrace=False)


# Automatic fixtures come before those that a test asks for, and so end after them.
@pytest.fixture(autouse=True)
def guard_against_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail on widgets, threads and timers that outlive the test."""
    has_qt = request.path.parent.name not in ROOMS_WITHOUT_QT
    threads = set(threading.enumerate())
    widgets = set(_top_level_widgets()) if has_qt else set()
    timers = {id(timer) for timer in _active_timers()} if has_qt else set()
    yield
    # By now they have all been torn down, and only the test still holds their values.
    request.node.funcargs.clear()
    leaks = _leaked_threads(threads)
    if has_qt:
        leaks += _leaked_qt_objects(widgets, timers)
    messages = [f"Qt message: {message}" for message in _late_qt_messages]
    _late_qt_messages.clear()
    if leaks or messages:
        pytest.fail("\n".join(["left behind:", *leaks, *messages]), pytrace=False)


def _leaked_threads(before: set[threading.Thread]) -> list[str]:
    """Name the new threads that do not end by themselves in a moment."""
    new = [thread for thread in threading.enumerate() if thread not in before]
    for thread in new:
        thread.join(JOIN_SECONDS)
    return [f"thread {thread.name}" for thread in new if thread.is_alive()]


def _leaked_qt_objects(widgets_before: set[QWidget], timers_before: set[int]) -> list[str]:
    """Name the new windows and running timers, once deletions have been carried out."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    leaks = _new_qt_objects(widgets_before, timers_before)
    if leaks:
        # What only a reference cycle holds is garbage, not a leak.
        gc.collect()
        leaks = _new_qt_objects(widgets_before, timers_before)
    return leaks


def _new_qt_objects(widgets_before: set[QWidget], timers_before: set[int]) -> list[str]:
    widgets = [widget for widget in _top_level_widgets() if widget not in widgets_before]
    timers = [timer for timer in _active_timers() if id(timer) not in timers_before]
    return [f"widget {widget!r}" for widget in widgets] + [f"timer {timer!r}" for timer in timers]


def _top_level_widgets() -> list[QWidget]:
    return QApplication.topLevelWidgets() if isinstance(_application(), QApplication) else []


def _active_timers() -> list[QTimer]:
    if _application() is None:
        return []
    # Comparing types exactly is several times as fast as isinstance, over all objects.
    types = {QTimer, *_subclasses(QTimer)}
    timers = [thing for thing in gc.get_objects() if type(thing) in types]
    return [timer for timer in timers if Shiboken.isValid(timer) and timer.isActive()]


def _subclasses(base: type[QTimer]) -> Iterator[type[QTimer]]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _application() -> QCoreApplication | None:
    return QCoreApplication.instance()
