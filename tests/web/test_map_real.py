"""The maps of real programs: every one of them keeps the promises, asks the same few queries, and draws what can be read."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.actions import analysis
from programs.maps.folding import MOST, UNFOLDED
from programs.models import Program
from programs.queries import map as maps
from programs.web.map_asked import Asked
from programs.web.map_choice import OPENING, choose, state
from tests import cast
from tests.maps.boards import backward, overlapping_cards, shared_tracks, under_cards

pytestmark = pytest.mark.usefixtures("monday")
SETS = ["python-releases", "rust-goals-2024-2025", "kubernetes-enhancements"]
ASKED = [Asked(), Asked(done=True), Asked(relates=True, redundant=True, islands=True), Asked(size="compact", show="blocked")]


@pytest.fixture(params=SETS)
def real(request, db, shared, capsys):
    call_command("import_bundle", str(shared / "data" / request.param))
    analysis.recompute_stale(at=cast.NINE)
    capsys.readouterr()
    return list(Program.objects.order_by("pk"))


def test_real_programs_keep_the_promises(real, ada, as_):
    counts = {}
    for program in real:
        plan = maps.plan(program.slug, by=ada)
        for asked in ASKED:
            choice = choose(plan, asked)
            drawn = choice.drawing(choice.calendar(cast.MONDAY))
            assert not backward(drawn), program
            assert not under_cards(drawn), program
            assert not shared_tracks(drawn), program
            assert not overlapping_cards(drawn), program
            assert len(drawn.places) <= MOST
            there = len(drawn.places) + sum(len(sums) for sums in choice.folding.sums.values())
            assert there == len(choice.nodes), program
            loose = [node for node in choice.nodes.values() if node.lane not in choice.closed]
            if not asked.show and len(loose) > UNFOLDED and any(node.leads for node in loose):
                urgent = sum(state(node) == "blocked" for node in choice.nodes.values()) + len(plan.analysis.critical_path)
                assert len(drawn.places) <= max(OPENING, urgent), program  # a plan long overdue is no pile of critical cards
        browser = as_(ada)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(f"/p/{program.slug}/map").status_code == 200
        counts[program.slug] = len(caught)
    assert max(counts.values()) <= 19
