"""Reasons, history and states in templates: `{% load reasons %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from programs.web import marks, reasons
from programs.web.ways import called as way_words

if TYPE_CHECKING:
    from programs.models import Milestone

register = template.Library()

register.filter("why", reasons.why)
register.filter("flag_text", reasons.flag_text)
register.filter("event_text", reasons.event_text)
register.filter("told", reasons.told)
register.filter("event_html", reasons.event_html)
register.filter("spelled", reasons.spelled)
register.filter("way_words", way_words)


@register.filter
def milestone_state(milestone: Milestone) -> str:
    """The one state a glyph shows for a milestone: `{% glyph milestone|milestone_state %}`."""
    timing = getattr(milestone, "timing", None)
    return marks.milestone_state(milestone.status, milestone.said, blocked=bool(timing and timing.blocked))
