"""The promises of the map, on boards at random and on ones drawn by hand."""

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from programs.maps.board import COMPACT, FULL, Card, Link, Pair
from programs.maps.layout import layout
from tests.maps.boards import TODAY, backward, board, boards, overlapping_cards, pieces, shared_tracks, under_cards


@settings(max_examples=150, deadline=None)
@given(boards(), st.sampled_from([FULL, COMPACT]))
def test_every_drawing_keeps_its_promises(given_board, size):
    drawn = layout(given_board, size)
    assert not backward(drawn)
    assert not under_cards(drawn)
    assert not shared_tracks(drawn)
    assert not overlapping_cards(drawn)
    assert {place.id for place in drawn.places} == {card.id for card in given_board.cards}
    shown = {frozenset((line.source, line.target)) for line in drawn.lines}
    marked = {frozenset((link.source, link.target)) for link in drawn.against}
    assert shown | marked == {frozenset((link.source, link.target)) for link in given_board.links if link.source != link.target}
    assert not shown & marked
    scheduling = {(link.source, link.target) for link in given_board.links if link.schedules}
    assert {(line.source, line.target) for line in drawn.lines if line.schedules} <= scheduling


@settings(max_examples=60, deadline=None)
@given(boards(acyclic=True), st.randoms(use_true_random=False))
def test_order_of_the_input_changes_nothing(given_board, chance):
    cards, links = list(given_board.cards), list(given_board.links)
    chance.shuffle(cards)
    chance.shuffle(links)
    assert layout(replace(given_board, cards=tuple(cards), links=tuple(links))) == layout(given_board)


@settings(max_examples=60, deadline=None)
@given(boards(acyclic=True))
def test_a_line_is_straight_or_bends_at_right_angles(given_board):
    drawn = layout(given_board)
    for line in drawn.lines:
        for (x1, y1), (x2, y2) in pieces(line):
            assert (x1 == x2) != (y1 == y2)
        assert line.path.startswith("M")


@settings(max_examples=100, deadline=None)
@given(boards(acyclic=True))
def test_work_that_dates_allow_is_always_drawn_as_a_line(given_board):
    """Only a link whose target is dated into an earlier period is marked instead."""
    drawn = layout(given_board)
    period = {place.id: place.period for place in drawn.places}
    assert all(period[link.target] < period[link.source] for link in drawn.against if link.schedules)


def cell(drawn):
    """Where every card is on the grid: period, step in it, row in its lane."""
    first = {head.period: head.first for head in drawn.heads}
    lane = sorted((one.y, one.id) for one in drawn.lanes)
    rows = {}
    for place in drawn.places:
        at = max(name for name in lane if name[0] <= place.y)
        rows[place.id] = (place.period, place.column - first[place.period], at[1], place.y - at[0])
    return rows


def program(chance, lanes=8, length=6):
    """A plan as programs are: chains in lanes, links across them, two weeks apart."""
    cards, links = [], []
    for lane in range(lanes):
        for step in range(length):
            day = TODAY + timedelta(days=14 * step + chance.randrange(10))
            cards.append(Card(f"L{lane}-{step}", f"L{lane}", day))
            if step:
                links.append(Link(f"L{lane}-{step - 1}", f"L{lane}-{step}"))
            if step and lane and chance.random() < 0.5:
                links.append(Link(f"L{chance.randrange(lane)}-{step - 1}", f"L{lane}-{step}"))
    return cards, links


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_a_small_change_of_the_plan_moves_few_cards(seed):
    chance = random.Random(seed)
    cards, links = program(chance)
    lanes = sorted({card.lane for card in cards})
    before = cell(layout(board(cards, links, lanes=lanes)))
    moved = chance.randrange(len(cards))
    later = replace(cards[moved], day=cards[moved].day + timedelta(days=3))
    after = cell(layout(board([*cards[:moved], later, *cards[moved + 1 :]], links, lanes=lanes)))
    changed = {card for card in before if before[card] != after[card]}
    assert len(changed - {later.id}) <= len(cards) // 5
    added = Card("NEW", "L3", TODAY + timedelta(days=30))
    more = cell(layout(board([*cards, added], links, lanes=lanes)))
    assert {card[:2] for card in before if before[card] != more[card]} <= {"L3"} | {
        card[:2] for card in before if before[card][:2] != more[card][:2]
    }
    assert sum(before[card] != more[card] for card in before) <= len(cards) // 5


def test_a_chain_keeps_its_row_and_is_straight():
    days = [TODAY + timedelta(days=14 * n) for n in range(4)]
    cards = [Card(f"A-{n}", "A", day) for n, day in enumerate(days)] + [Card("A-9", "A", days[1])]
    drawn = layout(board(cards, [Link(f"A-{n}", f"A-{n + 1}") for n in range(3)]))
    assert len({place.y for place in drawn.places if place.id != "A-9"}) == 1
    assert all(len(line.points) == 2 for line in drawn.lines)


def test_lines_out_of_one_card_share_their_first_vertical_and_leave_above_the_middle():
    cards = [Card("A-1", "A", TODAY), *(Card(f"{lane}-1", lane, TODAY + timedelta(days=20)) for lane in "BC")]
    cards += [Card(f"{lane}-0", lane, TODAY + timedelta(days=8)) for lane in "BC"]
    drawn = layout(board(cards, [Link("A-1", "B-1"), Link("A-1", "C-1")]))
    first, second = drawn.lines
    assert first.points[0] == second.points[0] == (drawn.places[0].x + FULL.width, drawn.places[0].y + FULL.height // 2 - 7)


def test_undated_work_stands_between_what_is_over_and_what_is_to_come():
    cards = [Card("A-1", "A", TODAY - timedelta(days=90)), Card("A-2", "A"), Card("A-3", "A", TODAY + timedelta(days=60))]
    drawn = layout(board(cards, [Link("A-1", "A-2"), Link("A-2", "A-3")]))
    assert [place.column for place in drawn.places] == [0, 1, 2]
    assert len(drawn.lines) == 2


def test_a_period_gets_wider_before_a_lane_becomes_a_tower():
    drawn = layout(board([Card(f"A-{n}", "A", TODAY + timedelta(days=n % 9)) for n in range(24)], []))
    assert max(place.row for place in drawn.places) < 8
    assert len(drawn.columns) == 4


def test_folded_lanes_have_a_row_that_sums_them_up_and_merged_lines_before_the_first_column():
    drawn = layout(
        board(
            [Card("A-1", "A", TODAY)], [], lanes=["A", "B", "C"], folded=frozenset("BC"), cells=frozenset([0]),
            pairs=(Pair("B", "C", 7), Pair("C", "B", 2)),
        )
    )  # fmt: skip
    lanes = {lane.id: lane for lane in drawn.lanes}
    assert lanes["A"].strip == 0
    assert lanes["B"].height == lanes["B"].strip == FULL.strip
    down, up = drawn.pairs
    assert down.points[1][0] != up.points[1][0]
    assert all(x2 >= x1 for (x1, _), (x2, _) in pieces(down) + pieces(up))
    assert drawn.places[0].x >= down.points[-1][0]


def test_an_empty_board_is_an_empty_drawing():
    drawn = layout(board([], [], lanes=["A"]))
    assert drawn.places == drawn.lines == ()
    assert drawn.lanes[0].height == FULL.height + 2 * FULL.pad
