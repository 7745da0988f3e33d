"""The guards of conftest.py: each fails a test that is bad in one way."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest_plugins = ["pytester"]

GUARDS = Path(__file__).with_name("conftest.py")

BAD_TESTS = """
import logging
import threading
import warnings

import pytest
from PySide6.QtCore import QObject, QTimer, Signal, qDebug, qWarning
from PySide6.QtWidgets import QWidget

kept = []

class Source(QObject):
    happened = Signal()

def fail():
    raise KeyError("lost")

@pytest.fixture
def late(qapp):
    yield
    qWarning("Qt speaks late")

def test_widget(qapp):
    kept.append(QWidget())

def test_thread():
    threading.Thread(target=threading.Event().wait, name="idler", daemon=True).start()

def test_timer(qapp):
    kept.append(QTimer())
    kept[-1].start(1000)

def test_qt_message(qapp):
    qDebug("Qt speaks")

def test_late_qt_message(late):
    assert True

def test_log_line():
    logging.getLogger("nnviz").warning("something is odd")

def test_warning():
    warnings.warn("this is old", DeprecationWarning)

def test_exception_in_slot(qapp):
    source = Source()
    source.happened.connect(fail)
    source.happened.emit()

def test_exception_in_thread():
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
"""

COMPLAINTS = {
    "test_widget": "widget <PySide6.QtWidgets.QWidget",
    "test_thread": "thread idler",
    "test_timer": "timer <PySide6.QtCore.QTimer",
    "test_qt_message": "Qt speaks",
    "test_late_qt_message": "Qt speaks late",
    "test_log_line": "WARNING nnviz: something is odd",
    "test_warning": "this is old",
    "test_exception_in_slot": "KeyError: 'lost'",
    "test_exception_in_thread": "KeyError: 'lost'",
}

GOOD_TESTS = """
import logging
import threading

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QMenu, QWidget

def test_that_what_is_cleaned_up_is_no_leak(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    timer = QTimer(widget)
    timer.start(1000)

def test_that_garbage_is_no_leak(qapp):
    widget = QWidget()
    widget.itself = widget

@pytest.fixture
def menu(qapp):
    return QMenu()

def test_that_the_value_of_a_fixture_is_no_leak(menu):
    menu.itself = menu

def test_that_a_thread_may_end(qapp):
    threading.Thread(target=int).start()

def test_that_an_expected_log_line_is_no_failure(caplog):
    logging.getLogger("nnviz").warning("as expected")
    assert "as expected" in caplog.text
    caplog.clear()

def test_that_settings_are_private(tmp_path):
    settings = QSettings("nnviz", "nnviz")
    assert settings.fileName().startswith(str(tmp_path))
    assert settings.allKeys() == []
    settings.setValue("theme", "light")

def test_that_settings_are_private_to_each_test(tmp_path):
    assert QSettings("nnviz", "nnviz").allKeys() == []
"""


@pytest.fixture
def guarded(pytester: pytest.Pytester, pytestconfig: pytest.Config) -> pytest.Pytester:
    """Give a folder with this project's guards and settings, and no tests yet."""
    assert pytestconfig.inipath is not None
    pytester.makepyprojecttoml(pytestconfig.inipath.read_text(encoding="utf-8"))
    pytester.makeconftest(GUARDS.read_text(encoding="utf-8"))
    pytester.mkdir("tests")
    return pytester


def test_that_each_guard_fails_the_test_that_is_bad_in_its_way(guarded: pytest.Pytester) -> None:
    guarded.path.joinpath("tests", "test_bad.py").write_text(BAD_TESTS, encoding="utf-8")
    result = guarded.runpytest_subprocess("--junitxml=report.xml")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    report = ElementTree.parse(guarded.path / "report.xml")
    found: dict[str, str] = {}
    for case in report.iter("testcase"):
        texts = [problem.text or "" for problem in case if problem.tag in ("failure", "error")]
        found[case.attrib["name"]] = found.get(case.attrib["name"], "") + "\n".join(texts)
    assert found.keys() == COMPLAINTS.keys()
    unseen = {name: found[name] for name, text in COMPLAINTS.items() if text not in found[name]}
    assert unseen == {}


def test_that_good_tests_pass(guarded: pytest.Pytester) -> None:
    guarded.path.joinpath("tests", "test_good.py").write_text(GOOD_TESTS, encoding="utf-8")
    guarded.runpytest_subprocess().assert_outcomes(passed=7)
