"""The tags and filters of every template: `{% load longpole %}`. What they write is decided in programs/web."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.forms import widgets

from programs.web import attribution, map_markup, marks, wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.forms import BaseForm, BoundField
    from django.template import RequestContext
    from django.utils.safestring import SafeString

register = template.Library()

register.filter("day", wording.day)
register.filter("day_in", wording.day_in)
register.filter("away", wording.away)
register.filter("short_day", wording.short_day)
register.filter("full_day", wording.full_day)
register.filter("moment", wording.moment)
register.filter("wd", wording.working_days)
register.filter("late", wording.late)
register.filter("lag", wording.lag)
register.filter("late_class", wording.late_class)
register.filter("slip", wording.slip)
register.filter("d", wording.days_short)
register.filter("why_moved", attribution.sentence)
register.filter("moved_by", attribution.parts)
register.filter("cause", attribution.cause)
register.filter("chance", wording.chance)
register.filter("count", wording.count)
register.filter("plain_number", wording.number)
register.filter("initials", wording.initials)
register.filter("state", marks.state)
register.filter("state_label", marks.label)

register.simple_tag(marks.glyph, name="glyph")
register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.symbol, name="symbol")
register.simple_tag(marks.status, name="status")
register.simple_tag(marks.badge, name="status_badge")
register.simple_tag(marks.badge, name="health_badge")
register.simple_tag(marks.avatar, name="avatar")
register.simple_tag(marks.who, name="who")
register.simple_tag(marks.axis_head, name="axis_head")
register.simple_tag(wording.span, name="span")
register.simple_tag(map_markup.cards)
register.simple_tag(map_markup.sums)
register.simple_tag(map_markup.lines)


@register.simple_tag
def range_mark(
    axis: object, code: object, target: date | None = None, forecast: date | None = None, sure_by: date | None = None
) -> SafeString:
    """`{% range_mark axis row.health target=row.target forecast=row.finish %}` with an `Axis` from programs/maps/axis.py."""
    return marks.range_mark(axis, code=code, target=target, forecast=forecast, sure_by=sure_by)  # type: ignore[arg-type]


@register.simple_tag
def drift(points: list[tuple[date, date]], target: date | None, words: str) -> SafeString:
    """`{% drift points target sentence %}`: forecast finish by day against the target."""
    return marks.drift(points, target=target, words=words)


@register.filter
def of(found: Mapping[Any, Any], key: object) -> Any:
    """What is kept under a key; None without it."""
    return found.get(key)


@register.filter
def share(value: float | None) -> int:
    """A number as a whole per cent from 0 to 100, for the classes `.w-N` and `.x-N`."""
    return round(min(100.0, max(0.0, float(value or 0))))


@register.simple_tag(takes_context=True)
def toggled(context: RequestContext, name: str, value: object) -> str:
    """The query string with one value of a repeated filter switched on or off, back on the first page."""
    query = context["request"].GET.copy()
    wanted, kept = str(value), query.getlist(name)
    query.setlist(name, [item for item in kept if item != wanted] if wanted in kept else [*kept, wanted])
    query.pop("page", None)
    return f"?{query.urlencode()}"


_TICKS = (widgets.CheckboxInput, widgets.CheckboxSelectMultiple, widgets.RadioSelect)


@register.filter
def unsigned(value: float) -> float:
    """A number of days without its direction."""
    return abs(value)


@register.filter
def kind(field: BoundField) -> str:
    """What sort of control a form field is: check, choices, status, file or line."""
    widget = field.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "status" if widget.attrs.get("data-status") else "choices"
    return "line"


@register.simple_tag
def control(field: BoundField, css: str = "", **attrs: str) -> SafeString:
    """The field's own widget, dressed for the design: `{% control form.name css="w-m" placeholder="…" %}`.

    Django adds aria-invalid and aria-describedby; the ids match those of components/field.html.
    """
    given = dict(field.field.widget.attrs)
    look = [given.get("class", ""), css]
    if not isinstance(field.field.widget, _TICKS):
        look.insert(0, "inp")
    names = {key.replace("_", "-"): value for key, value in attrs.items()}
    dressed = {**given, **names, "class": " ".join(part for part in look if part)}
    if not dressed["class"]:
        del dressed["class"]
    return field.as_widget(attrs=dressed)


@register.simple_tag
def symbol_for(code: object) -> SafeString:
    """The glyph of a status without its label, for where the label stands beside it."""
    return marks.symbol(f"g-{marks.STATES[marks.state(code)][0]}", 14)


@register.filter
def problems(form: BaseForm) -> list[dict[str, str]]:
    """Everything wrong with a form, in the order of its fields, each with where to fix it."""
    found = [{"target": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        target = field.id_for_label or f"{field.auto_id}_box"
        found += [{"target": target, "label": str(field.label), "text": str(text)} for text in field.errors]
    return found


@register.filter
def rows(form: BaseForm) -> list[list[BoundField]]:
    """The fields as the form's own `rows` groups them; what it does not name comes last, one to a row."""
    grouped = [[form[name] for name in row if name in form.fields] for row in getattr(form, "rows", ())]
    named = {name for row in getattr(form, "rows", ()) for name in row} | set(getattr(form, "folded", ()))
    return [row for row in grouped if row] + [[field] for field in form.visible_fields() if field.name not in named]


@register.filter
def folded_fields(form: BaseForm) -> list[BoundField]:
    """The fields a form keeps under "More"."""
    return [form[name] for name in getattr(form, "folded", ()) if name in form.fields]


@register.filter
def folded_wrong(form: BaseForm) -> bool:
    """Whether something under "More" needs fixing, so that it must stand open."""
    return any(field.errors for field in folded_fields(form))
