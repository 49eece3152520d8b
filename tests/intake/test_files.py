"""What is a bundle, and what is refused before a row is read."""

import io
import json
import zipfile

import pytest

from programs.intake import files, reading
from programs.intake.findings import Unreadable
from programs.intake.limits import Limits
from programs.intake.phrases import FIXES, REASONS

PROGRAMS = b"id,name\nP,Pilot\n"
MILESTONES = b"id,program_id,name\nA,P,First\n"
MANIFEST = json.dumps(
    {"format": "program-bundle", "version": "1", "name": "one", "as_of": "2026-03-02", "day_unit": "working"}
).encode()
FILES = {"manifest.json": MANIFEST, "programs.csv": PROGRAMS, "milestones.csv": MILESTONES}


def zipped(members, **options):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return packed.getvalue()


def read(data, name="bundle.zip", limits=None):
    limits = limits or Limits()
    return reading.read(files.from_bytes(name, data, limits), limits)


def refused(data, name="bundle.zip", limits=None):
    with pytest.raises(Unreadable) as caught:
        read(data, name, limits)
    return [each.code for each in caught.value.problems]


def test_a_zip_and_a_zip_with_a_folder_inside_are_the_same():
    flat = read(zipped(FILES))
    folded = read(zipped({f"some folder/{name}": content for name, content in FILES.items()} | {"__MACOSX/milestones.csv": b"x"}))
    assert flat.manifest == folded.manifest
    assert [row.id for row in folded.rows["milestones"]] == ["A"]


def test_extra_files_are_named_and_passed_by():
    bundle = read(zipped(FILES | {"README.txt": b"hello", "raw/old.csv": b"x"}))
    assert set(bundle.ignored) == {"README.txt", "raw/old.csv"}


def test_names_of_files_may_be_in_capitals():
    assert (
        read(zipped({"Programs.CSV": PROGRAMS, "MILESTONES.csv": MILESTONES, "Manifest.JSON": MANIFEST})).manifest.name == "one"
    )


def test_a_zip_of_one_json_file_is_a_bundle():
    data = json.dumps({"manifest": json.loads(MANIFEST), "programs": [{"id": "P", "name": "Pilot"}], "milestones": []}).encode()
    assert read(zipped({"export/bundle.json": data})).manifest.name == "one"


def test_without_a_manifest_the_file_names_the_bundle():
    bundle = read(zipped({"programs.csv": PROGRAMS, "milestones.csv": MILESTONES}), name="My plan.zip")
    assert bundle.manifest.name == "My plan"
    assert [each.code for each in bundle.findings] == ["no_manifest"]


def test_a_folder_on_disk_and_one_with_json_only(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "milestones.csv.d").mkdir()
    source = files.from_path(tmp_path, Limits())
    assert reading.read(source, Limits()).manifest.name == "one"
    with pytest.raises(Unreadable):
        files.from_path(tmp_path / "missing", Limits())


@pytest.mark.parametrize("name", ["../../x", "/etc/x.csv", "C:\\x.csv", "a\\..\\..\\x.csv"])
def test_paths_that_lead_outside_are_refused(name):
    assert refused(zipped(FILES | {name: b"x"})) == ["bad_member"]


def test_an_archive_in_an_archive_is_refused():
    assert refused(zipped(FILES | {"more.zip": zipped(FILES)})) == ["nested_archive"]
    assert refused(zipped(FILES | {"raw/hidden.csv": zipped(FILES)})) == ["nested_archive"]


def test_too_many_files_and_too_much_inside_are_refused():
    assert refused(zipped(FILES | {f"x{n}.txt": b"" for n in range(2000)})) == ["too_many_members"]
    assert refused(zipped(FILES | {"zeros.csv": b"0" * 30_000_000})) == ["expands"]
    assert refused(zipped(FILES), limits=Limits(unpacked=10)) == ["expands"]


def test_a_size_that_the_archive_lies_about_is_noticed():
    data = zipped(FILES | {"zeros.txt": b"0" * 30_000_000})
    lied = data.replace((30_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert refused(lied)[0] in {"expands", "broken_archive"}


def test_damaged_archives_and_other_things_are_refused_by_content():
    whole = zipped(FILES)
    assert refused(whole[:-30]) == ["broken_archive"]
    assert refused(b"PK\x03\x04" + b"\x00" * 50) == ["broken_archive"]
    assert refused(zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})) == ["workbook"]
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20, "plan.xls") == ["workbook"]
    assert refused(b"MZ\x90", "bundle.zip") == ["not_a_bundle"]
    assert refused(b"<html></html>", "bundle.json") == ["not_a_bundle"]
    assert refused(zipped({"readme.txt": b"x"})) == ["not_a_bundle"]


def test_two_bundles_or_two_files_for_one_table_are_refused():
    two = {f"{folder}/{name}": content for folder in ("a", "b") for name, content in FILES.items()}
    assert refused(zipped(two)) == ["two_bundles"]
    assert refused(zipped(FILES | {"MILESTONES.CSV": MILESTONES})) == ["two_files"]


def test_every_unreadable_file_is_named_at_once():
    broken = FILES | {
        "milestones.csv": b'id,name\n1,"open\n',
        "dependencies.csv": b"id,id\n1,2\n",
        "programs.csv": b"id,na\xffme\n",
    }
    assert sorted(refused(zipped(broken))) == ["not_utf8", "quote", "same_header"]


def test_obligatory_tables():
    assert refused(zipped({"programs.csv": PROGRAMS})) == ["missing_table"]
    assert refused(zipped({"milestones.csv": MILESTONES})) == ["missing_table"]
    assert refused(zipped(FILES | {"milestones.csv": b""})) == ["empty_file"]
    assert read(zipped(FILES | {"milestones.csv": b"id,program_id,name\n", "risks.csv": b""})).count == 1


def test_one_row_too_many_is_refused():
    assert refused(zipped(FILES), limits=Limits(rows=1)) == ["too_many_rows"]
    assert read(zipped(FILES), limits=Limits(rows=2)).count == 2


@pytest.mark.parametrize(
    ("manifest", "code"),
    [(b"{", "json"), (b"[]", "not_an_object"), (b'{"format": "other"}', "format"), (b'{"version": "2"}', "version")],
)
def test_a_manifest_of_something_else_is_refused(manifest, code):
    assert refused(zipped(FILES | {"manifest.json": manifest})) == [code]


def test_a_manifest_with_odd_values_is_read_as_far_as_it_goes():
    manifest = {
        "name": " ", "as_of": "soon", "day_unit": "weeks", "counts": {"milestones": 7, "programs": True},
        "calendar": {
            "working_weekdays": [1, 9], "timezone": "Mars",
            "holidays": ["2026-12-25", {"date": "2026-12-26", "name": "Boxing day"}],
        },
    }  # fmt: skip
    bundle = read(zipped(FILES | {"manifest.json": json.dumps(manifest).encode()}), name="named.zip")
    assert bundle.manifest.name == "named"
    assert bundle.manifest.calendar == {"holidays": [("2026-12-25", ""), ("2026-12-26", "Boxing day")]}
    assert {each.column for each in bundle.findings if each.table == "manifest"} == {
        "format", "version", "name", "as_of", "day_unit", "working_weekdays", "timezone",
    }  # fmt: skip
    assert [each.code for each in bundle.findings if each.table == "milestones"] == ["count"]


@pytest.mark.parametrize("days", [[1.5], [None], [[1]], [{"day": 1}], [True], {"mon": 1}, 5, "mon;tue;x", ["9" * 5000]])
def test_weekdays_of_no_kind_are_named_and_left_out(days):
    manifest = json.dumps({"name": "one", "calendar": {"working_weekdays": days}}).encode()
    bundle = read(zipped(FILES | {"manifest.json": manifest}))
    assert [each.column for each in bundle.findings if each.code == "manifest_value"] == (
        [] if days == {"mon": 1} else ["working_weekdays"]
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Task name;Start;Finish\r\nBuild;2026-03-02;2026-03-09\r\n", "one_table"),
        (b"\xef\xbb\xbfid,program_id,name\nA,P,First\n", "one_table"),
        (b"ERMHDR\t19.12\t2026-03-02\r\n", "plan_file"),
        (b'<?xml version="1.0"?>\n<Project xmlns="http://schemas.microsoft.com/project">', "plan_file"),
        (b'<?xml version="1.0"?>\n<APIBusinessObjects xmlns="x">', "plan_file"),
        (b"MPX,Microsoft Project,4.0\r\n", "plan_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Props14".encode("utf-16-le"), "plan_file"),
        (b"BEGIN:VCALENDAR\r\n", "plan_file"),
        (b"Dear all, the plan, as discussed, is attached.\n", "not_a_bundle"),
    ],
)
def test_what_people_have_instead_of_a_bundle_is_called_by_its_name(data, code):
    assert refused(data, "plan") == [code]


def test_every_refusal_names_a_remedy():
    whole = [code for code in REASONS if list(REASONS).index(code) < list(REASONS).index("no_manifest")]
    assert [code for code in whole if code not in FIXES] == ["refused"]  # says what an action said, remedy and all
    assert FIXES.keys() <= REASONS.keys()
