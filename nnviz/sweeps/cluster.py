"""Cluster: the runs of a sweep on a Dask cluster, with the optional extra ``nnviz[dask]``."""

import time
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError
from typing import Any

from nnviz import __version__
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.plan import PlannedRun
from nnviz.sweeps.runs import RunResult, train_one
from nnviz.sweeps.scheduling import Cancelled, as_they_finish

_CONNECT_SECONDS = 10
_ASK_SECONDS = 0.5


class Cluster:
    """Trains runs on the workers of a Dask scheduler.

    Parameters
    ----------
    address
        Of the scheduler, such as ``"tcp://10.0.0.1:8786"``.

    Raises
    ------
    SweepError
        If Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError as error:
            raise SweepError(
                "a Dask cluster needs the package distributed: install it with "
                "pip install 'nnviz[dask]', or leave --scheduler out"
            ) from error
        self._dask: Any = distributed
        self._address = address

    def train(
        self, sweep: str, runs: Sequence[PlannedRun], is_cancelled: Cancelled
    ) -> Generator[RunResult, None, None]:
        """Yield results as they finish.

        Raises
        ------
        SweepError
            If no scheduler or no worker answers, if the workers have another nnviz, or
            if a run failed.
        """
        with self._connect() as client:
            self._check_workers(client)
            stop = self._dask.Event(f"nnviz-{sweep}", client=client)
            futures = client.map(
                _train_there, [sweep] * len(runs), list(runs), pure=False, retries=1
            )
            try:
                for future in as_they_finish(futures, is_cancelled):
                    result = future.result()
                    if result is not None:
                        yield result
            except (ValueError, OSError, MemoryError) as error:
                raise SweepError(str(error) or "a run needs more memory than there is") from error
            except self._dask.scheduler.KilledWorker as error:
                raise SweepError(
                    "a run ended the worker that trained it, twice: maybe the workers have too "
                    "little memory"
                ) from error
            except CancelledError as error:
                raise SweepError(
                    f"the scheduler at {self._address} gave the runs up: was it restarted?"
                ) from error
            finally:
                if not all(future.done() for future in futures):
                    # What runs cannot be taken back, but it asks now and then.
                    stop.set()
                    client.cancel(futures)

    def _connect(self) -> Any:
        try:
            return self._dask.Client(
                self._address, timeout=_CONNECT_SECONDS, set_as_default=False, name="nnviz"
            )
        except (OSError, ValueError) as error:
            raise SweepError(
                f"no Dask scheduler answers at {self._address}: is it running there, and is the "
                "address like tcp://10.0.0.1:8786?"
            ) from error

    def _check_workers(self, client: Any) -> None:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError as error:
            raise SweepError(
                f"the scheduler at {self._address} has no workers: start some with "
                f"`dask worker {self._address}`"
            ) from error
        try:
            versions = set(client.run(_version).values())
        except ImportError as error:
            raise SweepError(
                f"the workers have no nnviz: install nnviz {__version__} where they run"
            ) from error
        if versions != {__version__}:
            raise SweepError(
                f"the workers have nnviz {', '.join(sorted(versions))}, and this is {__version__}: "
                "results are the same only with the same version"
            )


# What happens on the workers.


def _version() -> str:
    return __version__


def _train_there(sweep: str, run: PlannedRun) -> RunResult | None:
    from distributed import Event, get_client

    stop = Event(f"nnviz-{sweep}", client=get_client())
    asked = time.monotonic()

    def is_cancelled() -> bool:
        nonlocal asked
        if time.monotonic() - asked < _ASK_SECONDS:
            return False
        asked = time.monotonic()
        return bool(stop.is_set())

    return train_one(sweep, run, is_cancelled)
