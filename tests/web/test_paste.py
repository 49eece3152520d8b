"""Rows pasted from a spreadsheet: read, looked at, put right, saved at once; nothing half saved, nothing typed lost."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from programs.actions import dependencies, milestones
from programs.graph.days import add_working_days, working_days
from programs.graph.types import DayCalendar
from programs.intake.sheet import COLUMNS
from programs.models import Dependency, Event, ImportRun, Milestone, Program, Workstream
from programs.web import wording
from tests import cast
from tests.web.plan import AT, DAY, elsewhere
from tests.web.reading import analysed, words

if TYPE_CHECKING:
    from programs.models import Person
    from tests.web.plan import Plan

PASTE = "/p/atlas/milestones/paste"
FIRST = (
    "Task\tTeam notes\tWorkstream\tAssigned to\tStart\tDuration\tDue date\tPredecessors\n"
    "Vault ready\tx\tSecurity\tEli\t8 mar\t2w\t19/03/2027\tSEC-1\n"
    "Keys rotated\t\tsec\tTess\t\t3d\t\t1FS+2d, SEC-2SS\n"
    "Auditor signs\t\tAudit\tNora\t\t0\tfri\tKeys rotated FF-1d\n"
)


def fields(answer: Any) -> dict[str, Any]:
    """The form of the page as a browser would send it."""
    page = answer.content.decode()
    found: dict[str, Any] = {column: [] for column in COLUMNS}
    for tag in re.findall(r"<input[^>]*>", page):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        name = said.get("name", "")
        if name in found:
            found[name].append(unescaped(said.get("value", "")))
        elif name in {"word", "rest", "of", "token", "source", "was", "file_name", "program-name", "program-target_date"}:
            found[name] = unescaped(said.get("value", ""))
        elif name == "header" and (said["type"] == "hidden" or "checked" in tag):
            found[name] = said["value"]
        elif name in {"lane_name", "person_name"}:
            found.setdefault(name, []).append(unescaped(said["value"]))
        elif name == "day_first" and "checked" in tag:
            found[name] = said["value"]
    for name, select in re.findall(r'<select name="program-(time_zone)"(.*?)</select>', page, re.DOTALL):
        found[f"program-{name}"] = re.findall(r'value="([^"]*)" selected', select)[0]
    for name, select in re.findall(r'<select[^>]*name="(as-\d+)"(.*?)</select>', page, re.DOTALL):
        found[name] = re.findall(r'value="([^"]*)" selected', select)[0]
    for name in ("lane_answer", "person_answer"):
        for select in re.findall(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL):
            found.setdefault(name, []).append(re.findall(r'value="([^"]*)" selected', select)[0])
    return found


def unescaped(text: str) -> str:
    import html

    return html.unescape(text)


def pasted(browser: Any, text: str, address: str = PASTE) -> Any:
    return browser.post(address, {"step": "read", "text": text})


def errors(answer: Any) -> dict[str, str]:
    """What is said of each cell, by its id."""
    page = answer.content.decode()
    found = re.findall(r'<div id="(c\d+-\w+)-e">(.*?)</div>', page, re.DOTALL)
    return {cell: " ".join(unescaped(re.sub(r"<[^>]+>", " ", said)).split()) for cell, said in found}


def test_a_paste_is_shown_before_it_is_saved(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    answer = pasted(browser, FIRST)
    assert answer.status_code == 200
    said = words(answer)
    assert "Nothing is saved yet." in said
    assert "3 new milestones" in said
    assert "4 new links" in said
    assert "New workstream: Audit" in said
    assert "1 column was not read: Team notes" in said
    assert "Vault ready waits for SEC-1 Design agreed" in said
    assert "Keys rotated waits for Vault ready (2 working days after)" in said
    assert "Auditor signs waits for Keys rotated (Finish to finish, 1 working day before)" in said
    assert errors(answer) == {
        "c3-workstream": "No workstream of this program is called Audit. Decide above.",
        "c3-owner": "Nobody in this program is called Nora. Decide above.",
    }
    assert Milestone.objects.count() == 3


LONGER = "Key\tName\tDuration\tTarget\tWaits for\nSEC-2\t\t15\t\t\n\tPilot run\t4\t8 mar\tSEC-2\nSEC-3\t\t\t\t2SS+1d\n"


def test_the_preview_says_what_the_rows_do_to_the_finish(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    before = {row.pk: row.timing.forecast for row in Milestone.objects.select_related("timing")}
    answer = pasted(browser, LONGER)
    said = words(answer)
    assert Milestone.objects.count() == 3
    assert errors(answer) == {}
    assert browser.post(PASTE, {**fields(answer), "step": "save"}).status_code == 303
    analysed(atlas.program)  # what the preview said is what the save then does
    after = {
        row.name if row.key.startswith("M-") else row.key: row.timing.forecast
        for row in Milestone.objects.select_related("timing")
    }
    late = wording.late(working_days(cast.MONDAY + 18 * DAY, after["SEC-3"], DayCalendar()))
    assert f"The finish moves from {wording.day(before[atlas.launch.pk])} to {wording.day(after['SEC-3'])}." in said
    assert f"Against the target of {wording.day(cast.MONDAY + 18 * DAY)}:" in said
    assert f"now, {late} then." in said
    assert "2 milestones move" in said
    assert f"SEC-2 Build finished Eli {wording.day(before[atlas.build.pk])} {wording.day(after['SEC-2'])}" in said
    assert "Told once this settles: Eli." in said
    assert "1 new row is after its own target" in said
    assert f"Pilot run {wording.day(date(2027, 3, 8))} {wording.day(after['Pilot run'])}" in said


def test_a_paste_that_moves_nothing_says_so(atlas: Plan, as_: Any, tess: Person) -> None:
    said = words(pasted(as_(tess), "Name\tDuration\nAside\t1\n"))
    assert f"The finish stays on {wording.day(atlas.launch.timing.forecast)}." in said
    assert "Nothing that is here moves" in said
    assert 'id="effect"' not in pasted(as_(tess), "Name\tDuration\nAside\tlong\n").content.decode()


def test_a_link_that_changes_counts_once(atlas: Plan, as_: Any, tess: Person) -> None:
    said = words(pasted(as_(tess), "Key\tWaits for\nSEC-3\tSEC-2+5d\n"))
    then = add_working_days(atlas.launch.timing.forecast, 5, DayCalendar())
    assert f"to {wording.day(then)}." in said


def test_rows_for_an_empty_program_say_when_it_would_finish(program: Program, as_: Any, tess: Person, monday: Any) -> None:
    said = words(pasted(as_(tess), "Name\tDuration\tWaits for\nOne\t2\t\nTwo\t3\t1\n"))
    assert f"The finish would be {wording.day(add_working_days(cast.MONDAY, 5, DayCalendar()))}." in said


def test_saving_makes_everything_in_one_go(atlas: Plan, as_: Any, tess: Person, eli: Person) -> None:
    browser = as_(tess)
    before = Program.objects.get(pk=atlas.program.pk).revision
    sent = fields(pasted(browser, FIRST))
    answer = browser.post(PASTE, {**sent, "step": "save"})
    assert answer.status_code == 303
    assert answer["Location"] == "/p/atlas/milestones?status=all&sort=key"
    vault, keys, audit = Milestone.objects.order_by("pk")[3:]
    assert (vault.key, vault.name, vault.owner, vault.start_date) == ("SEC-4", "Vault ready", eli, date(2027, 3, 8))
    assert (vault.duration_days, vault.duration_unit, vault.target_date) == (10, "wd", date(2027, 3, 19))
    assert (vault.source, vault.source_id, vault.status) == ("", None, "not_started")
    assert (keys.key, keys.owner, keys.duration_days) == ("SEC-5", tess, 3)
    assert audit.workstream is not None
    assert (audit.workstream.name, audit.owner, audit.target_date) == ("Audit", None, date(2027, 3, 5))
    assert audit.key == f"{audit.workstream.key}-1"
    links = set(
        Dependency.objects.filter(successor__in=[vault, keys, audit]).values_list("predecessor__key", "successor__key", "type")
    )
    assert links == {("SEC-1", "SEC-4", "FS"), ("SEC-4", "SEC-5", "FS"), ("SEC-2", "SEC-5", "SS"), ("SEC-5", audit.key, "FF")}
    lags = dict(Dependency.objects.filter(successor__in=[keys, audit]).values_list("predecessor__key", "lag_days"))
    assert lags == {"SEC-4": 2, "SEC-2": 0, "SEC-5": -1}
    assert Program.objects.get(pk=atlas.program.pk).revision == before + 1
    kinds = list(Event.objects.filter(kind__in=["milestone.created", "dependency.linked", "workstream.created"]).order_by("pk"))
    mine = [each for each in kinds if each.batch == kinds[-1].batch]
    assert [each.kind for each in mine].count("milestone.created") == 3
    assert [each.kind for each in mine].count("dependency.linked") == 4
    assert all(each.by == tess and each.program == atlas.program for each in mine)
    assert "SEC-4 Vault ready → SEC-5 Keys rotated" in {each.subject_name for each in mine}


def test_a_second_click_saves_nothing_twice(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = {**fields(pasted(browser, FIRST)), "step": "save"}
    assert browser.post(PASTE, sent).status_code == 303
    assert browser.post(PASTE, sent).status_code == 303
    assert Milestone.objects.count() == 6


def test_the_same_paste_once_more_points_at_what_is_here(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    browser.post(PASTE, {**fields(pasted(browser, FIRST)), "step": "save"})
    said = errors(pasted(browser, FIRST))
    assert said["c1-name"] == "SEC-4 has this name already. Write its key to change it instead."


def test_it_can_be_undone(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    browser.post(PASTE, {**fields(pasted(browser, FIRST)), "step": "save"})
    run = ImportRun.objects.get()
    assert browser.get(f"/p/import/{run.pk}/").status_code == 200
    assert browser.post(f"/p/import/{run.pk}/undo").status_code == 303
    assert set(Milestone.objects.values_list("key", flat=True)) == {"SEC-1", "SEC-2", "SEC-3"}
    assert Workstream.objects.count() == 1


def test_rows_with_a_key_change_what_they_name(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    text = "Key\tName\tOwner\tTarget\tDuration\tWaits for\nsec-1\t\t-\t2027-03-30\t\t\nSEC-3\tGo live\t\t\t\tSEC-2FS+3d, SEC-1\n"
    answer = pasted(browser, text)
    said = words(answer)
    assert "2 milestones change" in said
    assert "1 new link" in said
    assert "1 link changes" in said
    assert "SEC-1 Design agreed Owner Tess –" in said
    assert "SEC-3 Launch Name Launch Go live" in said
    assert browser.post(PASTE, {**fields(answer), "step": "save"}).status_code == 303
    design, launch = Milestone.objects.get(key="SEC-1"), Milestone.objects.get(key="SEC-3")
    assert (design.name, design.owner, design.target_date, design.duration_days) == ("Design agreed", None, date(2027, 3, 30), 5)
    assert launch.name == "Go live"
    assert launch.target_date == atlas.launch.target_date
    assert launch.version == atlas.launch.version + 1
    lags = dict(Dependency.objects.filter(successor=launch, set_aside="").values_list("predecessor__key", "lag_days"))
    assert lags == {"SEC-2": 3, "SEC-1": 0}
    notes = set(Event.objects.filter(kind="milestone.changed").values_list("subject_name", "field", "old", "new"))
    assert ("SEC-3 Go live", "name", "Launch", "Go live") in notes


def test_rows_that_are_here_already_change_nothing(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    answer = pasted(browser, "Key\tName\tDuration\tPredecessors\nSEC-2\tBuild finished\t10d\tSEC-1\n")
    assert "everything in these rows is here already" in words(answer)
    sent = fields(answer)
    refused = browser.post(PASTE, {**sent, "step": "save"})
    assert refused.status_code == 422
    assert "There is nothing to save" in words(refused)
    assert ImportRun.objects.count() == 0


def test_estimates_are_three_numbers_in_one_cell_or_three_columns_or_a_word(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    one = "Name\tDuration\tEstimate\nA\t10\t8/10/25\nB\t5\trough\nC\t5\tA guess\nD\t5\t2d 1w 3,5w\nE\t5\t\n"
    browser.post(PASTE, {**fields(pasted(browser, one)), "step": "save"})
    three = "Name\tBest case\tMost likely\tWorst case\tDuration\nF\t1\t2\t4,5\t2\n"
    browser.post(PASTE, {**fields(pasted(browser, three)), "step": "save"})
    columns = ("optimistic_days", "likely_days", "pessimistic_days", "confidence")
    found = {name: rest for name, *rest in Milestone.objects.order_by("pk")[3:].values_list("name", *columns)}
    assert found == {
        "A": [8, 10, 25, ""],
        "B": [None, None, None, "rough"],
        "C": [None, None, None, "guess"],
        "D": [2, 5, Decimal("17.5"), ""],
        "E": [None, None, None, ""],
        "F": [1, 2, Decimal("4.5"), ""],
    }


def test_a_pasted_estimate_takes_the_place_of_the_one_that_is_here(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    Milestone.objects.filter(key="SEC-1").update(optimistic_days=1, likely_days=2, pessimistic_days=3)
    Milestone.objects.filter(key="SEC-2").update(confidence="sure")
    shown = pasted(browser, "Key\tEstimate\nSEC-1\tfairly sure\nSEC-2\t-\n")
    said = words(shown)
    assert "SEC-1 Design agreed Estimate 1 / 2 / 3 Fairly sure" in said
    assert "SEC-2 Build finished Estimate Sure –" in said
    browser.post(PASTE, {**fields(shown), "step": "save"})
    columns = ("key", "optimistic_days", "likely_days", "pessimistic_days", "confidence")
    rows = set(Milestone.objects.filter(key__in=["SEC-1", "SEC-2"]).values_list(*columns))
    assert rows == {("SEC-1", None, None, None, "fair"), ("SEC-2", None, None, None, "")}


WRONG = [
    ("Name\tOwner\n\tEli\n", "c1-name", "Give it a name."),
    ("Name\tWaits for\n" + "x" * 501 + "\t", "c1-name", "Use at most 500 characters; this has 501."),
    ("Name\tStart\nA\tsoonish\n", "c1-start", "Not a date."),
    ("Name\tStart\nA\t31/02/2027\n", "c1-start", "Not a date."),
    ("Name\tStart\nA\t1/1/1850\n", "c1-start", "Not a date."),
    ("Name\tStart\nA\t03/04/2027\n", "c1-start", "Day and month could be either way round."),
    ("Name\tStart\tTarget\nA\t20 mar\t10 mar\n", "c1-target", "The target is before the start, 2027-03-20."),
    ("Name\tDuration\nA\tlong\n", "c1-duration", "Write a number of days"),
    ("Name\tDuration\nA\t5 hrs\n", "c1-duration", "“hrs” is no length known here."),
    ("Name\tDuration\nA\t4000\n", "c1-duration", "Write a number of days"),
    ("Name\tDuration\nA\t-3\n", "c1-duration", "Write a number of days"),
    ("Name\tPredecessors\nA\tSEC-99\n", "c1-predecessors", "SEC-99 is no key, row number or single name here."),
    ("Name\tPredecessors\nA\t7\n", "c1-predecessors", "7 is no key, row number or single name here."),
    ("Name\tPredecessors\nA\tSEC-1FS+10%\n", "c1-predecessors", "A lag is a number of days here."),
    ("Name\tPredecessors\nA\tSEC-1, SEC-1SS\n", "c1-predecessors", "SEC-1 stands there twice."),
    ("Name\tPredecessors\nA\tA\n", "c1-predecessors", "A milestone cannot wait for itself."),
    ("Name\tPredecessors\nA\tSEC-1FS+4000d\n", "c1-predecessors", "Write a number of days"),
    ("Name\tEstimate\nA\t8 / 10\n", "c1-estimate", "Write three lengths from least to most"),
    ("Name\tEstimate\nA\t25 / 10 / 8\n", "c1-estimate", "Write three lengths from least to most"),
    ("Name\tEstimate\nA\tquite sure\n", "c1-estimate", "Write three lengths from least to most"),
    ("Name\tOptimistic\tLikely\tPessimistic\nA\t8\t\t25\n", "c1-estimate", "Write three lengths from least to most"),
    ("Key\tName\nSEC-1\tA\nSEC-1\tB\n", "c2-key", "Row 1 has this key already."),
    ("Key\tPredecessors\nSEC-2\t-\n", "c1-predecessors", "Links are not removed by pasting."),
    ("Name\tPredecessors\nA\t2\nB\t3SS\nC\t1FF+2d\n", "c3-predecessors", "This would close a loop: C → B → A → C."),
    (
        "Key\tPredecessors\nSEC-1\tSEC-3\n",
        "c1-predecessors",
        "This would close a loop: SEC-1 Design agreed → SEC-2 Build finished → SEC-3 Launch",
    ),
]


@pytest.mark.parametrize(("text", "cell", "sentence"), WRONG)
def test_each_wrong_cell_says_so_and_nothing_is_saved(
    atlas: Plan, as_: Any, tess: Person, text: str, cell: str, sentence: str
) -> None:
    browser = as_(tess)
    shown = pasted(browser, text)
    assert shown.status_code == 200
    assert errors(shown)[cell].startswith(sentence)
    sent = fields(shown)
    refused = browser.post(PASTE, {**sent, "step": "save"})
    assert refused.status_code == 422
    assert f'href="#{cell}"' in refused.content.decode()
    assert {column: fields(refused)[column] for column in COLUMNS} == {column: sent[column] for column in COLUMNS}
    assert Milestone.objects.count() == 3
    assert ImportRun.objects.count() == 0
    put_right = {
        **sent,
        **{column: ["" if column != "name" else value or "A" for value in sent[column]] for column in COLUMNS},
    }
    put_right["name"] = [value[:9] for value in put_right["name"]]
    again = fields(browser.post(PASTE, {**put_right, "step": "check"}))
    assert browser.post(PASTE, {**again, "step": "save"}).status_code == 303


def test_ambiguous_days_are_asked_once(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    shown = pasted(browser, "Name\tStart\tTarget\nA\t03/04/27\t04/05/2027\nB\t5/6/27\t\n")
    page = words(shown)
    assert page.count("What does 03/04/27 mean?") == 1
    assert "3 Apr day first" in page
    assert "4 Mar month first" in page
    sent = {**fields(shown), "day_first": "0"}
    assert browser.post(PASTE, {**fields(browser.post(PASTE, {**sent, "step": "check"})), "step": "save"}).status_code == 303
    assert list(Milestone.objects.order_by("pk").values_list("start_date", flat=True)[3:]) == [date(2027, 3, 4), date(2027, 5, 6)]


def test_a_day_that_reads_one_way_decides_for_the_others(atlas: Plan, as_: Any, tess: Person) -> None:
    shown = pasted(as_(tess), "Name\tStart\nA\t03/04/2027\nB\t25/04/2027\n")
    assert errors(shown) == {}
    assert re.search(r'name="day_first" value="1" checked', shown.content.decode())


def test_names_nobody_knows_are_decided(atlas: Plan, as_: Any, tess: Person, eli: Person) -> None:
    browser = as_(tess)
    sent = fields(pasted(browser, "Name\tWorkstream\tOwner\nA\tSecurty\tElias\nB\tNowhere\t\n"))
    assert sent["lane_name"] == ["Securty", "Nowhere"]
    sent |= {"lane_answer": ["SEC", "-"], "person_answer": [str(eli.pk)], "step": "check"}
    checked = fields(browser.post(PASTE, sent))
    assert checked["lane_answer"] == ["SEC", "-"]
    assert browser.post(PASTE, {**checked, "step": "save"}).status_code == 303
    first, second = Milestone.objects.order_by("pk")[3:]
    assert (first.workstream_id, first.owner) == (atlas.design.workstream_id, eli)
    assert second.workstream is None
    assert Workstream.objects.count() == 1


def test_other_programs_stay_unknown(atlas: Plan, as_: Any, tess: Person, otto: Person) -> None:
    hidden = elsewhere(otto)
    text = f"Name\tOwner\tWaits for\nA\tOtto\t{hidden.key}\n"
    Milestone.objects.filter(pk=hidden.pk).update(key="ZEP-1")
    said = errors(pasted(as_(tess), text.replace(hidden.key, "ZEP-1")))
    assert said["c1-owner"].startswith("Nobody in this program is called Otto.")
    assert said["c1-predecessors"].startswith("ZEP-1 is no key")


def test_a_loop_through_a_program_one_cannot_see_names_no_secret(
    atlas: Plan, as_: Any, tess: Person, otto: Person, ada: Person
) -> None:
    hidden = elsewhere(otto)
    dependencies.link(predecessor=atlas.launch, successor=hidden, by=ada, at=AT)
    dependencies.link(
        predecessor=hidden, successor=milestones.create(program=atlas.program, name="After", by=tess, at=AT), by=ada, at=AT
    )
    shown = pasted(as_(tess), "Key\tWaits for\nSEC-1\tAfter\n")
    assert "a milestone you cannot see" in errors(shown)["c1-predecessors"]
    assert "Secret codename" not in shown.content.decode()


def test_a_part_cannot_wait_for_its_whole(atlas: Plan, as_: Any, tess: Person) -> None:
    Milestone.objects.filter(pk=atlas.design.pk).update(parent=atlas.launch)
    Dependency.objects.all().delete()
    said = errors(pasted(as_(tess), "Key\tWaits for\nSEC-1\tSEC-3\n"))
    assert said["c1-predecessors"].startswith("This would close a loop")


def test_what_moved_on_is_shown_again(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = fields(pasted(browser, "Key\tName\nSEC-1\tDesign signed\n"))
    Milestone.objects.filter(key="SEC-1").update(name="Design closed")
    answer = browser.post(PASTE, {**sent, "step": "save"})
    assert answer.status_code == 409
    assert "The program changed since this preview was made." in words(answer)
    assert "Design closed Name Design closed Design signed" in words(answer)
    assert browser.post(PASTE, {**fields(answer), "step": "save"}).status_code == 303


def test_what_is_right_is_saved_without_what_is_not(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    text = "Key\tName\tTarget\tWaits for\nSEC-1\tDesign signed\t\t\n\tPilot\tsoonish\tSEC-1\n\tRollout\t\tSEC-1\n"
    sent = fields(pasted(browser, text))
    Milestone.objects.filter(key="SEC-1").update(name="Design closed")
    moved = browser.post(PASTE, {**sent, "step": "leave"})
    assert moved.status_code == 409
    assert fields(moved)["name"] == ["Design signed", "Pilot", "Rollout"]
    said = words(moved)
    assert "Row 2 needs a fix and is left out." in said
    assert "Design closed Name Design closed Design signed" in said
    answer = browser.post(PASTE, {**fields(moved), "step": "leave"}, follow=True)
    assert "1 milestone added, 1 changed, 1 link added, 1 row left out" in answer.content.decode()
    assert not Milestone.objects.filter(name="Pilot").exists()
    assert Dependency.objects.get(successor__name="Rollout").predecessor.name == "Design signed"


def test_cells_changed_after_the_preview_are_shown_first(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    sent = fields(pasted(browser, "Name\nA\n"))
    answer = browser.post(PASTE, {**sent, "name": ["B"], "step": "save"})
    assert answer.status_code == 200
    assert "Cells changed since the last preview." in words(answer)
    assert browser.post(PASTE, {**fields(answer), "step": "save"}).status_code == 303
    assert Milestone.objects.filter(name="B").exists()


@pytest.mark.parametrize("step", [{}, {"step": "read"}, {"step": "save"}, {"step": "nonsense"}])
def test_a_form_without_anything_in_it_asks_for_rows(atlas: Plan, as_: Any, tess: Person, step: dict[str, str]) -> None:
    answer = as_(tess).post(PASTE, step)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["text"])


@pytest.mark.parametrize("text", ["", "  \n \t\n", '"Name","Owner"\n"A', "Name\n" + "x\n" * 501, "\x00"])
def test_a_text_that_is_no_rows_comes_back_with_its_reason(atlas: Plan, as_: Any, tess: Person, text: str) -> None:
    answer = pasted(as_(tess), text)
    assert answer.status_code == 422
    assert 'id="id_text_error"' in answer.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_rows_is_read_as_if_they_were_pasted(atlas: Plan, as_: Any, tess: Person, encoding: str) -> None:
    rows = "Aufgabe;Dauer;Vorgänger\r\nPrüfung bestanden;5;SEC-1\r\n".encode(encoding)
    answer = as_(tess).post(PASTE, {"step": "read", "text": "", "file": SimpleUploadedFile("plan.csv", rows)})
    assert answer.status_code == 200
    assert "1 new milestone" in words(answer)
    assert "Prüfung bestanden waits for SEC-1 Design agreed" in words(answer)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("plan.xlsx", b"PK\x03\x04 and more", "plan.xlsx is a workbook. Save it as CSV UTF-8"),
        ("plan.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "plan.xls is a workbook. Save it as CSV UTF-8"),
        ("plan.csv", "Task\nGröße\n".encode("cp1252"), "plan.csv is not UTF-8 from line 2 on."),
        ("plan.csv", b"", "There are no rows yet."),
    ],
)
def test_a_file_that_is_no_rows_says_what_to_save(atlas: Plan, as_: Any, tess: Person, name: str, data: bytes, said: str) -> None:
    answer = as_(tess).post(PASTE, {"step": "read", "text": "typed so far", "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert said in words(answer)
    assert "typed so far" in answer.content.decode()


def test_no_more_cells_than_rows_allow(atlas: Plan, as_: Any, tess: Person) -> None:
    answer = as_(tess).post(PASTE, {"step": "save", "name": ["x"] * 501})
    assert answer.status_code == 422


def test_rows_can_be_typed_without_a_text(atlas: Plan, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    blank = fields(browser.post(PASTE, {"step": "blank"}))
    assert blank["name"] == [""] * 5
    more = fields(browser.post(PASTE, {**blank, "step": "more"}))
    assert len(more["name"]) == 10
    more["name"][1], more["name"][3], more["predecessors"][3] = "First", "Second", "2"
    checked = browser.post(PASTE, {**more, "step": "check"})
    assert "Second waits for First" in words(checked)
    assert browser.post(PASTE, {**fields(checked), "step": "save"}).status_code == 303
    assert Milestone.objects.count() == 5


def test_a_swap_gets_the_form_alone(atlas: Plan, as_: Any, tess: Person) -> None:
    answer = as_(tess).post(PASTE, {"step": "read", "text": "Name\nA"}, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<form class="paste"')
    assert answer["Vary"]


def test_only_program_managers_paste(atlas: Plan, as_: Any, tess: Person, eli: Person, lena: Person, otto: Person) -> None:
    assert as_(tess).get(PASTE).status_code == 200
    for person, status in ((eli, 403), (lena, 403), (otto, 404)):
        assert as_(person).get(PASTE).status_code == status
        assert as_(person).post(PASTE, {"step": "save", "name": ["A"]}).status_code == status
    assert as_(None).post(PASTE).status_code == 302
    assert as_(tess).put(PASTE).status_code == 405
    assert Milestone.objects.count() == 3


def test_five_hundred_rows_cost_no_more_queries(atlas: Plan, as_: Any, tess: Person, django_assert_num_queries: Any) -> None:
    browser = as_(tess)
    assert browser.get(PASTE).status_code == 200  # the first page of a session notes when it was seen
    few = "Name\tWaits for\n" + "".join(f"Row {n}\t{n - 1 or ''}\n" for n in range(1, 4))
    many = "Name\tWaits for\n" + "".join(f"Row {n}\t{n - 1 or ''}\n" for n in range(1, 501))
    for text in (few, many):
        with django_assert_num_queries(19):  # four for person and program, seven for what may be named, eight for what it moves
            answer = browser.post(PASTE, {"step": "read", "text": text}, headers={"HX-Request": "true"})
    assert browser.post(PASTE, {**fields(answer), "step": "save"}).status_code == 303
    assert Milestone.objects.count() == 503
    assert Dependency.objects.count() == 2 + 499


def test_rows_that_need_a_fix_cost_one_more_look(atlas: Plan, as_: Any, tess: Person, django_assert_num_queries: Any) -> None:
    browser = as_(tess)
    assert browser.get(PASTE).status_code == 200
    for count in (4, 500):
        rows = "".join(f"Row {n}\t{'soonish' if n % 2 else ''}\n" for n in range(1, count + 1))
        with django_assert_num_queries(26):  # as without, and seven more for what may be named by the rows that are right
            answer = browser.post(PASTE, {"step": "read", "text": "Name\tTarget\n" + rows}, headers={"HX-Request": "true"})
    assert "Import 250 rows, leave 250" in words(answer)
    with django_assert_num_queries(11):
        assert browser.post(PASTE, {**fields(answer), "step": "reasons"}).headers["Content-Type"].startswith("text/csv")


def test_what_is_pasted_is_text_and_nothing_else(atlas: Plan, as_: Any, tess: Person) -> None:
    evil = '"><script>alert(1)</script>'
    page = pasted(
        as_(tess), f"Name\tOwner\tWorkstream\tStart\tWaits for\n{evil}\t{evil}\t{evil}\t{evil}\t{evil}\n"
    ).content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") > 5


def test_days_are_read_in_the_language_of_the_reader(atlas: Plan, as_: Any, tess: Person) -> None:
    text = "Aufgabe\tAnfang\tEnde\nA\t12. Mär\tFr 14. Mai 2027\n"
    answer = as_(tess).post(PASTE, {"step": "read", "text": text}, headers={"Accept-Language": "de"})
    assert errors(answer) == {}
    assert "c1-target-e" in as_(tess).post(PASTE, {"step": "read", "text": text}).content.decode()
