"""The three open data sets, whole, against the known answers computed by the person who made them."""

import csv
import json

import networkx as nx
import pytest
from django.db.models import Count, F

from programs.models import (
    Blocker,
    Dependency,
    Event,
    ImportRun,
    Membership,
    Milestone,
    Person,
    Program,
    Risk,
    SetAside,
    StatusUpdate,
    Team,
    Workstream,
)
from tests.imports.bundles import apply_path

SETS = ["kubernetes-enhancements", "rust-goals-2024-2025", "python-releases"]
NOT_OPEN = {"done", "cancelled", "deferred", "unknown"}


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_is_imported_whole_and_agrees_with_the_known_answers(name, db, shared):
    path = shared / "data" / name
    expected = json.loads((path / "expected.json").read_text())
    run = apply_path(path)
    for check in CHECKS:
        check(name, path, run, expected)


def scheduling(name):
    """Milestones of the set and the links between them that take part in dates, by the set's own ids."""
    graph = nx.DiGraph()
    rows = Milestone.objects.filter(source=name, external=False)
    graph.add_nodes_from(rows.values_list("source_id", flat=True))
    links = Dependency.objects.filter(source=name, set_aside="", relation__in=("requires", "blocks"))
    links = links.filter(predecessor__external=False, successor__external=False)
    graph.add_edges_from(links.values_list("predecessor__source_id", "successor__source_id"))
    return graph


def the_report_has_the_known_figures(name, path, run, expected):
    for figure in (
        "milestones",
        "dependencies_rows",
        "by_relation",
        "scheduling_edges_distinct",
        "self_links",
        "dangling_references",
    ):
        assert run.report[figure] == expected[figure], figure
    assert len(run.report["loops"]) == expected["cycles_nontrivial_sccs"]
    assert sorted(sorted(each) for each in run.report["loops"]) == sorted(sorted(each) for each in expected["scc_members"])


def every_row_of_every_table_is_kept(name, path, run, expected):
    models = {
        "programs": Program, "workstreams": Workstream, "dependencies": Dependency, "risks": Risk, "blockers": Blocker,
        "updates": StatusUpdate,
    }  # fmt: skip
    for table, rows in json.loads((path / "manifest.json").read_text())["counts"].items():
        assert run.report["created"][table] == rows, table
        if table in models:
            assert models[table].objects.filter(source=name).count() == rows, table
    assert Milestone.objects.filter(source=name, external=False).count() == run.report["milestones"]
    assert Event.objects.filter(kind="history.imported", origin=name).count() == run.report["created"]["history"]
    assert run.report["left_out"] == 0


def the_graph_in_the_database_is_the_known_one(name, path, run, expected):
    graph = scheduling(name)
    assert graph.number_of_edges() == expected["scheduling_edges_distinct"]
    assert nx.is_directed_acyclic_graph(graph)
    assert len(nx.dag_longest_path(graph)) - 1 == expected["longest_chain_edges_on_condensation"]
    most, degree = expected["max_in_degree"]
    assert graph.in_degree(most) == degree == max(count for _, count in graph.in_degree)
    most, degree = expected["max_out_degree"]
    assert graph.out_degree(most) == degree == max(count for _, count in graph.out_degree)
    for ident, count in expected["most_downstream"]:
        assert len(nx.descendants(graph, ident)) == count
    assert nx.number_weakly_connected_components(graph) == expected["weak_components"]
    assert max(map(len, nx.weakly_connected_components(graph))) == expected["largest_component"]
    assert nx.number_of_isolates(graph) == expected["isolated"]


def the_milestones_in_the_database_are_the_known_ones(name, path, run, expected):
    rows = Milestone.objects.filter(source=name, external=False)
    assert dict(rows.values_list("status").annotate(Count("pk")).values_list("status", "pk__count")) == expected["status"]
    assert dict(rows.values_list("kind").annotate(Count("pk")).values_list("kind", "pk__count")) == expected["kind"]
    assert rows.filter(target_date=None).count() == expected["missing_due_date"]
    assert rows.exclude(team=None).values("team").distinct().count() == expected["teams"]
    late = rows.filter(target_date__lt=run.as_of).exclude(status__in=NOT_OPEN)
    assert late.count() == expected["overdue_open_at_as_of"]
    dates = sorted(rows.exclude(target_date=None).values_list("target_date", flat=True))
    assert [dates[0].isoformat(), dates[-1].isoformat()] == [expected["due_min"], expected["due_max"]]
    links = Dependency.objects.filter(source=name, relation="requires", predecessor__external=False, successor__external=False)
    assert links.exclude(predecessor__program=F("successor__program")).count() == expected["cross_program_edges"]
    early = links.filter(predecessor__target_date__gt=F("successor__target_date"))
    assert early.count() == expected["predecessor_due_after_successor_due"]


def owners_are_people_or_teams(name, path, run, expected):
    written = list(csv.DictReader((path / "milestones.csv").open(newline="")))
    assert sum(1 for row in written if not row["owner"]) == expected["missing_owner"]
    owners = dict(Milestone.objects.filter(source=name, external=False).values_list("source_id", "owner__source_id"))
    teams = dict(Milestone.objects.filter(source=name, external=False).values_list("source_id", "team__name"))
    for row in written:
        if row["owner"].startswith("team:"):
            assert teams[row["id"]] == row["owner"].removeprefix("team:")
        else:
            assert (owners[row["id"]] or "") == row["owner"]
    placeholders = Person.objects.filter(source=name)
    assert not any(each.email or each.has_usable_password() for each in placeholders)
    assert all(Team.objects.filter(name=row["team"]).exists() for row in written if row["team"])
    for milestone, owner, program in (
        Milestone.objects.filter(source=name).exclude(owner=None).values_list("pk", "owner", "program")[:50]
    ):
        assert Membership.objects.filter(person=owner, program=program).exists(), milestone


def what_cannot_take_part_is_set_aside_and_what_lies_outside_is_external(name, path, run, expected):
    aside = Dependency.objects.filter(source=name)
    assert aside.filter(set_aside=SetAside.SELF).count() == expected["self_links"]
    assert not aside.filter(set_aside=SetAside.LOOP).exists()
    known = {row["id"] for row in csv.DictReader((path / "milestones.csv").open(newline=""))}
    ends = {
        row[end]
        for row in csv.DictReader((path / "dependencies.csv").open(newline=""))
        for end in ("predecessor_id", "successor_id")
    }
    outside = set(Milestone.objects.filter(source=name, external=True).values_list("source_id", flat=True))
    assert ends - known <= outside
    assert run.report["external_items"]["created"] == len(outside)


def twice_is_the_same_as_once(name, path, run, expected):
    revisions = dict(Program.objects.values_list("pk", "revision"))
    again = apply_path(path)
    assert not any(again.report["created"].values())
    assert not any(again.report["updated"].values())
    assert again.report["unchanged"] == run.report["created"]
    assert again.report["findings"] == run.report["findings"]
    assert dict(Program.objects.values_list("pk", "revision")) == revisions
    from_json = apply_path(path / "bundle.json")
    assert not any(from_json.report["created"].values())
    assert not any(from_json.report["updated"].values())


def the_report_is_kept_with_the_day_it_was_true(name, path, run, expected):
    kept = ImportRun.objects.get(pk=run.pk)
    assert kept.as_of.isoformat() == kept.report["as_of"]
    assert kept.source == name


CHECKS = [
    the_report_has_the_known_figures,
    every_row_of_every_table_is_kept,
    the_graph_in_the_database_is_the_known_one,
    the_milestones_in_the_database_are_the_known_ones,
    owners_are_people_or_teams,
    what_cannot_take_part_is_set_aside_and_what_lies_outside_is_external,
    twice_is_the_same_as_once,
    the_report_is_kept_with_the_day_it_was_true,
]
