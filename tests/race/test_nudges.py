"""Managers press Nudge at the same moment: each person still gets one letter."""

from datetime import timedelta

import pytest

from programs.actions import analysis
from programs.mail import nudge
from programs.models import Event, Membership, Milestone, OutboxMessage, Program, Role
from tests import cast
from tests.race.racing import Rounds

MANAGERS, SILENT = 4, 3


@pytest.fixture
def atlas(transactional_db):
    """Three engineers who said nothing for ten days, and as many managers as press at once."""
    managers = [cast.person(f"Tess{n}") for n in range(MANAGERS)]
    program = cast.program("Atlas", tpm=managers[0])
    Membership.objects.bulk_create(Membership(program=program, person=one, role=Role.TPM) for one in managers[1:])
    for number in range(SILENT):
        engineer = cast.person(f"Eli{number}")
        Membership.objects.create(program=program, person=engineer, role=Role.ENGINEER)
        said_on = cast.MONDAY - timedelta(days=10)
        cast.milestone(program, f"Part {number}", owner=engineer, status="in_progress", said="on_track", said_on=said_on)
    Milestone.objects.update(duration_days=5)
    analysis.recompute(program_id=program.pk, at=cast.NINE)
    return Program.objects.get(), managers


def test_managers_who_press_at_once_ask_each_person_once(atlas):
    program, managers = atlas

    def press(manager, number):
        return len(nudge.ask(program, by=managers[manager], at=cast.NINE + timedelta(seconds=manager)).people)

    asked = Rounds(MANAGERS).run(press, 1)[0]
    assert sum(asked) == SILENT, asked
    assert OutboxMessage.objects.filter(kind="nudge").count() == SILENT
    assert Event.objects.filter(kind="nudge.sent").count() == SILENT
