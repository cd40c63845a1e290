"""Sketches: the bound that they state, whatever they hold, and the same in any order of merging."""

import math
from collections import Counter
from collections.abc import Sequence

import pytest
from analytics.rollups.sketches import RELATIVE_ERROR, Sketch, bucket_of, decode, duration_in, encode, quantile
from hypothesis import given
from hypothesis import strategies as st

LONGEST_US = 10_000_000_000_000  # the contract's longest response time
DURATIONS = st.integers(0, LONGEST_US) | st.integers(0, 50) | st.integers(1_000, 5_000_000)
SHARES = st.sampled_from([0.0, 0.01, 0.5, 0.95, 0.99, 1.0]) | st.floats(0, 1)
TOLERANCE = RELATIVE_ERROR + 1e-6  # for the last bits of a power


def sketch_of(durations: Sequence[int]) -> Sketch:
    return Counter(bucket_of(duration) for duration in durations)


class TestQuantile:
    @given(durations=st.lists(DURATIONS, min_size=1, max_size=200), share=SHARES)
    def test_is_within_the_stated_error_of_the_exact_one(self, durations: list[int], share: float) -> None:
        exact = sorted(durations)[math.floor(share * (len(durations) - 1))]
        found = quantile(sketch_of(durations), share)
        assert found is not None
        assert abs(found - exact) <= TOLERANCE * exact

    def test_of_nothing_is_none(self) -> None:
        assert quantile(Counter(), 0.5) is None
        assert quantile(Counter({3: 0}), 0.5) is None

    def test_of_noughts_is_nought(self) -> None:
        assert quantile(sketch_of([0, 0, 0, 1_000]), 0.5) == 0

    @pytest.mark.parametrize("power", range(1, 1_500, 7))
    def test_holds_at_the_edges_of_every_bucket(self, power: int) -> None:
        edge = math.floor(((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)) ** power)
        for duration in (edge - 1, edge, edge + 1):
            if duration > 0:
                assert abs(duration_in(bucket_of(duration)) - duration) <= TOLERANCE * duration


class TestMerging:
    @given(parts=st.lists(st.lists(DURATIONS, max_size=30), max_size=6), data=st.data())
    def test_in_any_order_and_grouping_is_the_sketch_of_all(self, parts: list[list[int]], data: st.DataObject) -> None:
        whole = sketch_of([duration for part in parts for duration in part])
        merged: Sketch = Counter()
        for part in data.draw(st.permutations(parts)):
            merged.update(decode(encode(sketch_of(part))))
        assert encode(merged) == encode(whole)

    def test_stores_the_same_bytes_whatever_came_first(self) -> None:
        assert encode(Counter({5: 1, 2: 3})) == encode(Counter({2: 3, 5: 1}))

    def test_does_not_store_what_it_does_not_hold(self) -> None:
        assert decode(encode(Counter({5: 0, 2: 3}))) == Counter({2: 3})
