"""How an action says no: refused input, or a page that was older than the row.

Doors answer `Refused` with the form again (422) and `Stale` with both sides (409). Nothing was saved in either case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db import models


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one field, with its remedy."""

    field: str
    message: str
    code: str = ""


class Refused(Exception):
    """Input that will not be kept, and why. `message`, `field` and `code` are those of the first problem.

    `problems` has them all, one per field or more. `detail` is data for pages that show more than the sentence,
    such as the ids of a loop.
    """

    def __init__(
        self,
        message: str,
        field: str = NON_FIELD_ERRORS,
        code: str = "",
        detail: Mapping[str, Any] | None = None,
        *,
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or (Problem(field, message, code),)
        self.message = message
        self.field = field
        self.code = code
        self.detail: dict[str, Any] = dict(detail or {})

    @classmethod
    def for_problems(cls, problems: Iterable[Problem]) -> Refused:
        """Several problems at once, so that a form shows every one in a single answer."""
        found = tuple(problems)
        first = found[0]
        return cls(first.message, first.field, first.code, problems=found)

    def as_validation_error(self) -> ValidationError:
        """The same as Django's error, for `form.add_error(None, refused.as_validation_error())`."""
        by_field: dict[str, list[ValidationError]] = {}
        for each in self.problems:
            by_field.setdefault(each.field, []).append(ValidationError(each.message, code=each.code or None))
        return ValidationError(by_field)


class Stale(Exception):
    """Somebody else saved the row in between, and the same field differs: a person has to choose.

    `current` is the row as it is now, None when it was deleted meanwhile. For each field in `fields`, `base` is what the
    page was made from (missing when the form did not send it), `theirs` what is stored now, `yours` what was typed.
    Other fields of `yours` do not conflict; saving again with `current.version` keeps them.
    """

    def __init__(
        self,
        current: models.Model | None,
        base_version: int | None,
        *,
        fields: Iterable[str] = (),
        base: Mapping[str, Any] | None = None,
        theirs: Mapping[str, Any] | None = None,
        yours: Mapping[str, Any] | None = None,
        deleted_by: str = "",
    ) -> None:
        self.current = current
        self.base_version = base_version
        self.fields = tuple(fields)
        self.base = dict(base or {})
        self.theirs = dict(theirs or {})
        self.yours = dict(yours or {})
        self.deleted_by = deleted_by
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """One sentence for the page and the API."""
        if self.current is not None:
            return _("Somebody else saved this while you were editing. Choose which values to keep.")
        if self.deleted_by:
            return _("This was deleted by %(person)s while you were editing.") % {"person": self.deleted_by}
        return _("This was deleted while you were editing.")
