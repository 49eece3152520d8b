"""The commands: one JSON object or plain sentences, code 0 when it was imported, 1 when it was refused."""

import io
import json
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from programs.models import ImportRun, Membership, Milestone, Program, Role
from tests.imports import big
from tests.imports.bundles import bundle, links, milestones

DATA = bundle(
    milestones=milestones("A", "B", due_date="2026-02-30"),
    dependencies=[*links("A>B", "B>A", "A>X"), *links("A>A", relation="relates")],
)
KEYS = {
    "created", "updated", "unchanged", "milestones", "dependencies_rows", "by_relation", "scheduling_edges_distinct",
    "self_links", "dangling_references", "loops", "findings",
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    (tmp_path / "plan.json").write_bytes(DATA)
    return tmp_path / "plan.json"


def run(path, *options):
    out = io.StringIO()
    call_command("import_bundle", str(path), *options, stdout=out)
    return out.getvalue()


def test_json_is_one_object_with_everything(db, ada, path):
    said = json.loads(run(path, "--json"))
    assert set(said) >= KEYS
    assert said["by_relation"] == {"requires": 3, "relates": 1}
    assert (said["dependencies_rows"], said["scheduling_edges_distinct"], said["self_links"], said["dangling_references"]) == (
        4,
        2,
        1,
        1,
    )
    assert said["loops"] == [["A", "B"]]
    assert {(each["table"], each["row"], each["column"], each["value"]) for each in said["findings"]} >= {
        ("milestones", 1, "due_date", "2026-02-30"),
        ("dependencies", 2, "successor_id", "A"),
    }
    assert all(each["reason"] for each in said["findings"])
    assert Membership.objects.get(person=ada).role == Role.TPM


def test_a_dry_run_says_the_same_and_writes_nothing(db, path):
    dry = json.loads(run(path, "--json", "--dry-run"))
    assert not Program.objects.exists()
    assert not ImportRun.objects.exists()
    wet = json.loads(run(path, "--json"))
    assert dry.pop("dry_run")
    assert not wet.pop("dry_run")
    wet.pop("import")
    assert dry == wet


def test_sentences_for_people(db, path):
    said = run(path)
    assert "Imported: sketch (as of 2026-03-02)" in said
    assert "milestones: 2 created" in said
    assert "loop: A → B → A" in said
    assert "milestones, row 1, due_date “2026-02-30”: not a date, so it was left empty. Write YYYY-MM-DD." in said


def test_the_importer_is_the_one_named(db, ada, tess, path):
    run(path, "--as", "TESS@example.test")
    assert Membership.objects.get(role=Role.TPM).person == tess
    with pytest.raises(CommandError, match="Nobody here has the address"):
        run(path, "--as", "nobody@example.test")


def test_programs_that_nobody_manages_are_told(db, path, tess, capsys):
    run(path, "--dry-run")
    assert "Nobody manages" not in capsys.readouterr().err
    run(path)
    assert "Nobody manages the new programs" in capsys.readouterr().err
    run(path)  # the second time makes none
    assert "Nobody manages" not in capsys.readouterr().err


def test_a_refused_bundle_ends_with_code_1_and_keeps_nothing(db, tmp_path):
    (tmp_path / "programs.csv").write_text("id,name\nP,Pilot\n")
    (tmp_path / "milestones.csv").write_text('id,program_id,name\nA,P,"open\n')
    with pytest.raises(CommandError) as caught:
        run(tmp_path)
    assert caught.value.returncode == 1
    assert "milestones.csv, line 2: a quotation mark opens there" in str(caught.value)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_bundle", str(tmp_path), "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert set(said) >= KEYS
    assert [(each["table"], each["line"]) for each in said["findings"]] == [("milestones", 2)]
    assert not Program.objects.exists()


def test_from_the_shell_stdout_is_json_alone_and_codes_are_right(tmp_path, path):
    def shell(*words):
        command = [sys.executable, "manage.py", *words]
        env = {
            "PATH": "/usr/bin:/bin",
            "VAR_DIR": str(tmp_path / "var"),
            "ENV_FILE": "/dev/null",
            "SECRET_KEY": "only for this test " * 4,
        }
        return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)

    assert shell("migrate", "--verbosity", "0").returncode == 0
    done = shell("import_bundle", str(path), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["milestones"] == 2
    missing = shell("import_bundle", str(tmp_path / "nothing"), "--json")
    assert missing.returncode == 1
    assert json.loads(missing.stdout)["refused"]
    assert "Traceback" not in missing.stderr


def test_four_times_the_milestones_take_little_more_than_four_times_the_work(db, tmp_path):
    spent = []
    for number, size in enumerate((750, 3000)):
        folder = big.write(tmp_path / f"big{number}", size)
        start = time.process_time()
        run(folder)
        spent.append(time.process_time() - start)
    assert spent[1] < 11 * spent[0], "the work grows faster than the bundle"
    assert Milestone.objects.count() >= 3000
