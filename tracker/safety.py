"""What must be true before Longpole answers anybody but its own machine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", ".localhost", "testserver"})
PUBLISHED_WORDS = (
    "change-me",
    "changeme",
    "replace-me",
    "insecure",
    "example",
    "secret",
    "password",
    "longpole",
    "postgres",
    "admin",
)


def is_public(hosts: Sequence[str]) -> bool:
    """Whether anybody but this machine is meant to reach the server."""
    return any(host.strip().lower() not in LOCAL_HOSTS for host in hosts)


def is_published(secret: str) -> bool:
    """Whether a secret is one that everybody can read in our own files, or could guess.

    >>> is_published("change-me-please"), is_published("vK2m!Qe8zR0p")
    (True, False)
    """
    plain = secret.strip().lower()
    return any(plain == word or plain.startswith(("change-me", "changeme", "replace-me")) for word in PUBLISHED_WORDS)


def problems(
    *, hosts: Sequence[str], debug: bool, secret_key: str, base_url: str, trusted_proxies: int, database: Mapping[str, object]
) -> list[str]:
    """Return one sentence with its remedy for each thing that makes a public installation unsafe; none for a local one."""
    if not is_public(hosts):
        return []
    found = []
    if debug:
        found.append("DEBUG is on while ALLOWED_HOSTS names public hosts: it shows code and settings to visitors. Set DEBUG=off.")
    if not secret_key:
        found.append("SECRET_KEY is missing. Set it, or SECRET_KEY_FILE; `openssl rand -base64 48` makes a good one.")
    elif is_published(secret_key) or len(secret_key) < 50 or len(set(secret_key)) < 5:
        found.append("SECRET_KEY is short, guessable or copied from an example. Make a new one with `openssl rand -base64 48`.")
    if "*" in hosts:
        found.append("ALLOWED_HOSTS is *, so a forged Host header gets into mails. Name the hosts that people type.")
    address = urlsplit(base_url)
    if address.scheme != "https":
        found.append(
            f"BASE_URL is {base_url or 'missing'}: passwords would travel in the clear. Set it to the https address people use."
        )
    elif trusted_proxies < 1:
        found.append(
            "BASE_URL is https but TRUSTED_PROXIES is 0, so every page would redirect for ever. "
            "Set TRUSTED_PROXIES=1 behind one proxy that ends TLS and overwrites X-Forwarded-For and X-Forwarded-Proto."
        )
    password = str(database.get("PASSWORD") or "")
    if "postgresql" in str(database.get("ENGINE")) and password and is_published(password):
        found.append("The password in DATABASE_URL is a default one. Choose a new one for the database and for DATABASE_URL.")
    return found
