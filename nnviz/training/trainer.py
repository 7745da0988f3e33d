"""Trainer: a plain background thread that obeys commands and fills the mailbox."""

import logging
import threading
import time
from queue import Empty, SimpleQueue

from nnviz.training.commands import Command, Stop
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox

LOGGER = logging.getLogger(__name__)

_SLICE_SECONDS = 0.004


class Trainer:
    """Runs a :class:`~nnviz.training.host.Host` in a thread of its own.

    Attributes
    ----------
    mailbox
        Where snapshots, losses and failures arrive.
    """

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._host = Host(self.mailbox, is_awaited=lambda: not self._commands.empty())
        self._thread = threading.Thread(target=self._work, name="nnviz-trainer", daemon=True)

    def start(self) -> None:
        """Start the thread; it waits for a ``Load``."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Ask for something; commands are obeyed in order, between steps."""
        self._commands.put(command)

    def stop(self, timeout: float = 1.0) -> bool:
        """End the thread after the step under way; return whether it has ended."""
        self._commands.put(Stop())
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while True:
            command = self._next_command()
            if isinstance(command, Stop):
                return
            try:
                self._do(command)
            except BaseException as error:
                # A mistake of ours must not end the thread in silence: the log
                # gets the traceback, the person gets a sentence, training stops.
                LOGGER.exception("the trainer failed")
                self._host.fail(f"training stopped by an error inside nnviz: {error!r}")

    def _do(self, command: Command | None) -> None:
        if command is None:
            self._host.run_slice(_SLICE_SECONDS)
            return
        try:
            self._host.obey(command)
        except (ValueError, OSError, MemoryError) as error:
            # Refused: what was there before goes on.
            self._host.refuse(str(error) or "there is not enough memory for this")

    def _next_command(self) -> Command | None:
        """Return the next command; without one, ``None`` as soon as there is work to do."""
        patience = self._host.seconds_until_due(time.perf_counter())
        try:
            if patience is None:
                return self._commands.get()
            if patience > 0:
                return self._commands.get(timeout=patience)
            return self._commands.get_nowait()
        except Empty:
            return None
