"""Who belongs to a program, and in which role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import events, outbox, removing, revisions
from programs.actions.errors import Refused
from programs.actions.saving import Draft, Edit
from programs.models import Membership, Person, Program, Role
from programs.queries import access

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from programs.actions.outbox import Letter

_RANK = {Role.VIEWER: 1, Role.ENGINEER: 2, Role.TPM: 3}


@transaction.atomic(durable=True)
def set_member(*, program: Program, person: Person, role: str, by: Person, at: datetime) -> Membership:
    """Give somebody a role in a program, or another one. Nobody gives a role above their own; one program manager stays."""
    program = revisions.hold(program)
    require_rank(program, role, by)
    if not person.is_active:
        raise Refused(_("This account is closed. Ask an administrator to open it first."), "person", "disabled")
    found = Membership.objects.filter(program=program, person=person).first()
    return join(program, person, role, by=by, at=at) if found is None else _change(program, found, role, by, at)


@transaction.atomic(durable=True)
def remove_member(*, program: Program, person: Person, by: Person, at: datetime) -> Membership:
    """End somebody's membership. What they own stays theirs in name until somebody takes it over."""
    program = revisions.hold(program)
    found = Membership.objects.filter(program=program, person=person).first()
    if found is None:
        raise Refused(_("Not a member of this program."), "person", "not_a_member")
    require_rank(program, found.role, by)
    if found.role == Role.TPM:
        require_another_manager(program, person)
    name = person.name
    events.record("member.removed", by=by, at=at, program=program, subject=found, subject_name=name, field="role", old=found.role)
    removing.remove(found)
    return found


@transaction.atomic(durable=True)
def invite(
    *,
    program: Program,
    email: str,
    role: str,
    by: Person,
    at: datetime,
    name: str = "",
    write: Callable[[Person, str], Letter] | None = None,
) -> Person:
    """Add somebody by e-mail address; an account is made when there is none, without a password until they choose one.

    `write` writes the letter that tells them, queued in the same transaction.

    A name from an import is never joined to an address here: it may belong to other programs as well.
    """
    program = revisions.hold(program)
    require_rank(program, role, by)
    address = _address(email)
    person = Person.objects.filter(email=address).first()
    if person is None:
        person = _account(address, name, program)
    elif Membership.objects.filter(program=program, person=person).exists():
        raise Refused(_("This person is a member already."), "email", "member")
    elif not person.is_active:
        raise Refused(_("This account is closed. Ask an administrator to open it first."), "email", "disabled")
    join(program, person, role, by=by, at=at)
    if write is not None:
        outbox.put(write(person, role), at=at)
        if settings.MAIL_LEAVES:
            transaction.on_commit(outbox.ring, robust=True)
    return person


def _address(email: str) -> str:
    """One plain address, in the form in which they are stored and compared."""
    draft = Draft(Person())
    draft.put({"email": email}, {"email"})
    if not draft.row.email:
        draft.refuse("email", _("Use one e-mail address, such as name@example.org."), "required")
    draft.raise_problems()
    return Person.objects.normalize_email(draft.row.email).lower()


def _account(address: str, name: str, program: Program) -> Person:
    draft = Draft(Person(email=address, time_zone=program.time_zone))
    draft.put({"name": name or address.partition("@")[0]}, {"name"})
    draft.row.set_unusable_password()
    return draft.save()


def join(program: Program, person: Person, role: str, *, by: Person, at: datetime, batch: UUID | None = None) -> Membership:
    """Make the membership, inside the transaction of another action."""
    draft = Draft(Membership(program=program, person=person))
    draft.put({"role": role}, {"role"})
    made = draft.save()
    about: dict[str, Any] = {"by": by, "at": at, "program": program, "subject": made, "subject_name": person.name, "batch": batch}
    events.record("member.added", field="role", new=str(made.role), **about)
    return made


def _change(program: Program, membership: Membership, role: str, by: Person, at: datetime) -> Membership:
    require_rank(program, membership.role, by)
    if membership.role == Role.TPM and role != Role.TPM:
        require_another_manager(program, membership.person)
    change = Edit(membership, None, {"role": role}, editable={"role"})
    saved = change.save()
    name = membership.person.name
    for field, (old, new) in change.changed.items():
        events.record(
            "member.changed", by=by, at=at, program=program, subject=saved, subject_name=name, field=field, old=old, new=new
        )
    return saved


def require_rank(program: Program, role: str, by: Person) -> None:
    """The role of the one who asks counts, not only that of the one it is about."""
    if role not in Role.values:
        words = _("Choose one of: %(choices)s.")
        raise Refused(words % {"choices": ", ".join(str(label) for label in Role.labels)}, "role", "choice")
    own = access.role_in(program, by)
    if own is None or _RANK[Role(own)] < _RANK[Role(role)]:
        raise PermissionDenied


def require_another_manager(program: Program, person: Person) -> None:
    """Refuse when this person is the last program manager who can sign in."""
    others = Membership.objects.filter(program=program, role=Role.TPM, person__is_active=True).exclude(person=person)
    if not others.exists():
        raise Refused(_("A program needs one program manager. Make somebody else one first."), "role", "last_tpm")
