"""Links that say nothing new, against the slow way of finding out."""

from hypothesis import given
from hypothesis import strategies as st

from programs.maps.board import Link
from programs.maps.reduction import chains, neighbours, reached, redundant

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted).filter(lambda p: p[0] != p[1]), max_size=30)


def link(a, b, **more):
    return Link(str(a), str(b), **more)


@given(PAIRS)
def test_a_link_is_redundant_if_there_is_a_longer_way(pairs):
    links = {(str(a), str(b)) for a, b in pairs}
    slow = {(a, b) for a, b in links if b in reached(a, neighbours(links - {(a, b)}))}
    assert redundant(Link(a, b) for a, b in links) == slow


def test_a_critical_link_is_never_hidden_and_others_count_for_nothing():
    chain = [link("a", "b"), link("b", "c")]
    assert redundant([*chain, link("a", "c")]) == {("a", "c")}
    assert not redundant([*chain, link("a", "c", critical=True)])
    assert not redundant([link("a", "b", schedules=False), link("b", "c"), link("a", "c")])


def test_loops_hide_nothing():
    assert not redundant([link("a", "b"), link("b", "a"), link("a", "c"), link("b", "c")])


@given(PAIRS)
def test_the_longest_chain_through_a_card_is_the_longest_walk_there_and_on(pairs):
    ends = {(str(a), str(b)) for a, b in pairs}

    def longest(card, steps):
        return max((1 + longest(other, steps) for other in steps.get(card, ())), default=0)

    on, back = neighbours(ends), neighbours((b, a) for a, b in ends)
    assert chains(ends) == {card: longest(card, on) + longest(card, back) for card in sorted({*on, *back})}


def test_a_loop_has_no_longest_chain():
    assert chains([("a", "b"), ("b", "a")]) == {}
