"""Status updates for the followers of a program: drafted, typed, looked at, sent once, archived, copied."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programs.actions import decisions
from programs.models import Blocker, Event, Milestone, OutboxMessage, Program, Report
from tests import cast
from tests.mail.world import furnished, subscribed
from tests.web.test_saving import fields_of

pytestmark = pytest.mark.usefixtures("monday")
LIST, DRAFT, PREVIEW = "/p/atlas/updates", "/p/atlas/updates/draft", "/p/atlas/updates/draft/preview"
SENT = "/p/atlas/updates/2027-03-01"


def begun(as_, tess):
    """A browser in which Tess has drafted one."""
    browser = as_(tess)
    answer = browser.post("/p/atlas/updates/begin")
    assert (answer.status_code, answer["Location"]) == (303, DRAFT)
    return browser


def typed(browser, **texts):
    return {**fields_of(browser.get(DRAFT)), **texts}


def looked_at(browser):
    """What the button on the preview posts."""
    row = browser.get(PREVIEW).context["row"]
    return {"report": row.pk, "version": row.version}


def send(browser, **changed):
    return browser.post(DRAFT + "/send", looked_at(browser) | changed)


def test_a_draft_says_what_is_known(program, tess, eli, as_):
    made = furnished(program, owner=eli)
    made["blocker"].kind = "decision"
    made["blocker"].waiting_on = "Lena"
    made["blocker"].save()
    Milestone.objects.create(
        program=program, key="SEC-9", name="Choose a vendor", kind="decision", owner=eli, target_date=date(2027, 3, 20)
    )
    begun(as_, tess)
    row = Report.objects.get()
    assert row.headline == "Atlas: cutover Mon 21 Jun, 6 working days late"
    assert row.summary.startswith("Cutover is forecast for Mon 21 Jun. That is 6 working days after target.")
    assert row.decisions.splitlines() == [
        "Vendor cannot reach the vault (+3 days). From Lena, needed by Mon 8 Mar.",
        "Choose a vendor. From Eli, needed by Sat 20 Mar.",
    ]
    assert "Penetration test" in row.at_risk
    assert "Penetration test (Thu 11 Mar). Eli, Critical." in row.upcoming


def test_a_draft_says_what_is_to_be_decided_and_what_was(program, tess, eli, as_):
    for title, due in (("Buy or build?", date(2027, 3, 5)), ("Which region?", date(2027, 3, 8))):
        asked = decisions.create(program=program, title=title, decider=eli, due_on=due, by=tess, at=cast.NINE - timedelta(days=1))
    decisions.decide(
        decision=asked, version=asked.version, chosen="", outcome="Dublin", by=eli, at=cast.NINE - timedelta(hours=9)
    )
    begun(as_, tess)
    row = Report.objects.get()
    assert row.decisions == "Buy or build? From Eli, needed by Fri 5 Mar."
    assert "Decided: Which region? Dublin. Eli." in row.changed.splitlines()


def test_a_program_without_a_plan_can_be_written_about_too(program, tess, as_):
    browser = begun(as_, tess)
    assert browser.get(DRAFT).status_code == 200
    assert Report.objects.get().summary


def test_beginning_twice_goes_on_with_the_first(program, tess, as_):
    browser = begun(as_, tess)
    browser.post(DRAFT, typed(browser, headline="My words"))
    begun(as_, tess)
    assert Report.objects.get().headline == "My words"
    assert "Go on writing" in browser.get(LIST).content.decode()


def test_typed_text_is_kept_by_itself(program, tess, as_):
    browser = begun(as_, tess)
    answer = browser.post(DRAFT + "/autosave", typed(browser, summary="A first sentence."), headers={"HX-Request": "true"})
    row = Report.objects.get()
    assert answer.status_code == 200
    assert row.summary == "A first sentence."
    assert f'name="version" value="{row.version}"' in answer.content.decode()
    assert answer.content.decode().count("hx-swap-oob") == 2
    assert "A first sentence." in browser.get(DRAFT).content.decode()
    assert list(Event.objects.values_list("kind", flat=True)) == ["report.begun"]


def test_two_who_type_in_different_boxes_are_merged_and_in_the_same_asked(program, tess, ada, as_):
    first, second = begun(as_, tess), as_(ada)
    mine, yours = typed(first, changed="Hers"), typed(second, blockers="His")
    assert first.post(DRAFT + "/autosave", mine).status_code == 200
    assert second.post(DRAFT + "/autosave", yours).status_code == 200
    row = Report.objects.get()
    assert (row.changed, row.blockers) == ("Hers", "His")
    answer = second.post(DRAFT + "/autosave", {**yours, "changed": "His too"})
    assert answer.status_code == 409
    assert "Somebody else changed this draft" in answer.content.decode()
    assert Report.objects.get().changed == "Hers"
    page = second.post(DRAFT, {**yours, "changed": "His too"})
    assert page.status_code == 409
    assert "Hers" in page.content.decode()
    assert "His too" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("headline", "a\x00b", "haracter"),
        ("headline", "a\u2028b", "haracter"),
        ("headline", "x" * 201, "200"),
        ("summary", "x" * 20_001, "20,000"),
        ("changed", "a\u202eb", "direction"),
        ("version", "", "version"),
        ("version", "9" * 30, "version"),
    ],
)
def test_bad_input_is_refused_in_words_and_kept(program, tess, as_, field, value, words):
    browser = begun(as_, tess)
    before = Report.objects.values().get()
    for address in (DRAFT, DRAFT + "/autosave"):
        answer = browser.post(address, typed(browser, **{field: value}))
        assert answer.status_code == 422, address
        assert words in answer.content.decode().replace("20000", "20,000"), address
    assert Report.objects.values().get() == before
    assert "kept" in browser.post(DRAFT, typed(browser, decisions="This is kept", **{field: value})).content.decode()


def test_it_is_looked_at_and_sent_once(program, tess, lena, eli, otto, as_):
    furnished(program)
    for person in (lena, eli):
        subscribed(person, program)
    subscribed(lena, program, audience="team")
    browser = begun(as_, tess)
    assert browser.post(DRAFT, typed(browser, headline="We are late", look="1"))["Location"] == PREVIEW
    page = browser.get(PREVIEW).content.decode()
    assert "To 2 people who follow this program by mail: Eli, Lena." in page
    assert "Send to 2 people" in page
    post = looked_at(browser)
    first, second = browser.post(DRAFT + "/send", post), browser.post(DRAFT + "/send", post)
    assert [(answer.status_code, answer["Location"]) for answer in (first, second)] == [(303, SENT)] * 2
    assert sorted(OutboxMessage.objects.values_list("to", flat=True)) == ["eli@example.test", "lena@example.test"]
    row = Report.objects.get()
    assert (row.on, row.address, row.sent_to, row.health, row.author) == (cast.MONDAY, "2027-03-01", 2, "off_track", tess)
    assert Event.objects.filter(kind="report.sent", by=tess, new="2027-03-01").count() == 1
    assert "Sent to 2 people on Mon 1 Mar" in as_(lena).get(SENT).content.decode()
    assert "We are late" in as_(lena).get(LIST).content.decode()
    assert as_(otto).get(SENT).status_code == 404


def test_what_was_changed_after_looking_is_looked_at_again(program, tess, ada, as_):
    browser = begun(as_, tess)
    post = looked_at(browser)
    other = as_(ada)
    other.post(DRAFT, typed(other, headline="Ada was here"))
    answer = browser.post(DRAFT + "/send", post)
    assert answer.status_code == 422
    assert "Look again, then send it." in answer.content.decode()
    assert "Ada was here" in answer.content.decode()
    assert not OutboxMessage.objects.exists()
    for version in ("", "x", "9" * 5000, "-1"):
        assert browser.post(DRAFT + "/send", {**post, "version": version}).status_code == 422
    assert browser.post(DRAFT + "/send", {**post, "report": "9" * 5000}).status_code == 404


def test_an_empty_one_is_not_sent(program, tess, as_):
    browser = begun(as_, tess)
    empty = dict.fromkeys(("headline", *Report.TEXTS), "")
    browser.post(DRAFT, typed(browser, **empty))
    answer = send(browser)
    assert answer.status_code == 422
    assert "Write a headline" in answer.content.decode()
    assert "Write at least one sentence" in answer.content.decode()


def test_the_second_of_a_day_has_an_address_of_its_own(program, tess, as_, monday):
    for expected in (SENT, SENT + "-2", SENT + "-3"):
        browser = begun(as_, tess)
        browser.post(DRAFT, typed(browser, headline=expected))
        assert send(browser)["Location"] == expected
        monday.shift(timedelta(minutes=1))
    assert [row.headline for row in as_(tess).get(LIST).context["archive"].object_list] == [SENT + "-3", SENT + "-2", SENT]


def test_the_next_one_compares_with_the_last(program, tess, eli, as_, monday):
    furnished(program, owner=eli)
    send(begun(as_, tess))
    monday.shift(timedelta(days=7))
    answer = program.analysis
    answer.finish = date(2027, 6, 25)
    answer.days_late = 10
    answer.save()
    begun(as_, tess)
    assert "Cutover forecast: Mon 21 Jun → Fri 25 Jun (4 days later)" in Report.objects.get(sent_at=None).changed


def test_what_was_sent_stays_as_it_is(program, tess, as_):
    browser = begun(as_, tess)
    form = typed(browser, headline="Too late")
    send(browser)
    for address in (DRAFT, PREVIEW, DRAFT + "/discard"):
        assert browser.get(address).status_code == 404
    assert browser.post(DRAFT, form).status_code == 404
    assert browser.post(DRAFT + "/autosave", form).status_code == 404
    assert Report.objects.get().headline != "Too late"


def test_a_discarded_draft_stays_readable_in_the_history(program, tess, as_):
    browser = begun(as_, tess)
    browser.post(DRAFT, typed(browser, summary="Long thought about."))
    assert "Nothing is sent" in browser.get(DRAFT + "/discard").content.decode()
    assert browser.post(DRAFT + "/discard").status_code == 303
    assert not Report.objects.exists()
    assert "Long thought about." in Event.objects.get(kind="report.discarded").note


def test_who_may(program, tess, eli, lena, otto, ada, as_):
    begun(as_, tess)
    post = looked_at(as_(tess))
    for address in (DRAFT, PREVIEW, DRAFT + "/discard"):
        assert as_(ada).get(address).status_code == 200, address
        assert [as_(person).get(address).status_code for person in (eli, lena, otto, None)] == [403, 403, 404, 302], address
        assert as_(tess).delete(address).status_code == 405, address
    for address in (
        "/p/atlas/updates/begin",
        DRAFT,
        DRAFT + "/autosave",
        DRAFT + "/send",
        DRAFT + "/discard",
        "/p/atlas/updates/note",
    ):
        assert [as_(person).post(address, post).status_code for person in (eli, lena, otto, None)] == [403, 403, 404, 302], (
            address
        )
    for address in ("/p/atlas/updates/begin", DRAFT + "/autosave", DRAFT + "/send", "/p/atlas/updates/note"):
        assert as_(tess).get(address).status_code == 405, address
    send(as_(tess))
    for address in (SENT, SENT + "/copy"):
        assert [as_(person).get(address).status_code for person in (tess, eli, lena, ada, otto, None)] == [200] * 4 + [404, 302]
        assert as_(tess).post(address).status_code == 405
    assert as_(tess).get("/p/atlas/updates/2027-03-02").status_code == 404
    assert "begin" not in as_(lena).get(LIST).content.decode()


def test_another_programs_update_is_not_at_this_address(program, tess, as_):
    other = cast.program("Other", tpm=tess)
    send(begun(as_, tess))
    assert as_(tess).get("/p/other/updates/2027-03-01").status_code == 404
    row = Report.objects.get()
    assert as_(tess).post("/p/other/updates/draft/send", {"report": row.pk, "version": row.version}).status_code == 404
    assert other.reports.count() == 0


def test_it_is_copied_as_markdown_and_as_clean_html_without_script(program, tess, lena, as_):
    browser = begun(as_, tess)
    texts = dict.fromkeys(Report.TEXTS, "")
    texts |= {"headline": "Atlas: <b>late</b>", "summary": "One *star*.\nTwo.", "blockers": "- Vault\n* [x](javascript:alert(1))"}
    browser.post(DRAFT, typed(browser, **texts))
    send(browser)
    context = as_(lena).get(SENT + "/copy").context
    assert context["markdown"] == (
        "# Atlas: \\<b\\>late\\</b\\>\n\n"
        "Mon 1 Mar 2027, Tess. No forecast yet.\n\n## Where it stands\n\nOne \\*star\\*.\n\nTwo.\n\n"
        "## Blockers\n\n- Vault\n- \\[x\\](javascript:alert(1))\n\n[Read it here](http://localhost:8000/p/atlas/updates/2027-03-01)\n"
    )
    assert context["html"] == (
        "<h1>Atlas: &lt;b&gt;late&lt;/b&gt;</h1>\n<p>Mon 1 Mar 2027, Tess. No forecast yet.</p>\n<h2>Where it stands</h2>\n"
        "<p>One *star*.</p>\n<p>Two.</p>\n<h2>Blockers</h2>\n<ul>\n<li>Vault</li>\n<li>[x](javascript:alert(1))</li>\n</ul>\n"
        '<p><a href="http://localhost:8000/p/atlas/updates/2027-03-01">Read it here</a></p>\n'
    )
    page = as_(lena).get(SENT).content.decode()
    assert "<b>late</b>" not in page
    assert f'href="{SENT}/copy#markdown"' in page


def test_a_note_is_pinned_beside_the_health(program, tess, lena, as_):
    furnished(program)
    browser = as_(tess)
    form = {"declared_note": "The board knows.", "version": program.version}
    assert browser.post("/p/atlas/updates/note", form).status_code == 303
    assert '<span class="pinned">The board knows.</span>' in as_(lena).get("/p/atlas/").content.decode()
    for address in (LIST, "/p/atlas/"):
        assert "The board knows." in as_(lena).get(address).content.decode(), address
    assert Event.objects.filter(kind="program.changed", field="declared_note", by=tess).exists()
    assert browser.post("/p/atlas/updates/note", {**form, "declared_note": "a\x00b"}).status_code == 422
    version = Program.objects.get().version
    assert browser.post("/p/atlas/updates/note", {"declared_note": "x" * 501, "version": version}).status_code == 422
    assert (
        browser.post(
            "/p/atlas/updates/note", {"declared_note": "Another", "version": 1, "base": '{"declared_note": ""}'}
        ).status_code
        == 409
    )
    assert browser.post("/p/atlas/updates/note", {"declared_note": "", "version": version}).status_code == 303
    assert 'class="pinned"' not in as_(lena).get("/p/atlas/").content.decode()


def test_pages_cost_the_same_whatever_is_in_them(program, tess, as_, django_assert_max_num_queries):
    furnished(program)
    for number in range(30):
        person = cast.person(f"Reader{number}")
        program.memberships.create(person=person)
        subscribed(person, program)
        Report.objects.create(
            program=program,
            headline=f"Number {number}",
            edited_at=cast.NINE,
            sent_at=cast.NINE,
            on=cast.MONDAY,
            address=f"2026-01-01-{number}",
        )
    Blocker.objects.bulk_create(Blocker(program=program, number=100 + n, title=f"B{n}", raised_on=cast.MONDAY) for n in range(50))
    browser = as_(tess)
    browser.get(LIST)
    with django_assert_max_num_queries(15):
        browser.get(LIST)
    with django_assert_max_num_queries(40):
        browser.post("/p/atlas/updates/begin")
    with django_assert_max_num_queries(12):
        browser.get(DRAFT)
    with django_assert_max_num_queries(12):
        browser.get(PREVIEW)
    post = looked_at(browser)
    with django_assert_max_num_queries(60):  # 30 letters among them
        browser.post(DRAFT + "/send", post)
    with django_assert_max_num_queries(10):
        browser.get(SENT)
