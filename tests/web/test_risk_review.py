"""Who owns a risk says how it stands without planning the program; everything else about it stays with who plans."""

from __future__ import annotations

import pytest

from programs.actions import risks
from programs.models import Blocker, Membership, Risk, Role
from tests.cast import NINE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def theirs(atlas, tess, lena):
    """A risk of Lena, who only reads."""
    facts = {"owner": lena, "milestone": atlas.build, "probability": 2, "impact": 4}
    return risks.create(program=atlas.program, title="Sale freeze", by=tess, at=NINE, **facts)


def where(risk, what="edit"):
    return f"/p/{risk.program.slug}/risks/{risk.number}/{what}"


def test_the_register_and_the_milestone_lead_there(theirs, atlas, as_, lena, eli):
    home = f"/p/{atlas.program.slug}/risks"
    assert where(theirs) in as_(lena).get(home).content.decode()
    assert where(theirs) not in as_(eli).get(home).content.decode()
    page = f"/p/{atlas.program.slug}/m/{atlas.build.key}"
    assert where(theirs) in as_(lena).get(page).content.decode()
    assert where(atlas.risk) not in as_(lena).get(page).content.decode()


def test_its_owner_is_offered_what_stands_and_nothing_else(theirs, as_, lena):
    page = as_(lena).get(where(theirs)).content.decode()
    for name in ("probability", "impact", "note", "review_on", "trigger_on"):
        assert f'name="{name}"' in page
    for name in ("title", "owner", "milestone", "status", "strikes"):
        assert f'name="{name}"' not in page
    assert where(theirs, "happened") in page


def test_what_its_owner_says_is_kept_and_nothing_else(theirs, as_, lena, eli):
    said = {"probability": 3, "impact": 4, "note": "Nearer", "review_on": "2027-03-15", "version": theirs.version}
    answer = as_(lena).post(where(theirs), {**said, "title": "Nothing", "status": "closed", "owner": eli.pk})
    assert answer.status_code == 303
    found = Risk.objects.get(pk=theirs.pk)
    assert (found.score, found.note, found.review_on.isoformat()) == (12, "Nearer", "2027-03-15")
    assert (found.title, found.status, found.owner) == ("Sale freeze", "open", lena)


def test_its_owner_says_that_it_happened(theirs, as_, lena, atlas):
    said = {"title": "No sales", "kind": "external", "severity": "high", "version": theirs.version, "waiting_on": "The board"}
    assert as_(lena).post(where(theirs, "happened"), said).status_code == 303
    assert Blocker.objects.get(risk=theirs).milestone == atlas.build
    assert Risk.objects.get(pk=theirs.pk).status == "closed"


def test_others_who_do_not_plan_are_refused_and_strangers_see_nothing(theirs, as_, eli, otto, atlas, lena):
    for what in ("edit", "happened"):
        assert as_(eli).get(where(theirs, what)).status_code == 403
        assert as_(lena).post(where(atlas.risk, what)).status_code == 403
        assert as_(otto).get(where(theirs, what)).status_code == 404
    Membership.objects.filter(person=lena).delete()
    assert as_(lena).get(where(theirs)).status_code == 404, "owning it opens no program"


def test_who_plans_changes_all_of_it(theirs, as_, lena, atlas):
    Membership.objects.filter(person=lena).update(role=Role.TPM)
    assert 'name="title"' in as_(lena).get(where(theirs)).content.decode()
