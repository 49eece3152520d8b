"""Where people are signed in: Django's session rows, with the person in a column of their own.

So the sessions of one person can be listed, and ended at once when an account is closed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import constant_time_compare

if TYPE_CHECKING:
    from programs.models.people import Person


class SignedIn(AbstractBaseSession):
    """One browser. Without a person: somebody who has not signed in yet."""

    person = models.ForeignKey("programs.Person", null=True, on_delete=models.CASCADE, related_name="signed_in")

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """What reads and writes these rows."""
        return SessionStore

    @property
    def handle(self) -> str:
        """What a page calls this session: its key would let anybody take it over."""
        return handle_of(self.session_key)

    def is_for(self, person: Person, data: dict[str, Any]) -> bool:
        """Whether what this session holds still lets the person in: a new password ends it."""
        stored = str(data.get(HASH_SESSION_KEY, ""))
        return constant_time_compare(stored, person.get_session_auth_hash())


class SessionStore(DatabaseStore):
    """Django's own store, which also writes down whose session it is."""

    @classmethod
    def get_model_class(cls) -> type[SignedIn]:
        """The table."""
        return SignedIn

    def create_model_instance(self, data: dict[str, Any]) -> SignedIn:
        """The row to be stored."""
        row = cast("SignedIn", super().create_model_instance(data))
        row.person_id = int(data[SESSION_KEY]) if str(data.get(SESSION_KEY, "")).isdecimal() else None
        return row


def handle_of(key: str | None) -> str:
    """A name for a session that gives nothing away.

    >>> len(handle_of("a key"))
    20
    """
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:20]
