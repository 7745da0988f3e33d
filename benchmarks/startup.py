"""Time the import and the first painted window, each in fresh processes, and memory at rest.

Usage: see benchmarks/README.md.
"""

import argparse
import os
import statistics
import subprocess
import sys

CHILD = r"""
import os, sys, time
started = float(sys.argv[1])
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from nnviz.cli.window import DEFAULT_EXPERIMENT
from nnviz.gui.app import Program, make_application
from nnviz.gui.settings import WindowSettings
imported = time.time()
app = make_application()
program = Program(DEFAULT_EXPERIMENT, WindowSettings())
marks = {}
program.window.first_painted.connect(lambda: marks.setdefault("painted", time.time()))
def shown():
    if not program.display.is_ready or len(program.window.views) < 7:
        return
    if "complete" not in marks:
        marks["complete"] = time.time()
        from PySide6.QtCore import QTimer
        QTimer.singleShot(1500, finish)
def finish():
    with open("/proc/self/statm") as statm:
        resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    print(imported - started, marks["painted"] - started, marks["complete"] - started, resident)
    program.window.close()
    app.exit(0)
program.bridge.ticked.connect(shown)
program.window.show()
app.exec()
program.close()
"""


def main() -> None:
    """Start the program several times and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=7)
    arguments = parser.parse_args()
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "QT_NO_GUI_THREADPOOL": "1"}
    rows = []
    for _ in range(arguments.starts + 1):
        script = "import sys, time; sys.argv.append(str(time.time()))\n" + CHILD
        output = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        rows.append([float(field) for field in output.split()])
    # The first start only warms the disk cache.
    columns = [statistics.median(column) for column in zip(*rows[1:], strict=True)]
    print(f"imported              {columns[0]:.2f} s")
    print(f"first painted window  {columns[1]:.2f} s")
    print(f"all views on screen   {columns[2]:.2f} s")
    print(f"memory at rest        {columns[3] / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
