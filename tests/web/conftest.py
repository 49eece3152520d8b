"""The plan most doors are tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web import plan as plans

if TYPE_CHECKING:
    from programs.models import Person, Program


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any) -> plans.Plan:
    """Atlas with three milestones, a blocker, a risk and links, on the Monday of the cast."""
    return plans.plan(program, tess=tess, eli=eli)
