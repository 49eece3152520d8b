"""MPXJ's scheduler (Java) on the same plan: the peer that computes real dates with calendars. Optional: `pip install mpxj`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from programs.graph.types import Constraint, LinkType, Snapshot, State, Unit

RELATIONS = {LinkType.FS: "FINISH_START", LinkType.SS: "START_START", LinkType.FF: "FINISH_FINISH", LinkType.SF: "START_FINISH"}
CONSTRAINTS = {
    Constraint.SNET: "START_NO_EARLIER_THAN",
    Constraint.MUST_START: "START_NO_EARLIER_THAN",
    Constraint.MUST_FINISH: "FINISH_NO_EARLIER_THAN",
}


def available() -> bool:
    """Whether the package and a Java machine are here."""
    if find_spec("mpxj") is None or find_spec("jpype") is None:
        return False
    import jpype

    try:
        if not jpype.isJVMStarted():
            import mpxj  # noqa: F401 - adds itself to the class path

            jpype.startJVM("-Xmx3g", convertStrings=False)
    except (OSError, jpype.JVMNotFoundException):
        return False
    return True


def scheduler(snapshot: Snapshot) -> Callable[[], Any]:
    """The plan as MPXJ's model; calling the result schedules it: early and late dates of every task, no floats read."""
    import jpype

    java = jpype.JClass
    duration, unit = java("org.mpxj.Duration"), java("org.mpxj.TimeUnit")
    local = java("java.time.LocalDateTime")
    project, day = java("org.mpxj.ProjectFile")(), java("java.time.DayOfWeek")
    names = [day.of(number) for number in range(1, 8)]
    calendars = {}
    for frame in snapshot.frames:
        made = project.addDefaultBaseCalendar()
        made.setName(frame.name)
        for number, name in enumerate(names, 1):
            made.setWorkingDay(name, number in frame.calendar.weekdays)
            if number in frame.calendar.weekdays and number > 5:
                made.addCalendarHours(name).add(
                    java("org.mpxj.LocalTimeRange")(java("java.time.LocalTime").of(8, 0), java("java.time.LocalTime").of(16, 0))
                )
        calendars[frame.id] = made
    project.setDefaultCalendar(calendars[snapshot.frames[0].id])

    def moment(at: Any) -> Any:
        return local.of(at.year, at.month, at.day, 8, 0)

    tasks: dict[int, Any] = {}
    for activity in snapshot.activities:
        task = tasks[activity.id] = project.addTask()
        work = float(activity.duration or 0)
        left = (
            work
            if activity.state is State.OPEN
            else 0.0
            if activity.state is State.DONE
            else min(work, activity.remaining or 0.0)
        )
        task.setCalendar(calendars[activity.frame])
        task.setDuration(duration.getInstance(work, unit.DAYS))
        task.setRemainingDuration(duration.getInstance(left, unit.DAYS))
        task.setActualDuration(duration.getInstance(work - left, unit.DAYS))
        if activity.state is State.DONE and activity.actual:
            task.setActualStart(moment(activity.actual))
            task.setActualFinish(moment(activity.actual))
        elif activity.state is State.STARTED and activity.start:
            task.setActualStart(moment(activity.start))
        elif activity.constraint in CONSTRAINTS and activity.constraint_date:
            task.setConstraintType(java("org.mpxj.ConstraintType").valueOf(CONSTRAINTS[activity.constraint]))
            task.setConstraintDate(moment(activity.constraint_date))
        if activity.constraint is Constraint.FNLT and activity.constraint_date:
            task.setDeadline(moment(activity.constraint_date))
    relation, types = java("org.mpxj.Relation$Builder"), java("org.mpxj.RelationType")
    for link in snapshot.links:
        lag = duration.getInstance(link.lag, unit.ELAPSED_DAYS if link.unit is Unit.ELAPSED else unit.DAYS)
        kind = types.valueOf(RELATIONS[link.type])
        tasks[link.successor].addPredecessor(relation().predecessorTask(tasks[link.predecessor]).type(kind).lag(lag))
    start = moment(snapshot.as_of)
    peer = java("org.mpxj.cpm.MicrosoftScheduler")
    return lambda: peer().schedule(project, start)
