"""Form controls are written without templates, and are what Django's own templates write."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from programs.web.forms.dates import DateWidget
from programs.web.forms.drawing import DRAWN, Drawing

NASTY = "\"><script>'&amp; ü"
CHOICES = [("", "None"), (1, NASTY), ("Rivers", [("a", mark_safe("<b>Amber</b>")), (None, gettext_lazy("Open"))])]
ATTRS = {
    "id": "id_x",
    "required": True,
    "disabled": False,
    "maxlength": 40,
    "data-note": NASTY,
    "aria-label": gettext_lazy("Open"),
}
CONTROLS = [
    (forms.TextInput(), [None, "", "plain", NASTY, 0, mark_safe("a &amp; b")]),
    (forms.NumberInput(), [None, 0, 2.5, "3"]),
    (forms.HiddenInput(), [NASTY, 7]),
    (forms.EmailInput(), ["a@example.test"]),
    (forms.PasswordInput(), ["secret"]),
    (forms.FileInput(), [None]),
    (forms.CheckboxInput(), [True, False, None, "on"]),
    (forms.Textarea(), [None, "", NASTY, "two\nlines"]),
    (forms.Select(choices=CHOICES), [None, "", 1, "1", "a", NASTY]),
    (forms.SelectMultiple(choices=CHOICES), [[], [1, "a"]]),
    (forms.NullBooleanSelect(), [None, True]),
]


def squeezed(html: str) -> str:
    """Without the line breaks that a template has between two tags, which no browser shows."""
    return re.sub(r">\s+<", "><", html)


@pytest.mark.parametrize(
    ("widget", "values"), CONTROLS, ids=lambda one: type(one).__name__ if isinstance(one, forms.Widget) else ""
)
@pytest.mark.parametrize("attrs", [{}, ATTRS], ids=["bare", "dressed"])
def test_a_control_is_what_django_writes(widget, values, attrs):
    assert widget.template_name in DRAWN
    for value in values:
        ours, theirs = (widget.render("x", value, attrs, renderer) for renderer in (Drawing(), TemplatesSetting()))
        assert squeezed(ours) == squeezed(theirs)


@pytest.mark.parametrize("widget", [forms.RadioSelect(choices=CHOICES), forms.CheckboxSelectMultiple(choices=CHOICES)])
def test_what_is_chosen_from_is_what_django_writes(widget):
    for value in ([], ["a"]):
        ours, theirs = (widget.render("x", value, ATTRS, renderer) for renderer in (Drawing(), TemplatesSetting()))
        assert squeezed(ours) == squeezed(theirs)


def test_a_date_says_back_which_day_it_is():
    widget = DateWidget()
    widget.today = date(2027, 3, 3)
    said = widget.render('d"', date(2027, 3, 12), {"data-date": ""}, Drawing())
    assert said.startswith('<input type="text" name="d&quot;" value="12 Mar 2027" data-date="" hx-get="/')
    assert 'hx-params="d&quot;">' in said
    assert said.endswith('aria-live="polite">Fri 12 Mar (in 9 days)</p>')
