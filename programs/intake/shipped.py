"""Templates that come with Longpole. Doors translate their texts, so that a program begins in the language of who begins it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from programs.intake.blueprint import Blueprint
from programs.intake.phrases import gettext_noop as _

Step = tuple[str, int, str, str, int, str]  # id, lane, name, kind, working days, what it waits for


@dataclass(frozen=True, slots=True)
class Shipped:
    """One template: its lanes, and its steps in order. The last step ends it, `target` working days after the start."""

    slug: str
    name: str
    description: str
    target: int
    lanes: tuple[str, ...]
    steps: tuple[Step, ...]

    def blueprint(self, translate: Callable[[str], str] = str) -> Blueprint:
        """The plan, in the words of a language."""
        return {
            "name": translate(self.name),
            "description": translate(self.description),
            "day_unit": "wd",
            "target": self.target,
            "finish": self.steps[-1][0],
            "lanes": [{"id": f"lane {number}", "name": translate(name)} for number, name in enumerate(self.lanes)],
            "milestones": [
                {
                    "id": ident,
                    "lane": f"lane {lane}",
                    "name": translate(name),
                    "kind": kind,
                    "duration_days": days,
                    **({"target": self.target} if ident == self.steps[-1][0] else {}),
                }
                for ident, lane, name, kind, days, _waits in self.steps
            ],
            "links": [_link(ident, each) for ident, *_rest, waits in self.steps for each in waits.split()],
        }


def _link(ident: str, waits: str) -> dict[str, object]:
    """`brief`, `brief+5` or `brief:SS+5`: what is waited for, how the ends are joined, working days between."""
    ref, _colon, how = waits.partition(":")
    first, _plus, lag = (how or ref).partition("+")
    kind = first if how else "FS"
    return {"from": ref if how else first, "to": ident, "type": kind, "lag_days": int(lag or 0)}


LAUNCH = Shipped(
    "product-launch",
    _("Product launch"),
    _("From the agreed brief to launch day: build, beta, content, sales and support readiness, one go or no-go."),
    90,
    (_("Product"), _("Engineering"), _("Marketing"), _("Sales and support"), _("Legal")),
    (
        ("brief", 0, _("Launch brief agreed"), "gate", 5, ""),
        ("scope", 0, _("Scope frozen"), "decision", 5, "brief"),
        ("design", 0, _("Design approved"), "milestone", 10, "scope"),
        ("build", 1, _("Feature complete"), "milestone", 30, "design:SS+5 scope"),
        ("quality", 1, _("Quality gate passed"), "gate", 10, "build"),
        ("beta", 0, _("Beta with customers finished"), "milestone", 15, "quality:SS+5 build"),
        ("scale", 1, _("Load and failover tested"), "milestone", 8, "build"),
        ("rollout", 1, _("Rollout and rollback rehearsed"), "milestone", 5, "scale quality"),
        ("pricing", 0, _("Pricing and packaging decided"), "decision", 10, "scope"),
        ("positioning", 2, _("Positioning and names agreed"), "milestone", 10, "brief"),
        ("trademark", 4, _("Names and claims cleared"), "gate", 15, "positioning"),
        ("terms", 4, _("Terms and privacy notice ready"), "milestone", 10, "pricing"),
        ("site", 2, _("Website and documentation ready"), "deliverable", 15, "positioning trademark design"),
        ("campaign", 2, _("Campaign ready"), "deliverable", 12, "positioning trademark"),
        ("press", 2, _("Press and analysts briefed"), "event", 5, "campaign beta"),
        ("enable", 3, _("Sales trained"), "milestone", 8, "pricing positioning"),
        ("support", 3, _("Support trained and on call"), "milestone", 8, "beta:SS+5"),
        ("ready", 0, _("Go or no-go"), "decision", 1, "beta rollout site terms enable support press"),
        ("launch", 0, _("Launch day"), "event", 0, "ready+2"),
    ),
)
MIGRATION = Shipped(
    "migration",
    _("Migration"),
    _("Move people or traffic from an old system to a new one in waves, with a way back until the old one is switched off."),
    130,
    (_("Platform"), _("Data"), _("Security"), _("Waves"), _("People")),
    (
        ("inventory", 0, _("Inventory of what moves"), "deliverable", 10, ""),
        ("target", 0, _("Target design approved"), "decision", 10, "inventory"),
        ("threats", 2, _("Threat model reviewed"), "gate", 8, "target"),
        ("build", 0, _("New platform built"), "milestone", 25, "target"),
        ("access", 2, _("Access and secrets in place"), "milestone", 8, "build:SS+10 threats"),
        ("observe", 0, _("Monitoring and alarms in place"), "milestone", 8, "build"),
        ("mapping", 1, _("Data mapped and cleaned"), "milestone", 15, "inventory"),
        ("tool", 1, _("Migration tool tested on copies"), "milestone", 15, "mapping target"),
        ("rehearsal", 1, _("Full rehearsal with timings"), "milestone", 5, "tool build observe access"),
        ("back", 0, _("Way back rehearsed"), "gate", 4, "rehearsal"),
        ("pentest", 2, _("Penetration test passed"), "gate", 10, "build access"),
        ("told", 4, _("Everybody concerned knows their date"), "milestone", 5, "rehearsal"),
        ("trained", 4, _("Support and users trained"), "milestone", 10, "rehearsal:SS"),
        ("go", 0, _("Go for the first wave"), "decision", 1, "back pentest told trained"),
        ("first", 3, _("First wave moved (5%)"), "milestone", 5, "go"),
        ("second", 3, _("Second wave moved (30%)"), "milestone", 8, "first+5"),
        ("rest", 3, _("Everybody moved"), "milestone", 10, "second+5"),
        ("proof", 1, _("Data reconciled"), "gate", 5, "rest"),
        ("off", 0, _("Old system switched off"), "milestone", 5, "proof+10"),
    ),
)
AUDIT = Shipped(
    "compliance-audit",
    _("Compliance audit"),
    _("From the scope to the report in hand: gaps closed, evidence collected over a period, auditor on site, findings settled."),
    110,
    (_("Program"), _("Controls"), _("Evidence"), _("Audit")),
    (
        ("scope", 0, _("Scope and standard decided"), "decision", 5, ""),
        ("auditor", 3, _("Auditor chosen and engaged"), "milestone", 20, "scope"),
        ("owners", 0, _("Every control has an owner"), "milestone", 5, "scope"),
        ("gaps", 1, _("Gap assessment finished"), "deliverable", 10, "owners"),
        ("policies", 1, _("Policies written and approved"), "milestone", 15, "gaps"),
        ("technical", 1, _("Technical gaps closed"), "milestone", 25, "gaps"),
        ("vendors", 1, _("Vendors reviewed"), "milestone", 15, "owners"),
        ("training", 1, _("Everybody trained"), "milestone", 10, "policies"),
        ("requests", 3, _("Evidence list received"), "deliverable", 5, "auditor"),
        ("collect", 2, _("Evidence collected"), "milestone", 20, "requests technical:FF+5 policies"),
        ("period", 2, _("Observation period over"), "event", 20, "technical policies"),
        ("mock", 0, _("Internal audit passed"), "gate", 8, "collect training vendors"),
        ("fieldwork", 3, _("Fieldwork finished"), "milestone", 10, "mock period"),
        ("findings", 1, _("Findings answered"), "milestone", 10, "fieldwork"),
        ("report", 3, _("Report received"), "deliverable", 10, "findings"),
    ),
)
TEMPLATES = {each.slug: each for each in (LAUNCH, MIGRATION, AUDIT)}
