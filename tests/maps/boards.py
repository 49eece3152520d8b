"""Boards for the tests of the map: drawn at random, and the promises every drawing must keep."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import strategies as st

from programs.maps.board import Board, Card, Drawing, Link
from programs.maps.periods import periods

TODAY = date(2027, 3, 3)


def board(cards, links, *, lanes=None, **more):
    """A board of these cards with the calendar they need."""
    days = [card.day for card in cards if card.day]
    found = periods(days, today=TODAY, undated=any(card.day is None for card in cards))
    return Board(tuple(lanes or sorted({card.lane for card in cards})), found, tuple(cards), tuple(links), **more)


@st.composite
def boards(draw, most=40, acyclic=False):
    """Any cards, any links: loops, links against the dates and links that do not schedule are among them."""
    count = draw(st.integers(1, most))
    lanes = draw(st.integers(1, 5))
    cards = []
    for number in range(count):
        day = draw(st.one_of(st.none(), st.integers(-200, 400).map(lambda n: TODAY + timedelta(days=n))))
        cards.append(Card(f"M-{number}", f"L{draw(st.integers(0, lanes - 1))}", day, draw(st.booleans())))
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    pairs = draw(st.lists(ends, max_size=2 * count))
    links = [
        Link(
            cards[min(a, b) if acyclic else a].id, cards[max(a, b) if acyclic else b].id, draw(st.booleans()), draw(st.booleans())
        )
        for a, b in pairs
    ]
    return board(cards, links)


def pieces(line):
    """The straight pieces of a line."""
    return list(zip(line.points, line.points[1:], strict=False))


def backward(drawing: Drawing):
    """Pieces that run back."""
    return [line for line in drawing.lines for (x1, _), (x2, _) in pieces(line) if x2 < x1]


def under_cards(drawing: Drawing):
    """(line, card) where a line enters the box of a card, its two ends excepted, which only touch it."""
    w, h = drawing.size.width, drawing.size.height
    found = []
    for line in drawing.lines:
        for (x1, y1), (x2, y2) in pieces(line):
            low, high, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
            found += [
                (line, place)
                for place in drawing.places
                if low < place.x + w and high > place.x and top <= place.y + h and bottom >= place.y
            ]
    return found


def shared_tracks(drawing: Drawing):
    """Pairs of unrelated lines that lie on one another for more than a point."""
    laid = {}
    for line in drawing.lines:
        for (x1, y1), (x2, y2) in pieces(line):
            if x1 == x2:
                laid.setdefault(("v", x1), []).append((min(y1, y2), max(y1, y2), line))
            else:
                laid.setdefault(("h", y1), []).append((x1, x2, line))
    return [
        (one, other)
        for together in laid.values()
        for (a, b, one), (c, d, other) in combinations(together, 2)
        if max(a, c) <= min(b, d) and one.source != other.source and one.target != other.target
    ]


def overlapping_cards(drawing: Drawing):
    """Two cards in one cell."""
    cells = [(place.column, place.row) for place in drawing.places]
    return len(cells) - len(set(cells))
