"""My work: what a person is asked, and what the links in mails open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import my_work as desk

if TYPE_CHECKING:
    from programs.queries.my_work_asks import BlockerAsk, MilestoneAsk
    from programs.web.posting import PersonRequest

ANSWERS = frozenset({"cleared", "same", "date", "on_track", "at_risk", "blocked", "done"})


@require_safe
def my_work(request: PersonRequest) -> HttpResponse:
    """The page. `?item=B-31&answer=same` selects a question and the answer a mail offered; nothing is saved by looking."""
    view = desk.my_work(request.user, at=timezone.now())
    item, answer = request.GET.get("item", "")[:120], request.GET.get("answer", "")
    items = _items(view)
    chosen = next((name for name in items if item and (name == item or name.partition(":")[2] == item)), "")
    context = {
        "view": view,
        "asks": view.asked,
        "chosen": chosen or (items[0] if items else ""),
        "answer": answer if chosen and answer in ANSWERS else "",
        "from_mail": bool(item),
        "already": bool(item) and not chosen,
        "item": item.partition(":")[2] or item,
    }
    return render(request, "my_work/page.html", context)


def _items(view: desk.MyWork) -> list[str]:
    return [ask.item for ask in view.blockers] + [ask.item for ask in view.milestones] + [ask.item for ask in view.standing]


def card(request: PersonRequest) -> tuple[str, dict[str, Any]] | None:
    """The template of the card a swap asked for, with what it needs; None when nothing is asked there any more."""
    wanted = request.headers.get("HX-Target", "")
    view = desk.my_work(request.user, at=timezone.now())
    cards: list[tuple[str, BlockerAsk | MilestoneAsk]] = [
        *(("my_work/_blocker.html", ask) for ask in (*view.blockers, *view.standing)),
        *(("my_work/_milestone.html", ask) for ask in view.milestones),
    ]
    for template, ask in cards:
        if wanted == f"ask-{ask.item.replace(':', '-', 1)}":
            return template, {"ask": ask, "chosen": _items(view)[0], "answer": ""}
    return None
