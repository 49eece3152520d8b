"""Where we connect to: never to what only this machine can reach, however it is written."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from programs.integrations import addresses
from programs.integrations.addresses import Unfit, Unknown, target

PUBLIC = "https://8.8.8.8/services/x"
HOSTILE = [
    *("127.0.0.1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "0.0.0.0", "0", "localhost", "10.0.0.1", "192.168.1.1"),
    *("172.16.0.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]"),
    *("[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]"),
]


@pytest.mark.parametrize("host", HOSTILE)
def test_no_private_address_passes(host):
    for port in ("", ":8443"):
        with pytest.raises((Unfit, Unknown)):
            target(f"https://{host}{port}/hook")


def test_public_ones_do():
    assert target(PUBLIC).ip == "8.8.8.8"
    assert target("https://[2606:4700:4700::1111]/x?y=1").path == "/x?y=1"
    assert target("https://8.8.8.8:8443/x").authority == "8.8.8.8:8443"
    assert target(PUBLIC).authority == "8.8.8.8"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://8.8.8.8/x",
            "ftp://8.8.8.8/x",
            "javascript:alert(1)",
            "data:text/plain,x",
            "//8.8.8.8/x",
            "8.8.8.8",
            "",
            "https://",
        ),
        *("https://user:pw@8.8.8.8/x", "https://8.8.8.8@127.0.0.1/x", "https://8.8.8.8:99999/x", "https://8.8.8.8/a b"),
        *("https://8.8.8.8/x\r\nHost: evil", "https://8.8.8.8\\@127.0.0.1/", "https://8.8.8.8/" + "x" * 500, "https://[::1"),
    ],
)
def test_only_plain_https_addresses_pass(address):
    with pytest.raises(Unfit):
        target(address)


def test_a_name_with_one_private_address_is_refused_and_the_checked_one_is_used(monkeypatch):
    answers = [["8.8.8.8"], ["8.8.8.8", "10.0.0.1"], ["127.0.0.1"]]

    def resolve(_host, port, **_options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert target("https://chat.example.test/x").ip == "8.8.8.8"  # this is what is connected to; the name is not asked again
    for _n in range(2):
        with pytest.raises(Unfit, match="not a public address"):
            target("https://chat.example.test/x")
    assert answers == []


def test_networks_of_ones_own_may_be_named(settings):
    settings.WEBHOOK_NETWORKS = [ip_network("10.20.0.0/16"), ip_network("fd00::/8")]
    assert target("http://10.20.1.1:8065/hooks/x").secure is False
    assert target("https://[fd00::1]/x").host == "fd00::1"
    for outside in ("http://10.21.0.1/x", "https://127.0.0.1/x", "http://8.8.8.8/x"):
        with pytest.raises(Unfit):
            target(outside)


def test_a_label_gives_little_away():
    assert addresses.label("https://chat.example.test/hooks/longer") == "chat.example.test …nger"
    assert "T0/B0" not in addresses.label("https://hooks.slack.com/services/T0/B0/secretsecret")
    assert addresses.label("https://8.8.8.8/abc") == "8.8.8.8 …"
