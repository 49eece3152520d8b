"""The same pages over the largest public set: 22 programs, 2,537 milestones."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import analysis
from programs.models import Milestone, Program
from tests import cast
from tests.web.reading import words

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def kubernetes(db, shared, capsys):
    call_command("import_bundle", str(shared / "data" / "kubernetes-enhancements"))
    analysis.recompute_stale(at=cast.NINE)
    capsys.readouterr()
    assert Milestone.objects.filter(external=False).count() == 2537


def test_pages_of_a_large_portfolio_take_no_more_queries_than_small_ones(as_, ada, kubernetes):
    browser = as_(ada)
    addresses = ["/portfolio", *(f"/p/{slug}/" for slug in Program.objects.values_list("slug", flat=True))]
    counts = {}
    for address in addresses:
        browser.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(address).status_code == 200, address
        counts[address] = len(caught)
    assert counts.pop("/portfolio") <= 14
    assert max(counts.values()) <= 29


def test_ended_programs_are_folded_at_the_end(as_, ada, kubernetes):
    response = as_(ada).get("/portfolio")
    assert len(response.context["view"].rows) == 4
    assert "18 programs have ended" in words(response)
    done = words(as_(ada).get("/p/kubernetes-v1-35/"))
    assert "Done Wed 17 Dec 2025" in done
    assert "drives" not in done
