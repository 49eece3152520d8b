"""Zip archives, opened with suspicion: what they would unpack to is known before a byte is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from programs.intake.findings import Unreadable, shown
from programs.intake.limits import MEGABYTE, Limits

ALWAYS_FINE = MEGABYTE  # repetitive small tables may shrink to almost nothing


def members(data: bytes, limits: Limits) -> dict[str, bytes]:
    """Every file of the archive by its path. Raises Unreadable; nothing is written anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            _check(archive, entries, len(data), limits)
            return _unpack(archive, entries, len(data), limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise Unreadable.because("broken_archive", detail=str(error)) from None


def _check(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(archive.infolist()) > limits.members:
        raise Unreadable.because("too_many_members", members=len(archive.infolist()), limit=limits.members)
    for each in archive.infolist():
        if not _stays_inside(each.orig_filename) or not _stays_inside(each.filename):
            raise Unreadable.because("bad_member", name=shown(each.filename))
        if each.flag_bits & 1:
            raise Unreadable.because("encrypted")
    if "[Content_Types].xml" in archive.namelist():
        raise Unreadable.because("workbook", name="it")
    for each in entries:
        if each.filename.lower().endswith((".zip", ".gz", ".7z", ".tar", ".bz2", ".xz")):
            raise Unreadable.because("nested_archive", name=shown(each.filename))
    _refuse_expansion(sum(each.file_size for each in entries), size, limits)


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> dict[str, bytes]:
    """Read each file, counting what really comes out: the sizes an archive declares may be lies."""
    found: dict[str, bytes] = {}
    total = 0
    for each in entries:
        with archive.open(each) as member:
            content = member.read(limits.unpacked - total + 1)
        total += len(content)
        _refuse_expansion(total, size, limits)
        if content[:4] == b"PK\x03\x04":
            raise Unreadable.because("nested_archive", name=shown(each.filename))
        found[each.filename] = content
    return found


def _refuse_expansion(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.unpacked or (unpacked > ALWAYS_FINE and unpacked > limits.ratio * max(packed, 1)):
        raise Unreadable.because("expands", limit=limits.unpacked // MEGABYTE, ratio=limits.ratio)


def _stays_inside(name: str) -> bool:
    """Relative, and never upwards, by the rules of every system.

    >>> [_stays_inside(each) for each in ("a/b.csv", "../b", "/etc/x", "c:\\\\x", "a\\\\..\\\\b")]
    [True, False, False, False, False]
    """
    path = name.replace("\\", "/")
    return not (path.startswith("/") or path[1:2] == ":" or ".." in PurePosixPath(path).parts or "\x00" in name)
