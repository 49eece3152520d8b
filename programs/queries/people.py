"""Questions about people that belong to no program: is anybody there yet, and where is somebody signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from programs.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SESSIONS = 50
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser a person is signed in with. `handle` names it; its key is nobody's to see."""

    handle: str
    agent: str
    since: datetime | None
    seen: datetime | None
    current: bool


def nobody_can_sign_in() -> bool:
    """Whether the installation is new: no person has an address to sign in with yet."""
    return not Person.objects.filter(email__isnull=False).exists()


def sessions(person: Person, *, current: str, at: datetime) -> list[Session]:
    """Where this person is signed in, this browser first, then the latest. One query."""
    found = []
    for row in person.signed_in.filter(expire_date__gt=at).order_by("-expire_date")[: MOST_SESSIONS * 2]:
        data = row.get_decoded()
        if row.is_for(person, data):
            agent = agent_name(str(data.get("agent", "")))
            found.append(Session(row.handle, agent, _moment(data, "since"), _moment(data, "seen"), row.session_key == current))
    return sorted(found, key=lambda one: not one.current)[:MOST_SESSIONS]


def agent_name(agent: str) -> str:
    """The browser and the system in two words; nothing when neither is known.

    >>> agent_name("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    'Firefox, Linux'
    """
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, [browser, system]))


def _moment(data: Mapping[str, object], name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(data.get(name)))
    except ValueError:
        return None
