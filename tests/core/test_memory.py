"""Flat vectors begin where a cache line does."""

import numpy as np
import pytest

from nnviz.core.memory import aligned_copy, aligned_zeros, aligned_zeros_like


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [1, 25, (3, 7)])
def test_that_vectors_are_zeros_on_a_cache_line(shape: int | tuple[int, ...], dtype: str) -> None:
    vectors = [aligned_zeros(shape, np.dtype(dtype)) for _ in range(20)]
    for vector in vectors:
        assert vector.ctypes.data % 64 == 0
        assert vector.flags.c_contiguous
        assert vector.flags.writeable
        np.testing.assert_array_equal(vector, np.zeros(shape, dtype), strict=True)


def test_that_a_copy_is_equal_and_apart() -> None:
    values = np.linspace(-1.0, 1.0, 11)
    copy = aligned_copy(values, np.dtype("float32"))
    np.testing.assert_array_equal(copy, values.astype("float32"), strict=True)
    copy[...] = 0
    assert values[0] == -1.0


def test_that_zeros_like_an_array_have_its_shape_and_type() -> None:
    like = aligned_zeros_like(np.ones((2, 5), dtype="float32"))
    np.testing.assert_array_equal(like, np.zeros((2, 5), dtype="float32"), strict=True)
