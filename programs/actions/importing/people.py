"""Owners and teams of a bundle: who is here already, and placeholders for the rest."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from programs.intake.wants import Plan
from programs.models import Membership, Person, Role, Team
from programs.queries.parts import parts

CHUNK = 500


def owners(plan: Plan, *, reach: Person | None) -> tuple[dict[str, int], list[int]]:
    """Everybody the bundle names by the text it uses, and the numbers of those who were made for it.

    A placeholder has a name and no e-mail address, cannot sign in, and is shared inside one bundle only. An e-mail address
    stands for a person who is here when the importer already works with them; the command line knows everybody.
    """
    source = plan.manifest.name
    found: dict[str, int] = {}
    texts = list(plan.owners)
    for some in parts(texts, CHUNK):
        here = Person.objects.filter(source=source, source_id__in=some).values_list("source_id", "pk")
        found.update({str(text): pk for text, pk in here})
    addresses = {text.lower(): text for text in texts if "@" in text and text not in found}
    known = Person.objects.filter(email__in=list(addresses)[:CHUNK], is_active=True)
    if reach is not None and not reach.is_admin:
        known = known.filter(memberships__program__memberships__person=reach).distinct()
    found.update({addresses[str(email).lower()]: pk for email, pk in known.values_list("email", "pk")})
    locked = make_password(None)
    fresh = [
        Person(name=name, source=source, source_id=text, password=locked)
        for text, name in plan.owners.items()
        if text not in found
    ]
    made = Person.objects.bulk_create(fresh, batch_size=CHUNK)
    found.update({str(each.source_id): each.pk for each in made})
    return found, [each.pk for each in made]


def teams(plan: Plan) -> tuple[dict[str, int], list[int]]:
    """Every team the bundle names, and the numbers of those who were made for it. A team is known by its name everywhere."""
    names = {
        str(want.values["team"]): None
        for table in ("workstreams", "milestones")
        for want in plan.wants.get(table, ())
        if want.values.get("team")
    }
    found: dict[str, int] = {}
    for some in parts(list(names), CHUNK):
        found.update(Team.objects.filter(name__in=some).values_list("name", "pk"))
    source = plan.manifest.name
    made = Team.objects.bulk_create([Team(name=name, source=source) for name in names if name not in found], batch_size=CHUNK)
    found.update({each.name: each.pk for each in made})
    return found, [each.pk for each in made]


def counts(plan: Plan) -> tuple[int, int]:
    """How many people and teams an import would make: for a preview, nothing is written."""
    source = plan.manifest.name
    here = set(Person.objects.filter(source=source).values_list("source_id", flat=True))
    names = {str(want.values["team"]) for rows in plan.wants.values() for want in rows if want.values.get("team")}
    known = set(Team.objects.values_list("name", flat=True))
    return sum(1 for text in plan.owners if text not in here), len(names - known)


def memberships(owned: dict[int, set[int]], *, tpm: Person | None, created: Iterable[int]) -> list[int]:
    """Owners take part in the programs they own work in, as engineers; the importer manages the programs that are new."""
    taken = set(Membership.objects.filter(program__in=owned).values_list("program", "person"))
    new = set(created)
    rows = [Membership(program_id=program, person=tpm, role=Role.TPM) for program in sorted(new)] if tpm else []
    taken |= {(each.program_id, each.person_id) for each in rows}
    rows += [
        Membership(program_id=program, person_id=person, role=Role.ENGINEER)
        for program, people in sorted(owned.items())
        for person in sorted(people)
        if (program, person) not in taken
    ]
    return [each.pk for each in Membership.objects.bulk_create(rows, batch_size=CHUNK)]
