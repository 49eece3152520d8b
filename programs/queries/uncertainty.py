"""What is uncertain about a network, read from the tables: estimates, learned spreads, risks, blockers, work handed over.

Made for the forecast and for whatever asks it something else, such as a plan that is only tried.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from programs.flags.types import Thresholds
from programs.graph.build import days_ahead
from programs.graph.days import working_days
from programs.graph.spread import TRUST, Spreads, step_of
from programs.graph.types import Snapshot
from programs.graph.uncertainty import CONFIDENCE, Clearing, Confidence, Estimate, Risk, Spread, ThreePoint, Uncertainty
from programs.models import OPEN_STATUSES, Milestone, RiskKind, RiskStatus
from programs.models import Risk as StoredRisk
from programs.queries.slips import learned
from programs.queries.snapshots import Network

IMPACT = {1: (0.0, 1.0, 2.0), 2: (1.0, 2.0, 4.0), 3: (2.0, 4.0, 8.0), 4: (4.0, 8.0, 15.0), 5: (8.0, 15.0, 30.0)}
"""Working days each step of a risk's impact adds where nobody gave days: least, likely, most (docs/guide/forecast.md)."""

NO_CLEAR_DATE = ThreePoint(1, 5, 20)
"""When a blocker clears whose date is not known, or is past: working days from today."""

_ESTIMATES = (
    *("pk", "program_id", "kind", "team_id", "workstream__team_id", "workstream_id"),
    *("optimistic_days", "likely_days", "pessimistic_days", "confidence"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a milestone's spread came from: three numbers (`range`), a `word`, `learned` slips, or `nothing` that is known.

    `own` finished ones are of its team and kind, `team` and `kind` of either, `all` of the whole installation.
    """

    how: str
    own: int = 0
    team: int = 0
    kind: int = 0
    all: int = 0

    def kept(self) -> dict[str, Any]:
        """As the table keeps it: what is zero is left out."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class About:
    """What is uncertain, and for each open milestone why it is taken to be so."""

    uncertainty: Uncertainty
    sources: dict[int, Source]
    counts: dict[int, dict[str, int]] = field(default_factory=dict)  # by program


def about(net: Network, *, answers: Mapping[int, Mapping[str, Any]] = MappingProxyType({})) -> About:
    """Everything uncertain about a network. Four queries at most, whatever the size.

    `answers` are other values of risks, by number, for a plan that is only tried: how each stands once a response works.
    """
    open_ones = Milestone.objects.filter(program__in=net.programs, status__in=OPEN_STATUSES).order_by("pk")
    rows = list(open_ones.values_list(*_ESTIMATES))
    made = _Gathering(net.snapshot, learned({str(team or lane_team or "") for _pk, _program, _kind, team, lane_team, *_ in rows}))
    for row in rows:
        made.milestone(*row)
    risks = StoredRisk.objects.filter(program__in=net.programs, kind=RiskKind.RISK).exclude(status=RiskStatus.CLOSED)
    for risk in risks.order_by("pk").prefetch_related("strikes"):
        for name, value in risk.answered(answers.get(risk.pk, {})).items():
            setattr(risk, name, value)
        made.risk(risk)
    shared = max((Thresholds.of(program.thresholds).shared_luck for program in net.programs.values()), default=0)
    return made.about(correlation=min(shared, 100) / 100)


class _Gathering:
    """Turns rows into what the simulation takes, and counts what it saw."""

    def __init__(self, snapshot: Snapshot, spreads: Spreads) -> None:
        self.snapshot, self.spreads = snapshot, spreads
        self.home = {activity.id: activity.frame for activity in snapshot.activities}
        self.calendars = {frame.id: frame.calendar for frame in snapshot.frames}
        self.ahead = {one.id: days_ahead(one, self.calendars[one.frame], snapshot.as_of) for one in snapshot.activities}
        self.waits = {link.id: link.successor for link in snapshot.links}
        self.team: dict[int, str] = {}
        self.estimates: list[Estimate] = []
        self.risks: list[Risk] = []
        self.sources: dict[int, Source] = {}
        self.counts: dict[int, dict[str, int]] = {frame.id: {} for frame in snapshot.frames}
        self._learned: dict[tuple[int, str, str], tuple[Spread, Source]] = {}

    def count(self, program: int, what: str) -> None:
        """One more of these in this program."""
        self.counts[program][what] = self.counts[program].get(what, 0) + 1

    def milestone(
        self, pk: int, program: int, kind: str, team: int | None, lane_team: int | None, lane: int | None, *given: Any
    ) -> None:
        """The spread of one open milestone. Work of one team shares its luck; without a team, that of one workstream."""
        own = team or lane_team
        self.team[pk] = f"team {own}" if own else f"workstream {lane}" if lane else ""
        low, likely, high, word = given
        spread: Spread
        if None not in (low, likely, high):
            spread, source = _stretched(float(low), float(likely), float(high), left=self.ahead.get(pk, 0.0)), Source("range")
        elif word in CONFIDENCE and self.ahead.get(pk, 0.0) >= 0:  # multiples of a date that has passed say nothing
            spread, source = Confidence(word), Source("word")
        else:
            spread, source = self._history(self.ahead.get(pk, 0.0), str(own or ""), kind)
        self.estimates.append(Estimate(pk, spread, self.team[pk]))
        self.sources[pk] = source
        self.count(program, source.how)

    def _history(self, ahead: float, team: str, kind: str) -> tuple[Spread, Source]:
        """What was learned of work of this team and kind with so many working days to go."""
        place = step_of(ahead), team, kind
        if place not in self._learned:
            found = self.spreads.spread(planned=ahead, team=team, kind=kind)
            how = "learned" if found.all >= TRUST else "nothing"
            self._learned[place] = found.ratios, Source(how, found.own, found.team, found.kind, found.all)
        return self._learned[place]

    def risk(self, risk: StoredRisk) -> None:
        """A risk counts when it is judged and strikes something open: its numbers, and the scales where it has none."""
        works, links = self._struck(risk)
        odds, adds = risk.odds, _adds(risk)
        if odds is None or adds is None or (not works and not links):
            self.count(risk.program_id, "risks left out")
            return
        least, likely, most = adds
        category = risk.category.strip().lower()
        cause = f"risk {category}" if category else ""
        self.risks.append(Risk(risk.pk, odds / 100, least, most, likely, activities=works, links=links, cause=cause))
        self.count(risk.program_id, "risks")

    def _struck(self, risk: StoredRisk) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The open milestones a risk delays, each once, and the links that something open waits on."""
        strikes = list(risk.strikes.all())
        works = self.sources.keys() & {risk.milestone_id, *(strike.milestone_id for strike in strikes)}
        links = self.waits.keys() & {strike.dependency_id for strike in strikes}
        return tuple(sorted(works)), tuple(sorted(link for link in links if self.waits[link] in self.sources))

    def about(self, *, correlation: float) -> About:
        """All of it."""
        clearings = tuple(self._clearings())
        uncertainty = Uncertainty(
            estimates=tuple(self.estimates),
            risks=tuple(self.risks),
            clearings=clearings,
            correlation=correlation,
            handovers=tuple(self._handovers()),
        )
        return About(uncertainty, self.sources, self.counts)

    def _clearings(self) -> Collection[Clearing]:
        """Open blockers: a date that was given may be missed as rough estimates are."""
        found = []
        for obstacle in self.snapshot.obstacles:
            if obstacle.activity not in self.sources or obstacle.decision:
                continue  # a decision is taken when it is due
            program = self.home[obstacle.activity]
            left = working_days(self.snapshot.as_of, obstacle.clear, self.calendars[program]) if obstacle.clear else 0
            days = NO_CLEAR_DATE
            if left > 0:
                low, likely, high = CONFIDENCE[Confidence.ROUGH]
                days = ThreePoint(left * low, left * likely, left * high)
            self.count(program, "blockers" if left > 0 else "blockers without date")
            found.append(Clearing(obstacle.id, days))
        return found

    def _handovers(self) -> Collection[int]:
        """Links along which unfinished work passes from one team to another."""
        teams = self.team
        return [
            link.id
            for link in self.snapshot.links
            if teams.get(link.predecessor) and teams.get(link.successor) and teams[link.predecessor] != teams[link.successor]
        ]


def _stretched(low: float, likely: float, high: float, *, left: float) -> ThreePoint:
    """Three numbers as given; where more is left than their worst, as somebody said since, in their proportions around that.

    >>> one = _stretched(6, 8, 12, left=32)
    >>> one.low, one.likely, one.high
    (24.0, 32, 48.0)
    """
    if left <= high or likely <= 0:
        return ThreePoint(low, likely, high)
    more = left / likely
    return ThreePoint(low * more, left, high * more)


def _adds(risk: StoredRisk) -> tuple[float, float | None, float] | None:
    """Working days a risk adds: least, likely (None: any between alike), most; None when nobody judged it."""
    if risk.days is not None:
        low, high = sorted(map(float, risk.days))
        return low, None, high
    return IMPACT.get(risk.impact or 0)
