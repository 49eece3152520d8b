"""One of everything there is an address for, around the plan of tests/web/plan.py: what tests/web/test_roles.py visits."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from programs.actions import baselines, blueprints, decisions, imports, keys, notices, subscriptions, teams, views
from programs.models import Notice, OutboxMessage, PlanDraft, Report, ShareLink, Step
from programs.queries import answer_links, issues, people, shares, unsubscribe
from tests.imports.bundles import bundle, milestones
from tests.web.plan import AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

    from programs.models import Person
    from tests.web.plan import Plan


def furnish(atlas: Plan, browser: Client, *, tess: Person, eli: Person) -> Mapping[str, dict[str, Any]]:
    """Make it. What belongs to one person is of Tess, whose browser this is; only the decision is Eli's to take.

    Returns what stands in addresses, by the beginning of their names in urls.py; "" is for all of them.
    """
    made: dict[str, Any] = {"program": atlas.program, "by": tess, "at": AT}
    browser.post("/p/atlas/what-if/new", {"kind": "slip", "milestone": "SEC-1", "days": "2"})
    browser.post("/p/atlas/m/SEC-3/still")
    change, draft = Step.objects.latest("pk").batch, PlanDraft.objects.get()
    decision = decisions.create(title="Buy or build?", decider=eli, **made)
    view = views.save(name="Blocked", query="blocked=1", **made)
    key, _secret = keys.make(name="Sheet", days=30, **made)
    team = teams.create(name="Lab", members=[eli], **made)
    baseline = baselines.take(name="Agreed", show=False, **made)
    template = blueprints.save_template(name="Bench", description="", shared=False, **made)
    when: dict[str, Any] = {"audience": "leader", "weekdays": [1], "local_time": time(9), "time_zone": "UTC"}
    subscription = subscriptions.create(person=tess, **when, **made)
    run = imports.preview(name="zed.json", data=bundle(milestones=milestones("A")), by=tess, at=AT)
    notices.pull_in(blocker=atlas.blocker, people=[tess.pk], note="Please look", by=eli, at=AT)
    about: dict[str, Any] = {"program": atlas.program, "author": tess, "edited_at": AT}
    report = Report.objects.create(headline="Sent", address="2027-02-22", sent_at=AT, **about)
    Report.objects.create(headline="Written", **about)
    link = ShareLink.objects.create(program=atlas.program, by=tess, created_at=AT, expires_at=AT.replace(year=2028))
    ShareLink.objects.filter(pk=link.pk).update(token_hash=shares.hashed(shares.token_for(link.pk)))
    mail = OutboxMessage.objects.create(
        key="summary:1",
        kind="summary",
        person=tess,
        program=atlas.program,
        to=str(tess.email),
        subject="Atlas",
        text="Late.",
        message_id="<1@example.test>",
        created_at=AT,
        state=OutboxMessage.State.UNSURE,
    )
    return {
        "": {"slug": "atlas", "key": "SEC-2", "person": eli.pk, "name": "owner"},
        "help": {"page": "program-managers"},
        "session": {"handle": people.sessions(tess, current="", at=AT)[0].handle},
        "undo": {"token": change},
        "redo": {"token": change},
        "template": {"pk": template.pk, "which": str(template.pk)},
        "workstream": {"key": "SEC"},
        "baseline": {"pk": baseline.pk},
        "share": {"pk": link.pk},
        "shared": {"token": shares.token_for(link.pk)},
        "team": {"pk": team.pk},
        "key": {"pk": key.pk},
        "report": {"address": report.address},
        "view": {"pk": view.pk},
        "dependency": {"pk": atlas.link.pk},
        "blocker": {"number": atlas.blocker.number},
        "decision": {"number": decision.number},
        "risk": {"number": atlas.risk.number},
        "what-if": {"pk": draft.pk, "change": draft.changes.get().pk, "number": atlas.risk.number},
        "import": {"pk": run.pk},
        "subscription": {"pk": subscription.pk},
        "my-subscription": {"pk": subscription.pk},
        "notice": {"pk": Notice.objects.filter(person=tess).latest("pk").pk},
        "outbox": {"pk": mail.pk},
        "issue": {"token": issues.token_for(mail.pk)},
        "stop": {"token": unsubscribe.wish_token(tess.pk, "slip")},
        "quick": {"token": answer_links.token_for(mail.pk, f"m{atlas.build.pk}-same")},
        "unsubscribe": {"token": unsubscribe.token_for(subscription.pk)},
    }
