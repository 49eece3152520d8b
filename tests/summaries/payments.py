"""The reference program of the design as facts: what its weekly mail speaks of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from programs.summaries.facts import Ask, Before, Blocker, Change, Milestone, Program, Reader, Risk

TODAY = date(2027, 3, 3)
SLUG = "payments"


def reader(**fields: Any) -> Reader:
    """Lena, who leads, every Wednesday."""
    given = {"name": "Lena", "audience": "leader", "today": TODAY, "now": datetime(2027, 3, 3, 8, tzinfo=UTC), "zone": "UTC"}
    return Reader(**(given | {"weekdays": frozenset({3})} | fields))


def milestone(name: str, forecast: date, owner: str, **fields: Any) -> Milestone:
    """One dated item."""
    return Milestone(key=name[:3].upper() + "-1", name=name, slug=SLUG, owner=owner, forecast=forecast, **fields)


VAULT = Blocker(
    key="B-31",
    title="Pen-test vendor cannot reach the staging vault",
    slug=SLUG,
    milestone="Penetration test",
    milestone_key="SEC-3",
    owner="Network engineer",
    raised=date(2027, 2, 22),
    clear=date(2027, 3, 10),
    days_added=3.0,
    total_float=-6.0,
    waiting_behind=10,
)
LEDGER = Blocker(
    key="B-28",
    title="Ledger write contention above 1,100 TPS",
    slug=SLUG,
    milestone="Ledger at 1,500 TPS",
    milestone_key="LED-5",
    owner="Ledger engineer",
    raised=date(2027, 2, 25),
    clear=date(2027, 3, 12),
    total_float=3.0,
    waiting_behind=4,
)


def far_blocker(number: int) -> Blocker:
    """A blocker with a lot of room."""
    return Blocker(key=f"B-{number}", title=f"Small thing {number}", slug=SLUG, owner="Somebody", total_float=30.0)


def program(**fields: Any) -> Program:
    """Payments platform migration, as of Wed 3 Mar 2027."""
    given: dict[str, Any] = {
        "id": 1,
        "name": "Payments platform migration",
        "slug": SLUG,
        "finish_name": "Cutover",
        "finish": date(2027, 6, 21),
        "target": date(2027, 6, 11),
        "days_late": 6.0,
        "health": "off_track",
        "done": 31,
        "total": 62,
        "path": ("Penetration test", "PCI DSS evidence", "PCI DSS attestation", "Card routing at 1%", "Go / no-go", "Cutover"),
        "before": Before(date(2027, 2, 24), date(2027, 6, 16), date(2027, 6, 11), 3.0, "off_track"),
        "blockers": (VAULT, LEDGER, *(far_blocker(number) for number in range(4))),
        "at_risk": (
            milestone("Penetration test", date(2027, 3, 19), "Security lead", target=date(2027, 3, 12), late=5.0, critical=True),
        ),
        "at_risk_count": 1,
        "risks": (Risk("R-4", "June sale freeze overlaps cutover", SLUG, 4, 4, "Cutover manager", "Freeze starts Mon 21 Jun"),),
        "risk_count": 1,
        "upcoming": (
            milestone("Accessibility audit passed", date(2027, 3, 11), "Checkout lead"),
            milestone("API v2 in staging", date(2027, 3, 12), "API lead", critical=True),
            milestone("Rehearsal 1: 10% of accounts", date(2027, 3, 16), "Data migration lead"),
            milestone("Three-way reconciliation in staging", date(2027, 3, 17), "Finance systems lead"),
        ),
        "upcoming_count": 4,
        "changes": (
            Change("done", "Detokenisation proxy in staging", SLUG, date(2027, 2, 25), key="VLT-6", owner="Vault lead", late=7.0),
            Change("done", "Rules engine at parity", SLUG, date(2027, 3, 1), key="FRD-3", owner="Fraud lead", late=5.0),
            Change("risk", "June sale freeze overlaps cutover", SLUG, date(2027, 3, 1), figure="4 × 4", by="Cutover manager"),
        ),
        "change_count": 3,
    }
    return Program(**(given | fields))


def quiet(**fields: Any) -> Program:
    """The same program when all is well and nothing happened since last time."""
    calm: dict[str, Any] = {
        "finish": date(2027, 6, 1),
        "days_late": -8.0,
        "health": "on_track",
        "before": Before(date(2027, 2, 24), date(2027, 6, 1), date(2027, 6, 11), -8.0, "on_track"),
        "blockers": (),
        "at_risk": (),
        "at_risk_count": 0,
        "risks": (),
        "risk_count": 0,
        "changes": (),
        "change_count": 0,
    }
    return program(**(calm | fields))


ASK = Ask("date", VAULT.title, SLUG, "B-31", milestone_key="SEC-3", on=date(2027, 3, 1))
