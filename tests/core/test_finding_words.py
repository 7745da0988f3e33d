"""How the sentences of findings write their numbers."""

from nnviz.core.findings import part_of, short


def test_that_numbers_in_sentences_read_well() -> None:
    assert [short(value) for value in (1842.0, -4.2e8, 1.5e-7, 0.25)] == [
        "1.84e3",
        "\N{MINUS SIGN}4.2e8",
        "1.5e\N{MINUS SIGN}7",
        "0.25",
    ]
    assert [part_of(ratio) for ratio in (0.001, 1.5, 18.42)] == [
        "0.1 % of",
        "150 % of",
        "18.4 times",
    ]
