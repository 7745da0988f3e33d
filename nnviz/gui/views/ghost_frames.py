"""Which frame of another run is its ghost."""

from nnviz.gui.reel import ReelFrame
from nnviz.gui.run_records import RunRecord


def ghost_frame(run: RunRecord, step: int) -> ReelFrame | None:
    """Return what a run was at a step, as nearly as its reel knows, or at its end.

    ``None`` before the step at which it branched: up to there, it is the run that it
    came from.
    """
    if step < run.branch_step:
        return None
    # A reel that begins later still knows the run best by its first frame.
    frames = run.reel.until(step) or run.reel.frames[:1]
    return frames[-1] if frames and frames[-1].step >= run.branch_step else None
