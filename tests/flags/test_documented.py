"""What the guide says of the flags is what the rules say of themselves."""

from pathlib import Path

import pytest

from programs.flags.raise_flags import MODULES
from programs.flags.types import RULES, Thresholds

GUIDE = (Path(__file__).resolve().parents[2] / "docs/guide/flags.md").read_text("utf-8")


def test_the_rules_are_registered():
    assert MODULES
    assert len(RULES) == 13


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_is_in_the_guide_in_its_own_words(rule):
    line = next((line for line in GUIDE.splitlines() if line.startswith(f"| {rule.label} |")), None)
    assert line is not None, f"docs/guide/flags.md has no row for “{rule.label}”"
    assert rule.meaning in line


@pytest.mark.parametrize("name", Thresholds.__slots__)
def test_every_threshold_is_in_the_guide_with_its_default(name):
    assert f"| {name} | {getattr(Thresholds(), name):g} |" in GUIDE
