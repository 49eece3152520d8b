"""A refusal says who can change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.reading import words

if TYPE_CHECKING:
    from programs.models import Person, Program


def test_whoever_may_not_do_it_can_ask_who_may_let_them(program: Program, as_: Any, tess: Person, lena: Person) -> None:
    answer = as_(lena).get("/p/atlas/edit")
    assert answer.status_code == 403
    assert f"{tess.name} manages it and can change your role." in words(answer)
    assert f'href="mailto:{tess.email}?subject=May%20I%20do%20this%3F%20%2Fp%2Fatlas%2Fedit"' in answer.content.decode()
    part = as_(lena).get("/p/atlas/edit", headers={"HX-Request": "true"})
    assert "Ask for access" in words(part)


def test_nobody_is_named_whom_no_mail_reaches(program: Program, as_: Any, tess: Person, lena: Person) -> None:
    tess.email = ""
    tess.save()
    answer = as_(lena).get("/p/atlas/edit")
    assert answer.status_code == 403
    assert "Ask for access" not in words(answer)
    assert "A program manager of the program can change your role in its settings." in words(answer)


def test_a_stranger_learns_nothing(program: Program, as_: Any, tess: Person, otto: Person) -> None:
    answer = as_(otto).get("/p/atlas/edit")
    assert answer.status_code == 404
    assert tess.name not in words(answer)
