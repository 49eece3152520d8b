"""Style, types, import borders, migrations, production settings: `make check`. All of them run, whichever fails."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PRODUCTION = {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "plan.company.test",
    "BASE_URL": "https://plan.company.test",
    "TRUSTED_PROXIES": "1",
}
STEPS: dict[str, tuple[list[str], dict[str, str]]] = {
    "style": ([str(BIN / "ruff"), "check", "."], {}),
    "format": ([str(BIN / "ruff"), "format", "--check", "."], {}),
    "import borders": ([str(BIN / "lint-imports"), "--no-logo"], {}),
    "migrations": ([sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    "production settings": ([sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    "types": ([str(BIN / "mypy")], {}),
}


def main() -> int:
    """Run every step; return how many failed."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, (command, environment) in STEPS.items():
            started = time.monotonic()
            tried = subprocess.run(
                command, env={**os.environ, "VAR_DIR": folder, **environment}, capture_output=True, text=True, check=False
            )
            good = tried.returncode == 0
            failed += not good
            print(f"{'ok    ' if good else 'FAILED'}  {name} ({time.monotonic() - started:.0f} s)", flush=True)
            if not good:
                print((tried.stdout + tried.stderr).strip(), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
