"""Status updates: read and written on one page."""

from datetime import timedelta

import pytest

from programs.models import Event, Program, StatusUpdate
from tests import cast
from tests.web.reading import atlas, words

pytestmark = pytest.mark.usefixtures("monday")
PAGE = "/p/atlas/updates"


def wrote(browser, **fields):
    return browser.post(PAGE, {"note": "Two of three feeds match.", **fields})


def test_an_update_is_written_and_stands_beside_what_is_computed(as_, eli, lena, program):
    atlas(program)
    response = wrote(as_(eli), health="at_risk")
    assert (response.status_code, response.headers["Location"]) == (303, PAGE)
    update = StatusUpdate.objects.get()
    assert (update.author, update.health, update.on) == (eli, "at_risk", cast.MONDAY)
    assert Program.objects.get(slug="atlas").declared_health == "at_risk"
    assert Event.objects.filter(kind="update.written", by=eli).exists()
    said = words(as_(lena).get(PAGE))
    assert "Two of three feeds match." in said
    assert "Off track: the forecast" in said


def test_it_may_be_about_a_workstream(as_, eli, program):
    wrote(as_(eli), about="SEC")
    assert StatusUpdate.objects.get().workstream.key == "SEC"
    assert "Eli Mon 1 Mar (today) · Security" in words(as_(eli).get(PAGE))


@pytest.mark.parametrize(
    ("fields", "words_of_it"),
    [
        ({"note": ""}, "Write a sentence or more"),
        ({"note": "   "}, "Write"),
        ({"health": "purple"}, "purple"),
        ({"about": "NOPE"}, "NOPE"),
        ({"note": "x" * 20_001}, "20000"),
        ({"note": "a\x00b"}, "haracter"),
        ({"note": "a\u202eb"}, "direction"),
    ],
)
def test_bad_input_is_refused_in_words_and_nothing_is_saved(as_, eli, program, fields, words_of_it):
    response = wrote(as_(eli), **fields)
    assert response.status_code == 422
    assert words_of_it in response.content.decode()
    assert not StatusUpdate.objects.exists()


def test_typed_text_is_kept_when_refused(as_, eli, program):
    assert "Keep my words" in wrote(as_(eli), note="Keep my words", health="purple").content.decode()


def test_pressing_twice_writes_once(as_, eli, program):
    browser = as_(eli)
    token = browser.get(PAGE).context["form"]["token"].value()
    assert wrote(browser, token=token).status_code == 303
    assert wrote(browser, token=token).status_code == 303
    assert StatusUpdate.objects.count() == 1


def test_readers_read_and_strangers_do_not(as_, lena, otto, ada, program):
    StatusUpdate.objects.create(program=program, on=cast.MONDAY, note="Here")
    body = as_(lena).get(PAGE).content.decode()
    assert "Here" in body
    assert "Write an update" not in body
    assert wrote(as_(lena)).status_code == 403
    assert as_(otto).get(PAGE).status_code == 404
    assert wrote(as_(otto)).status_code == 404
    assert as_(ada).get(PAGE).status_code == 200
    assert as_(None).get(PAGE).status_code == 302
    assert as_(lena).delete(PAGE).status_code == 405
    assert StatusUpdate.objects.count() == 1


def test_text_of_people_is_shown_as_text(as_, lena, program):
    StatusUpdate.objects.create(
        program=program, on=cast.MONDAY, note="<script>alert(1)</script>\nsecond line", health_raw="Amber-ish"
    )
    body = as_(lena).get(PAGE).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>second line" in body
    assert "Amber-ish" in body


def test_many_updates_come_by_pages_with_the_same_queries(as_, lena, program, django_assert_max_num_queries):
    for number in range(120):
        StatusUpdate.objects.create(program=program, on=cast.MONDAY - timedelta(days=number), note=f"Note {number}.")
    browser = as_(lena)
    browser.get(PAGE)
    with django_assert_max_num_queries(13):
        first = words(browser.get(PAGE))
    assert "Note 49." in first
    assert "Note 50." not in first
    assert "Note 119." in words(as_(lena).get(PAGE + "?page=3"))
    assert as_(lena).get(PAGE + "?page=zzz").status_code == 200
