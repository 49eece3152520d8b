"""Tokens of the links that stop mails: opaque, derived from the installation's key, compared by their hash."""

from __future__ import annotations

import base64
import hashlib

from django.utils.crypto import constant_time_compare, salted_hmac

from programs.models import NoticeKind, Person, Subscription

_SALT = "programs.unsubscribe"
_WISH_SALT = "programs.notices.stop"


def token_for(subscription_id: int) -> str:
    """The token of one subscription: 32 characters that cannot be guessed, and the same in each of its mails."""
    digest = salted_hmac(_SALT, str(subscription_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode("ascii")


def wish_token(person_id: int, kind: str) -> str:
    """The token that stops one kind of notice for one person: it says whom and what, and only we can have written it."""
    return f"{person_id}.{kind}.{_mac(person_id, kind)}"


def wish(token: str) -> tuple[Person, str] | None:
    """Who wants no more mail of which kind; None for a forged link."""
    person_id, _dot, rest = token.partition(".")
    kind, _dot, mac = rest.partition(".")
    if not person_id.isascii() or not person_id.isdecimal() or len(person_id) > 18 or kind not in NoticeKind.values:
        return None
    if not constant_time_compare(mac, _mac(int(person_id), kind)):
        return None
    person = Person.objects.filter(pk=int(person_id), is_active=True).first()
    return (person, kind) if person else None


def _mac(person_id: int, kind: str) -> str:
    digest = salted_hmac(_WISH_SALT, f"{person_id}.{kind}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode("ascii")


def hashed(token: str) -> str:
    """What is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def find(token: str) -> Subscription | None:
    """The subscription this link stops; None for a forged one."""
    return Subscription.objects.filter(token_hash=hashed(token)).select_related("person", "program").first()
