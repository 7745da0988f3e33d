"""A Dask cluster in a process of its own: prints its address, ends with its standard input.

Dask keeps threads of its own for as long as a process lives, so that a cluster within the
tests' process would look like one that was left behind.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def dask_cluster(workers: int, kind: str = "threads") -> Iterator[str]:
    """Run a cluster whose workers are threads or processes, and give its address."""
    command = [sys.executable, "-m", "tests.sweeps_room.dask_server", str(workers), kind]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()
            server.wait()


def main(workers: int, kind: str) -> None:
    """Serve until there is no more to read."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers,
        threads_per_worker=2,
        processes=kind == "processes",
        protocol="tcp",
        dashboard_address=":0",
        silence_logs="CRITICAL",
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
