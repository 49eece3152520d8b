"""Edit one program as fast as it goes, several processes side by side. Run: `python -m tests.chaos.editor PROGRAM MANY EACH WAY`.

`ours` is the product's own way of asking for a new analysis; `naive` asks once for every edit, as many programs do.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

import django

django.setup()

from django.db import OperationalError  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from programs.actions import hints, milestones  # noqa: E402
from programs.models import Milestone, Program  # noqa: E402
from tracker.run.processes import end_with_parent  # noqa: E402


def edit(program: Program, keys: list[int]) -> None:
    """Save one date after another, each on a milestone of one's own. Who found the database busy presses again."""
    assert program.owner is not None
    waiting = list(keys)
    while waiting:
        row = Milestone.objects.get(pk=waiting[0])
        changes = {"duration_days": 2 + len(waiting) % 7}
        with suppress(OperationalError):
            milestones.edit(milestone=row, version=row.version, changes=changes, by=program.owner, at=now())
            del waiting[0]


def main() -> None:
    """Edit with so many processes at once; what they still have to ask is asked when they end."""
    number, many, each, way = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    if way == "naive":
        hints.bell.ring = hints.bell.postpone = hints.send  # type: ignore[method-assign, assignment]
    for person in range(many):
        if not os.fork():
            end_with_parent(signal.SIGKILL)
            program = Program.objects.select_related("owner").get(pk=number)
            rows = Milestone.objects.filter(program=program).order_by("pk").values_list("pk", flat=True)
            edit(program, list(rows)[person::many][:each])
            sys.exit()
    failed = [status for _person in range(many) if (status := os.wait()[1])]
    sys.exit(len(failed))


if __name__ == "__main__":
    main()
