"""What is not documented does not exist: every setting is in docs/settings.md, and nothing else is."""

from __future__ import annotations

import re
from dataclasses import fields

from django.conf import settings

from tracker.limits import Limits

DOCUMENT = settings.BASE_DIR / "docs" / "settings.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]+) \|", re.MULTILINE)


def read_by_the_code() -> set[str]:
    source = (settings.BASE_DIR / "tracker" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'\benv\.[a-z_]+\(\s*"([A-Z_]+)"', source))


def documented() -> dict[str, str]:
    return {name: default.strip() for name, default in ROW.findall(DOCUMENT.read_text(encoding="utf-8"))}


def test_every_setting_is_documented_and_every_documented_one_exists():
    limits = {f"LIMIT_{each.name.upper()}" for each in fields(Limits)}
    assert set(documented()) == read_by_the_code() | limits


def test_the_documented_limits_are_the_real_ones():
    rows = documented()
    for each in fields(Limits):
        assert rows[f"LIMIT_{each.name.upper()}"].replace(",", "") == str(each.default)


def test_the_example_names_only_settings_that_exist():
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    assert named
    assert named - {"POSTGRES_PASSWORD"} <= set(documented())
