"""The pages of signing in, and of one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from programs.models import Person

    As = Callable[[Person | None], Client]

DOORS = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/reset/key/done/"]
OWN = ["/accounts/password/change/", "/accounts/logout/", "/accounts/email/", "/accounts/inactive/", "/accounts/reauthenticate/"]


@pytest.mark.parametrize("address", DOORS)
def test_the_doors_stand_outside_the_shell(as_: As, tess: Person, address: str) -> None:
    page = as_(None).get(address).content.decode()
    assert 'class="door"' in page
    assert "<aside" not in page
    assert "style=" not in page


@pytest.mark.parametrize("address", OWN)
def test_the_pages_of_ones_account_are_drawn(as_: As, tess: Person, address: str) -> None:
    browser = as_(None)
    browser.post("/accounts/login/", {"login": tess.email, "password": cast.PASSWORD})
    response = browser.get(address, follow=True)
    assert response.status_code == 200
    assert "Longpole" in response.content.decode()
    assert "style=" not in response.content.decode()


def test_a_wrong_password_is_said_in_the_summary(as_: As, tess: Person) -> None:
    page = as_(None).post("/accounts/login/", {"login": tess.email, "password": "no"}).content.decode()
    assert "1 thing to fix" in page
    assert "data-focus" in page


def test_an_empty_installation_offers_the_first_account(as_: As, db: None) -> None:
    page = as_(None).get("/accounts/signup/").content.decode()
    assert "Create the first account" in page


def test_later_an_account_is_asked_for(as_: As, tess: Person) -> None:
    page = as_(None).get("/accounts/signup/").content.decode()
    assert "Ask for an account" in page
    assert "Create the first account" not in page


def test_signing_out_takes_a_press(as_: As, tess: Person) -> None:
    browser = as_(tess)
    assert "Sign out?" in browser.get("/accounts/logout/").content.decode()
    assert browser.get("/p/nothing/").status_code == 404
    browser.post("/accounts/logout/")
    assert browser.get("/p/nothing/").status_code == 302
