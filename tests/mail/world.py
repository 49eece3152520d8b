"""A small program with stored answers, and readers of its summary."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from programs.actions import subscriptions
from programs.models import Analysis, Blocker, Milestone, Program, Subscription, Timing
from tests import cast

MONDAY_EIGHT = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


def milestone(program: Program, key: str, name: str, **fields: Any) -> Milestone:
    """A milestone with its timing: fields that are columns of Timing go there."""
    timing = {name: fields.pop(name) for name in ("forecast", "late", "critical", "on_path", "blocked") if name in fields}
    made = Milestone.objects.create(program=program, key=key, name=name, **fields)
    Timing.objects.create(milestone=made, program=program, **timing)
    return made


def analysed(program: Program, **fields: Any) -> Analysis:
    """The program's stored answer, up to date."""
    given: dict[str, Any] = {
        "revision": program.revision,
        "as_of": cast.MONDAY,
        "computed_at": cast.NINE,
        "finish": date(2027, 6, 21),
        "days_late": 6.0,
        "health": "off_track",
        "counts": {"milestones": 3, "done": 1, "open": 2},
    }
    answer, _made = Analysis.objects.update_or_create(program=program, defaults=given | fields)
    Program.objects.filter(pk=program.pk).update(analysed_revision=program.revision)
    return answer


def furnished(program: Program, **owners: Any) -> dict[str, Any]:
    """Atlas with a finish, a blocked step, and an answer that says 6 working days late."""
    program.target_date = date(2027, 6, 11)
    program.save()
    step = milestone(
        program,
        "SEC-1",
        "Penetration test",
        status="blocked",
        forecast=date(2027, 3, 11),
        late=2.0,
        critical=True,
        on_path=True,
        **owners,
    )
    finish = milestone(
        program, "SEC-2", "Cutover", forecast=date(2027, 6, 21), target_date=date(2027, 6, 11), late=6.0, critical=True
    )
    blocker = Blocker.objects.create(
        program=program,
        milestone=step,
        number=31,
        title="Vendor cannot reach the vault",
        raised_on=date(2027, 2, 19),
        expected_clear=date(2027, 3, 8),
        owner=owners.get("owner"),
    )
    answer = analysed(
        program,
        finish_milestone=finish,
        critical_path=[step.pk, finish.pk],
        blockers=[{"id": blocker.pk, "milestone": step.pk, "days_added": 3.0, "total_float": -6.0, "waiting_behind": 1}],
    )
    return {"step": step, "finish": finish, "blocker": blocker, "answer": answer}


def subscribed(
    person: Any, program: Program | None, *, at: datetime = MONDAY_EIGHT, by: Any = None, **fields: Any
) -> Subscription:
    """Somebody who gets the summary each Monday at 09:00 UTC, subscribed an hour before."""
    given: dict[str, Any] = {"audience": "leader", "weekdays": [1], "local_time": time(9), "time_zone": "UTC"}
    return subscriptions.create(person=person, program=program, by=by or person, at=at, **(given | fields))


class Clock:
    """A clock that only moves when told."""

    def __init__(self, at: datetime = cast.NINE) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go(self, **by: float) -> datetime:
        """Move on."""
        self.at += timedelta(**by)
        return self.at
