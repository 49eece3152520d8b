"""Pages: what writing two hundred rows costs, beside the same rows joined by hand and beside a template that loops."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from html import escape

import django

from tests.bench.clock import side_by_side

TODAY = date(2027, 3, 1)
LOOP = (  # what a template would say: one row, every cell ready
    '{% for l in lines %}<tr data-item id="{{ l.1 }}"{{ l.0 }}>{{ l.2 }}<td class="id hid">{{ l.1 }}</td>'
    '<td class="full"><a class="lk" href="{{ l.3 }}{{ l.1 }}" data-open>{{ l.4 }}</a>{{ l.5 }}</td>{{ l.6 }}{{ l.7 }}{{ l.8 }}'
    "{{ l.9 }}{{ l.10 }}{{ l.11 }}{{ l.12 }}{{ l.13 }}{{ l.14 }}{{ l.15 }}</tr>{% if not forloop.last %}\n{% endif %}{% endfor %}"
)


def plan(count: int) -> list[object]:
    """Rows as the list reads them: few owners, lanes and states, many dates."""
    from programs.queries.milestones import Row

    states = ("not_started", "in_progress", "blocked", "done")
    return [
        Row(
            id=n, key=f"SEC-{n}", name=f"Step {n} <of> the plan & more", status=states[n % 4], said="on_track" if n % 3 else "",
            blocked=n % 7 == 0, external=n % 50 == 0, workstream=f"Lane {n % 12}", owner=f"Person {n % 20}" if n % 9 else "",
            target=TODAY + timedelta(days=n % 90), forecast=TODAY + timedelta(days=n % 120), slip=float(n % 25 - 5),
            total_float=float(n % 40), critical=n % 40 == 0, said_on=TODAY - timedelta(days=n % 30), updated_on=None,
            actual=TODAY if n % 4 == 3 else None, chance=(n % 100) / 100,
            sure_by=TODAY + timedelta(days=n % 130), start=None, left=None, unit="wd", baseline=None, needed_by=None,
            waits_for=n % 5, feeds=n % 3,
        )
        for n in range(count)
    ]  # fmt: skip


def by_hand(rows: list, base: str) -> str:  # type: ignore[type-arg]
    """The same rows as one would join them without any help: f-strings, and a dictionary for each cell that repeats."""
    from programs.flags.types import Thresholds
    from programs.queries.milestones import last_word, silent
    from programs.web import rows as cells
    from programs.web import wording

    thresholds, kept, found, css = Thresholds(), {}, [], cells.classes("")

    def cell(make, *values):  # type: ignore[no-untyped-def]
        if (make, values) not in kept:
            kept[make, values] = str(make(*values))
        return kept[make, values]

    def day(label, when, look):  # type: ignore[no-untyped-def]
        return f'<td class="{look}" data-l="{label}">{wording.day(when, TODAY) or "–"}</td>'

    for row in rows:
        closed, last, name, key = row.status in cells.CLOSED, last_word(row), escape(row.name), row.key
        outside = ' <span class="tag">Outside</span>' if row.external else ""
        room = None if closed else row.total_float
        found.append(
            f'<tr data-item id="{key}"><td class="ck"><input type="checkbox" name="key" value="{key}" form="bulk" data-select '
            f'aria-label="Select {name}"></td><td class="id hid">{key}</td><td class="full"><a class="lk" href="{base}{key}" '
            f"data-open>{name}</a>{outside}</td>{cell(cells._status, row.status, row.said, row.blocked, css['status'])}"
            f'<td class="{css["workstream"]}">{cell(escape, row.workstream)}</td>{cell(cells._owner, row.owner, css["owner"])}'
            f"{cell(day, 'Target', row.target, css['target'])}"
            f"{cell(day, 'Forecast', row.actual if closed else row.forecast, css['forecast'])}"
            f"{cell(cells._slip, row.slip, css['slip'])}"
            f"{cell(cells._room, room, row.critical and not closed, css['float'], 'Float')}"
            f"{cell(cells._odds, None if closed else row.sure_by, row.chance, css['chance'], '80% by')}"
            f"{cell(cells._links, row.waits_for, row.feeds, css['links'])}"
            f"{cell(cells._word, (TODAY - last).days if last else None, silent(row, thresholds, TODAY), css['word'])}</tr>"
        )
    return "\n".join(found)


def rows() -> Iterator[object]:
    """Two hundred rows of the list: at most twice the same rows joined by hand."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.template import engines
    from django.urls import reverse
    from django.utils.translation import override

    from programs.flags.types import Thresholds
    from programs.web import rows as written
    from tests.bench.clock import Row

    lines, base = plan(200), reverse("milestone", args=("atlas", "-"))[:-1]
    loop = engines["django"].from_string(LOOP)
    with override("en"):
        cells = list(written.cells("atlas", lines, Thresholds(), TODAY, pick=True))
        product = lambda: written.body("atlas", lines, Thresholds(), TODAY, pick=True)  # noqa: E731
        assert product() == by_hand(lines, base) == loop.render({"lines": cells})
        took = side_by_side(
            {
                "product": product,
                "hand": lambda: by_hand(lines, base),
                "loop": lambda: loop.render({"lines": list(written.cells("atlas", lines, Thresholds(), TODAY, pick=True))}),
            }
        )
    yield Row("list of 200 rows: times the same rows joined by hand", took["product"] / took["hand"], 2, at_least=False)
    yield Row("list of 200 rows: of a template that loops over ready cells", took["product"] / took["loop"])
