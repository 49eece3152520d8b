"""Which addresses we may connect to. Somebody types them, so they must not lead to what only this machine can reach.

The name is resolved once, every address it has is checked, and the connection goes to one that was checked: a name that answers
differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from programs.models.hooks import ADDRESS_LIMIT

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_PLAIN = re.compile(r"[!-~]+")
_WRAPPED = [ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")]


class Unfit(Exception):
    """This address is none that anything is posted to, and why."""


class Unknown(Exception):
    """Its host is not found now."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and what to ask for there."""

    secure: bool
    host: str
    port: int
    path: str
    ip: str

    @property
    def authority(self) -> str:
        """The host as its `Host` header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"


def target(address: str) -> Target:
    """Resolve an address, or raise Unfit when nothing may be posted there; Unknown when its host is not found now."""
    secure, host, port, path = _parts(address)
    found = [ipaddress.ip_address(each) for each in _resolve(host, port)]
    inside = all(_inside(ip) for ip in found)
    if not inside and not all(is_public(ip) for ip in found):
        raise Unfit(_("%(host)s is not a public address.") % {"host": host})
    if not secure and not inside:
        raise Unfit(_("Use an https address."))
    return Target(secure, host, port, path, str(found[0]))


def label(address: str) -> str:
    """What pages show of it: its host and its last characters.

    >>> label("https://hooks.slack.com/services/T0/B0/abcdefgh3kQz")
    'hooks.slack.com …3kQz'
    """
    path = urlsplit(address).path.rstrip("/")
    return f"{(urlsplit(address).hostname or '')[:80]} …{path[-4:] if len(path) > 12 else ''}"


def is_public(ip: IP) -> bool:
    """Whether everybody can reach it: no private, local or special address, in whatever form it is written.

    >>> is_public(ipaddress.ip_address("8.8.8.8")), is_public(ipaddress.ip_address("::ffff:127.0.0.1"))
    (True, False)
    """
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or ip.teredo
        if hidden or ip.is_site_local or any(ip in network for network in _WRAPPED):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_unspecified or ip.is_loopback)


def _inside(ip: IP) -> bool:
    """Whether it is in a network of one's own that may be reached."""
    return any(ip in network for network in settings.WEBHOOK_NETWORKS)


def _parts(address: str) -> tuple[bool, str, int, str]:
    """Its pieces; Unfit for what is no plain http(s) address."""
    wrong = Unfit(_("Write a whole address, such as https://hooks.slack.com/services/…"))
    if len(address) > ADDRESS_LIMIT:
        raise Unfit(
            _("Use at most %(limit)d characters; this has %(length)d.") % {"limit": ADDRESS_LIMIT, "length": len(address)}
        )
    if not _PLAIN.fullmatch(address) or "\\" in address:
        raise wrong
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise wrong
    if "@" in parts.netloc:
        raise Unfit(_("Leave out the name and password before the host."))
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, parts.hostname, port or (443 if secure else 80), path


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unknown(_("%(host)s is not found.") % {"host": host}) from error
    return [str(each[4][0]).partition("%")[0] for each in found]
