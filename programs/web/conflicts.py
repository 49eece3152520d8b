"""Somebody else saved in between: what only one side touched is merged, the rest is shown side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.forms import BooleanField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.actions import values
from programs.models import Milestone
from programs.queries import choosing, history
from programs.web import respond, wording

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from programs.actions.errors import Stale
    from programs.web.forms.base import Base


@dataclass(frozen=True, slots=True)
class Side:
    """One field of the form, as both people have it."""

    name: str
    label: str
    was: str = ""  # what both set out from; empty where the page did not say
    theirs: str = ""
    yours: str = ""
    theirs_value: str = ""
    yours_value: str = ""
    same: bool = False
    kept: tuple[str, ...] = ()  # what goes back to the server of a field nobody has to choose
    note: str = ""  # empty where nobody changed anything: such a field is not shown
    theirs_effect: str = ""
    yours_effect: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The hidden fields that stay in the form while a person chooses."""

    fields: tuple[Any, ...] = ()

    def hidden_fields(self) -> tuple[Any, ...]:
        """Those that components/conflict.html repeats."""
        return self.fields


@dataclass(frozen=True, slots=True)
class Gone:
    """What is told of a row that was deleted while somebody edited it."""

    sentence: str
    typed: list[tuple[str, str]] = field(default_factory=list)


def answer(request: HttpRequest, form: Base, stale: Stale) -> HttpResponse:
    """409: the choice, or, when the row is gone, the sentence and what was typed."""
    if stale.current is None:
        typed = [(str(form.fields[name].label), shown(form, name, value)) for name, value in form.given().items() if value]
        gone = {"gone": Gone(stale.message, typed)}
        return respond.page_or_part(request, "conflict/gone_page.html", "conflict/gone.html", gone, status=respond.CONFLICT)
    last = history.last_change(stale.current)
    rows = with_effects(sides(form, stale), stale)
    context = {
        "who": last.by.name if last and last.by else "",
        "when": last.at if last else None,
        "rows": rows,
        "differ": len(stale.fields),
        "history_url": _history(stale.current),
        "form": Kept(),
        "action": request.get_full_path(),
        "stays": request.POST.get("from") == "list" and respond.wants_part(request),
        "again_url": respond.came_from(request),
        "version": getattr(stale.current, "version", 0),
    }
    return respond.page_or_part(request, "conflict/page.html", "conflict/part.html", context, status=respond.CONFLICT)


def _history(row: Any) -> str:
    """Where everything that happened to it is listed."""
    if isinstance(row, Milestone):
        return f"{reverse('milestone', args=(row.program.slug, row.key))}#activity"
    return reverse("program-changes", args=(row.program.slug,)) if getattr(row, "program", None) else ""


def sides(form: Base, stale: Stale) -> list[Side]:
    """Every field: a choice where both changed it, else the merged value with a word on whose it is."""
    given = form.given()
    rows = [_side(form, stale, name, yours) for name, yours in given.items() if name in form.fields]
    rest = [name for name in form.fields if name not in given and name not in form.meant_for_page]
    rows += [Side(name, str(form.fields[name].label), same=True, kept=_as_posted(form, name)) for name in rest]
    return sorted(rows, key=lambda row: row.same)


def with_effects(rows: list[Side], stale: Stale) -> list[Side]:
    """The same, each choice with the finish it leads to, where that can be worked out while somebody waits."""
    pairs = {name: (stale.theirs.get(name), stale.yours.get(name)) for name in stale.fields}
    found = choosing.finishes(stale.current, pairs, at=timezone.now())
    told = []
    for row in rows:
        theirs, yours = found.get(row.name, (None, None))
        told.append(replace(row, theirs_effect=_finish(theirs), yours_effect=_finish(yours)) if theirs != yours else row)
    return told


def _finish(day: date | None) -> str:
    return _("finish %(day)s") % {"day": wording.day(day)} if day else _("no finish")


def _side(form: Base, stale: Stale, name: str, typed: Any) -> Side:
    label = str(form.fields[name].label)
    yours = stale.yours.get(name, typed)
    theirs = stale.theirs.get(name, getattr(stale.current, name, yours))
    base = stale.base.get(name, theirs)
    was = (shown(form, name, base) or _("Empty")) if name in stale.base else ""
    if name in stale.fields:
        return Side(
            name,
            label,
            was,
            theirs=shown(form, name, theirs),
            yours=shown(form, name, yours),
            theirs_value=form.as_written(name, theirs),
            yours_value=form.as_written(name, yours),
        )
    if values.same(theirs, yours):
        return Side(name, label, same=True, kept=_as_posted(form, name))
    if values.same(base, yours):
        note = _("%(value)s, changed only by them") % {"value": shown(form, name, theirs) or _("Empty")}
        return Side(name, label, was, same=True, kept=(form.as_written(name, theirs),), note=note)
    note = _("%(value)s, changed only by you") % {"value": shown(form, name, yours) or _("Empty")}
    return Side(name, label, was, same=True, kept=_as_posted(form, name), note=note)


def _as_posted(form: Base, name: str) -> tuple[str, ...]:
    """What the browser sent for a field, word for word: dates in words, every ticked box."""
    if getattr(form.fields[name], "composite", False):
        return (form.as_written(name, form.cleaned_data.get(name)),)
    posted: Any = form.data
    sent = form.add_prefix(name)
    return tuple(posted.getlist(sent)) if hasattr(posted, "getlist") else tuple(filter(None, [posted.get(sent)]))


def shown(form: Base, name: str, value: Any) -> str:
    """A value as people read it: the words of a choice, a name, a day."""
    choices = dict(getattr(form.fields[name], "choices", None) or ())
    written = form.as_written(name, value)
    if isinstance(form.fields[name], BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(value, list | tuple):
        words = {str(key): label for key, label in choices.items()}
        return ", ".join(str(words.get(str(each), each)) for each in value)
    if written and choices:
        return str(next((label for key, label in choices.items() if str(key) == written), written))
    if hasattr(value, "isoformat"):
        day: date = value
        return wording.day(day)
    return values.readable(value)
