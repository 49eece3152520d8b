"""The frame around every page, and what is answered when a page is not there or the reader is not known."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from programs.models import Analysis, Decision, Membership, Milestone, PlanDraft, Program, Role
from programs.queries import shell, signs
from programs.web.context import PAGE_STYLES
from tests import cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from programs.models import Person

    As = Callable[[Person | None], Client]

SWAP = {"HX-Request": "true"}


def analysed(program: Program, health: str) -> None:
    """Give a program a health."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    Analysis.objects.create(program=program, revision=1, as_of=date(2026, 3, 2), computed_at=now, health=health)


def test_the_sidebar_lists_the_readers_programs_worst_first(
    tess: Person, program: Program, otto: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bad = cast.program("Borealis", tpm=tess)
    cast.program("Secret", tpm=otto)
    analysed(program, "on_track")
    analysed(bad, "off_track")
    with django_assert_num_queries(1):
        found = shell.shell_for(tess, "atlas")
    assert [(entry.name, entry.health) for entry in found.programs] == [("Borealis", "off_track"), ("Atlas", "on_track")]
    assert found.current is not None
    assert found.current.may_manage
    assert not found.more


def test_the_sidebar_counts_the_open_decisions_of_the_programs_one_sees(
    as_: As, tess: Person, lena: Person, otto: Person, program: Program
) -> None:
    secret = cast.program("Secret", tpm=otto)
    for number, (where, status) in enumerate([(program, "open"), (program, "open"), (program, "decided"), (secret, "open")], 1):
        Decision.objects.create(program=where, number=number, title="Whose?", status=status)
    counts = {who.name: shell.shell_for(who).decisions for who in (tess, lena, otto)}
    assert counts == {tess.name: 2, lena.name: 2, otto.name: 1}
    assert '<span aria-hidden="true">2</span><span class="vh">2 open</span>' in as_(lena).get("/portfolio").content.decode()


def test_a_role_says_what_the_sidebar_offers(eli: Person, lena: Person, program: Program) -> None:
    engineer = shell.shell_for(eli, "atlas").current
    viewer = shell.shell_for(lena, "atlas").current
    assert engineer
    assert (engineer.may_update, engineer.may_plan) == (True, False)
    assert viewer
    assert not viewer.may_update


def test_a_person_in_two_programs_with_two_roles(eli: Person, tess: Person, program: Program) -> None:
    other = cast.program("Borealis", tpm=tess)
    Membership.objects.create(program=other, person=eli, role=Role.TPM)
    roles = {entry.name: entry.role for entry in shell.shell_for(eli).programs}
    assert roles == {"Atlas": Role.ENGINEER, "Borealis": Role.TPM}


def test_the_open_program_is_known_also_when_it_is_not_listed(tess: Person, ada: Person, program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(status="done")
    assert shell.shell_for(tess).programs == ()
    assert shell.shell_for(tess, "atlas").current
    assert shell.shell_for(ada, "atlas").current
    assert shell.shell_for(ada, "nothing").current is None


def test_a_strangers_address_tells_nothing(otto: Person, program: Program) -> None:
    assert shell.shell_for(otto, "atlas").current is None


def test_tab_counts_take_one_query(
    program: Program, tess: Person, eli: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Milestone.objects.create(program=program, key="SEC-1", name="One")
    for name, more in (("Own", {}), ("Shared", {"shared": True}), ("Over", {"state": "discarded"})):
        PlanDraft.objects.create(program=program, by=tess, name=name, based_on=1, saved_at=cast.NINE, **more)
    for who, drafts in ((tess, 2), (eli, 1)):
        with django_assert_num_queries(1):
            assert shell.tab_counts("atlas", who) == {"milestones": 1, "risks": 0, "decisions": 0, "drafts": drafts}
    assert shell.tab_counts("nothing", tess) == {}


def test_a_new_draft_makes_kept_pages_new(program: Program, tess: Person) -> None:
    signs_of = [signs.of_reader(tess.pk, admin=False)]
    draft = PlanDraft.objects.create(program=program, by=tess, name="Own", based_on=1, saved_at=cast.NINE)
    signs_of.append(signs.of_reader(tess.pk, admin=False))
    PlanDraft.objects.filter(pk=draft.pk).update(shared=True, version=2)
    signs_of.append(signs.of_reader(tess.pk, admin=False))
    assert len(set(signs_of)) == 3


def test_a_page_that_is_not_there_has_the_frame(as_: As, tess: Person, program: Program) -> None:
    response = as_(tess).get("/p/nothing/")
    assert response.status_code == 404
    assert b"That page is not here" in response.content
    assert b'data-outcome="failed"' in response.content
    assert b"Atlas" in response.content


def test_a_swap_gets_only_the_part(as_: As, tess: Person) -> None:
    response = as_(tess).get("/p/nothing/", headers=SWAP)
    assert response.status_code == 404
    assert b"<html" not in response.content


def test_signed_out_a_page_leads_to_the_door_and_back(as_: As, db: None) -> None:
    response = as_(None).get("/portfolio?since=2026-02-24")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/portfolio%3Fsince%3D2026-02-24"


def test_signed_out_a_swap_is_told_to_leave(as_: As, db: None) -> None:
    response = as_(None).post("/portfolio", headers={**SWAP, "HX-Current-URL": "http://testserver/my?item=B-31"})
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/accounts/login/?next=/my%3Fitem%3DB-31"


@pytest.mark.parametrize("where", ["https://elsewhere.test/p/x", "//elsewhere.test", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere_after_signing_in(as_: As, db: None, where: str) -> None:
    response = as_(None).post("/portfolio", headers={**SWAP, "HX-Current-URL": where})
    assert response["HX-Redirect"] == "/accounts/login/?next=/"


def test_a_form_older_than_the_session_says_so(tess: Person) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(tess)
    page = strict.post("/accounts/logout/")
    assert page.status_code == 403
    assert b"too old to send" in page.content
    swap = strict.post("/accounts/logout/", headers=SWAP)
    assert swap["HX-Refresh"] == "true"


def test_the_theme_of_a_person_is_there_from_the_first_paint(as_: As, tess: Person) -> None:
    tess.theme = "dark"
    tess.save()
    assert b'<html lang="en" data-theme="dark"' in as_(tess).get("/p/nothing/").content


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html"])
def test_error_pages_need_nothing(name: str, rf: object) -> None:
    from django.template.loader import render_to_string

    assert "Longpole" in render_to_string(name)


TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.parts and "email" not in path.parts]
REFUSED = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "a style block": re.compile(r"<style\b"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "an inline handler": re.compile(r"\son[a-z]+\s*="),
    "hx-on": re.compile(r"\shx-on[:=]"),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_templates_hold_nothing_that_the_content_policy_refuses(path: Path) -> None:
    text = re.sub(r"{%.*?%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [name for name, pattern in REFUSED.items() if pattern.search(text)] == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sheet = Path(settings.BASE_DIR, "static/icons/sprite.svg").read_text(encoding="utf-8")
    named = {name for path in PAGES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))}
    assert sorted(name for name in named if f'id="i-{name}"' not in sheet) == []


def packed(name: str) -> int:
    """The size of a static file as it travels."""
    found = finders.find(name)
    if found is None:
        pytest.skip("the front end is not built: npm ci && node frontend/build.mjs")
    return len(gzip.compress(Path(str(found)).read_bytes(), 9))


@pytest.mark.parametrize("page", sorted(set(PAGE_STYLES.values())))
def test_the_styles_of_a_page_stay_under_12_kb(page: str) -> None:
    assert packed("build/app.css") + packed(f"build/pages/{page}.css") < 12 * 1024


def test_scripts_stay_under_30_kb() -> None:
    assert packed("build/app.js") + packed("django_htmx/htmx-2.min.js") < 30 * 1024
