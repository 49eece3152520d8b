"""Analyse a program, or everything, from the shell."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.timezone import now

from programs.flags.types import RULES
from programs.models import Program
from programs.queries.answers import UnknownTarget, answer
from programs.queries.snapshots import today_in


class Command(BaseCommand):
    """`manage.py analyse PROGRAM [--target KEY] [--explain KEY] [--as-of DATE] [--json]`; `--all`: one network of everything."""

    help = "Print finish, critical path, floats, blockers by days added, and flags. Nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("program", nargs="?", help="the program's short name in its address, its imported id, or its name")
        parser.add_argument("--all", action="store_true", help="analyse everything in the database as one network")
        parser.add_argument("--target", help="a milestone's key or imported id: floats and path to it")
        parser.add_argument("--explain", help="a milestone's key or imported id: everything that is known of its date")
        parser.add_argument("--as-of", type=_day, help="the data date, YYYY-MM-DD (default: today)")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        program = None if options["all"] else _program(options["program"])
        as_of = options["as_of"] or (today_in(program, now()) if program else now().date())
        try:
            found = answer(program, as_of=as_of, target=options["target"], explain=options["explain"])
        except UnknownTarget as error:
            raise CommandError(f"There is no milestone with the key or id “{error}” in this network.") from error
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self._tell(found)

    def _tell(self, found: dict[str, Any]) -> None:
        self.stdout.write(f"{found['program']} as of {found['as_of']}: finish {found['finish'] or 'not known'}")
        self.stdout.write(f"{found['health_why']}\n\nCritical path")
        for item in found["critical_path"]:
            timing = found["milestones"].get(item) or {}
            self.stdout.write(f"  {item}  {timing.get('early_finish') or ''}  {timing.get('why', '')}")
        if found["blockers"]:
            self.stdout.write("\nBlockers, by working days added to the finish")
        for blocker in found["blockers"]:
            self.stdout.write(f"  {blocker['id']}  +{blocker['days_added']:g} d, {blocker['waiting_behind']} waiting behind")
        self.stdout.write(f"\nFloats of {len(found['milestones'])} milestones, in working days")
        for item, timing in sorted(found["milestones"].items(), key=lambda pair: _float(pair[1])):
            if timing["total_float_days"] is not None:
                self.stdout.write(f"  {timing['total_float_days']:>6g}  {timing['early_finish']}  {item}")
        if "explained" in found:
            self._explain(found["explained"])
        self.stdout.write("\nFlags")
        for flag in found["flags"]:
            self.stdout.write(f"  {RULES[flag['rule']].label}: {flag['sentence']}")

    def _explain(self, found: dict[str, Any]) -> None:
        self.stdout.write(f"\n{found['milestone']}, in full")
        for name in ("starts_because", "critical_because", "what_changes_it"):
            if found[name]:
                self.stdout.write(f"  {found[name]}")
        if found["without_what_decides_its_start"]:
            self.stdout.write(f"  Were what decides its start gone: {found['without_what_decides_its_start']}")
        for aim, sentence in found["towards"].items():
            self.stdout.write(f"  {aim}: {sentence}")


def _float(timing: dict[str, Any]) -> float:
    return float("inf") if timing["total_float_days"] is None else timing["total_float_days"]


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _program(name: str | None) -> Program:
    if not name:
        raise CommandError("Name a program, or use --all.")
    found = list(Program.objects.filter(Q(slug=name) | Q(source_id=name))[:2]) or list(Program.objects.filter(name=name)[:2])
    if not found:
        known = ", ".join(Program.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
        raise CommandError(f"There is no program “{name}”. Programs here: {known}.")
    if len(found) > 1:
        raise CommandError(f"“{name}” names more than one program: {', '.join(p.slug for p in found)}. Use the short name.")
    return found[0]
