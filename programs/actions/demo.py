"""Load the demo: one full program and five smaller ones, moved so that their "today" is today.

Dates move by working days, so every float, slip and forecast of the reference data stays what it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.text import slugify

from programs.actions import demo_draft, ways_back
from programs.actions.analysis import recompute_stale
from programs.graph.days import add_working_days, is_working, working_days
from programs.graph.types import DayCalendar
from programs.models import (
    Blocker,
    DailyAnalysis,
    Decision,
    DecisionStatus,
    Dependency,
    Event,
    Hold,
    Membership,
    Milestone,
    Person,
    Program,
    Risk,
    Role,
    StatusUpdate,
    Subscription,
    Workstream,
)

FOLDER = Path(__file__).resolve().parent.parent / "demo"
WEEK = DayCalendar()
PASSWORD = "longpole-demo"  # noqa: S105 - printed on the terminal, for the demo only
PERSONAS = {"Program TPM": Role.TPM, "Network engineer": Role.ENGINEER, "VP Payments": Role.VIEWER}
RESPONSES = {"Avoid": "avoid", "Reduce": "mitigate", "Transfer": "transfer", "Accept": "accept"}


@dataclass
class Loader:
    """Moves the demo's dates and keeps what later rows refer to."""

    today: date
    people: dict[str, Person] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    password: str = field(default_factory=lambda: make_password(PASSWORD))  # hashed once, it is slow on purpose

    def move(self, text: str | None, base: date) -> date | None:
        """A date of the reference data, moved to this installation's calendar."""
        return self.day(text, base) if text else None

    def day(self, text: str, base: date) -> date:
        """The same, for a date that is there."""
        return add_working_days(self.anchor, working_days(base, date.fromisoformat(text), WEEK), WEEK)

    def text(self, words: str, base: date) -> str:
        """Words of the reference data; a date in braces is moved and written out: {2027-03-09} → Tue 9 Mar."""

        def write(found: re.Match[str]) -> str:
            day = self.day(found.group(1), base)
            return f"{day:%a} {day.day} {day:%b}"

        return re.sub(r"\{(\d{4}-\d\d-\d\d)\}", write, words)

    @property
    def anchor(self) -> date:
        """Today, or the last working day before it."""
        day = self.today
        while not is_working(day, WEEK):
            day -= timedelta(days=1)
        return day

    def person(self, name: str) -> Person:
        """The demo's people are known by what they do; each can sign in."""
        if name not in self.people:
            email = f"{slugify(name)}@demo.example"
            self.people[name] = Person.objects.create(email=email, name=name, password=self.password)
        return self.people[name]

    def at(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        """A moment of that day."""
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)


def is_empty() -> bool:
    """Nothing was ever logged here: no program, and nobody who can sign in."""
    return not Program.objects.exists() and not Person.objects.exists()


def load(*, today: date, at: datetime) -> list[Program]:
    """Create the demo in one transaction, then analyse it."""
    with transaction.atomic(durable=True):
        loader = Loader(today)
        boxes = [json.loads((FOLDER / "payments.json").read_text("utf-8"))]
        boxes += json.loads((FOLDER / "smaller.json").read_text("utf-8"))
        programs = [_program(loader, box) for box in boxes]
        Dependency.objects.bulk_create(
            Dependency(predecessor=loader.milestones[before], successor=loader.milestones[after])
            for before, after in loader.links
        )
        _subscriptions(loader, programs[0])
    recompute_stale(at=at)
    _look_back()
    demo_draft.begin(programs[0], at=at)
    ways_back.find_behind(at=at)
    return programs


def _program(loader: Loader, box: dict[str, Any]) -> Program:
    base, facts = date.fromisoformat(box["today"]), box["program"]
    start = loader.move(facts["start"], base)
    program = Program.objects.create(
        slug=facts.get("slug", slugify(facts["name"])),
        name=facts["name"],
        owner=loader.person("Program TPM"),
        start_date=start,
        target_date=loader.move(facts["target"], base),
        next_number=100,
    )
    lanes = {
        lane["key"]: Workstream(
            program=program, key=lane["key"], name=lane["name"], lead=loader.person(lane["lead"]), position=place
        )
        for place, lane in enumerate(box["workstreams"])
    }
    Workstream.objects.bulk_create(lanes.values())
    stuck = {blocker["milestone"] for blocker in box["blockers"]}
    baselines = _baselines(box["milestones"], start=facts["start"])
    rows = [_milestone(loader, program, lanes, row, base, baselines[row["id"]], stuck) for row in box["milestones"]]
    Milestone.objects.bulk_create(rows)
    loader.milestones |= {row.key: row for row in rows}
    loader.links += [(before, row["id"]) for row in box["milestones"] for before in row["waits_for"]]
    program.finish_milestone = loader.milestones[facts["finish"]]
    program.save(update_fields=["finish_milestone"])
    _number_lanes(lanes, rows)
    _impediments(loader, program, box, base)
    _decisions(loader, program, box, base)
    _history(loader, program, box, base)
    _members(loader, program)
    return program


def _baselines(rows: list[dict[str, Any]], *, start: str) -> dict[str, date]:
    """The agreed plan: each milestone its days after the last thing it waits for."""
    finish: dict[str, date] = {}
    floor = date.fromisoformat(start) - timedelta(days=1)
    left = {row["id"]: row for row in rows}
    while left:
        for key, row in list(left.items()):
            inside = [before for before in row["waits_for"] if before in left or before in finish]
            if all(before in finish for before in inside):
                begin = max([finish[before] for before in inside], default=floor)
                finish[key] = add_working_days(begin, row["baseline_days"] + row.get("start_offset", 0), WEEK)
                del left[key]
    return finish


def _milestone(
    loader: Loader,
    program: Program,
    lanes: dict[str, Workstream],
    row: dict[str, Any],
    base: date,
    baseline: date,
    stuck: set[str],
) -> Milestone:
    word = row.get("status") or {}
    started = "days_left" in row
    low, likely, high = row.get("estimate") or (None, None, None)
    done = loader.move(row.get("done"), base)
    status = "done" if done else "blocked" if row["id"] in stuck else "in_progress" if started else "not_started"
    return Milestone(
        program=program,
        workstream=lanes[row["workstream"]],
        key=row["id"],
        name=row["title"],
        owner=loader.person(row["owner"]),
        status=status,
        said="done" if done else word.get("value", ""),
        said_on=done or loader.move(word.get("date"), base),
        baseline_date=loader.move(baseline.isoformat(), base),
        actual_date=done,
        duration_days=row["baseline_days"],
        remaining_days=row.get("days_left"),
        optimistic_days=low,
        likely_days=likely,
        pessimistic_days=high,
        confidence=row.get("confidence", ""),
        percent_done=100 if done else None,
        description=row.get("description", ""),
    )


def _number_lanes(lanes: dict[str, Workstream], rows: list[Milestone]) -> None:
    for key, lane in lanes.items():
        lane.next_number = 1 + max([int(row.key.rsplit("-", 1)[1]) for row in rows if row.key.startswith(f"{key}-")], default=0)
    Workstream.objects.bulk_update(lanes.values(), ["next_number"])


def _impediments(loader: Loader, program: Program, box: dict[str, Any], base: date) -> None:
    Blocker.objects.bulk_create(
        Blocker(
            program=program,
            milestone=loader.milestones[row["milestone"]],
            number=int(row["id"].split("-")[1]),
            title=row["title"],
            kind=row.get("kind", "other"),
            waiting_on=loader.text(row["waits_on"], base),
            owner=loader.person(row["owner"]),
            raised_on=loader.move(row["raised"], base),
            expected_clear=loader.move(row["expected_clear"], base),
            next_step=loader.text(row["next_step"], base),
            so_what=loader.text(row.get("so_what", ""), base),
        )
        for row in box["blockers"]
    )
    Risk.objects.bulk_create(_risk(loader, program, row, base) for row in box["risks"])


def _risk(loader: Loader, program: Program, row: dict[str, Any], base: date) -> Risk:
    low, high = row.get("adds") or (None, None)
    left = row.get("left", {})
    return Risk(
        program=program,
        milestone=loader.milestones[row["milestone"]],
        number=int(row["id"].split("-")[1]),
        title=row["title"],
        probability=row["likelihood"],
        impact=row["impact"],
        chance=row.get("chance"),
        days_low=low,
        days_high=high,
        owner=loader.person(row["owner"]),
        raised_on=loader.move("2027-03-01" if row["trend"] == "new" else "2027-01-18", base),
        review_on=loader.move(row["review"], base),
        response=RESPONSES[row["response"]],
        response_text=row.get("does", ""),
        residual_probability=left.get("likelihood"),
        residual_chance=left.get("chance"),
        note=loader.text(row["note"], base),
        so_what=loader.text(row.get("so_what", ""), base),
    )


def _decisions(loader: Loader, program: Program, box: dict[str, Any], base: date) -> None:
    """Questions that are open and what was decided, some with options, criteria and what came true."""
    for row in box.get("decisions", ()):
        settled = "decision" in row
        who = loader.person(row["by"])
        made = Decision.objects.create(
            program=program,
            number=int(row["id"].split("-")[1]),
            title=row.get("question") or row["decision"],
            background=loader.text("\n".join(filter(None, (row.get("effect"), row.get("otherwise")))), base),
            status=DecisionStatus.DECIDED if settled else DecisionStatus.OPEN,
            owner=loader.person("Program TPM"),
            decider=who,
            raised_on=loader.move("2027-02-22", base) if not settled else loader.move(row["date"], base),
            due_on=loader.move(row.get("due"), base),
            criteria=row.get("criteria", []),
            options=[{**one, "note": loader.text(one["note"], base)} for one in row.get("options", ())],
            outcome=row["effect"] if settled else "",
            decided_on=loader.move(row.get("date"), base),
            decided_by=who if settled else None,
            limits=row.get("limits", []),
            review_on=loader.move(row.get("review"), base),
        )
        held = [*row.get("holds", ()), *filter(None, [row.get("milestone")])]
        Hold.objects.bulk_create(Hold(decision=made, milestone=loader.milestones[key]) for key in held)


def _history(loader: Loader, program: Program, box: dict[str, Any], base: date) -> None:
    Event.objects.bulk_create(sorted(_events(loader, program, box, base), key=lambda event: event.at))
    StatusUpdate.objects.bulk_create(
        StatusUpdate(
            program=program,
            milestone=loader.milestones[row["id"]],
            on=loader.day(row["status"]["date"], base),
            author=loader.person(row["owner"]),
            note=loader.text(row["status"].get("note", ""), base),
        )
        for row in box["milestones"]
        if row.get("status")
    )
    DailyAnalysis.objects.bulk_create(
        DailyAnalysis(
            program=program,
            day=loader.day(row["week"], base),
            finish=loader.move(row["finish"], base),
            target=program.target_date,
            counts=_counted(loader, loader.day(row["week"], base)),
        )
        for row in box["forecast_history"]
        if row["week"] != box["today"]
    )


def _look_back() -> None:
    """Give the demo's earlier weeks the dates they would have had: what is critical today moved as the finish did."""
    newest = {row.program_id: row for row in DailyAnalysis.objects.order_by("day")}
    for row in DailyAnalysis.objects.filter(forecasts={}):
        last = newest[row.program_id]
        shift = last.finish - row.finish if last.finish and row.finish else timedelta()
        path = {str(item) for item in last.path}
        for item, when in last.forecasts.items():
            row.forecasts[item] = (date.fromisoformat(when) - shift).isoformat() if when and item in path else when
        row.path = last.path
        row.save(update_fields=["forecasts", "path"])


def _counted(loader: Loader, day: date | None) -> dict[str, int]:
    """How many milestones were planned and done on a day."""
    done = sum(1 for one in loader.milestones.values() if one.actual_date and day and one.actual_date <= day)
    return {"milestones": len(loader.milestones), "done": done}


def _events(loader: Loader, program: Program, box: dict[str, Any], base: date) -> Iterator[Event]:
    def note(kind: str, day: date | None, who: str, milestone: Milestone, name: str, **more: Any) -> Event:
        hour, minute = more.pop("hour", 10), more.pop("minute", 0)
        return Event(
            at=loader.at(day or loader.today, hour, minute),
            by=loader.person(who),
            kind=kind,
            program=program,
            milestone=milestone,
            subject_type=kind.split(".", maxsplit=1)[0],
            subject_id=more.pop("subject", milestone.pk),
            subject_name=name,
            batch=uuid4(),
            **more,
        )

    for row in box["milestones"]:
        milestone, word = loader.milestones[row["id"]], row.get("status")
        if row.get("done"):
            yield note("milestone.done", milestone.actual_date, row["owner"], milestone, str(milestone), hour=16)
        if word:
            day = loader.move(word["date"], base)
            text = {"field": "said", "new": word["value"], "note": loader.text(word.get("note", ""), base)}
            yield note("milestone.said", day, row["owner"], milestone, str(milestone), **text)
    blockers = {blocker.number: blocker for blocker in Blocker.objects.filter(program=program)}
    for row in box["blockers"]:
        blocker = blockers[int(row["id"].split("-")[1])]
        milestone = loader.milestones[row["milestone"]]
        yield note("blocker.opened", blocker.raised_on, row["owner"], milestone, str(blocker), subject=blocker.pk, hour=9)
        if row["id"] == "B-31":
            dates = {"field": "expected_clear", "old": _iso(loader.move("2027-03-05", base)), "new": _iso(blocker.expected_clear)}
            day = loader.move("2027-03-02", base)
            more = {"subject": blocker.pk, "hour": 16, "minute": 20, **dates}
            yield note("blocker.changed", day, row["owner"], milestone, str(blocker), **more)
    yield from _risk_events(loader, program, box, base, note)


def _risk_events(
    loader: Loader, program: Program, box: dict[str, Any], base: date, note: Callable[..., Event]
) -> Iterator[Event]:
    """How likely a risk was before somebody thought again: what makes it rising or easing."""
    risks = {risk.number: risk for risk in Risk.objects.filter(program=program)}
    for row in box["risks"]:
        step = {"up": -1, "down": 1}.get(row["trend"])
        if step:
            risk = risks[int(row["id"].split("-")[1])]
            more = {
                "subject": risk.pk,
                "field": "probability",
                "old": str(row["likelihood"] + step),
                "new": str(row["likelihood"]),
            }
            day = loader.move("2027-02-22", base)
            yield note("risk.changed", day, row["owner"], loader.milestones[row["milestone"]], str(risk), **more)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _members(loader: Loader, program: Program) -> None:
    for name in PERSONAS:
        loader.person(name)
    Membership.objects.bulk_create(
        Membership(program=program, person=person, role=PERSONAS.get(name, Role.ENGINEER))
        for name, person in loader.people.items()
    )


def _subscriptions(loader: Loader, program: Program) -> None:
    for name, audience, where in (("VP Payments", "leader", None), ("Program TPM", "team", program)):
        Subscription.objects.create(
            person=loader.person(name),
            program=where,
            audience=audience,
            weekdays=[1],
            local_time=time(8, 0),
            created_by=loader.person("Program TPM"),
        )
