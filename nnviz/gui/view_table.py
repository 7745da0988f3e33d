"""VIEWS: what can be looked at, where it stands and how often it is drawn.

A view is one module and one line here. The modules are named as text, so that
the window can be on the screen before any of them (and pyqtgraph) is imported.
"""

from collections.abc import Mapping
from types import MappingProxyType

from nnviz.gui.view_record import ViewRecord

_ROWS = (
    ViewRecord(
        key="network",
        title="Network",
        factory="nnviz.gui.views.network_view:NetworkView",
        area="centre",
        interval=33,
        minimum_size=(320, 200),
        render_size=(1180, 680),
        follows_walk=True,
    ),
    ViewRecord(
        key="explanation",
        title="Explanation",
        factory="nnviz.gui.views.explanation_strip:ExplanationStrip",
        area="strip",
        interval=66,
        minimum_size=(0, 40),
        render_size=(940, 40),
    ),
    ViewRecord(
        key="decision",
        title="Decision boundary",
        factory="nnviz.gui.views.decision_view:DecisionView",
        area="dock",
        interval=66,
        minimum_size=(260, 170),
        render_size=(640, 600),
    ),
    ViewRecord(
        key="activation",
        title="Activation",
        factory="nnviz.gui.views.activation_view:ActivationView",
        area="dock",
        interval=66,
        minimum_size=(260, 130),
        render_size=(640, 420),
    ),
    ViewRecord(
        key="weights",
        title="Weights",
        factory="nnviz.gui.views.weights_view:WeightsView",
        area="dock",
        interval=200,
        minimum_size=(260, 120),
        render_size=(640, 420),
    ),
    ViewRecord(
        key="loss",
        title="Loss",
        factory="nnviz.gui.views.loss_view:LossView",
        area="dock",
        interval=100,
        minimum_size=(240, 150),
        render_size=(900, 480),
    ),
    ViewRecord(
        key="gradients",
        title="Gradients",
        factory="nnviz.gui.views.gradients_view:GradientsView",
        area="dock",
        interval=200,
        minimum_size=(240, 150),
        render_size=(900, 480),
    ),
    ViewRecord(
        key="equation",
        title="Equation",
        factory="nnviz.gui.views.equation_view:EquationView",
        area="dock",
        interval=16,
        minimum_size=(280, 140),
        render_size=(640, 420),
        follows_walk=True,
    ),
    ViewRecord(
        key="factors",
        title="Local × downstream",
        factory="nnviz.gui.views.factors_view:FactorsView",
        area="dock",
        interval=16,
        minimum_size=(280, 110),
        render_size=(640, 260),
        follows_walk=True,
    ),
    ViewRecord(
        key="code",
        title="Code",
        factory="nnviz.gui.views.code_view:CodeView",
        area="dock",
        interval=16,
        minimum_size=(280, 150),
        render_size=(900, 640),
        follows_walk=True,
    ),
    ViewRecord(
        key="matrix",
        title="Matrices",
        factory="nnviz.gui.views.matrix_view:MatrixView",
        area="dock",
        interval=16,
        minimum_size=(280, 150),
        render_size=(900, 480),
        follows_walk=True,
    ),
    ViewRecord(
        key="graph",
        title="Graph",
        factory="nnviz.gui.views.graph_view:GraphView",
        area="dock",
        interval=16,
        minimum_size=(280, 150),
        render_size=(1000, 480),
        follows_walk=True,
    ),
    ViewRecord(
        key="check",
        title="Check",
        factory="nnviz.gui.views.check_view:CheckView",
        area="dock",
        interval=33,
        minimum_size=(280, 150),
        render_size=(560, 720),
        follows_walk=True,
    ),
    ViewRecord(
        key="bug_lab",
        title="Bug lab",
        factory="nnviz.gui.views.bug_lab_view:BugLabView",
        area="dock",
        interval=100,
        minimum_size=(280, 150),
        render_size=(420, 420),
    ),
    ViewRecord(
        key="timeline",
        title="Timeline",
        factory="nnviz.gui.views.timeline_view:TimelineView",
        area="dock",
        interval=33,
        minimum_size=(280, 150),
        render_size=(420, 560),
    ),
    ViewRecord(
        key="metrics",
        title="Metrics",
        factory="nnviz.gui.views.metrics_view:MetricsView",
        area="dock",
        interval=400,
        minimum_size=(280, 150),
        render_size=(560, 420),
    ),
    ViewRecord(
        key="parameters",
        title="Parameters",
        factory="nnviz.gui.views.parameters_view:ParametersView",
        area="dock",
        interval=500,
        minimum_size=(280, 150),
        render_size=(640, 480),
    ),
    ViewRecord(
        key="watch",
        title="Watch list",
        factory="nnviz.gui.views.watch_view:WatchView",
        area="dock",
        interval=150,
        minimum_size=(280, 120),
        render_size=(560, 320),
    ),
)

VIEWS: Mapping[str, ViewRecord] = MappingProxyType({row.key: row for row in _ROWS})


def docked_views() -> tuple[ViewRecord, ...]:
    """Return the rows that stand in docks, in the table's order."""
    return tuple(row for row in VIEWS.values() if row.area == "dock")
