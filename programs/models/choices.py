"""The words the tables accept. Screens translate them; imports keep the raw word beside them."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a member of a program may do; administrators may do everything everywhere."""

    VIEWER = "viewer", _("Viewer")
    ENGINEER = "engineer", _("Engineer")
    TPM = "tpm", _("Program manager")


class ProgramStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Health(TextChoices):
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")


class MilestoneKind(TextChoices):
    MILESTONE = "milestone", _("Milestone")
    GATE = "gate", _("Gate")
    EVENT = "event", _("Event")
    DELIVERABLE = "deliverable", _("Deliverable")
    PHASE = "phase", _("Phase")
    TASK = "task", _("Task")
    DECISION = "decision", _("Decision")
    BUG = "bug", _("Bug")
    OTHER = "other", _("Other")


class MilestoneStatus(TextChoices):
    """How far the work has come. `said` (on track, at risk) is a separate word by a person."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    BLOCKED = "blocked", _("Blocked")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    DEFERRED = "deferred", _("Deferred")
    UNKNOWN = "unknown", _("Unknown")


OPEN_STATUSES = frozenset(
    {MilestoneStatus.NOT_STARTED, MilestoneStatus.IN_PROGRESS, MilestoneStatus.BLOCKED, MilestoneStatus.UNKNOWN}
)


class Said(TextChoices):
    """What a person last said of a milestone, kept beside what the network computes."""

    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")
    BLOCKED = "blocked", _("Blocked")
    DONE = "done", _("Done")


class DayUnit(TextChoices):
    WORKING = "wd", _("working days")
    ELAPSED = "cd", _("calendar days")


class Confidence(TextChoices):
    """How sure somebody is of the work left, in a word; `graph.uncertainty.CONFIDENCE` has the spread of each."""

    NONE = "", _("Nobody said")
    SURE = "sure", _("Sure")
    FAIR = "fair", _("Fairly sure")
    ROUGH = "rough", _("Rough")
    GUESS = "guess", _("A guess")


class ConstraintKind(TextChoices):
    NONE = "", _("None")
    ALAP = "alap", _("As late as possible")
    SNET = "start_no_earlier", _("Start no earlier than")
    MUST_START = "must_start", _("Must start on")
    MUST_FINISH = "must_finish", _("Must finish on")
    FNLT = "finish_no_later", _("Finish no later than")


class LinkType(TextChoices):
    FS = "FS", _("Finish to start")
    SS = "SS", _("Start to start")
    FF = "FF", _("Finish to finish")
    SF = "SF", _("Start to finish")


class Relation(TextChoices):
    REQUIRES = "requires", _("Requires")
    BLOCKS = "blocks", _("Blocks")
    RELATES = "relates", _("Relates to")
    DUPLICATES = "duplicates", _("Duplicates")
    SUPERSEDES = "supersedes", _("Supersedes")
    PARENT = "parent", _("Parent of")


SCHEDULING_RELATIONS = frozenset({Relation.REQUIRES, Relation.BLOCKS})


class Strength(TextChoices):
    HARD = "hard", _("Hard")
    SOFT = "soft", _("Soft")


class SetAside(TextChoices):
    """Why a stored link takes no part in scheduling until a person resolves it."""

    NO = "", _("Active")
    SELF = "self", _("A milestone cannot wait for itself")
    LOOP = "loop", _("It would close a loop")
    DUPLICATE = "duplicate", _("The same dependency is already there")
    BY_HAND = "by_hand", _("Set aside by a person")


class BlockerKind(TextChoices):
    DECISION = "decision", _("Decision")
    ACCESS = "access", _("Access")
    DEPENDENCY = "dependency", _("Dependency")
    EXTERNAL = "external", _("External party")
    CAPACITY = "capacity", _("Capacity")
    DEFECT = "defect", _("Defect")
    ENVIRONMENT = "environment", _("Environment")
    OTHER = "other", _("Other")


class BlockerStatus(TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Cleared")


class Severity(TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")


class RiskKind(TextChoices):
    """What a line of the register is about: what may happen, what we count on, what has happened."""

    RISK = "risk", _("Risk")
    ASSUMPTION = "assumption", _("Assumption")
    ISSUE = "issue", _("Issue")


class RiskStatus(TextChoices):
    OPEN = "open", _("Open")
    MITIGATING = "mitigating", _("Mitigating")
    ACCEPTED = "accepted", _("Accepted")
    CLOSED = "closed", _("Closed")


class RiskResponse(TextChoices):
    AVOID = "avoid", _("Avoid")
    MITIGATE = "mitigate", _("Reduce")
    TRANSFER = "transfer", _("Transfer")
    ACCEPT = "accept", _("Accept")


class DecisionStatus(TextChoices):
    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Not needed any more")


class Scale(IntegerChoices):
    """Likelihood and impact of a risk."""

    VERY_LOW = 1, _("Very low")
    LOW = 2, _("Low")
    MEDIUM = 3, _("Medium")
    HIGH = 4, _("High")
    VERY_HIGH = 5, _("Very high")


class Audience(TextChoices):
    LEADER = "leader", _("Leaders")
    TEAM = "team", _("Team")
    SPONSOR = "sponsor", _("Sponsor")


class NoticeKind(TextChoices):
    """What a person can be told about."""

    SLIP = "slip", _("A date of yours moved")
    CLEARED = "cleared", _("What you waited for is clear")
    ESCALATION = "escalation", _("A blocker does not move")
    UNBLOCK = "unblock", _("You can clear a blocker")
    ROOM = "room", _("You are asked into the room")
    NUDGE = "nudge", _("A question about your work")
    DECISION = "decision", _("A decision is open again")
    REVIEW = "review", _("Something is to be looked at again")
    DUE = "due", _("A decision of yours is due")
    HELP = "help", _("Help is needed, or on its way")


class Frequency(TextChoices):
    """How soon a notice is mailed. The inbox in the product has it at once, whatever is chosen here."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never")


class Reach(TextChoices):
    """Where a notice reaches its reader besides the inbox. The words are those of people who gave the address of a chat."""

    MAIL = "mail", _("By mail")
    CHAT = "chat", _("In chat")
    BOTH = "both", _("Both")


class PostKind(TextChoices):
    """What is posted to the channel of a program."""

    SLIP = "slip", _("Dates that moved")
    CLEARED = "cleared", _("Blockers that were cleared")
    ESCALATION = "escalation", _("Blockers that do not move")
    UPDATE = "update", _("Status updates")


class NoticeRole(TextChoices):
    """Why somebody is told."""

    OWNER = "owner", _("you own it")
    FOLLOWER = "follower", _("you follow it")
    ASKED = "asked", _("you were asked")
    CLEARER = "clearer", _("you can clear it")
    LEAD = "lead", _("you lead the workstream")
    PLANNER = "planner", _("you manage the program")
    SPONSOR = "sponsor", _("you sponsor the program")
    DECIDER = "decider", _("you decide it")
    ASKER = "asker", _("you asked for it")


class Answer(TextChoices):
    """What somebody said to their new date."""

    NONE = "", _("No answer yet")
    ACKNOWLEDGED = "acknowledged", _("Seen")
    CONTESTED = "contested", _("Contested")
