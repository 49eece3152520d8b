"""Links: what is refused and in which words, what is noted, who may."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from programs.actions import dependencies
from programs.actions.errors import Refused, Stale
from programs.actions.loops import in_words, loop_through
from programs.models import Dependency, Event, Installation, Membership, Milestone, Program, Relation, SetAside
from tests.cast import NINE, milestone, person, sketch
from tests.cast import program as make_program


def link(predecessor, successor, by, **more):
    return dependencies.link(predecessor=predecessor, successor=successor, by=by, at=NINE, **more)


@pytest.fixture
def other(db):
    """A program of somebody else."""
    return make_program("Borealis", tpm=person("Uma"))


def test_a_link_is_stored_noted_and_makes_both_revisions_rise(program, tess):
    drawn = sketch("api; app", program)
    graph = Installation.objects.get(pk=1).graph_revision
    made = link(drawn["api"], drawn["app"], tess, type="SS", lag_days=-2.5, lag_unit="cd", note="shared schema")
    made.refresh_from_db()
    assert (made.type, made.lag_days, made.lag_unit, made.relation, made.note) == (
        "SS",
        Decimal("-2.5"),
        "cd",
        "requires",
        "shared schema",
    )
    assert Installation.objects.get(pk=1).graph_revision == graph + 1
    assert Program.objects.get(pk=program.pk).revision == program.revision + 1
    note = Event.objects.get(kind="dependency.linked")
    assert (note.by, note.at, note.program, note.milestone, note.subject_id) == (tess, NINE, program, drawn["app"], made.pk)
    assert note.subject_name == "SK-1 api → SK-2 app"


def test_a_milestone_cannot_wait_for_itself(program, tess):
    api = sketch("api", program)["api"]
    with pytest.raises(Refused, match="cannot wait for itself") as refused:
        link(api, api, tess)
    assert (refused.value.field, refused.value.code) == ("predecessor", "self")


def test_the_same_link_twice_is_refused_and_another_type_is_not(program, tess):
    drawn = sketch("api > app", program)
    with pytest.raises(Refused, match="already there"):
        link(drawn["api"], drawn["app"], tess)
    link(drawn["api"], drawn["app"], tess, type="FF")
    assert Dependency.objects.count() == 2


def test_a_loop_is_refused_by_name_in_walking_order(program, tess):
    drawn = sketch("api > app > launch", program)
    with pytest.raises(Refused, match="SK-3 launch → SK-1 api → SK-2 app → SK-3 launch") as refused:
        link(drawn["launch"], drawn["api"], tess)
    assert refused.value.detail["loop"] == [drawn[name].pk for name in ("launch", "api", "app")]
    assert not Event.objects.exists()


def test_a_loop_of_fifty_names_the_first_eight_and_counts_the_rest(program, tess):
    drawn = sketch(" > ".join(f"m{n}" for n in range(50)), program)
    with pytest.raises(Refused) as refused:
        link(drawn["m49"], drawn["m0"], tess)
    assert refused.value.message.count("→") == 9
    assert "42 more" in refused.value.message
    assert len(refused.value.detail["loop"]) == 50


def test_the_loop_that_is_named_is_the_shortest(program):
    drawn = sketch("a > b > c > d; a > d", program)
    assert loop_through(drawn["d"].pk, drawn["a"].pk) == [drawn["d"].pk, drawn["a"].pk]


def test_links_that_do_not_schedule_or_are_set_aside_close_no_loop(program, tess):
    drawn = sketch("api > app", program)
    link(drawn["app"], drawn["api"], tess, relation="relates")
    Dependency.objects.filter(relation="requires").update(set_aside=SetAside.LOOP)
    link(drawn["app"], drawn["api"], tess)


def test_a_milestone_waits_for_its_parts(program, tess):
    drawn = sketch("phase; part; launch", program)
    Milestone.objects.filter(pk=drawn["part"].pk).update(parent=drawn["phase"])
    with pytest.raises(Refused, match="close a loop"):
        link(drawn["phase"], drawn["part"], tess)
    link(drawn["phase"], drawn["launch"], tess)
    with pytest.raises(Refused, match="close a loop"):
        link(drawn["launch"], drawn["part"], tess)


def test_looking_for_a_loop_ends_where_there_already_is_one(program):
    drawn = sketch("a > b > c > a; x", program)
    assert loop_through(drawn["x"].pk, drawn["a"].pk) is None


def test_two_to_the_power_of_thirty_paths_cost_no_more_than_their_links(program, django_assert_num_queries):
    drawn = sketch("; ".join(f"n{i} > l{i} > n{i + 1}; n{i} > r{i} > n{i + 1}" for i in range(30)), program)
    with django_assert_num_queries(1):
        assert loop_through(drawn["n0"].pk, drawn["n30"].pk) is None
    with django_assert_num_queries(2):
        assert len(loop_through(drawn["n30"].pk, drawn["n0"].pk) or []) == 61


@pytest.mark.parametrize("lag", [-3651, "3650.5", float("nan"), float("inf"), 1e99, "2w", "1.00001", True])
def test_a_lag_out_of_range_is_refused_with_the_range(program, tess, lag):
    drawn = sketch("api; app", program)
    with pytest.raises(Refused) as refused:
        link(drawn["api"], drawn["app"], tess, lag_days=lag)
    assert refused.value.field == "lag_days"
    assert not Dependency.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("type", "XX"), ("relation", "hates"), ("strength", ""), ("lag_unit", "weeks"), ("note", "a\x00b"), ("note", "n" * 501)],
)
def test_unknown_words_and_broken_text_are_refused_at_their_field(program, tess, field, value):
    drawn = sketch("api; app", program)
    with pytest.raises(Refused) as refused:
        link(drawn["api"], drawn["app"], tess, **{field: value})
    assert refused.value.field == field


def test_a_milestone_and_a_program_are_full_one_day(program, tess, settings):
    drawn = sketch("a > b; a > c; d", program)
    settings.LIMITS = type(settings.LIMITS)(milestone_links=2)
    with pytest.raises(Refused, match="SK-1 has 2 links") as refused:
        link(drawn["a"], drawn["d"], tess)
    assert refused.value.field == "predecessor"
    settings.LIMITS = type(settings.LIMITS)(program_links=2)
    with pytest.raises(Refused, match="program has 2 links"):
        link(drawn["c"], drawn["d"], tess)


def test_a_milestone_deleted_meanwhile_is_not_there(program, tess):
    drawn = sketch("api; app", program)
    Milestone.objects.filter(pk=drawn["api"].pk).delete()
    with pytest.raises(Http404):
        link(drawn["api"], drawn["app"], tess)


def test_who_may_link_inside_a_program(program, tess, eli, lena, otto, ada):
    drawn = sketch("api; app; site", program)
    Milestone.objects.filter(pk=drawn["app"].pk).update(owner=eli)
    link(drawn["api"], drawn["app"], eli)
    with pytest.raises(PermissionDenied):
        link(drawn["app"], drawn["site"], eli)
    with pytest.raises(PermissionDenied):
        link(drawn["app"], drawn["site"], lena)
    with pytest.raises(Http404):
        link(drawn["app"], drawn["site"], otto)
    link(drawn["app"], drawn["site"], ada)
    with pytest.raises(PermissionDenied):
        dependencies.unlink(dependency=Dependency.objects.get(successor=drawn["site"]), by=eli, at=NINE)


def test_who_may_link_across_programs(program, other, tess, eli):
    mine, theirs = milestone(program), milestone(other, owner=eli)
    with pytest.raises(Http404):
        link(mine, theirs, tess)
    membership = Membership.objects.create(program=other, person=tess, role="engineer")
    with pytest.raises(PermissionDenied):
        link(mine, theirs, tess)
    Membership.objects.filter(pk=membership.pk).update(role="tpm")
    link(mine, theirs, tess)
    Membership.objects.create(program=other, person=eli, role="engineer")
    with pytest.raises(PermissionDenied):
        link(mine, theirs, eli, type="SS")


def test_each_program_reads_of_a_link_across_without_the_others_names(program, other, ada):
    mine, theirs = milestone(program, "Our secret"), milestone(other, "Their secret")
    revision, others = program.revision, other.revision
    link(mine, theirs, ada)
    notes = {note.program_id: note for note in Event.objects.filter(kind="dependency.linked")}
    assert "Their" not in notes[program.pk].subject_name
    assert "Our" not in notes[other.pk].subject_name
    assert len({note.batch for note in notes.values()}) == 1
    assert Program.objects.get(pk=program.pk).revision == revision + 1
    assert Program.objects.get(pk=other.pk).revision == others + 1


def test_a_loop_does_not_name_what_this_person_cannot_see(program, other, ada, tess):
    mine, theirs = sketch("api; app", program), milestone(other, "Their secret")
    link(mine["api"], theirs, ada)
    link(theirs, mine["app"], ada)
    with pytest.raises(Refused, match="a milestone you cannot see") as refused:
        link(mine["app"], mine["api"], tess)
    assert "Their secret" not in refused.value.message
    assert "Their secret" in in_words(refused.value.detail["loop"], by=ada)


def test_an_edit_notes_each_field(program, tess):
    made = link(*sketch("api; app", program).values(), tess)
    saved = dependencies.edit(dependency=made, version=1, changes={"lag_days": "3", "type": "SS", "note": ""}, by=tess, at=NINE)
    assert (saved.version, saved.lag_days, saved.type) == (2, Decimal(3), "SS")
    notes = Event.objects.filter(kind="dependency.changed").order_by("field")
    assert [(note.field, note.old, note.new) for note in notes] == [("lag_days", "0", "3"), ("type", "FS", "SS")]
    with pytest.raises(Stale):
        dependencies.edit(dependency=made, version=1, changes={"lag_days": "4"}, by=tess, at=NINE)


def test_an_edit_that_makes_a_link_schedule_is_checked_like_a_new_one(program, tess):
    drawn = sketch("api > app", program)
    back = link(drawn["app"], drawn["api"], tess, relation="relates")
    with pytest.raises(Refused, match="close a loop"):
        dependencies.edit(dependency=back, version=1, changes={"relation": "requires"}, by=tess, at=NINE)
    assert Dependency.objects.get(pk=back.pk).relation == Relation.RELATES


def test_the_ends_of_a_link_cannot_be_changed(program, tess):
    drawn = sketch("api > app; site", program)
    with pytest.raises(Refused) as refused:
        dependencies.edit(dependency=Dependency.objects.get(), version=1, changes={"successor": drawn["site"]}, by=tess, at=NINE)
    assert (refused.value.field, refused.value.code) == ("successor", "unknown_field")


def test_a_link_removed_stays_readable_in_the_history(program, tess):
    sketch("api > app", program)
    dependencies.unlink(dependency=Dependency.objects.get(), by=tess, at=NINE)
    assert not Dependency.objects.exists()
    assert Event.objects.get(kind="dependency.removed").subject_name == "SK-1 api → SK-2 app"


def test_removing_twice_says_that_it_is_gone(program, tess, eli):
    sketch("api > app", program)
    first = Dependency.objects.get()
    dependencies.unlink(dependency=Dependency.objects.get(), by=tess, at=NINE)
    with pytest.raises(Stale) as stale:
        dependencies.unlink(dependency=first, by=tess, at=NINE)
    assert stale.value.current is None


def test_set_aside_and_restore(program, tess):
    drawn = sketch("api > app", program)
    aside = dependencies.set_aside(dependency=Dependency.objects.get(), by=tess, at=NINE)
    assert (aside.set_aside, aside.schedules) == (SetAside.BY_HAND, False)
    back = link(drawn["app"], drawn["api"], tess)
    with pytest.raises(Refused, match="close a loop"):
        dependencies.restore(dependency=aside, by=tess, at=NINE)
    dependencies.unlink(dependency=back, by=tess, at=NINE)
    assert dependencies.restore(dependency=aside, by=tess, at=NINE).schedules
    assert [note.kind for note in Event.objects.order_by("pk")] == [
        "dependency.set_aside",
        "dependency.linked",
        "dependency.removed",
        "dependency.changed",
    ]


def test_an_imported_self_link_or_duplicate_cannot_be_restored(program, tess):
    drawn = sketch("api > app", program)
    itself = Dependency.objects.create(predecessor=drawn["api"], successor=drawn["api"], set_aside=SetAside.SELF)
    with pytest.raises(Refused, match="cannot wait for itself"):
        dependencies.restore(dependency=itself, by=tess, at=NINE)
    twin = Dependency.objects.create(predecessor=drawn["api"], successor=drawn["app"], set_aside=SetAside.DUPLICATE)
    with pytest.raises(Refused, match="already there"):
        dependencies.restore(dependency=twin, by=tess, at=NINE)


def test_the_lock_comes_first_and_makes_its_row_when_it_is_missing(program, tess, django_assert_max_num_queries):
    drawn = sketch("api; app", program)
    Installation.objects.all().delete()
    with django_assert_max_num_queries(40) as queries:
        link(drawn["api"], drawn["app"], tess)
    statements = [
        each["sql"] for each in queries.captured_queries if not each["sql"].startswith(("SAVEPOINT", "BEGIN", "RELEASE"))
    ]
    assert statements[0].startswith('UPDATE "programs_installation"')
    assert Installation.objects.get(pk=1).graph_revision == 1
    assert connection.in_atomic_block
