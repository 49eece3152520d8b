"""Every address of the product, visited by everybody: nobody, a stranger, a viewer, an engineer, a TPM and an administrator.

GET, and POST with nothing in it. No answer is an error of ours; nobody sees or writes what the role matrix keeps from them; a
look writes nothing. An address without a rule here fails, so that none is added without saying for whom it is.
"""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests import cast
from tests.pictures.pages import addresses
from tests.web.world import furnish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from programs.models import Person
    from tests.web.plan import Plan

# Who may do what, the most open first. Tess is the TPM, and what belongs to one person is hers.
MAY = {
    "anybody": {"nobody", "stranger", "viewer", "engineer", "tpm", "admin"},
    "signed in": {"stranger", "viewer", "engineer", "tpm", "admin"},
    "view": {"viewer", "engineer", "tpm", "admin"},
    "update": {"engineer", "tpm", "admin"},
    "plan": {"tpm", "admin"},
    "admin": {"admin"},
    "maker": {"tpm"},
    "maker or admin": {"tpm", "admin"},
    "decider": {"engineer", "tpm", "admin"},  # Eli is asked to decide
    "watcher": {"engineer", "tpm", "admin"},  # Eli owns the risk
    "machine": set(),
}
RULES = {  # GET and POST
    "anybody": "account_login account_signup account_inactive account_reset_password account_reset_password_done"
    " account_reset_password_from_key account_reset_password_from_key_done account_confirm_email account_email_verification_sent"
    " shared shared-picture shared-paper issue stop-notices quick-answer quick-undo unsubscribe healthz readyz",
    "signed in": "account_logout account_reauthenticate account_email account_change_password account_set_password"
    " home my-work portfolio portfolio-matrix portfolio-matrix-links portfolio-matrix-file search date-in-words forecasts profile"
    " address-confirm slack chat chat-test chat-remove sessions-end live changes undo-last help help-page program-new"
    " program-rows templates map-sheet all-decisions import-new my-subscriptions my-subscription-new inbox inbox-read"
    " notice-wishes outbox",
    "view": "live-program overview history past-compare program-forecasts program-changes fragile sure matrix matrix-links"
    " matrix-file map map-picture map-file map-paper timeline timeline-picture timeline-paper report report-copy milestones views"
    " milestone milestone-follow blockers blocker blocker-price decisions decisions-file decision decision-effects risks"
    " what-ifs what-if-compare subscriptions subscription-new milestone-why past-day",
    "update": "milestones-bulk milestone-update milestone-still milestone-date milestone-clear milestone-moves milestone-block"
    " milestone-help milestone-help-over milestone-helped"
    " dependency-new dependency-edit dependency-remove dependency-restore blocker-room blocker-snooze blocker-edit blocker-clear"
    " blocker-new-date blocker-still blocker-reopen milestone-what-if what-if-new what-if-risk what-if-way",
    "plan": "program-copy program-template workstream-copy baseline-choose baseline-delete program-chat program-chat-test"
    " program-chat-remove shares share-withdraw program-edit program-delete program-calendar program-thresholds program-invite"
    " program-role program-remove team-new team-edit team-delete nudge pin-note report-begin report-draft report-autosave"
    " report-preview report-send report-discard workstream-new workstream-edit workstream-move milestone-new milestones-paste"
    " milestone-edit milestone-edit-moves milestone-cell milestone-delete milestone-move decision-new decision-edit"
    " decision-options risk-new summary-opening undo redo keys key-withdraw",
    "watcher": "risk-edit risk-happened",
    "decider": "decision-decide decision-check decision-reopen decision-withdraw",
    "admin": "account-close member-confirm account-reopen status outbox-settle",
    "maker": "milestone-ask session-end notice-answer what-if what-if-odds what-if-add what-if-remove what-if-name what-if-share"
    " what-if-follow what-if-copy what-if-discard what-if-restore what-if-apply view-change view-delete",
    "maker or admin": "template-begin template-delete import-run import-apply import-again import-discard import-undo"
    " import-findings subscription-edit subscription-preview subscription-delete my-subscription-edit my-subscription-preview"
    " my-subscription-delete outbox-message outbox-body",
    # a signature lets in, a code or a key; no role does
    "machine": "inbound-slack inbound-mail account_confirm_login_code api-program api-milestones api-milestone api-nothing",
}
ALL = {name: rule for rule, names in RULES.items() for name in names.split()}
POSTS = {"baselines": ("view", "plan"), "updates": ("view", "update")}  # GET for one, POST for another
CLOSED = frozenset({"account_signup"})  # who gets an account is for program managers to say
SAYS_HOW_IT_IS = frozenset({"healthz", "readyz"})  # no beat runs here
REFUSED = {302, 400, 401, 403, 404, 405}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
BOOKKEEPING = re.compile(r"django_session|programs_session|last_seen|last_login|account_email", re.IGNORECASE)


def rule_of(name: str, method: str) -> str:
    """Who may ask for this address in this way."""
    get, post = POSTS.get(name) or (ALL[name], ALL[name])
    return get if method == "get" else post


def every_address(made: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The name and an example of each address."""
    for one in addresses(get_resolver().url_patterns):
        given: dict[str, Any] = {}
        for part in sorted(made, key=len):
            if not part or one.name == part or str(one.name).startswith(f"{part}-"):
                given |= made[part]
        names = set(one.pattern.converters) or set(getattr(one.pattern, "regex", re.compile("")).groupindex)
        yield str(one.name), reverse(str(one.name), kwargs={name: given.get(name, "x") for name in names})


@pytest.fixture
def everybody(atlas: Plan, tess: Person, eli: Person, lena: Person, otto: Person, ada: Person) -> dict[str, Person | None]:
    """Otto plans another program; "nobody" has not signed in."""
    cast.program("Zephyr", tpm=otto)
    return {"nobody": None, "stranger": otto, "viewer": lena, "engineer": eli, "tpm": tess, "admin": ada}


@pytest.mark.parametrize("role", ["nobody", "stranger", "viewer", "engineer", "tpm", "admin"])
def test_every_address_is_for_whom_the_matrix_says(
    atlas: Plan, everybody: dict[str, Person | None], tess: Person, eli: Person, as_: Callable[[Person | None], Client], role: str
) -> None:
    made = furnish(atlas, as_(tess), tess=tess, eli=eli)
    browser = as_(everybody[role])
    browser.raise_request_exception = False
    known = SimpleCookie(browser.cookies)
    wrong: list[tuple[object, ...]] = []
    for name, address in every_address(made):
        for method in ("get", "post"):
            written: list[str] = []

            def watch(run: Any, sql: str, *rest: Any, written: list[str] = written) -> Any:
                if WRITES.match(sql) and not BOOKKEEPING.search(sql):
                    written.append(sql)
                return run(sql, *rest)

            before = transaction.savepoint()
            with connection.execute_wrapper(watch):
                answer = getattr(browser, method)(address)
            transaction.savepoint_rollback(before)
            browser.cookies = SimpleCookie(known)
            allowed = role in MAY[rule_of(name, method)]
            failed = answer.status_code >= 500 and name not in SAYS_HOW_IT_IS
            if failed or (not allowed and answer.status_code not in REFUSED):
                wrong.append((method, address, answer.status_code))
            elif allowed and answer.status_code in {401, 403} and name not in CLOSED:
                wrong.append((method, address, answer.status_code, "refused"))
            if written and (method == "get" or not allowed):
                wrong.append((method, address, answer.status_code, written[0][:120]))
    assert not wrong, "\n".join(map(str, wrong))
