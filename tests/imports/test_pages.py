"""The browser's way in: upload, look, decide, undo. Everything here works without script."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from programs.models import ImportRun, Membership, Milestone, Program, Role
from tests.imports.bundles import bundle, links, milestones


def upload(client, data, name="plan.json"):
    return client.post(reverse("import-new"), {"file": SimpleUploadedFile(name, data)})


def looked_at(as_, person, data):
    """Upload as this person and return the import."""
    answer = upload(as_(person), data)
    assert answer.status_code == 303, answer.content[:2000]
    return ImportRun.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[-1]))


LOOP = bundle(milestones=milestones("A", "B", "C"), dependencies=links("A>B", "B>C", "C>A", "A>X"))


def test_the_form_asks_for_a_file(as_, tess):
    page = as_(tess).get(reverse("import-new"))
    assert page.status_code == 200
    assert b'enctype="multipart/form-data"' in page.content


def test_a_preview_saves_nothing_and_says_everything(as_, tess):
    run = looked_at(as_, tess, LOOP)
    assert not Program.objects.exists()
    page = as_(tess).get(reverse("import-run", args=(run.pk,))).content.decode()
    assert "Nothing is saved yet" in page
    assert "8 rows read, 2 need a fix" in page
    assert "Import 8 rows" in page
    assert "it closes a loop: A → B → C → A" in page
    assert "no such milestone in this bundle" in page.lower()


def test_apply_imports_and_makes_the_importer_the_program_manager(as_, tess):
    run = looked_at(as_, tess, LOOP)
    answer = as_(tess).post(reverse("import-apply", args=(run.pk,)))
    assert answer.status_code == 303
    program = Program.objects.get()
    assert Membership.objects.get(program=program, person=tess).role == Role.TPM
    page = as_(tess).get(answer["Location"]).content.decode()
    assert "rows imported" in page
    assert reverse("overview", args=(program.slug,)) in page
    run.refresh_from_db()
    assert run.content is None


def test_apply_twice_is_refused_in_words(as_, tess):
    run = looked_at(as_, tess, LOOP)
    as_(tess).post(reverse("import-apply", args=(run.pk,)))
    answer = as_(tess).post(reverse("import-apply", args=(run.pk,)))
    assert answer.status_code == 409
    assert "settled already" in answer.content.decode()
    assert Program.objects.count() == 1


def test_apply_is_refused_when_the_programs_moved_on_in_a_way_that_matters(as_, tess):
    first = looked_at(as_, tess, LOOP)
    as_(tess).post(reverse("import-apply", args=(first.pk,)))
    later = looked_at(
        as_, tess, bundle(milestones=milestones("A", "B", "C", status="done"), dependencies=links("A>B", "B>C", "C>A", "A>X"))
    )
    Milestone.objects.filter(source_id="A").update(status="done")
    Program.objects.update(revision=50)
    answer = as_(tess).post(reverse("import-apply", args=(later.pk,)))
    assert answer.status_code == 409
    assert "Look at it again" in answer.content.decode()
    assert Milestone.objects.get(source_id="B").status == "unknown"
    assert as_(tess).post(reverse("import-again", args=(later.pk,))).status_code == 303
    assert as_(tess).post(reverse("import-apply", args=(later.pk,))).status_code == 303
    assert Milestone.objects.get(source_id="B").status == "done"


def test_apply_goes_on_when_what_moved_does_not_matter(as_, tess, program):
    run = looked_at(as_, tess, LOOP)
    Program.objects.update(revision=50)
    assert as_(tess).post(reverse("import-apply", args=(run.pk,))).status_code == 303


def test_the_same_file_twice_has_nothing_to_import(as_, tess):
    run = looked_at(as_, tess, LOOP)
    as_(tess).post(reverse("import-apply", args=(run.pk,)))
    again = looked_at(as_, tess, LOOP)
    page = as_(tess).get(reverse("import-run", args=(again.pk,))).content.decode()
    assert "0 new, 8 the same" in page
    assert reverse("import-apply", args=(again.pk,)) not in page


def test_discard_forgets_the_upload(as_, tess):
    run = looked_at(as_, tess, LOOP)
    assert as_(tess).post(reverse("import-discard", args=(run.pk,))).status_code == 303
    assert not ImportRun.objects.exists()


def test_undo_takes_everything_back(as_, tess):
    run = looked_at(as_, tess, LOOP)
    as_(tess).post(reverse("import-apply", args=(run.pk,)))
    assert as_(tess).post(reverse("import-undo", args=(run.pk,))).status_code == 303
    assert not Program.objects.exists()
    assert not Milestone.objects.exists()
    assert "undone" in as_(tess).get(reverse("import-run", args=(run.pk,))).content.decode()


def test_undo_is_refused_once_somebody_built_on_it(as_, tess):
    run = looked_at(as_, tess, LOOP)
    as_(tess).post(reverse("import-apply", args=(run.pk,)))
    Milestone.objects.filter(source_id="B").update(version=2)
    answer = as_(tess).post(reverse("import-undo", args=(run.pk,)))
    assert answer.status_code == 409
    assert "Name of B" in answer.content.decode()
    assert Milestone.objects.filter(source_id="A").exists()


def test_findings_come_as_a_table_without_live_formulas(as_, tess):
    run = looked_at(as_, tess, bundle(milestones=milestones("A", due_date="=1+1")))
    answer = as_(tess).get(reverse("import-findings", args=(run.pk,)))
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["table"], row["row"], row["column"], row["value"]) for row in rows] == [("milestones", "1", "due_date", "'=1+1")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"not a bundle", "neither a zip archive nor JSON"),
        (b"{", "not valid JSON"),
        (b'{"a": NaN}', "NaN is not a JSON value"),
        (b"[" * 5000, "levels deep"),
        (json.dumps({"programs": []}).encode(), "no milestones table"),
        (b"\xff\xfe{\x00", "UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_the_reason(as_, tess, data, words):
    answer = upload(as_(tess), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_missing_file_and_text_in_its_place_are_asked_for(as_, tess):
    assert as_(tess).post(reverse("import-new")).status_code == 422
    answer = as_(tess).post(reverse("import-new"), {"file": "text"})
    assert answer.status_code == 422
    assert "Choose a file" in answer.content.decode()


def test_a_file_of_26_megabytes_is_too_large(as_, tess):
    answer = upload(as_(tess), b" " * (26 * 1024 * 1024))
    assert answer.status_code == 413
    small_enough_to_arrive = upload(as_(tess), b" " * (25 * 1024 * 1024 + 1))
    assert small_enough_to_arrive.status_code == 413
    assert "larger than 25 MB" in small_enough_to_arrive.content.decode()


def test_a_file_name_is_only_shown(as_, tess):
    run = looked_at(as_, tess, LOOP)
    assert run.file_name == "plan.json"
    answer = upload(as_(tess), LOOP, name="<b>" + "x" * 300 + ".json")
    assert answer.status_code == 303
    page = as_(tess).get(answer["Location"]).content.decode()
    assert "<b>x" not in page


def test_strangers_get_404_and_nobody_in_particular_is_asked_to_sign_in(as_, tess, otto, ada):
    run = looked_at(as_, tess, LOOP)
    for name, method in ADDRESSES:
        address = reverse(name, args=(run.pk,))
        assert getattr(as_(otto), method)(address).status_code == 404, name
        assert getattr(as_(None), method)(address).status_code == 302, name
    assert as_(ada).get(reverse("import-run", args=(run.pk,))).status_code == 200
    assert as_(None).get(reverse("import-new")).status_code == 302


ADDRESSES = [
    ("import-run", "get"),
    ("import-findings", "get"),
    ("import-apply", "post"),
    ("import-again", "post"),
    ("import-discard", "post"),
    ("import-undo", "post"),
]


@pytest.mark.parametrize(("name", "method"), ADDRESSES)
def test_the_wrong_method_is_405(as_, tess, name, method):
    run = looked_at(as_, tess, LOOP)
    wrong = "post" if method == "get" else "get"
    assert getattr(as_(tess), wrong)(reverse(name, args=(run.pk,))).status_code == 405
    assert as_(tess).put(reverse("import-new")).status_code == 405


def test_a_bundle_of_programs_one_does_not_manage_is_refused(as_, tess, otto):
    run = looked_at(as_, tess, LOOP)
    as_(tess).post(reverse("import-apply", args=(run.pk,)))
    answer = upload(as_(otto), bundle(milestones=milestones("A", name="Taken over")))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "programs you do not manage" in page
    assert "Pilot" not in page
    assert Milestone.objects.get(source_id="A").name == "Name of A"


def test_markup_in_a_bundle_is_text(as_, tess):
    run = looked_at(
        as_, tess, bundle({"title": "<script>alert(1)</script>"}, milestones=milestones("A", due_date='"><img onerror=x>'))
    )
    page = as_(tess).get(reverse("import-run", args=(run.pk,))).content.decode()
    assert "<script>alert" not in page
    assert "<img onerror" not in page
