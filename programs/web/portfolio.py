"""The portfolio: leaders' half minute."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries.portfolio import portfolio as read_portfolio
from programs.web import wording
from programs.web.forms import dates

if TYPE_CHECKING:
    from django.http import HttpResponse

    from programs.web.posting import PersonRequest


@require_safe
def portfolio(request: PersonRequest) -> HttpResponse:
    """Every program the reader may see, and what changed since `?since=`, a week ago unless said otherwise."""
    today = wording.today()
    since, unread = _since(request.GET.get("since", ""), today)
    view = read_portfolio(request.user, since=since, today=today, at=timezone.now())
    return render(request, "portfolio/detail.html", {"view": view, "since_problem": unread, "today": today})


def _since(text: str, today: date) -> tuple[date, str]:
    """The day to compare with, and what was wrong with the one asked for. Never after today."""
    usual = today - timedelta(days=7)
    if not text.strip():
        return usual, ""
    try:
        return min(dates.read(text, today), today), ""
    except ValidationError as error:
        return usual, error.messages[0]
