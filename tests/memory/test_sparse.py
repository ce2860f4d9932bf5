"""Large arrays of which little is touched."""

import numpy as np
import psutil
import pytest

from conformance.memory import sparse
from conformance.memory.sparse import repeated, zeros


def test_more_than_the_machine_has_may_be_made_as_long_as_little_is_touched():
    count = psutil.virtual_memory().total // 8 + (1 << 20)
    array = zeros(count, np.int64)
    array[[0, count // 2, count - 1]] = (3, -4, 5)
    assert array[[0, 1, count // 2, count - 2, count - 1]].tolist() == [3, 0, -4, 0, 5]
    assert (len(array), array.dtype) == (count, np.int64)


@pytest.mark.parametrize("large", [1, 1 << 28])
def test_values_are_repeated_and_cut(monkeypatch, large):
    monkeypatch.setattr(sparse, "LARGE", large)
    values = np.array([0, 7, 0, -2], np.int32)
    found = repeated(values, 4, 14)
    assert found.tolist() == [0, 0, 0, 0, 7, 7, 7, 7, 0, 0, 0, 0, -2, -2]
    assert found.dtype == np.int32
    found[0] = 1
    assert values[0] == 0
