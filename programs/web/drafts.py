"""What-if drafts: the list, one draft beside the plan, its changes, three side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions.drafting import applying, changes
from programs.actions.drafting import drafts as actions
from programs.actions.errors import Refused, Stale
from programs.models import PlanChange
from programs.queries import access, choices, draft_odds, ways_back
from programs.queries import drafts as queries
from programs.queries.search import plain
from programs.queries.snapshots import today_in
from programs.web import draft_words, posting, respond
from programs.web.draft_picture import Picture
from programs.web.forms import drafts as forms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from programs.models import Milestone, PlanDraft, Program
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]
KINDS = [(kind.value, kind.label, draft_words.ICONS[kind]) for kind in PlanChange.Kind]
SHOWN_FIRST = PlanChange.Kind.SLIP
FROM_ADDRESS = ("milestone", "predecessor", "successor", "after", "before")  # milestones an address may fill in, by key


@require_safe
def drafts(request: PersonRequest, slug: str) -> HttpResponse:
    """One's own drafts and those that are shared."""
    program, at = access.program(slug, by=request.user), timezone.now()
    context = {
        "program": program,
        "drafts": queries.of_program(program, by=request.user, at=at),
        "may_update": access.can(program, request.user, "update"),
        "most": queries.MOST_COMPARED,
        "ways": ways_back.ways(program),
        "bought": ways_back.bought(program),
    }
    return render(request, "whatif/list.html", context)


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str) -> HttpResponse:
    """A first change, perhaps of the milestone in the address: into a draft of one's own, or a new one."""
    program, at = access.program(slug, by=request.user, may="update"), timezone.now()
    mine = queries.open_ones(program, by=request.user)
    form = _form(request, program, at)
    into = _chosen(mine, request.POST.get("into") or request.GET.get("into") or "")

    def display(status: int = 200) -> HttpResponse:
        context = {**_adding(program, form, request), "mine": mine, "into": into, "post": request.get_full_path()}
        return respond.page_or_part(request, "whatif/new.html", "whatif/_add.html", context, status=status)

    def save() -> PlanDraft:
        change = form.make(_making(request, program, into, at))
        if into is not None:
            changes.add(draft=into, change=change, at=at)
            return into
        return actions.begin(program=program, name=change.subject[:200], by=request.user, at=at, changes=[change])

    if request.method != "POST":
        return display()
    return posting.submit(request, form, save, show=display, leave=lambda row: (_home(row), ""))


@require_safe
def about(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """What if, of one milestone: on to the form, filled in."""
    row = access.milestone(slug, key, by=request.user, may="update")
    return redirect(f"{reverse('what-if-new', args=(slug,))}?{urlencode({'milestone': row.key})}")


@require_safe
def draft(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """One draft beside the plan."""
    row = access.plan_draft(slug, pk, by=request.user)
    return _page(request, row)


def _page(request: PersonRequest, row: PlanDraft, *, problem: str = "", status: int = 200) -> HttpResponse:
    at, program = timezone.now(), row.program
    today = today_in(program, at)
    look = queries.look(row, by=request.user, at=at)
    mine = row.by_id == request.user.pk and access.can(program, request.user, "update")
    finish = look.finish_name or _("the finish")
    context = {
        "program": program,
        "draft": row,
        "look": look,
        "changes": [draft_words.worded(one, today) for one in look.changes],
        "says": draft_words.sentence(look, finish, today),
        "finish_name": look.finish_name,
        "picture": Picture.of(look, target=program.target_date, today=today),
        "problem": problem,
        "may_change": mine and row.is_open,
        "may_copy": access.can(program, request.user, "update"),
        "may_apply": row.is_open and access.can(program, request.user, "plan"),
        "address": request.build_absolute_uri(_home(row)),
        "rename": forms.Name(initial={"name": row.name}, today=today),
    }
    if context["may_change"]:
        context |= _adding(program, _form(request, program, at, posted=False), request)
        context["post"] = reverse("what-if-add", args=(program.slug, row.pk))
    return render(request, "whatif/page.html", context, status=status)


@require_safe
def odds(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """How sure the dates are with and without the draft: simulated when somebody looks, a moment after the page.

    `beside` asks for as much as fits beside other drafts.
    """
    row, at = access.plan_draft(slug, pk, by=request.user), timezone.now()
    found = draft_odds.odds(row, by=request.user, at=at)
    context = {"program": row.program, "draft": row, "odds": found, "today": today_in(row.program, at)}
    part = "whatif/_odds_beside.html" if request.GET.get("beside") else "whatif/_odds.html"
    return respond.page_or_part(request, "whatif/odds.html", part, context)


@require_http_methods(FORM_METHODS)
def add(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """One change more. A GET shows the form alone, for another kind of change."""
    row, at = access.plan_draft(slug, pk, by=request.user, change=True), timezone.now()
    form = _form(request, row.program, at)

    def display(status: int = 200) -> HttpResponse:
        context = {**_adding(row.program, form, request), "draft": row, "post": request.get_full_path()}
        return respond.page_or_part(request, "whatif/add.html", "whatif/_add.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: changes.add(draft=row, change=form.make(_making(request, row.program, row, at)), at=at),
        show=display,
        leave=lambda _change: (_home(row), ""),
    )


@require_POST
def remove(request: PersonRequest, slug: str, pk: int, change: int) -> HttpResponse:
    """One change less."""
    row = access.plan_draft(slug, pk, by=request.user, change=True)
    return _done(request, row, lambda: actions.remove(draft=row, change=change, at=timezone.now()), "")


@require_POST
def rename(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Call it otherwise."""
    row = access.plan_draft(slug, pk, by=request.user, change=True)
    name = request.POST.get("name", "")
    return _done(request, row, lambda: actions.rename(draft=row, name=name, at=timezone.now()), _("Renamed"))


@require_POST
def share(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Let everybody who sees the program open it, or nobody else."""
    row = access.plan_draft(slug, pk, by=request.user, change=True)
    on = request.POST.get("on") == "1"
    said = _("Everybody who sees this program can open it now") if on else _("Nobody else can open it any more")
    return _done(request, row, lambda: actions.share(draft=row, on=on, by=request.user, at=timezone.now()), said)


@require_POST
def follow(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Let what collides stand on what the plan says now."""
    row = access.plan_draft(slug, pk, by=request.user, change=True)
    return _done(request, row, lambda: changes.follow(draft=row, at=timezone.now()), _("The draft follows the plan again"))


@require_POST
def discard(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Put it away; the list has it for a day."""
    row = access.plan_draft(slug, pk, by=request.user, change=True)
    actions.discard(draft=row, at=timezone.now())
    words = _("%(name)s discarded. The list can bring it back for 24 hours.") % {"name": row.name}
    return respond.done(request, reverse("what-ifs", args=(slug,)), words)


@require_POST
def restore(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Take it up again."""
    row = access.plan_draft(slug, pk, by=request.user, change=True)
    return _done(request, row, lambda: actions.restore(draft=row, at=timezone.now()), _("%(name)s is back") % {"name": row.name})


@require_POST
def copy(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """A draft of one's own with the same changes."""
    row = access.plan_draft(slug, pk, by=request.user)
    access.require(row.program, request.user, "update")
    made = actions.copy(draft=row, by=request.user, at=timezone.now())
    return respond.done(request, _home(made), _("Copied: this draft is yours"))


@require_http_methods(FORM_METHODS)
def apply(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Asks why and says who is told; a POST makes the draft the plan."""
    row = access.plan_draft(slug, pk, by=request.user)
    access.require(row.program, request.user, "plan")
    at = timezone.now()
    options: dict[str, Any] = {"today": today_in(row.program, at), "program": row.program}
    if request.method != "POST":
        look = queries.look(row, by=request.user, at=at)
        if not look.sound or not row.is_open:
            return _page(request, row)
        form = forms.Apply(initial={"version": row.version}, **options)
        return render(request, "whatif/apply.html", _confirming(row, form, look))
    form = forms.Apply(request.POST, **options)
    if not form.is_valid():
        return _page(request, row, problem=_("The form is incomplete. Look at the draft, then apply it again."), status=422)
    try:
        done = applying.apply(draft=row, **form.given_all(), by=request.user, at=at)
    except Stale:
        words = _("This draft was changed while you were looking. This is how it is now; nothing was applied.")
        return _page(request, access.plan_draft(slug, pk, by=request.user), problem=words, status=respond.CONFLICT)
    except Refused as refused:
        status = respond.CONFLICT if refused.code == "moved_on" else respond.UNPROCESSABLE
        words = _("Nothing was applied. %(why)s") % {"why": " ".join(each.message for each in refused.problems)}
        return _page(request, row, problem=words, status=status)
    return respond.done(request, reverse("overview", args=(slug,)), _applied(done), undo=reverse("undo", args=(done.batch,)))


def _applied(done: applying.Applied) -> str:
    words = _("%(name)s is the plan now")
    if done.rebased:
        words = _("%(name)s is the plan now. The plan had moved on meanwhile; every change still fitted.")
    return words % {"name": done.draft.name}


def _confirming(row: PlanDraft, form: forms.Apply, look: queries.Look) -> dict[str, Any]:
    today = form.today
    return {
        "program": row.program,
        "draft": row,
        "form": form,
        "look": look,
        "says": draft_words.sentence(look, look.finish_name or _("the finish"), today),
        "changes": [draft_words.worded(one, today) for one in look.changes],
        "submit_label": _("Apply to the plan"),
        "cancel_url": _home(row),
        "action": reverse("what-if-apply", args=(row.program.slug, row.pk)),
    }


@require_safe
def compare(request: PersonRequest, slug: str) -> HttpResponse:
    """Up to three drafts beside each other and beside today."""
    program, at = access.program(slug, by=request.user), timezone.now()
    wanted = [int(number) for number in request.GET.getlist("d") if number.isdecimal() and len(number) < 19]
    rows = [access.plan_draft(slug, pk, by=request.user) for pk in list(dict.fromkeys(wanted))[: queries.MOST_COMPARED]]
    if not rows:
        return respond.done(request, reverse("what-ifs", args=(slug,)))
    today = today_in(program, at)
    bench = queries.Bench(program, by=request.user, at=at)
    looks = [bench.look(row) for row in rows]
    context = {
        "program": program,
        "today": today,
        "looks": looks,
        "before": looks[0].before,
        "finish_name": looks[0].finish_name,
        "columns": [(look, [draft_words.worded(one, today) for one in look.changes]) for look in looks],
        "rows": queries.side_by_side(looks),
    }
    return render(request, "whatif/compare.html", context)


# -- what they share ---------------------------------------------------------------------------------------------------------


def _home(row: PlanDraft) -> str:
    return reverse("what-if", args=(row.program.slug, row.pk))


def _done(request: PersonRequest, row: PlanDraft, act: Any, said: str) -> HttpResponse:
    """Do one thing to a draft and show it again; a refusal is told on its page."""
    try:
        act()
    except Refused as refused:
        return _page(request, row, problem=" ".join(each.message for each in refused.problems), status=respond.UNPROCESSABLE)
    return respond.done(request, _home(row), said)


def _form(request: PersonRequest, program: Program, at: datetime, *, posted: bool = True) -> forms.Change:
    """The form of the kind that is asked for, filled in from the address."""
    kind = request.POST.get("kind") or request.GET.get("kind") or SHOWN_FIRST
    form = forms.FORMS.get(kind)
    if form is None:
        raise Http404
    options: dict[str, Any] = {"program": program, "today": today_in(program, at), "auto_id": "change_%s"}
    if posted and request.method == "POST":
        return form(request.POST, **options)
    return form(initial=_initial(request, program), **options)


def _initial(request: PersonRequest, program: Program) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in FROM_ADDRESS:
        if key := plain(request.GET.get(name, "")):
            found[name] = choices.by_key(program, key)
    if "milestone" in found:
        found.setdefault("successor", found["milestone"])
    for name in ("blocker", "risk"):
        if (number := request.GET.get(name, "")).isdecimal() and len(number) < 19:
            found[name] = int(number)
    return found


def _adding(program: Program, form: forms.Change, request: PersonRequest) -> dict[str, Any]:
    """What the form for a change needs; the links to other kinds keep what was chosen."""
    kept = request.GET.copy()
    kept.pop("kind", None)
    return {"program": program, "form": form, "kinds": KINDS, "kind": form.kind, "kept": kept.urlencode(), "today": form.today}


def _making(request: PersonRequest, program: Program, row: PlanDraft | None, at: datetime) -> forms.Making:
    before: Sequence[PlanChange] = list(row.changes.order_by("place", "pk")) if row else []

    def forecast(milestone: Milestone) -> date | None:
        return queries.forecast(program, before, milestone, by=request.user, at=at)

    return forms.Making(before, forecast, by=request.user, at=at)


def _chosen(mine: Sequence[PlanDraft], number: str) -> PlanDraft | None:
    return next((row for row in mine if str(row.pk) == number), None)
