"""The addresses of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.utils import timezone

from programs.api.door import MOST_PAGES, MOST_ROWS, absent, number, reads
from programs.queries import api as queries
from programs.queries.snapshots import today_in

if TYPE_CHECKING:
    from django.http import QueryDict

    from programs.models import Program


@reads()
def program(row: Program, _query: QueryDict) -> JsonResponse:
    """Where the program stands."""
    return JsonResponse(queries.program(row))


@reads("page", "limit")
def milestones(row: Program, query: QueryDict) -> JsonResponse:
    """Its milestones, page by page."""
    page = number(query.get("page"), "page", otherwise=1, most=MOST_PAGES)
    asked = number(query.get("limit"), "limit", otherwise=MOST_ROWS, most=10**9)
    limit = min(asked, MOST_ROWS)
    rows, total = queries.milestones(row, page=page, limit=limit)
    said = {"note": f"A page has at most {MOST_ROWS} rows."} if asked > limit else {}
    return JsonResponse({"page": page, "limit": limit, "total": total, **said, "milestones": rows})


@reads()
def milestone(row: Program, _query: QueryDict, key: str) -> JsonResponse:
    """One milestone: its dates, why it starts when it does, why it is or is not critical, and its links."""
    # control characters are in no key, and PostgreSQL would not even look for them
    found = queries.milestone(row, key, as_of=today_in(row, timezone.now())) if key.isprintable() else None
    if found is None:
        raise absent()
    return JsonResponse(found)


def nothing(*_request: object, **_address: object) -> JsonResponse:
    """404 in the API's own form."""
    return absent().response()
