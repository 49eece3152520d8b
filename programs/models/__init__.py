"""The tables. One file per noun; import them from here."""

from programs.models.choices import (
    OPEN_STATUSES,
    SCHEDULING_RELATIONS,
    Audience,
    BlockerKind,
    BlockerStatus,
    ConstraintKind,
    DayUnit,
    Health,
    LinkType,
    MilestoneKind,
    MilestoneStatus,
    ProgramStatus,
    Relation,
    RiskResponse,
    RiskStatus,
    Role,
    Said,
    Scale,
    SetAside,
    Severity,
    Strength,
)
from programs.models.impediments import Blocker, Risk
from programs.models.mail import OutboxMessage, Slot, Subscription
from programs.models.milestones import Dependency, Milestone
from programs.models.people import Membership, Person, Team
from programs.models.programs import CalendarException, Installation, Program, Workstream
from programs.models.records import Event, ImportRun, StatusUpdate, Step
from programs.models.reports import Report
from programs.models.results import Analysis, DailyAnalysis, Flag, Timing
from programs.models.sessions import SignedIn

__all__ = [
    "OPEN_STATUSES",
    "SCHEDULING_RELATIONS",
    "Analysis",
    "Audience",
    "Blocker",
    "BlockerKind",
    "BlockerStatus",
    "CalendarException",
    "ConstraintKind",
    "DailyAnalysis",
    "DayUnit",
    "Dependency",
    "Event",
    "Flag",
    "Health",
    "ImportRun",
    "Installation",
    "LinkType",
    "Membership",
    "Milestone",
    "MilestoneKind",
    "MilestoneStatus",
    "OutboxMessage",
    "Person",
    "Program",
    "ProgramStatus",
    "Relation",
    "Report",
    "Risk",
    "RiskResponse",
    "RiskStatus",
    "Role",
    "Said",
    "Scale",
    "SetAside",
    "Severity",
    "SignedIn",
    "Slot",
    "StatusUpdate",
    "Step",
    "Strength",
    "Subscription",
    "Team",
    "Timing",
    "Workstream",
]
