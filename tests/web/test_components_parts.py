"""Every component that pages include, rendered with what its first line says it needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

SIDE = {
    "label": "Expected clear",
    "name": "expected",
    "theirs": "Thu 11 Mar",
    "yours": "Fri 12 Mar",
    "theirs_value": "2027-03-11",
}
NEEDED: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "conflict": (
        {
            "who": "Sec lead",
            "when": datetime(2027, 3, 3, 8, 38, tzinfo=UTC),
            "rows": [
                {**SIDE, "yours_value": "2027-03-12"},
                {"name": "status", "label": "Status", "same": True, "note": "Blocked, the same in both"},
            ],
            "version": 4,
            "form": forms.Form(),
            "history_url": "/history",
        },
        ("Sec lead saved this", 'value="2027-03-12" checked', "Thu 11 Mar", "the same in both", 'name="version" value="4"'),
    ),
    "dialog": (
        {
            "id": "apply",
            "title": "Apply to the plan?",
            "text": "7 milestones move.",
            "action": "/apply",
            "submit_label": "Apply 2 changes",
        },
        ('aria-labelledby="apply-h"', "Apply 2 changes", "formnovalidate"),
    ),
    "empty": (
        {"title": "Nothing is blocked", "text": "It shows here.", "action_url": "/new", "action_label": "Blocker"},
        ("Nothing is blocked", 'href="/new"'),
    ),
    "filter_bar": (
        {
            "filters": [
                {"name": "status", "label": "Status", "value": "blocked", "value_label": "Blocked", "clear_url": "?"},
                {"name": "ws", "label": "Workstream", "value": "", "choices": [("SEC", "Security")]},
            ],
            "q": "pen",
            "shown": 3,
            "total": 62,
            "results": "results",
        },
        ("Status: Blocked", '<option value="SEC">Security</option>', "3 of 62", 'hx-target="#results"', 'value="pen"'),
    ),
    "more": ({"page": Paginator(range(450), 200).page(1), "target": "#rows"}, ("Show 200 more", "?page=2")),
    "note": (
        {"kind": "bad", "lead": "Not saved.", "text": "No answer.", "close": True},
        ('role="alert"', "Not saved.", "data-close-note"),
    ),
    "palette_results": (
        {
            "groups": [
                {
                    "label": "Best matches",
                    "rows": [{"url": "/x", "title": "<b>Pen", "key": "SEC-3", "state": "blocked", "hint": "Critical"}],
                }
            ]
        },
        ('data-href="/x"', "&lt;b&gt;Pen", "SEC-3", "Critical"),
    ),
    "skeleton": ({}, ('aria-busy="true"',)),
    "status_control": (
        {
            "name": "status",
            "value": "blocked",
            "options": [("on_track", "track", "On track"), ("blocked", "blocked", "Blocked")],
            "label": "Status",
        },
        ('value="blocked" checked', 'data-key="2"', "s-track"),
    ),
    "toast_oob": (
        {"text": "B-31 cleared.", "undo_url": "/undo/1", "undo_fields": {"version": 3}},
        ("beforeend:#toasts", 'action="/undo/1"', "Undo"),
    ),
    "working_out": ({"url": "/headline", "was": date(2027, 6, 21)}, ("load delay:700ms", "Working out")),
}


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_component_is_drawn_with_what_it_needs(name: str) -> None:
    needs, shown = NEEDED[name]
    html = render_to_string(f"components/{name}.html", needs, RequestFactory().get("/list"))
    assert [text for text in shown if text not in html] == []
    assert "style=" not in html


def test_people_are_picked_from_a_list_with_nobody_on_top() -> None:
    class Ask(forms.Form):
        owner = forms.ChoiceField(choices=[("", "Nobody yet"), ("7", "Network engineer")], required=False)

    html = render_to_string("components/person_picker.html", {"field": Ask()["owner"]})
    assert html.index("Nobody yet") < html.index("Network engineer")
    assert 'for="id_owner"' in html


def test_the_last_page_offers_no_more() -> None:
    html = render_to_string("components/more.html", {"page": Paginator(range(450), 200).page(3)}, RequestFactory().get("/list"))
    assert "Show" not in html


def test_messages_are_toasts_when_good_and_notes_when_bad() -> None:
    good = SimpleNamespace(level_tag="success", extra_tags="/undo/1")
    bad = SimpleNamespace(level_tag="error", extra_tags="")
    toasts = render_to_string("components/toasts.html", {"messages": [good, bad]}, RequestFactory().get("/"))
    notes = render_to_string("components/messages.html", {"messages": [good, bad]})
    assert toasts.count("data-toast") == 1
    assert notes.count('role="alert"') == 1
