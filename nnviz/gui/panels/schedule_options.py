"""ScheduleOptions: how the learning rate changes with the step."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import ScheduleSpec
from nnviz.gui.panels.section import FieldColumn
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField, WholeNumberField

SHORTEST_CYCLE = 10


class ScheduleOptions(FieldColumn):
    """Edits a ScheduleSpec.

    Signals
    -------
    schedule_chosen
        The ScheduleSpec that a person wants instead.
    """

    schedule_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = ScheduleSpec()
        self.method = Combo("schedule", "Learning-rate schedule", self)
        self.method.set_records(SCHEDULES.values())
        self.steps = WholeNumberField("schedule_steps", "Steps", 1, 10_000_000, self)
        self.steps.setToolTip(
            "Steps between two drops, or the length of the cosine, warm-up or cycle"
        )
        self.factor = NumberField("schedule_factor", "Factor of the schedule", 0, 1, self)
        self.factor.setToolTip(
            "What is left after a drop, at the end of the cosine, or at the start of the warm-up"
        )
        self.add_field("Learning-rate schedule", self.method)
        self._steps, self._factor = self.add_fields_in_row(
            ("Steps", self.steps), ("Factor", self.factor)
        )
        self.method.key_chosen.connect(self._choose_method)
        self.steps.number_chosen.connect(lambda count: self._choose(steps=count))
        self.factor.number_chosen.connect(lambda factor: self._choose(factor=factor))

    def show_schedule(self, schedule: ScheduleSpec) -> None:
        """Show what is in use; fields without meaning for the schedule are hidden."""
        self._spec = schedule
        options = SCHEDULES[schedule.name].options
        self.method.show_key(schedule.name)
        self.steps.setMinimum(_fewest_steps(schedule.name))
        self.steps.show_number(schedule.steps)
        self._steps.setVisible("steps" in options)
        self.factor.show_number(schedule.factor)
        self._factor.setVisible("factor" in options)

    def _choose_method(self, name: str) -> None:
        self._choose(name=name, steps=max(self._spec.steps, _fewest_steps(name)))

    def _choose(self, **changes: object) -> None:
        # The next change builds on this one, even before a snapshot shows it.
        self._spec = msgspec.structs.replace(self._spec, **changes)
        self.schedule_chosen.emit(self._spec)


def _fewest_steps(name: str) -> int:
    return SHORTEST_CYCLE if name == "one_cycle" else 1
