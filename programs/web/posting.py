"""What happens to a form that is sent: refused with 422, conflicting with 409, or saved once and left with 303."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from programs.actions.errors import Refused, Stale
from programs.web import conflicts, respond

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs.models import Person
    from programs.web.forms.base import Base

Row = TypeVar("Row")

KEPT = 60 * 60  # seconds a form token is remembered
PATIENCE = 5.0  # seconds the second click waits for the first to finish
PENDING = "…"


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in; every page but a few asks for that."""

    user: Person  # type: ignore[assignment]


class Once:
    """Lets one of several requests with the same form token through; the others learn where the first one went.

    The token is kept in the shared cache for an hour, per person. The answer of the cache is atomic: of two clicks within
    50 ms one adds the key, the other waits up to five seconds for the address behind it.
    """

    def __init__(self, person: Person, token: str) -> None:
        self.key = f"form:{hashlib.sha256(f'{person.pk}:{token}'.encode()).hexdigest()}" if token else ""

    def first(self) -> bool:
        """Whether this request is the one that saves."""
        return not self.key or cache.add(self.key, PENDING, KEPT)

    def went_to(self) -> str:
        """Where the first request went; "" when it gave up, PENDING when it is still at work after all that time."""
        until = time.monotonic() + PATIENCE
        while (found := cache.get(self.key)) == PENDING and time.monotonic() < until:
            time.sleep(0.05)
        return str(found or "")

    def saved(self, address: str) -> None:
        """Remember where this went."""
        if self.key:
            cache.set(self.key, address, KEPT)

    def gave_up(self) -> None:
        """Nothing was saved: the same form may be sent again."""
        if self.key:
            cache.delete(self.key)


def submit(
    request: PersonRequest,
    form: Base,
    save: Callable[[], Row],
    *,
    show: Callable[[int], HttpResponse],
    leave: Callable[[Row], tuple[str, str] | tuple[str, str, str] | HttpResponse],
) -> HttpResponse:
    """Save what a form says and go on.

    `show(status)` renders the form again; `leave(row)` says where to go, what to tell and perhaps where to
    undo it, or is an answer of its own.
    """
    if not form.is_valid():
        return show(respond.UNPROCESSABLE)
    once = Once(request.user, str(form.cleaned_data.get("token") or ""))
    while not once.first():
        if (address := once.went_to()) == PENDING:
            form.add_error(None, _("This is still being saved. Wait a moment, then look before you send it again."))
            return show(respond.CONFLICT)
        if address:
            return respond.done(request, address)
    try:
        row = save()
    except Refused as refused:
        once.gave_up()
        form.refuse(refused)
        return show(respond.UNPROCESSABLE)
    except Stale as stale:
        once.gave_up()
        return conflicts.answer(request, form, stale)
    except BaseException:
        once.gave_up()
        raise
    answer = leave(row)
    if isinstance(answer, HttpResponse):
        return answer
    address, said, *undo = answer
    once.saved(address)
    return respond.done(request, address, said, undo="".join(undo))


def attempt(form: Base, save: Callable[[], Row]) -> Row | None:
    """Save what a form says; None when it was refused, with the reasons in the form. `Stale` passes through."""
    if not form.is_valid():
        return None
    try:
        return save()
    except Refused as refused:
        form.refuse(refused)
        return None
