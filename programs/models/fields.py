"""Building blocks every noun shares: where a row came from, and which edit of it this is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _

from programs.models.text import one_line, plain, visible

FIRST_DATE = date(1970, 1, 1)
LAST_DATE = date(2100, 12, 31)
MOST_DAYS = 3650


def plausible(value: date) -> None:
    """Refuse dates no program has: before 1970 or after 2100."""
    if not FIRST_DATE <= value <= LAST_DATE:
        raise ValidationError(_("Use a date from 1970 to 2100, as YYYY-MM-DD."), code="date")


def name_field(limit: int, **extra: object) -> models.CharField:
    """A required one-line name."""
    return models.CharField(max_length=limit, validators=[one_line, visible], **extra)  # type: ignore[arg-type]


def line_field(limit: int = 500, **extra: object) -> models.CharField:
    """An optional line of text; not set is the empty text."""
    return models.CharField(max_length=limit, blank=True, default="", validators=[one_line], **extra)  # type: ignore[arg-type]


def text_field(limit: int = 20_000) -> models.TextField:
    """An optional longer text; not set is the empty text."""
    return models.TextField(blank=True, default="", max_length=limit, validators=[plain])


def day_field() -> models.DateField:
    """An optional calendar date in the program's own time zone."""
    return models.DateField(null=True, blank=True, validators=[plausible])


def days_field(*, lowest: int = 0) -> models.DecimalField:
    """An optional number of days, fractions allowed."""
    return models.DecimalField(
        max_digits=9,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(lowest)), MaxValueValidator(Decimal(MOST_DAYS))],
    )


class Versioned(models.Model):
    """A row people edit: a stale `version` in a form means somebody else saved in between."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Sourced(models.Model):
    """A row that may have come from a bundle: (source, source_id) is its identity there, forever."""

    source = models.CharField(max_length=200, blank=True, default="", editable=False)
    source_id = models.CharField(max_length=200, null=True, blank=True, editable=False)

    class Meta:
        abstract = True
