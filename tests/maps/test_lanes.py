"""The order of lanes that is offered: never worse, always the same, the last lane last."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from programs.maps.board import Link
from programs.maps.lanes import length, nearer

LANES = tuple("ABCDEFG")
PAIRS = st.lists(st.tuples(st.sampled_from(LANES), st.sampled_from(LANES)), max_size=30)


def weights(links):
    ends = (tuple(sorted((link.source, link.target))) for link in links if link.source != link.target)
    return Counter(ends)


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_it_is_never_worse_and_the_last_lane_stays_last(pairs):
    links = [Link(a, b) for a, b in pairs]
    lane = {name: name for name in LANES}
    found = nearer(LANES, lane, links)
    assert sorted(found) == sorted(LANES)
    assert found[-1] == LANES[-1]
    assert length(found, weights(links)) <= length(LANES, weights(links))
    assert nearer(LANES, lane, links[::-1]) == found


def test_linked_lanes_come_together():
    found = nearer(LANES, {name: name for name in LANES}, [Link("A", "F"), Link("F", "B"), Link("B", "D")])
    assert length(found, weights([Link("A", "F"), Link("F", "B"), Link("B", "D")])) == 3
