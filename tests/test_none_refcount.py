"""The canary for PySide6 6.12.0, whose void calls each lost a reference to ``None``.

On Python 3.11 that ends the program after some thousand calls, in which no small
test shows it. From Python 3.12 on ``None`` is immortal.
"""

import subprocess
import sys

CALLS = 1_000_000

CODE = f"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtCore import QLineF

application = QGuiApplication([])
timer = QTimer()
image = QImage(8, 8, QImage.Format.Format_RGB32)
painter = QPainter(image)
line = QLineF(0, 0, 1, 1)
before = sys.getrefcount(None)
for _ in range({CALLS} // 5):
    timer.setInterval(5)
    timer.stop()
    painter.setOpacity(1.0)
    painter.drawLine(line)
    image.setDotsPerMeterX(1)
painter.end()
print(sys.getrefcount(None) - before)
"""


def test_that_a_million_void_calls_of_qt_leave_none_alone() -> None:
    run = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    # A reference that is never given back is harmless; one that was never taken is not.
    assert int(run.stdout) > -CALLS // 1000
