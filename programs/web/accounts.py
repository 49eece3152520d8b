"""Who may make an account, and what happens to mails about accounts while no mail leaves this installation."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.shortcuts import render

from programs.queries import people

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

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
