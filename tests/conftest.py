"""Fixtures for every test. People are in tests/cast.py, servers in tests/provision, the running product in tests/stack.py."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from programs.models import Person, Program
    from tests.provision.chat import Chat
    from tests.provision.imap import Postbox
    from tests.provision.redis import RedisServer
    from tests.provision.smtp import Mailbox
    from tests.stack import Stack

pytest_plugins = ["tests.browsing"]
hypothesis_settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("no clock")  # a loaded machine draws and runs slowly, and nothing here judges seconds


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that own servers or a browser together, mark them by folder, and leave measuring to `make bench`."""
    for item in items:
        parts = item.path.parts
        for name in ("browser", "chaos", "bench"):
            if name in parts or item.get_closest_marker(name):
                item.add_marker(name)
                item.add_marker(pytest.mark.xdist_group(f"{name} {item.path.name}"))
        if {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())) or item.get_closest_marker(
            "django_db"
        ):
            item.add_marker("database")
    if not any("bench" in str(argument) for argument in config.args):
        left = [item for item in items if item.get_closest_marker("bench")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("bench")]


@pytest.fixture(autouse=True)
def nothing_solved() -> None:
    """Each test begins as a new process does: its database is another one, with the same numbers in it."""
    from programs.queries import solved  # Django is not set up yet when this file is read
    from programs.web import kept

    solved.forget_all()
    kept.shelf.clear()


# The cast


@pytest.fixture
def tess(db: None) -> Person:
    """Tess plans Atlas."""
    return cast.person("Tess")


@pytest.fixture
def eli(db: None) -> Person:
    """Eli builds parts of Atlas."""
    return cast.person("Eli")


@pytest.fixture
def lena(db: None) -> Person:
    """Lena leads, and reads."""
    return cast.person("Lena")


@pytest.fixture
def otto(db: None) -> Person:
    """Otto works here too, on something else."""
    return cast.person("Otto")


@pytest.fixture
def ada(db: None) -> Person:
    """Ada administers the installation."""
    return cast.person("Ada", is_admin=True)


@pytest.fixture
def program(tess: Person, eli: Person, lena: Person) -> Program:
    """Atlas: Tess plans it, Eli works on it, Lena reads it, Otto knows nothing of it."""
    return cast.program("Atlas", tpm=tess, engineer=eli, viewer=lena)


@pytest.fixture
def as_(client: Client) -> Callable[[Person | None], Client]:
    """`as_(tess).get("/")`: a browser in which that person is signed in, each a new one."""

    def browser_of(person: Person | None) -> Client:
        browser = Client()
        if person:
            browser.force_login(person)
        return browser

    return browser_of


@pytest.fixture
def monday() -> Iterator[Any]:
    """Stop the clock at nine on the Monday of the cast; `monday.shift(60)` moves it."""
    import time_machine

    with time_machine.travel(cast.NINE, tick=False) as clock:
        yield clock


# The servers


@pytest.fixture(scope="session")
def redis_process() -> Iterator[RedisServer]:
    """One Redis for the session."""
    from tests.provision.redis import RedisServer

    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """A real, empty Redis; killed ones are started again for the next test."""
    if not redis_process.answers():
        redis_process.start()
    redis_process.client.flushall()
    return redis_process


@pytest.fixture(scope="session")
def smtp_process() -> Iterator[Mailbox]:
    """One mail server for the session."""
    from tests.provision.smtp import Mailbox

    server = Mailbox().start()
    yield server
    server.stop()


@pytest.fixture
def smtp_server(smtp_process: Mailbox, settings: Any) -> Mailbox:
    """A real, empty mail server that this process's mails go to: `smtp_server.messages`."""
    smtp_process.clear()
    settings.MAIL_LEAVES = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_process.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return smtp_process


@pytest.fixture
def imap_server(settings: Any) -> Iterator[Postbox]:
    """A real, empty mailbox that answers to our mails arrive in: `imap_server.add(raw)`, `imap_server.unread`."""
    from tests.provision.imap import Postbox

    server = Postbox().start()
    settings.REPLY_ADDRESS, settings.IMAP_URL = "answers@plan.example.test", server.url
    yield server
    server.stop()


@pytest.fixture
def chat_server(settings: Any) -> Iterator[Chat]:
    """A real chat on this machine, which is allowed for the test: `chat_server.url`, `chat_server.posts`."""
    from ipaddress import ip_network

    from tests.provision.chat import Chat

    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    server = Chat().start()
    yield server
    server.stop()


@pytest.fixture
def live_stack(transactional_db: None, redis_server: RedisServer, smtp_server: Mailbox) -> Iterator[Stack]:
    """The product at work on this test's database: `live_stack.worker()`, `.beat()`, `.web()`, each a real process."""
    from tests.stack import Stack

    stack = Stack(redis=redis_server, mailbox=smtp_server)
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def shared() -> Any:
    """The folder of public sets beside the checkout; a test that needs it is skipped, in words, where it is absent."""
    folder = django_settings.BASE_DIR.parent / "shared"
    if (
        not folder.is_dir()
        and not (folder := django_settings.BASE_DIR.joinpath(os.environ.get("SHARED_SETS", "shared"))).is_dir()
    ):
        pytest.skip("the public sets are not beside this checkout")
    return folder
