"""Run every rule over a scene, and say a flag in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from programs.flags import blocked, network, path, people
from programs.flags.types import RULES, Flag, Scene, Severity

MODULES = (path, people, blocked, network)  # importing them registers their rules
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.NOTICE: 2}


def raise_flags(scene: Scene) -> list[Flag]:
    """Every flag of the program, loudest first, each (rule, milestone, subject) once."""
    found: dict[tuple[str, int | None, str], Flag] = {}
    for rule in RULES.values():
        for flag in rule.find(scene):
            found.setdefault((flag.rule, flag.item, flag.subject), flag)
    return sorted(found.values(), key=lambda flag: (_ORDER[flag.severity], flag.rule, flag.item or 0, flag.subject))


def day(value: date) -> str:
    """A date as sentences write it: Fri 12 Mar 2027."""
    return f"{value:%a} {value.day} {value:%b} {value.year}"


def worded(template: str, params: Mapping[str, Any]) -> str:
    """An English template filled: dates written out, whole numbers without a point, one day in the singular."""
    words = {name: _word(value) for name, value in params.items()}
    return re.sub(r"(?<![\d.])1 (working )?days\b", lambda found: found.group().removesuffix("s"), template % words)


def _word(value: Any) -> Any:
    if isinstance(value, date):
        return day(value)
    return f"{value:g}" if isinstance(value, float) else value


def singular(template: str) -> str:
    """The same template for exactly one day."""
    return template.replace("%(days)s working days", "%(days)s working day")


def say(rule: str, params: Mapping[str, Any]) -> str:
    """The flag's English sentence."""
    return worded(RULES[rule].sentence, params)
