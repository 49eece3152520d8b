"""The tables. One file per noun; import them from here."""

from programs.models.baselines import Baseline
from programs.models.chat import Inbound, Reply, SlackUser
from programs.models.choices import (
    OPEN_STATUSES,
    SCHEDULING_RELATIONS,
    Answer,
    Audience,
    BlockerKind,
    BlockerStatus,
    Confidence,
    ConstraintKind,
    DayUnit,
    DecisionStatus,
    Frequency,
    Health,
    LinkType,
    MilestoneKind,
    MilestoneStatus,
    NoticeKind,
    NoticeRole,
    PostKind,
    ProgramStatus,
    Reach,
    Relation,
    RiskKind,
    RiskResponse,
    RiskStatus,
    Role,
    Said,
    Scale,
    SetAside,
    Severity,
    Strength,
)
from programs.models.decisions import Decision, Hold
from programs.models.drafts import PlanChange, PlanDraft, WaysBack
from programs.models.forecasts import ForecastPart, LearnedSpreads, Odds, ProgramForecast
from programs.models.hooks import Hook, Posting
from programs.models.impediments import Blocker, Escalation
from programs.models.keys import ApiKey
from programs.models.mail import Bounce, OutboxMessage, Slot, Subscription
from programs.models.milestones import Dependency, Milestone
from programs.models.notices import CLEARED, Follow, Notice, Preference, Shift
from programs.models.openings import OPENING_LIMIT, Opening
from programs.models.people import Membership, Person, Team, TeamMember
from programs.models.programs import CalendarException, Installation, Program, Workstream
from programs.models.records import Event, ImportRun, StatusUpdate, Step
from programs.models.reports import Report
from programs.models.results import Analysis, DailyAnalysis, Flag, FragilePoints, PackedPlan, Timing, Touch
from programs.models.risks import Risk, Strike
from programs.models.sessions import SignedIn
from programs.models.shares import ShareLink, Shown
from programs.models.templates import Template
from programs.models.views import SavedView

__all__ = [
    "CLEARED",
    "OPENING_LIMIT",
    "OPEN_STATUSES",
    "SCHEDULING_RELATIONS",
    "Analysis",
    "Answer",
    "ApiKey",
    "Audience",
    "Baseline",
    "Blocker",
    "BlockerKind",
    "BlockerStatus",
    "Bounce",
    "CalendarException",
    "Confidence",
    "ConstraintKind",
    "DailyAnalysis",
    "DayUnit",
    "Decision",
    "DecisionStatus",
    "Dependency",
    "Escalation",
    "Event",
    "Flag",
    "Follow",
    "ForecastPart",
    "FragilePoints",
    "Frequency",
    "Health",
    "Hold",
    "Hook",
    "ImportRun",
    "Inbound",
    "Installation",
    "LearnedSpreads",
    "LinkType",
    "Membership",
    "Milestone",
    "MilestoneKind",
    "MilestoneStatus",
    "Notice",
    "NoticeKind",
    "NoticeRole",
    "Odds",
    "Opening",
    "OutboxMessage",
    "PackedPlan",
    "Person",
    "PlanChange",
    "PlanDraft",
    "PostKind",
    "Posting",
    "Preference",
    "Program",
    "ProgramForecast",
    "ProgramStatus",
    "Reach",
    "Relation",
    "Reply",
    "Report",
    "Risk",
    "RiskKind",
    "RiskResponse",
    "RiskStatus",
    "Role",
    "Said",
    "SavedView",
    "Scale",
    "SetAside",
    "Severity",
    "ShareLink",
    "Shift",
    "Shown",
    "SignedIn",
    "SlackUser",
    "Slot",
    "StatusUpdate",
    "Step",
    "Strength",
    "Strike",
    "Subscription",
    "Team",
    "TeamMember",
    "Template",
    "Timing",
    "Touch",
    "WaysBack",
    "Workstream",
]
