"""Several people at the same moment: threads with a database connection each, let go together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def together(people: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every function in a thread of its own, all starting at once; return what each returned or raised."""
    gate = threading.Barrier(len(people))
    outcomes: list[Any] = [None] * len(people)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            outcomes[number] = act()
        except Exception as error:  # noqa: BLE001 - the outcome is what the test looks at
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits for a lock"
    return outcomes


class Rounds:
    """The same people race again and again: each keeps one thread and one connection, and waits for the others every round."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.gate = threading.Barrier(people)

    def run(self, act: Callable[[int, int], Any], rounds: int) -> list[list[Any]]:
        """Call `act(person, round)`; return the outcomes of each round, an exception for who raised one."""
        outcomes: list[list[Any]] = [[None] * self.people for _round in range(rounds)]

        def go(person: int) -> None:
            for number in range(rounds):
                self.gate.wait(timeout=60)
                try:
                    outcomes[number][person] = act(person, number)
                except Exception as error:  # noqa: BLE001 - the outcome is what the test looks at
                    outcomes[number][person] = error

        errors = together([lambda person=person: go(person) for person in range(self.people)])
        assert errors == [None] * self.people, errors
        return outcomes
