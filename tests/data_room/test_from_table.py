"""A table becomes inputs and targets, and every decision is told."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.data.from_table import raw_data
from nnviz.data.prepared import RawData
from nnviz.data.tables import read_table
from nnviz.data.text_files import TableError


def learn(folder: Path, content: str, target: str | None = None, drop: bool = False) -> RawData:
    path = folder / "trees.csv"
    path.write_text(content, encoding="utf-8")
    return raw_data(read_table(path), target, drop)


def refusal(folder: Path, content: str, target: str | None = None, drop: bool = False) -> str:
    with pytest.raises(TableError) as caught:
        learn(folder, content, target, drop)
    message = str(caught.value)
    assert "trees.csv" in message
    return message


def test_that_a_named_target_is_used(tmp_path: Path) -> None:
    raw = learn(tmp_path, "a,b,c\n1,2,3.5\n4,5,6.5\n", target="b")
    assert raw.target_name == "b"
    assert raw.feature_names == ("a", "c")
    np.testing.assert_array_equal(raw.inputs, [[1, 3.5], [4, 6.5]])
    np.testing.assert_array_equal(raw.targets, [[2], [5]])
    assert not any("guessed" in note for note in raw.notes)


def test_that_capitals_of_a_target_do_not_matter_unless_they_must(tmp_path: Path) -> None:
    assert learn(tmp_path, "a,Kind\n1,x\n2,y\n", target="kind").target_name == "Kind"
    assert learn(tmp_path, "A,a,c\n1,2.5,3\n4,5,6\n", target="a").target_name == "a"
    assert "has no column 'kInd'" in refusal(tmp_path, "Kind,kind,c\n1,2,3\n4,5,6\n", target="kInd")


@pytest.mark.parametrize(
    ("header", "target", "reason"),
    [
        ("species,a,b", "species", "by its name"),
        ("a,Label,b", "Label", "by its name"),
        ("class,y,b", "y", "by its name"),
        ("a,b,c", "c", "because it is the last one"),
    ],
)
def test_that_a_guessed_target_is_told(
    tmp_path: Path, header: str, target: str, reason: str
) -> None:
    raw = learn(tmp_path, f"{header}\n1,2.5,3.5\n4,5.5,6\n7.5,8,9\n")
    assert raw.target_name == target
    assert f"the target was guessed: column {target!r}, {reason}" in raw.notes


def test_that_an_unknown_target_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    message = refusal(tmp_path, "a,b\n1,2\n3,4\n", target="c")
    assert message.endswith("has no column 'c'; it has a, b")


def test_that_texts_become_classes_in_sorted_order(tmp_path: Path) -> None:
    raw = learn(tmp_path, "a,kind\n1,oak\n2,elm\n3,oak\n4,ash\n")
    assert raw.class_names == ("ash", "elm", "oak")
    assert raw.targets.tolist() == [2, 1, 2, 0]
    assert raw.targets.dtype == np.int64


def test_that_few_whole_numbers_become_classes_and_that_is_told(tmp_path: Path) -> None:
    raw = learn(tmp_path, "a,y\n" + "1,10\n2,-2\n3,2000000\n" * 3)
    assert raw.class_names == ("-2", "10", "2000000")
    assert raw.targets.tolist() == [1, 0, 2] * 3
    assert any("3 different whole numbers, so they are taken as classes" in n for n in raw.notes)


@pytest.mark.parametrize(
    "targets", [range(40), [0.5, 1.5] * 20, [1, 2, 3, 4, 5], list(range(13)) * 3]
)
def test_that_other_numbers_are_predicted_as_numbers_and_that_is_told(
    tmp_path: Path, targets: list[float]
) -> None:
    raw = learn(tmp_path, "a,y\n" + "".join(f"{i},{y}\n" for i, y in enumerate(targets)))
    assert raw.class_names == ()
    assert raw.targets[:, 0].tolist() == list(targets)
    assert "the target 'y' holds numbers, so they are predicted as numbers" in raw.notes


def test_that_texts_to_learn_from_become_columns_of_0_and_1(tmp_path: Path) -> None:
    raw = learn(tmp_path, "soil,a,y\nsand,1,2.5\nclay,2,3.5\nsand,3,4.5\n")
    assert raw.feature_names == ("soil = clay", "soil = sand", "a")
    np.testing.assert_array_equal(raw.inputs, [[0, 1, 1], [1, 0, 2], [0, 1, 3]])
    assert "column 'soil' holds texts and became 2 columns of 0 and 1" in raw.notes


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ([f"name {n}" for n in range(13)] * 2, "it holds 13 different texts"),
        ([f"name {n}" for n in range(9)], "it holds another text in every row"),
        (["x" * 101, "y", "x" * 101, "y"], "it holds texts of more than 100 characters"),
    ],
)
def test_that_texts_that_are_no_categories_are_not_used_and_that_is_told(
    tmp_path: Path, column: list[str], reason: str
) -> None:
    rows = "".join(f"{text},{n},{n + 0.5}\n" for n, text in enumerate(column))
    raw = learn(tmp_path, f"who,a,y\n{rows}")
    assert raw.feature_names == ("a",)
    assert f"column 'who' is not used: {reason}" in raw.notes


@pytest.mark.parametrize("first", ["", "Unnamed: 0"])
def test_that_a_nameless_count_of_the_rows_is_not_used(tmp_path: Path, first: str) -> None:
    raw = learn(tmp_path, f"{first},a,y\n0,5,1.5\n1,7,2.5\n2,6,3.5\n")
    assert raw.feature_names == ("a",)
    assert any("only counts the rows" in note for note in raw.notes)


def test_that_a_first_column_that_only_looks_like_a_count_is_used(tmp_path: Path) -> None:
    assert learn(tmp_path, "hour,y\n0,1.5\n1,2.5\n2,3.5\n").feature_names == ("hour",)
    assert learn(tmp_path, "0,1.5\n1,2.5\n2,3.5\n").feature_names == ("column 1",)


def test_that_the_leftover_of_a_delimiter_at_the_end_is_no_column(tmp_path: Path) -> None:
    raw = learn(tmp_path, "a,b,\n1,2.5,\n3,4.5,\n")
    assert raw.target_name == "b"
    assert "column 'column 3' is not used: it has no name and is empty" in raw.notes


def test_that_bad_cells_are_told_with_row_line_and_column(tmp_path: Path) -> None:
    message = refusal(tmp_path, "a,b,y\n1,2,x\n\n,oak,y\n5,6,x\n7,8,y\n")
    assert "2 cells are missing or unreadable: " in message
    assert "row 2 (line 4), column 1 (a): empty; " in message
    assert "row 2 (line 4), column 2 (b): 'oak' is no number. " in message
    assert "leave these rows out" in message


def test_that_the_first_of_many_bad_cells_are_shown_and_all_counted(tmp_path: Path) -> None:
    rows = "".join(f"{'' if n % 3 == 0 else n},{n}.5\n" for n in range(3000))
    message = refusal(tmp_path, f"a,y\n{rows}")
    assert "1,000 cells are missing or unreadable" in message
    assert message.count("column 1 (a): empty") == 5
    assert "; and 995 more. " in message


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("", "empty"),
        ("NA", "'NA' stands for a missing value"),
        ("n/a", "'n/a' stands for a missing value"),
        ("NaN", "'NaN' stands for a missing value"),
        ("null", "'null' stands for a missing value"),
        ("None", "'None' stands for a missing value"),
        ("?", "'?' stands for a missing value"),
        ("-", "'-' stands for a missing value"),
        ("inf", "'inf' is no number"),
        ("-Infinity", "'-Infinity' is no number"),
        ("1e400", "'1e400' is too large"),
        ("-1e151", "'-1e151' is too large"),
        ("1_000", "'1_000' is no number"),
        ("१२", "'१२' is no number"),
        ("\N{MINUS SIGN}2", "'\N{MINUS SIGN}2' is no number"),
        ("1 000", "'1 000' is no number"),
        ("0x10", "'0x10' is no number"),
        ("1e", "'1e' is no number"),
        ("--1", "'--1' is no number"),
        ("5 cm", "'5 cm' is no number"),
        ('"1,5"', "'1,5' is no number"),
        ("x" * 50, f"'{'x' * 40}…' is no number"),
    ],
)
@pytest.mark.parametrize("where", ["a", "y"])
def test_that_a_cell_that_is_no_number_is_never_trained_on(
    tmp_path: Path, cell: str, complaint: str, where: str
) -> None:
    row = f"{cell},5.5" if where == "a" else f"4,{cell}"
    content = f"a,y\n1,2.5\n2,3.5\n{row}\n3,4.5\n"
    column = 1 if where == "a" else 2
    message = refusal(tmp_path, content)
    assert (
        f"1 cell is missing or unreadable: row 3 (line 4), column {column} ({where}): " in message
    )
    assert complaint in message
    raw = learn(tmp_path, content, drop=True)
    assert raw.inputs[:, 0].tolist() == [1, 2, 3]
    assert raw.targets[:, 0].tolist() == [2.5, 3.5, 4.5]


@pytest.mark.parametrize("cell", ["1", "+1", "-1", "1.", ".5", "1e5", "1E-5", "007", "1e150"])
def test_that_all_ways_to_write_a_number_are_read(tmp_path: Path, cell: str) -> None:
    raw = learn(tmp_path, f"a,y\n0.25,2.5\n{cell},3.5\n")
    assert raw.inputs[1, 0] == float(cell)


def test_that_a_point_is_no_number_beside_decimal_commas(tmp_path: Path) -> None:
    message = refusal(tmp_path, "a;b;y\n1,5;2,5;1\n2,5;1.500;2\n3,5;3,5;3\n")
    assert "row 2 (line 3), column 2 (b): '1.500' is no number" in message


def test_that_decimal_commas_are_read_as_written(tmp_path: Path) -> None:
    raw = learn(tmp_path, "a;y\n-1,5;2,25\n,5;1e2\n3;1,5e1\n")
    assert raw.inputs[:, 0].tolist() == [-1.5, 0.5, 3.0]
    assert raw.targets[:, 0].tolist() == [2.25, 100.0, 15.0]


def test_that_rows_that_are_left_out_are_counted_by_reason(tmp_path: Path) -> None:
    rows = "1,2.5\n,3.5\n2,4.5\noak,5.5\n3,\n4,6.5\n5,7.5\n"
    raw = learn(tmp_path, f"a,y\n{rows}", drop=True)
    assert raw.inputs[:, 0].tolist() == [1, 2, 4, 5]
    assert (
        "3 of 7 rows are left out: 2 with missing cells and 1 with cells that are no usable numbers"
        in raw.notes
    )


def test_that_bad_cells_of_unused_columns_leave_no_row_out(tmp_path: Path) -> None:
    rows = "".join(f"{n},{f'name {n}' if n else ''},{n}.5\n" for n in range(20))
    raw = learn(tmp_path, f"a,who,y\n{rows}")
    assert raw.feature_names == ("a",)
    assert len(raw.inputs) == 20


def test_that_words_for_nothing_are_classes_where_texts_are(tmp_path: Path) -> None:
    raw = learn(tmp_path, "a,severity\n1,none\n2,mild\n3,none\n4,-\n")
    assert raw.class_names == ("-", "mild", "none")


def test_that_missing_classes_are_missing(tmp_path: Path) -> None:
    content = "a,kind\n1,oak\n2,\n3,elm\n4,NA\n5,elm\n"
    message = refusal(tmp_path, content)
    assert "row 2 (line 3), column 2 (kind): empty; " in message
    assert "row 4 (line 5), column 2 (kind): 'NA' stands for a missing value" in message
    assert learn(tmp_path, content, drop=True).class_names == ("elm", "oak")


def test_that_a_category_of_rows_that_were_left_out_makes_no_column(tmp_path: Path) -> None:
    rows = "sand,1,2.5\nclay,,3.5\nsand,3,4.5\nloam,4,5.5\n"
    raw = learn(tmp_path, f"soil,a,y\n{rows}", drop=True)
    assert raw.feature_names == ("soil = loam", "soil = sand", "a")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,b,y\n1,,2.5\n2,,3.5\n", "column 'b' has no value in any row: remove the column"),
        ("a,y\n1,2.5\n", "fewer than two complete rows are in it: add a row per sample"),
        ("a,y\n1,3\n2,3\n5,3\n", "the target 'y' is 3 in every row: there is nothing to learn"),
        ("a,y\n1,oak\n2,oak\n", "the target 'y' is 'oak' in every row: there is nothing to"),
        ("who,y\nann,1.5\nbob,2.5\n", "no column is left to learn from: add one that holds"),
        (
            "a,y\n" + "".join(f"{n},name {n}\n" for n in range(20)),
            "the target 'y' has 20 different texts in 20 rows, too many for classes",
        ),
        (f"a,y\n1,{'x' * 101}\n2,y\n", "has texts of more than 100 characters, too long"),
    ],
)
def test_that_a_table_of_which_nothing_can_be_learned_is_refused(
    tmp_path: Path, content: str, sentence: str
) -> None:
    assert sentence in refusal(tmp_path, content)


def test_that_too_few_complete_rows_are_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, "a,y\n1,2.5\n,3.5\n2,\n", drop=True)
    assert "fewer than two complete rows are left" in message


def test_that_long_texts_take_no_memory_of_their_own_length_per_row(tmp_path: Path) -> None:
    content = "a,t,y\n" + "1,q,x\n" * 50_000 + f"2,{'z' * 130_000},x\n1,q,w\n"
    assert learn(tmp_path, content).inputs.shape == (50_002, 1)
