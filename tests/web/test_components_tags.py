"""The words, marks and controls that every page is made of."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from programs.maps.axis import Axis
from programs.web import marks, wording

TODAY = date(2027, 3, 3)


def render(source: str, **context: object) -> str:
    """What a template with our tags writes."""
    return Template("{% load longpole %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2027, 3, 12), "Fri 12 Mar"),
        (date(2026, 12, 4), "Fri 4 Dec 2026"),
        (None, ""),
    ],
)
def test_a_year_is_written_only_when_it_is_another(value: date | None, words: str) -> None:
    assert wording.day(value, TODAY) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2027, 3, 12), "Fri 12 Mar (in 9 days)"),
        (date(2027, 3, 3), "Wed 3 Mar (today)"),
        (date(2027, 3, 4), "Thu 4 Mar (tomorrow)"),
        (date(2027, 3, 2), "Tue 2 Mar (yesterday)"),
        (date(2027, 2, 12), "Fri 12 Feb (19 days ago)"),
    ],
)
def test_a_distance_follows_its_date(value: date, words: str) -> None:
    assert render("{{ value|day_in:today }}", value=value, today=TODAY) == words


def test_a_short_date_says_its_year_where_another_could_be_meant() -> None:
    assert wording.short_day(date(2027, 12, 20), TODAY) == "20 Dec"
    assert wording.short_day(date(2028, 3, 12), TODAY) == "12 Mar 2028"
    assert wording.short_day(date(2026, 3, 12), TODAY) == "12 Mar 2026"


def test_a_span_names_the_month_once() -> None:
    assert wording.span(date(2027, 3, 3), date(2027, 3, 17), TODAY) == "Wed 3 to Wed 17 Mar"
    assert wording.span(date(2027, 3, 29), date(2027, 4, 2), TODAY) == "Mon 29 Mar to Fri 2 Apr"
    assert wording.span(None, date(2027, 4, 2), TODAY) == "Fri 2 Apr"


def test_a_moment_is_told_in_the_readers_zone() -> None:
    with timezone.override("Europe/Berlin"):
        assert wording.moment(datetime(2027, 3, 2, 23, 20, tzinfo=UTC), TODAY) == "Wed 3 Mar, 00:20"
        assert wording.day(datetime(2027, 3, 2, 23, 20, tzinfo=UTC), TODAY) == "Wed 3 Mar"


@pytest.mark.parametrize(
    ("days", "words", "short", "colour"),
    [
        (6, "6 working days late", "+6 d", "late"),
        (1.0, "1 working day late", "+1 d", "late"),
        (2.5, "2.5 working days late", "+2.5 d", "late"),
        (0, "on time", "on time", ""),
        (-0.01, "on time", "on time", ""),
        (-2, "2 working days early", "−2 d", "early"),
        (None, "", "", ""),
    ],
)
def test_late_and_early(days: float | None, words: str, short: str, colour: str) -> None:
    assert render("{{ n|late }}/{{ n|slip }}/{{ n|late_class }}", n=days) == f"{words}/{short}/{colour}"


def test_sizes_have_no_direction() -> None:
    assert render("{{ n|wd }}, {{ n|d }}", n=-3) == "3 working days, -3 d"
    assert render("{{ n|wd }}", n=1) == "1 working day"
    assert render("{{ n|wd }}", n=1.04) == "1 working day"  # as it is written, so it is spoken


def test_dates_follow_the_language() -> None:
    with translation.override("de"):
        assert "Mär" in wording.day(date(2027, 3, 12), TODAY)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Network engineer", "NE"), ("Tess", "TE"), ("Jean-Luc Picard", "JP"), ("", "–"), ("Ana de la Cruz", "AC")],
)
def test_initials(name: str, letters: str) -> None:
    assert render("{{ person|initials }}", person=SimpleNamespace(name=name)) == letters


@pytest.mark.parametrize(
    ("code", "colour", "shape", "label"),
    [
        ("on_track", "track", "g-track", "On track"),
        ("at_risk", "risk", "g-risk", "At risk"),
        ("off_track", "off", "g-off", "Off track"),
        ("blocked", "blocked", "g-blocked", "Blocked"),
        ("done", "done", "g-done", "Done"),
        ("not_started", "todo", "g-todo", "Not started"),
        ("in_progress", "todo", "g-doing", "In progress"),
        ("stale", "stale", "g-stale", "No update"),
        ("track", "track", "g-track", "On track"),
        ("nonsense", "stale", "g-stale", "Unknown"),
        ("", "stale", "g-stale", "No forecast"),
    ],
)
def test_a_status_is_shape_label_and_colour(code: str, colour: str, shape: str, label: str) -> None:
    for tag in ("glyph", "status", "status_badge", "health_badge"):
        html = render(f"{{% {tag} code %}}", code=code)
        assert f"s-{colour}" in html
        assert re.sub("<svg[^>]*>", "", marks.symbol(shape, 14)) in html
        assert label in html
        assert "style=" not in html


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"status": "done", "said": "at_risk"}, "done"),
        ({"status": "in_progress", "said": "on_track"}, "track"),
        ({"status": "in_progress", "said": "on_track", "blocked": True}, "blocked"),
        ({"status": "in_progress", "said": "on_track", "silent": True}, "stale"),
        ({"status": "in_progress"}, "doing"),
        ({"status": "not_started", "said": "on_track"}, "todo"),
        ({"status": "not_started", "said": "at_risk"}, "risk"),
        ({"status": "blocked"}, "blocked"),
    ],
)
def test_one_glyph_says_where_a_milestone_stands(given: dict[str, object], shown: str) -> None:
    assert marks.milestone_state(**given) == shown  # type: ignore[arg-type]


def test_people_are_neutral_initials_beside_their_name() -> None:
    html = render("{% who person %}", person=SimpleNamespace(name="<b>Eve</b> Ng"))
    assert "&lt;b&gt;Eve" in html
    assert "Nobody yet" in render("{% who person %}", person=None)


def test_every_drawing_the_tags_name_is_in_the_sprite(settings: object) -> None:
    sheet = (settings.BASE_DIR / "static/icons/sprite.svg").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for drawing, _colour, _label in marks.STATES.values():
        assert f'id="g-{drawing}"' in sheet


def test_a_range_mark_says_its_dates() -> None:
    axis = Axis(date(2027, 3, 1), date(2027, 8, 1))
    html = render(
        "{% range_mark axis 'off_track' target=target forecast=forecast sure_by=sure %}{% axis_head axis %}",
        axis=axis,
        target=date(2027, 6, 11),
        forecast=date(2027, 6, 21),
        sure=date(2027, 6, 28),
    )
    assert 'role="img"' in html
    assert "Target Fri 11 Jun" in html
    assert "80% sure by Mon 28 Jun" in html
    assert "style=" not in html
    assert "No dates yet" in render("{% range_mark axis '' %}", axis=axis)


def test_a_drift_line_needs_only_one_reading() -> None:
    one = [(date(2027, 3, 3), date(2027, 6, 21))]
    assert "circle" in render("{% drift points target 'words' %}", points=one, target=None)
    many = [(date(2027, 1, 6), date(2027, 6, 7)), *one]
    html = render("{% drift points target 'From Mon 7 Jun' %}", points=many, target=date(2027, 6, 11))
    assert 'aria-label="From Mon 7 Jun"' in html
    assert render("{% drift points None '' %}", points=[]) == ""


def test_a_filter_value_is_switched_in_the_address() -> None:
    request = RequestFactory().get("/", {"status": ["blocked", "done"], "q": "pen", "page": "2"})
    template = Template("{% load longpole %}{% toggled 'status' 'done' %} {% toggled 'status' 'todo' %}")
    off, added = template.render(RequestContext(request, {})).replace("&amp;", "&").split(" ")
    assert off == "?status=blocked&q=pen"
    assert added == "?status=blocked&status=done&status=todo&q=pen"


class Sample(forms.Form):
    """Every kind of control."""

    rows = (("name",), ("start", "target"))
    folded = ("note",)
    name = forms.CharField(label="Name", help_text="What people call it.")
    start = forms.DateField(required=False)
    target = forms.DateField()
    note = forms.CharField(required=False, widget=forms.Textarea, max_length=3)
    tell = forms.BooleanField(required=False, label="Tell the owners")
    said = forms.ChoiceField(
        choices=[("on_track", "On track"), ("blocked", "Blocked")], widget=forms.RadioSelect(attrs={"data-status": "1"})
    )


def form_html(form: forms.Form) -> str:
    """The form as pages include it."""
    request = RequestFactory().get("/")
    source = '{% include "components/form.html" with submit_label="Save" cancel_url="/" version=3 %}'
    return Template(source).render(RequestContext(request, {"form": form}))


def test_a_form_has_labels_hints_and_rows() -> None:
    html = form_html(Sample())
    assert html.count('class="two-up"') == 1
    assert 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert '<label class="s-track"' in html
    assert 'name="version" value="3"' in html
    assert "things to fix" not in html
    assert "style=" not in html


def test_what_is_wrong_is_said_on_top_and_under_the_field() -> None:
    html = form_html(Sample({"note": "too long"}))
    assert "4 things to fix" in html
    assert "data-focus" in html
    assert 'href="#id_name"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "<details open>" in html
