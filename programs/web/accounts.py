"""Who may make an account, how often somebody may try, where they are signed in, and mails about accounts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.conf import settings
from django.shortcuts import render
from django.utils import timezone

from programs.queries import people
from programs.summaries.words import line

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from programs.models import Person

log = structlog.get_logger("longpole.accounts")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; the first person of a new installation makes their own and is its administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only while nobody can sign in at all."""
        return people.nobody_can_sign_in()

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """Make the first person an administrator, named as their address until they say otherwise."""
        person: Person = super().save_user(request, user, form, commit=False)
        person.is_admin = people.nobody_can_sign_in()
        person.name = person.name or str(person.email).partition("@")[0]
        if commit:
            person.full_clean()
            person.save()
        return person

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in, and note in the session what the list of sessions shows."""
        super().login(request, user)
        now = timezone.now().isoformat()
        request.session.update({"agent": line(request.headers.get("User-Agent", ""), 300), "since": now, "seen": now})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, or say in the log what an administrator can do instead."""
        if settings.MAIL_LEAVES:
            super().send_mail(template_prefix, email, context)
        else:
            log.warning(
                "mail about an account not sent: EMAIL_URL is not set; `manage.py changepassword ADDRESS` sets a password"
            )


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """429: sign-in, reset and change of a password are counted, for each address of the network and each account."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = "60"
    return response


class OneCounter:
    """Middleware: sign-in, change and reset of a password, a reset link and an answer by link share one counter for each address.

    Whoever was stopped at one door finds the others closed as well. The settings say how many tries: the rate "account".
    """

    COUNTED = frozenset(
        {
            *("account_login", "account_change_password", "account_reset_password", "account_reset_password_from_key"),
            *("quick-answer", "quick-undo"),
        }
    )

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing to do before the address is known."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Count what tries a password or a token; looking at a form costs nothing."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.url_name not in self.COUNTED:
            return None
        return None if ratelimit.consume(request, action="account") else too_many_tries(request)
