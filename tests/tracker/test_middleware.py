"""What every answer carries, and what a request may carry."""

from __future__ import annotations

import sqlite3

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from tracker.settings import ACCOUNT_RATE_LIMITS

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
    "font-src 'self'", "manifest-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
}  # fmt: skip


@login_not_required
def locked(request):
    raise OperationalError("database is locked") from sqlite3.OperationalError("database is locked")


@login_not_required
def tagged(request):
    return HttpResponse("x", headers={"ETag": '"1"'})


@login_not_required
def plain(request):
    return HttpResponse("x")


urlpatterns = [path("locked", locked), path("tagged", tagged), path("plain", plain)]


@pytest.fixture
def at_home(settings):
    settings.ROOT_URLCONF = "tests.tracker.test_middleware"
    return Client(raise_request_exception=False)


def test_every_page_carries_the_strict_headers(at_home):
    answer = at_home.get("/plain")
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_pages_are_kept_by_nobody_but_their_reader(at_home):
    assert at_home.get("/plain")["Cache-Control"] == "private, no-store"
    assert at_home.get("/tagged")["Cache-Control"] == "private, no-cache"


def test_a_body_too_large_is_refused_before_it_is_read(at_home, settings):
    answer = at_home.post(
        "/plain", b"", content_type="text/plain", headers={"Content-Length": str(settings.LIMITS.request_bytes + 1)}
    )
    assert answer.status_code == 413
    assert "26 MB" in answer.content.decode()


def test_a_length_that_is_no_number_is_refused(at_home):
    answer = at_home.post("/plain", b"", content_type="text/plain", headers={"Content-Length": "much"})
    assert answer.status_code == 400


def test_a_locked_database_is_said_in_words(at_home, db):
    answer = at_home.get("/locked")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"


@pytest.fixture
def rates(settings):
    """The real ones, which tests do without."""
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS


COUNTED = [
    "/accounts/login/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/password/reset/key/1-set-password/",
]


@pytest.mark.parametrize("stopped_at", COUNTED)
def test_the_eleventh_try_is_stopped_whichever_doors_were_tried(client, tess, rates, stopped_at):
    """Sign-in, change, reset and the use of a link share one counter."""
    client.force_login(tess)
    form = {"login": "nobody@example.test", "password": "wrong", "email": "nobody@example.test", "oldpassword": "wrong"}
    answers = [client.post(COUNTED[number % len(COUNTED)], form) for number in range(10)]
    assert 429 not in {answer.status_code for answer in answers}
    stopped = client.post(stopped_at, form)
    assert (stopped.status_code, stopped["Retry-After"]) == (429, "60")
    assert client.get(stopped_at).status_code in {200, 302}


def test_sign_in_attempts_are_throttled_together_with_where_they_come_from(client, tess, rates):
    answers = [client.post("/accounts/login/", {"login": tess.email, "password": "wrong"}) for _ in range(12)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "60"
    assert "Wait a minute" in answers[-1].content.decode()


@pytest.mark.django_db
def test_a_form_with_more_fields_than_any_page_sends_is_not_understood(program, tess, as_):
    many = {f"x{n}": "1" for n in range(1001)}
    assert as_(tess).post("/profile", many).status_code == 400
    assert as_(tess).post("/p/atlas/edit", {"hidden": ["1"] * 1001}).status_code == 400
    assert as_(tess).post("/p/atlas/milestones/paste", many).status_code != 400
    assert as_(tess).post("/p/atlas/milestones/paste", {f"x{n}": "1" for n in range(6001)}).status_code == 400
