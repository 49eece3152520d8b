"""The one path on which rows go: what hangs on a row goes with it, and all of it can come back within a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CASCADE, SET_NULL

from programs.actions import deeds
from programs.models import (
    Analysis,
    DailyAnalysis,
    Event,
    Flag,
    Follow,
    ForecastPart,
    FragilePoints,
    Notice,
    Odds,
    ProgramForecast,
    Timing,
    Touch,
    WaysBack,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db import models

# Worked out anew, or told anew.
DERIVED = (*(Analysis, DailyAnalysis, Flag, ForecastPart, FragilePoints, Notice, Odds, ProgramForecast, Timing, Touch, WaysBack),)
BESIDE = (Event, Follow)  # nobody's work: goes and comes with the row it is about


def remove(row: models.Model) -> None:
    """Delete a row with what hangs on it. What only points at it stays, and points at nothing."""
    for _model, _name, hanging in _related(row, CASCADE):
        for each in hanging:
            remove(each)
    for model, name, pointing in _related(row, SET_NULL):
        if model is Event:
            deeds.untied(row, model, name, [each.pk for each in pointing])
        else:
            for each in pointing:
                deeds.changed(each, {name: (row, None)})
    deeds.removed(row)
    row.delete()


def hangs_on(row: models.Model) -> Iterable[models.Model]:
    """The rows that would go with this one or lose it, at first hand."""
    for kind in (CASCADE, SET_NULL):
        for model, _name, found in _related(row, kind):
            if model not in BESIDE:
                yield from found


def _related(row: models.Model, kind: object) -> Iterator[tuple[type[models.Model], str, list[models.Model]]]:
    """The rows of each table that refer to this one in such a way, with the field that does."""
    for relation in row._meta.related_objects:
        model, field = relation.related_model, relation.field
        if relation.on_delete is kind and model not in DERIVED:
            rows = model._base_manager.filter(**{field.name: row})
            if found := list(rows.only("pk") if model is Event else rows):
                yield model, field.name, found
