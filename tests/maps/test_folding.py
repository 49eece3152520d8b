"""Plans too large to draw: nothing is lost, and never more than can be read is drawn."""

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from programs.maps.board import Card, Link
from programs.maps.folding import MOST, PAIRS, UNFOLDED, Item, fold
from tests.maps.boards import TODAY

LANES = "ABCDE"


def items(count, critical=0):
    return [Item(Card(f"M-{n}", LANES[n % 5], TODAY + timedelta(days=n)), "todo", 1 if n < critical else 9) for n in range(count)]


def keep(found):
    return {item.card.id for item in found if item.rank == 1}


def test_nothing_is_folded_while_there_is_room():
    found = fold(items(UNFOLDED), [], opened=(), kept=())
    assert found.is_whole
    assert len(found.drawn) == UNFOLDED


def test_above_that_only_what_is_kept_is_drawn_and_the_rest_is_counted():
    many = items(1000, critical=12)
    found = fold(many, [], opened=(), kept=keep(many))
    assert len(found.drawn) == 12
    assert sum(len(rest) for rest in found.sums.values()) == 988
    assert found.folded == set(LANES)


def test_an_opened_lane_shows_its_cards_but_never_more_than_can_be_read():
    many = items(2000, critical=20)
    found = fold(many, [], opened=["B"], kept=keep(many))
    assert len(found.drawn) == MOST
    assert keep(many) <= found.drawn
    assert len(found.sums["B"]) == 400 - sum(1 for item in many if item.card.lane == "B" and item.card.id in found.drawn)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(151, 400),
    st.lists(st.tuples(st.integers(0, 150), st.integers(0, 150)), max_size=300),
    st.sets(st.sampled_from(LANES)),
)
def test_every_link_is_a_line_a_mark_or_part_of_a_number(count, ends, opened):
    many = items(count, critical=30)
    links = [Link(f"M-{a}", f"M-{b}") for a, b in ends]
    found = fold(many, links, opened=opened, kept=keep(many))
    lane = {item.card.id: item.card.lane for item in many}
    both = sum(link.source in found.drawn and link.target in found.drawn for link in links)
    inside = sum(
        link.source not in found.drawn and link.target not in found.drawn and lane[link.source] == lane[link.target]
        for link in links
    )
    marked = sum((Counter(one).total() for one in [*found.leaves.values(), *found.comes.values()]), 0)
    merged = sum(pair.count for pair in found.pairs) + found.pairs_left
    assert both + inside + marked + merged == len(links)
    assert len(found.pairs) <= PAIRS
