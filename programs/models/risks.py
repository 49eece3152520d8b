"""What is written down before it hurts: risks that may happen, assumptions that may prove wrong, issues that are there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from programs.models.choices import RiskKind, RiskResponse, RiskStatus, Scale
from programs.models.fields import Sourced, Versioned, day_field, days_field, line_field, name_field
from programs.models.text import MILESTONE_NAME_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

ODDS = {1: 10, 2: 30, 3: 50, 4: 70, 5: 90}  # percent that a likelihood of one to five stands for, where nobody gave a number
PREFIXES = {RiskKind.RISK: "R", RiskKind.ASSUMPTION: "A", RiskKind.ISSUE: "I"}


def scale_field() -> models.PositiveSmallIntegerField:
    """One to five, or not judged."""
    return models.PositiveSmallIntegerField(
        choices=Scale.choices, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


def percent_field() -> models.PositiveSmallIntegerField:
    """Whole percent, or not said."""
    return models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)])


def _within(field: str, low: int, high: int) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (low, high)})


class Risk(Versioned, Sourced):
    """Something that may stop or slow the work. Screens write R-17; A-17 for an assumption, I-17 for an issue.

    `milestone` is what it threatens first; `strikes` are further milestones and links it delays when it happens. `chance` is the
    probability in percent where somebody knows better than the scale; `days_low` and `days_high` are the working days it adds.
    The `residual_…` fields say how it stands once the response works.
    """

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="risks")
    workstream = models.ForeignKey("programs.Workstream", null=True, blank=True, on_delete=models.SET_NULL, related_name="risks")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.SET_NULL, related_name="risks")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=RiskKind.choices, default=RiskKind.RISK)
    title = name_field(MILESTONE_NAME_LIMIT)
    category = line_field(200)
    status = models.CharField(max_length=12, choices=RiskStatus.choices, default=RiskStatus.OPEN)
    status_raw = line_field(200)
    probability = scale_field()
    impact = scale_field()
    chance = percent_field()
    days_low = days_field()
    days_high = days_field()
    owner = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="risks")
    raised_on = day_field()
    review_on = day_field()
    closed_on = day_field()
    trigger = line_field(500)  # how people will notice that it happens
    trigger_on = day_field()  # the day by which it shows
    response = models.CharField(max_length=12, choices=RiskResponse.choices, blank=True, default="")
    response_raw = line_field(500)
    response_text = line_field(500)  # what is done about it, in words
    residual_probability = scale_field()
    residual_impact = scale_field()
    residual_chance = percent_field()
    note = line_field(500)
    so_what = line_field(500)
    url = models.URLField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="risk_number"),
            models.UniqueConstraint(fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="risk_source"),
            models.CheckConstraint(condition=_within("probability", 1, 5), name="probability_in_range"),
            models.CheckConstraint(condition=_within("impact", 1, 5), name="impact_in_range"),
            models.CheckConstraint(condition=_within("chance", 0, 100), name="chance_in_range"),
            models.CheckConstraint(condition=_within("residual_probability", 1, 5), name="residual_probability_in_range"),
            models.CheckConstraint(condition=_within("residual_impact", 1, 5), name="residual_impact_in_range"),
            models.CheckConstraint(condition=_within("residual_chance", 0, 100), name="residual_chance_in_range"),
        ]
        indexes = [models.Index(fields=["program", "status"])]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """The name people use for it."""
        return f"{PREFIXES[RiskKind(self.kind)]}-{self.number}"

    @property
    def score(self) -> int | None:
        """Likelihood times impact, 1 to 25; None until both are judged."""
        return self.probability * self.impact if self.probability and self.impact else None

    @property
    def residual_score(self) -> int | None:
        """The score once the response works; None until both are judged."""
        return self.residual_probability * self.residual_impact if self.residual_probability and self.residual_impact else None

    @property
    def odds(self) -> int | None:
        """Percent that it happens: as somebody said, else as the scale stands for; None when neither is known."""
        return _odds(self.chance, self.probability)

    @property
    def residual_odds(self) -> int | None:
        """Percent that it happens all the same once the response works."""
        return _odds(self.residual_chance, self.residual_probability)

    @property
    def days(self) -> tuple[Decimal, Decimal] | None:
        """Working days it adds, least and most; None when nobody said."""
        return None if self.days_high is None else (self.days_low or Decimal(0), self.days_high)

    def answered(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The values a response leaves, with the numbers that go with them.

        Percent and days spoke of the risk as it was. Where its likelihood becomes what the register says is left (nothing said:
        the least step), the percent that are left take their place; otherwise the scale counts.
        """
        values = dict(answer)
        if "probability" in values:
            left = values["probability"] == (self.residual_probability or min(ODDS))
            values.setdefault("chance", self.residual_chance if left else None)
        if "impact" in values:
            values.setdefault("days_low", None)
            values.setdefault("days_high", None)
        return values


class Strike(models.Model):
    """One more thing a risk delays when it happens: a milestone, or a link (felt by the one that waits)."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="strikes")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.CASCADE, related_name="strikes")
    dependency = models.ForeignKey("programs.Dependency", null=True, blank=True, on_delete=models.CASCADE, related_name="strikes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["risk", "milestone"], name="strike_milestone_once"),
            models.UniqueConstraint(fields=["risk", "dependency"], name="strike_link_once"),
            models.CheckConstraint(
                condition=Q(milestone__isnull=True, dependency__isnull=False)
                | Q(milestone__isnull=False, dependency__isnull=True),
                name="strike_one_thing",
            ),
        ]


def _odds(chance: int | None, scale: int | None) -> int | None:
    return chance if chance is not None else ODDS.get(scale or 0)
