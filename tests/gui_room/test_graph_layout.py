"""The computational graph: what stands where, and which number each part shows."""

from itertools import combinations

import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from nnviz.core.program import LineKind
from nnviz.core.spec import NetworkSpec
from nnviz.core.trace import Trace
from nnviz.core.walk import Size, Walk
from nnviz.gui.views.graph_layout import CLOSED, LINES, SCALARS, GraphLook, network_graph
from nnviz.gui.views.graph_parts import Graph, Node, NodeKind, Quantity, State, Wire
from nnviz.gui.views.graph_values import WalkValues
from tests.gui_room.walks import number_of, spec_of, trace_of

SPECS = [
    *(spec_of(activation=name) for name in ACTIVATIONS),
    *(spec_of(loss=name) for name in LOSSES),
    spec_of("maxout", sizes=(3, 4, 5, 2), dropout=0.3, l2=0.01),
    spec_of(sizes=(30, 20, 3)),
]
DEPTHS = (CLOSED, LINES, SCALARS)


def graph_of(trace: Trace, depth: int = SCALARS, width: float = 1e9, piece: int = 0) -> Graph:
    sizes = trace.spec.layer_sizes
    depths = dict.fromkeys(range(1, len(sizes)), depth)
    look = GraphLook(tuple(size - 1 for size in sizes), 1, piece, depths)
    return network_graph(trace, look, width)


def quantities_of(graph: Graph) -> list[Quantity]:
    parts: tuple[Node | Wire, ...] = (*graph.nodes, *graph.wires)
    return [quantity for part in parts for quantity in part.quantities]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.layers[0].activation} {spec.loss}")
def test_that_every_number_is_the_buffers_at_every_position(spec: NetworkSpec, depth: int) -> None:
    trace = trace_of(spec)
    graph = graph_of(trace, depth, piece=1)
    walk = Walk(trace)
    for position in (*range(len(trace.lines) + 1), *reversed(range(len(trace.lines)))):
        walk.go_to(position)
        values = WalkValues(walk)
        for quantity in quantities_of(graph):
            shown = values.shown(quantity)
            if len(quantity.entries) == 1:
                ((buffer, index),) = quantity.entries
                array = trace.read(buffer, position)
                assert shown.value == (None if array is None else array[index])
                assert (shown.state is State.AHEAD) == (array is None)
            elif position < quantity.line:
                assert shown.value is None
            else:
                (first, at), (second, there) = quantity.entries
                product = trace.value(first, quantity.line)[at]
                assert shown.value == product * trace.value(second, quantity.line)[there]


def test_that_the_terms_add_up_to_z_and_to_the_gradient_below() -> None:
    trace = trace_of(spec_of(sizes=(2, 3, 4, 2)))
    walk = Walk(trace)
    walk.go_to(number_of(trace, "W1, b1 =") - 1)
    values = WalkValues(walk)
    products = [q for q in quantities_of(graph_of(trace)) if len(q.entries) == 2]

    def total(line: int, unit: int) -> float:
        chosen = (q for q in products if q.line == line and q.unit == unit)
        return sum(values.shown(q).value or 0.0 for q in chosen)

    forward = number_of(trace, "z1 =")
    for unit in range(3):
        z = trace.value("z1")[1, unit]
        assert total(forward, unit + 1) == pytest.approx(z - trace.value("b1", 0)[unit])
    # Of the second layer only the unit in focus is drawn: it is one share of what comes back.
    back = number_of(trace, "da1 =")
    for source in range(3):
        share = trace.value("dz2")[1, 3] * trace.value("W2", 0)[source, 3]
        assert total(back, source + 1) == share


def test_that_a_product_appears_when_its_term_is_done() -> None:
    trace = trace_of(spec_of(sizes=(2, 2, 2)))
    walk = Walk(trace)
    products = [q for q in quantities_of(graph_of(trace)) if len(q.entries) == 2 and q.line == 1]
    products.sort(key=lambda q: (q.unit, q.term))
    known = []
    # Two products and a bias make a unit.
    for _ in range(6):
        walk.forward(Size.TERM)
        values = WalkValues(walk)
        known.append([values.shown(q).value is not None for q in products])
    assert [sum(row) for row in known] == [1, 2, 2, 3, 4, 4]
    walk.go_to(0)
    walk.forward(Size.TERM)
    assert WalkValues(walk).shown(products[0]).state is State.NOW
    walk.forward(Size.TERM)
    assert WalkValues(walk).shown(products[0]).state is State.DONE


def test_that_a_unit_that_is_done_is_shown_before_its_line_is() -> None:
    trace = trace_of()
    walk = Walk(trace)
    graph = network_graph(trace, GraphLook((0, 0, 0), 0, 0, {1: LINES}))
    quantity = next(q for q in quantities_of(graph) if q.entries[0][0] == "z1")
    walk.forward(Size.TERM)
    assert WalkValues(walk).shown(quantity).value is None
    walk.forward(Size.UNIT)
    assert WalkValues(walk).shown(quantity).value == trace.value("z1")[0, 0]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.layers[0].activation} {spec.loss}")
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("width", [350.0, 600.0, 1e9])
def test_that_boxes_stand_apart_and_frames_hold_theirs(
    spec: NetworkSpec, depth: int, width: float
) -> None:
    graph = graph_of(trace_of(spec), depth, width)
    frames = [node for node in graph.nodes if node.depth]
    boxes = [node for node in graph.nodes if not node.depth]
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other), (one.key, other.key)
    for frame, box in ((frame, box) for frame in frames for box in boxes):
        if overlap(frame, box):
            assert frame.x <= box.x
            assert frame.y <= box.y
            assert box.x + box.width <= frame.x + frame.width
            assert box.y + box.height <= frame.y + frame.height
    for one, other in combinations(frames, 2):
        assert not overlap(one, other)


def overlap(one: Node, other: Node) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def test_that_keys_of_nodes_are_unique() -> None:
    for spec in SPECS:
        for depth in DEPTHS:
            keys = [node.key for node in graph_of(trace_of(spec), depth).nodes]
            assert len(keys) == len(set(keys))


def test_that_a_small_layer_is_drawn_whole_and_a_large_one_by_the_unit_in_focus() -> None:
    small = graph_of(trace_of(spec_of(sizes=(2, 3, 2))))
    assert len([node for node in small.nodes if node.key.startswith("times1.")]) == 6
    trace = trace_of(spec_of(sizes=(60, 40, 3)))
    look = GraphLook((33, 17, 0), 0, 0, {1: SCALARS})
    keys = {node.key: node for node in network_graph(trace, look).nodes}
    times = [key for key in keys if key.startswith("times1.")]
    assert "times1.33.17" in times
    assert {key.rsplit(".", 1)[1] for key in times} == {"17"}
    assert keys["more1.17"].title == f"⋮ {60 - len(times)} more"


def test_that_rows_end_where_the_room_ends() -> None:
    trace = trace_of(spec_of(sizes=(2, 3, 3, 3, 3, 2)))
    assert len({node.y for node in graph_of(trace, CLOSED).nodes if node.layer}) == 1
    graph = graph_of(trace, CLOSED, 500.0)
    left, _, right, _ = graph.box
    assert right - left <= 500.0
    assert len({node.y for node in graph.nodes if node.layer}) > 1
    assert sum(wire.turn is not None for wire in graph.wires) >= 2


def test_that_dropout_and_penalty_have_their_nodes() -> None:
    trace = trace_of(spec_of(dropout=0.5, l2=0.1))
    graph = graph_of(trace, LINES)
    mask, penalty = graph.node("dropout1.2"), graph.node("R")
    assert mask.value is not None
    assert mask.value.entries == (("m1", (1, 2)),)
    assert penalty.value is not None
    assert penalty.value.entries == (("R", ()),)
    with pytest.raises(KeyError):
        graph_of(trace_of(), LINES).node("R")


def test_that_the_node_of_the_current_line_is_lit() -> None:
    trace = trace_of()
    graph = graph_of(trace, LINES)
    walk = Walk(trace)
    for line in trace.lines:
        walk.go_to(line.number)
        values = WalkValues(walk)
        lit = {n.key for n in graph.nodes if values.state_of(n.lines) is State.NOW and not n.depth}
        layer, last = line.line.layer, trace.spec.layer_sizes[line.line.layer] - 1
        expected = {
            LineKind.AFFINE: {f"affine{layer}"},
            LineKind.ACTIVATION: {f"activation{layer}.{last}"},
            LineKind.LOCAL_GRADIENT: {f"activation{layer}.{last}"},
            LineKind.THROUGH_ACTIVATION: {f"activation{layer}.{last}"},
            LineKind.TO_LAYER_BELOW: {f"affine{layer}"},
            LineKind.WEIGHT_GRADIENT: {f"affine{layer}", f"W{layer}", f"b{layer}"},
            LineKind.UPDATE: {f"W{layer}", f"b{layer}"},
            LineKind.LOSS: {"loss", "L"},
            LineKind.LOSS_GRADIENT: {"loss", "L"},
        }
        assert lit == expected[line.line.kind]
    assert graph.nodes[0].kind is NodeKind.NOTE
