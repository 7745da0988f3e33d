"""Pulses: the short animation of what flows along the edges when a walk goes on."""

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

from nnviz.gui.playback import Playback

DURATION_MILLISECONDS = 420


class Pulses(QObject):
    """Runs from 0 to 1 after each move of the walk that something flows in.

    Attributes
    ----------
    share
        How far it has run; 1 at rest.

    Signals
    -------
    moved
        The share is another.
    """

    moved = Signal()

    def __init__(self, playback: Playback, parent: QObject) -> None:
        super().__init__(parent)
        self.share = 1.0
        self._playback = playback
        self._place = (0, 0, 0)
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(DURATION_MILLISECONDS)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._animation.valueChanged.connect(self._move)
        playback.place_changed.connect(self._start)

    def _start(self) -> None:
        walk = self._playback.walk
        place = (0, 0, 0)
        if walk is not None:
            place = (walk.trace.step, walk.place.line, walk.place.unit)
        is_new, self._place = place != self._place, place
        if self._playback.reduces_motion or not is_new or place[1] == 0:
            self._animation.stop()
            self.share = 1.0
        else:
            self._animation.stop()
            self._animation.start()

    def _move(self, share: float) -> None:
        self.share = share
        self.moved.emit()
