"""Find the bundle in what was given: a folder, a zip of one, or one JSON file."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from programs.intake import archives
from programs.intake.beginnings import OFFICE, UTF16, ZIPS
from programs.intake.delimited import SEPARATORS
from programs.intake.findings import Unreadable, shown
from programs.intake.limits import MEGABYTE, Limits
from programs.intake.sheet import column_of
from programs.intake.tables import TABLES
from programs.intake.values import as_word

MANIFEST = "manifest.json"
TABLE_FILES = {f"{name}.csv": name for name in TABLES}
SINGLE = "bundle.json"
TOOLS = (  # tool, how its files begin, what stands in their first lines
    ("Primavera P6", b"ERMHDR", b""),
    ("Primavera P6", b"<", b"<APIBusinessObjects"),
    ("Microsoft Project", b"<", b"schemas.microsoft.com/project"),
    ("Microsoft Project", b"MPX", b""),
    ("iCalendar", b"BEGIN:VCALENDAR", b""),
)


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one bundle, and what else lay beside them."""

    label: str  # what it was called, for people
    tables: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # table -> file name, content
    manifest: bytes | None = None
    single: tuple[str, bytes] | None = None  # the bundle as one JSON file
    ignored: tuple[str, ...] = ()


def from_path(path: Path, limits: Limits) -> Source:
    """Open a folder, a zip or a JSON file on disk. Raises Unreadable."""
    try:
        if path.is_dir():
            return _from_folder(path, limits)
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable.because("no_such_path", name=shown(path.name), detail="not a file")
        if status.st_size > limits.file:
            raise Unreadable.because("too_big", name=shown(path.name), limit=limits.file // MEGABYTE)
        return from_bytes(path.name, path.read_bytes(), limits)
    except OSError as error:
        raise Unreadable.because("no_such_path", name=shown(path.name), detail=error.strerror or str(error)) from None


def from_bytes(name: str, data: bytes, limits: Limits) -> Source:
    """Open an uploaded zip or JSON file: told apart by content, never by name. Raises Unreadable."""
    if len(data) > limits.file:
        raise Unreadable.because("too_big", name=shown(name), limit=limits.file // MEGABYTE)
    if data[:4] in ZIPS:
        return _from_members(name, archives.members(data, limits))
    if tool := _tool(data):
        raise Unreadable.because("plan_file", name=name, tool=tool)
    if data[:8] == OFFICE:
        raise Unreadable.because("workbook", name=name)
    if not data.strip():
        raise Unreadable.because("empty_file", name=name)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["} and data[:2] not in UTF16:
        raise Unreadable.because("one_table" if _is_table(data) else "not_a_bundle", name=name)
    return Source(_stem(name), single=(name, data))


def _tool(data: bytes) -> str:
    """Whose plan this is, by how its files begin; "" for what is none that we know.

    >>> _tool(b"ERMHDR\\t19.12"), _tool(b"id,name")
    ('Primavera P6', '')
    """
    if data[:8] == OFFICE:
        return "Microsoft Project" if "Props".encode("utf-16-le") in data else ""
    head = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    for tool, begins, inside in TOOLS:
        if head.startswith(begins) and inside in head:
            return tool
    return ""


def _is_table(data: bytes) -> bool:
    """Whether the first line names at least two columns that milestones have, as a spreadsheet saves them."""
    first = data[:4000].decode("utf-8-sig", "replace").lstrip().partition("\n")[0]
    known = TABLES["milestones"].by_header()
    return any(
        sum(as_word(cell.strip(' "\r')) in known or bool(column_of(cell)) for cell in first.split(each)) > 1
        for each in SEPARATORS
    )


def _from_folder(path: Path, limits: Limits) -> Source:
    found: dict[str, bytes] = {}
    ignored: list[str] = []
    total = 0
    inside = sorted(path.iterdir())
    tabled = any(each.name.lower() in TABLE_FILES for each in inside)
    for each in inside:
        if not each.is_file() or not _wanted(each.name) or (tabled and each.name.lower() not in {*TABLE_FILES, MANIFEST}):
            ignored.append(each.name)
            continue
        total += each.stat().st_size
        if total > limits.unpacked + limits.file:
            raise Unreadable.because("too_big", name=shown(path.name), limit=limits.unpacked // MEGABYTE)
        found[each.name] = each.read_bytes()
    source = _from_members(path.resolve().name, found)
    return Source(source.label, source.tables, source.manifest, source.single, (*source.ignored, *ignored))


def _from_members(label: str, members: dict[str, bytes]) -> Source:
    """Pick the folder that holds the tables; a folder inside the archive is fine, two bundles are not."""
    folders: dict[str, dict[str, bytes]] = {}
    for path, content in members.items():
        where = PurePosixPath(path.replace("\\", "/"))
        if "__MACOSX" not in where.parts and _wanted(where.name):
            folders.setdefault(str(where.parent), {})[where.name] = content
    home = _home(label, folders)
    files = folders[home]
    tables: dict[str, tuple[str, bytes]] = {}
    manifest = single = None
    for name in sorted(files):
        lowered = name.lower()
        if lowered == MANIFEST:
            manifest = files[name]
        elif table := TABLE_FILES.get(lowered):
            if table in tables:
                raise Unreadable.because("two_files", names=f"{tables[table][0]}, {name}")
            tables[table] = (name, files[name])
    if not tables:
        others = sorted(each for each in files if each.lower() != MANIFEST)
        if others:
            single = (others[0] if SINGLE not in others else SINGLE, files[SINGLE if SINGLE in others else others[0]])
    used = {name for name, _ in tables.values()} | ({single[0]} if single else set())
    ignored = [path for path in members if PurePosixPath(path).name not in used and PurePosixPath(path).name.lower() != MANIFEST]
    return Source(_stem(label), tables, manifest, single, tuple(ignored))


def _home(label: str, folders: dict[str, dict[str, bytes]]) -> str:
    def holds(names: Iterable[str]) -> bool:
        return any(each.lower() in TABLE_FILES for each in names)

    candidates = [each for each in folders if holds(folders[each])] or [each for each in folders if _single_in(folders[each])]
    if not candidates:
        if folders:
            raise Unreadable.because("missing_table", "milestones")
        raise Unreadable.because("not_a_bundle", name=label)
    depth = min(0 if each == "." else each.count("/") + 1 for each in candidates)
    nearest = [each for each in candidates if (0 if each == "." else each.count("/") + 1) == depth]
    if len(nearest) > 1:
        raise Unreadable.because("two_bundles", names=", ".join(sorted(nearest)[:5]))
    return nearest[0]


def _single_in(names: Iterable[str]) -> bool:
    return any(each.lower().endswith(".json") and each.lower() != MANIFEST for each in names)


def _wanted(name: str) -> bool:
    lowered = name.lower()
    return lowered in TABLE_FILES or (lowered.endswith(".json") and lowered != "expected.json" and not lowered.startswith("."))


def _stem(name: str) -> str:
    """A name a bundle without a manifest can go by: the file's, without folders and endings."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    stem = last.rsplit(".", 1)[0] if last.lower().endswith((".zip", ".json")) else last
    return "".join(ch for ch in stem if ch.isprintable()).strip()[:200] or "bundle"
