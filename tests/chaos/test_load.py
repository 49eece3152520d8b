"""Ten people click for ten seconds at a real server: no error. `make load` sends two hundred and judges how long they wait."""

from __future__ import annotations

import json

from django.utils import timezone

from tests.load.crowd import gather
from tests.load.drive import drive


def test_ten_people_click_without_an_error(live_stack, tmp_path):
    crowd = tmp_path / "crowd.json"
    crowd.write_text(json.dumps(gather(10, programs=1, each=60, at=timezone.now())))
    live_stack.worker(processes_each=1)
    lines = drive(live_stack.web(), crowd, people=10, seconds=10, think=1)
    total = lines[-1]
    assert total.errors == 0, f"{lines}\n{live_stack.words()}"
    assert total.requests >= 10, lines
    assert {"portfolio", "overview", "milestones", "milestone", "my work"} & {line.name for line in lines}
