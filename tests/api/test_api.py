"""The API: a key opens one program, for reading, and says why just as the page and the shell do."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from programs.actions import keys as actions
from programs.models import ApiKey, Dependency, Event, Milestone, Program
from programs.queries.answers import answer
from programs.queries.shares import hashed
from programs.web import reasons
from tests import cast
from tests.web.reading import analysed, atlas, words

PAGE = "/p/atlas/keys"
BASE = "/api/v1/programs/atlas"


@pytest.fixture
def planned(program, monday):
    return atlas(program)


@pytest.fixture
def secret(planned, program, tess):
    return actions.make(program=program, name="Dashboard", days=30, by=tess, at=cast.NINE)[1]


def asked(path, secret, method="get", **extra):
    return getattr(Client(), method)(path, headers={"Authorization": f"Bearer {secret}", **extra})


def refused(response, status, code):
    assert (response.status_code, response.json()["error"]["code"]) == (status, code), response.content
    assert response.json()["error"]["message"]
    return response


def test_a_planner_makes_a_key_sees_it_once_and_withdraws_it(planned, as_, tess, eli):
    answered = as_(tess).post(PAGE, {"name": "Dashboard", "days": "30"})
    key = ApiKey.objects.get()
    body = answered.content.decode()
    secret = body.split('value="lp_')[1].split('"')[0]
    secret = "lp_" + secret
    assert key.key_hash == hashed(secret)
    assert (key.by, key.expires_at, key.begins) == (tess, cast.NINE + timedelta(days=30), secret[:8])
    assert secret not in as_(tess).get(PAGE).content.decode()
    assert asked(BASE, secret).status_code == 200
    assert as_(eli).get(PAGE).status_code == 403
    assert as_(eli).post(f"{PAGE}/{key.pk}/withdraw").status_code == 403
    assert as_(tess).post(f"{PAGE}/{key.pk}/withdraw").status_code == 303
    refused(asked(BASE, secret), 401, "unknown_key")
    assert list(Event.objects.filter(kind__startswith="key.").order_by("pk").values_list("kind", flat=True)) == [
        "key.made",
        "key.withdrawn",
    ]


@pytest.mark.parametrize("given", [{"name": "", "days": "30"}, {"name": "x", "days": "0"}, {"name": "x", "days": "ten"}])
def test_a_key_needs_a_purpose_and_an_end(given, planned, as_, tess):
    assert as_(tess).post(PAGE, given).status_code == 422
    assert not ApiKey.objects.exists()


def test_it_says_where_the_program_stands(secret, planned, program):
    found = asked(BASE, secret).json()
    stored = program.analysis
    assert found["analysis"]["finish"] == stored.finish.isoformat()
    assert found["analysis"]["critical_path"] == [Milestone.objects.get(pk=pk).key for pk in stored.critical_path]
    assert found["analysis"]["up_to_date"] is True
    assert found["analysis"]["blockers"][0]["blocker"] == "B-31"
    assert found["analysis"]["health_because"] == answer(program, as_of=cast.MONDAY)["health_why"]


def test_the_sentences_are_those_of_page_and_shell(secret, planned, program):
    said = {row["milestone"]: row for row in asked(f"{BASE}/milestones", secret).json()["milestones"]}
    shell = answer(program, as_of=cast.MONDAY)["milestones"]
    assert said.keys() == shell.keys()
    for row in Milestone.objects.select_related("timing"):
        one = said[row.key]
        assert one["critical_because"] == shell[row.key]["why"]
        assert one["total_float_days"] == shell[row.key]["total_float_days"] == row.timing.total_float
        assert one["starts_because"]
        with translation.override("en"):
            page = reasons.why(row.timing.critical_why)
        assert _bare(one["critical_because"]) == _bare(page)


def test_one_milestone_is_explained_in_full_as_on_its_page_and_in_the_shell(secret, planned, program, as_, tess):
    key = planned["api"].key
    Milestone.objects.filter(pk=planned["evidence"].pk).update(target_date=cast.MONDAY + timedelta(days=30))
    analysed(program)
    one = asked(f"{BASE}/milestones/{key}", secret).json()
    shell = answer(program, as_of=cast.MONDAY, explain=key)["explained"]
    names = ("starts_because", "critical_because", "without_what_decides_its_start", "what_changes_it", "towards")
    assert {name: one[name] for name in names} == {name: shell[name] for name in names}
    assert "makes it critical" in one["what_changes_it"]
    first = asked(f"{BASE}/milestones/{planned['pentest'].key}", secret).json()
    assert first["starts_because"].startswith("Waits until its blocker clears")
    assert first["without_what_decides_its_start"].startswith("Its remaining 8 working days continue")
    assert list(first["towards"]) == [planned["evidence"].key]
    assert first["towards"][planned["evidence"].key].startswith("Critical")
    page = as_(tess).get(f"/p/atlas/m/{planned['pentest'].key}/why", headers={"HX-Request": "true"})
    said = _bare(words(page))
    for sentence in (first["what_changes_it"], first["without_what_decides_its_start"], *first["towards"].values()):
        assert _bare(sentence) in said, sentence
    whole = as_(tess).get(f"/p/atlas/m/{planned['pentest'].key}/why")
    assert "<h1>" in whole.content.decode()


def _bare(sentence):
    """The letters of a sentence, without its dates: pages write them as their reader does."""
    undated = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \w{3}\b", "", sentence)
    return "".join(letter for letter in undated if letter.isalpha())


def test_pages_of_milestones(secret, planned):
    first = asked(f"{BASE}/milestones?limit=3", secret).json()
    rest = asked(f"{BASE}/milestones?limit=3&page=2", secret).json()
    assert (first["total"], len(first["milestones"]), len(rest["milestones"])) == (4, 3, 1)
    assert not {row["milestone"] for row in first["milestones"]} & {row["milestone"] for row in rest["milestones"]}
    cut = asked(f"{BASE}/milestones?limit=100000", secret).json()
    assert (cut["limit"], "200" in cut["note"]) == (200, True)


def test_what_belongs_to_another_program_is_withheld(secret, planned, otto, program):
    other = cast.program("Zephyr", tpm=otto)
    hidden = cast.sketch("codename(30)", other)["codename"]
    Milestone.objects.filter(pk=hidden.pk).update(name="Secret codename")
    Dependency.objects.create(predecessor=hidden, successor=planned["launch"])
    analysed(program)
    one = asked(f"{BASE}/milestones/{planned['launch'].key}", secret)
    assert {"milestone": "withheld", "type": "FS", "lag_days": 0.0, "relation": "requires"} in one.json()["predecessors"]
    everything = [one, asked(BASE, secret), asked(f"{BASE}/milestones", secret)]
    assert all("codename" not in answered.content.decode().casefold() for answered in everything)
    assert "a milestone you cannot see" in one.json()["starts_because"]
    refused(asked("/api/v1/programs/zephyr", secret), 404, "not_found")


def test_without_a_good_key_nobody_comes_in(secret, planned, program, tess):
    assert refused(Client().get(BASE), 401, "no_key")["WWW-Authenticate"] == "Bearer"
    refused(Client().get(BASE, headers={"Authorization": "Basic dGVzczp4"}), 401, "malformed_key")
    refused(asked(BASE, "nonsense"), 401, "malformed_key")
    refused(asked(BASE, secret + "x"), 401, "unknown_key")
    refused(asked(BASE, "lp_\x00"), 401, "unknown_key")
    ApiKey.objects.update(expires_at=cast.NINE)
    refused(asked(BASE, secret), 401, "unknown_key")
    ApiKey.objects.update(expires_at=cast.NINE + timedelta(days=1))
    assert asked(BASE, secret).status_code == 200
    type(tess).objects.filter(pk=tess.pk).update(is_active=False)
    refused(asked(BASE, secret), 401, "unknown_key")
    type(tess).objects.filter(pk=tess.pk).update(is_active=True)
    Program.objects.filter(pk=program.pk).update(deleted_at=cast.NINE)
    refused(asked(BASE, secret), 401, "unknown_key")


def test_signing_in_is_no_key(planned, as_, tess):
    refused(as_(tess).get(BASE), 401, "no_key")


def test_a_key_in_an_address_is_withdrawn(secret, planned):
    refused(Client().get(BASE, {"token": secret}), 400, "key_in_address")
    refused(asked(BASE, secret), 401, "unknown_key")
    note = Event.objects.get(kind="key.withdrawn")
    assert (note.by, note.note) == (None, "It stood in an address.")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_key_only_reads(method, secret, planned):
    refused(asked(BASE, secret, method), 403, "read_only")
    refused(getattr(Client(), method)(BASE), 401, "no_key")
    assert asked(BASE, secret, "post", **{"X-HTTP-Method-Override": "GET"}).status_code == 403


def test_looking_first_needs_the_key_too(secret, planned):
    assert asked(BASE, secret, "head").content == b""
    assert asked(BASE, secret, "options")["Allow"] == "GET, HEAD, OPTIONS"
    for method in ("head", "options"):
        assert getattr(Client(), method)(BASE).status_code == 401


@pytest.mark.parametrize("path", ["", "?x", "/milestones/NO-1", "/milestones/" + "9" * 40, "/milestones/%00", "/nothing"])
def test_what_is_not_there(path, secret, planned):
    answered = asked(f"{BASE}{path}", secret)
    assert answered.status_code == (200 if not path else 400 if path == "?x" else 404), answered.content
    assert answered["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=1e9", "page=", "limit=0", "limit=x", "page=²", "order_by=owner__password"]
)
def test_parameters_that_make_no_sense_are_named(query, secret, planned):
    answered = asked(f"{BASE}/milestones?{query}", secret)
    assert answered.status_code == 400
    assert query.split("=")[0] in answered.json()["error"]["message"]


def test_so_many_calls_a_minute(secret, planned, monday):
    ApiKey.objects.update(used_at=cast.NINE, calls=actions.CALLS - 1)
    assert asked(BASE, secret).status_code == 200
    assert refused(asked(BASE, secret), 429, "too_many_calls")["Retry-After"] == "60"
    monday.shift(60)
    assert asked(BASE, secret).status_code == 200


def test_so_many_keys_of_a_program(planned, program, tess, as_):
    for number in range(actions.MOST):
        actions.make(program=program, name=f"Key {number}", days=1, by=tess, at=cast.NINE)
    answered = as_(tess).post(PAGE, {"name": "One more", "days": "30"})
    assert answered.status_code == 422
    assert "Withdraw one first" in answered.content.decode()
