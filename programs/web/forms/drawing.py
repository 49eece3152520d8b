"""Form controls, written without a template each: a page holds dozens, and a select asks for one template per choice.

What is written is what Django's own templates write, attribute by attribute; what is not named here goes to its template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.forms.renderers import TemplatesSetting
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django.http import HttpRequest

Words = Mapping[str, Any]
INPUTS = (
    "checkbox",
    "color",
    "date",
    "datetime",
    "email",
    "file",
    "hidden",
    "number",
    "password",
    "search",
    "tel",
    "text",
    "url",
)


class Drawing(TemplatesSetting):
    """The renderer of every form (FORM_RENDERER)."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Write one control."""
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def attributes(widget: Words) -> SafeString:
    """Every attribute: True stands alone, False not at all."""
    pairs = ((name, value) for name, value in widget["attrs"].items() if value is not False)
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in pairs))


def _attribute(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))


def line(widget: Words) -> SafeString:
    """An input of one line, a box to tick, or one nobody sees."""
    value = widget["value"]
    held = "" if value is None else format_html(' value="{}"', str(value))
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], held, attributes(widget))


def option(widget: Words) -> SafeString:
    """One of several to choose from, in its label."""
    if not widget.get("wrap_label"):
        return line(widget)
    place = widget["attrs"].get("id")
    points = format_html(' for="{}"', place) if place else ""
    return format_html("<label{}>{} {}</label>", points, line(widget), widget["label"])


def day(widget: Words) -> SafeString:
    """A date in words: the server says back which day was read, at once and while somebody types."""
    held = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="text" name="{name}"{held}{attributes} hx-get="{address}" hx-trigger="input changed delay:250ms"'
        ' hx-target="next .echo" hx-swap="innerHTML" hx-sync="this:replace" hx-params="{name}">'
        '<p class="hint echo num" aria-live="polite">{said}</p>',
        name=widget["name"],
        held=held,
        attributes=attributes(widget),
        address=reverse("date-in-words"),
        said=widget["said"],
    )


def text(widget: Words) -> SafeString:
    """Several lines."""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes(widget), widget["value"] or "")


def select(widget: Words) -> SafeString:
    """A choice, in groups where there are any."""
    return format_html('<select name="{}"{}>{}</select>', widget["name"], attributes(widget), _groups(widget["optgroups"]))


def _groups(groups: list[tuple[str | None, list[Words], int]]) -> SafeString:
    return format_html_join("", "{}", ((_group(name, options),) for name, options, _place in groups))


def _group(name: str | None, options: list[Words]) -> SafeString:
    rows = ((str(one["value"]), attributes(one) if one["attrs"] else "", one["label"]) for one in options)
    choices = format_html_join("", '<option value="{}"{}>{}</option>', rows)
    return format_html('<optgroup label="{}">{}</optgroup>', name, choices) if name else choices


DRAWN: dict[str, Callable[[Words], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": line for name in INPUTS},
    **{f"django/forms/widgets/{name}_option.html": option for name in ("radio", "checkbox")},
    "forms/date": day,
    "django/forms/widgets/textarea.html": text,
    "django/forms/widgets/select.html": select,
}
"""Which control is written by what."""
