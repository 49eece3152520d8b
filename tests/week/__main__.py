"""Live the week and print every message each persona received: `python -m tests.week > week.txt`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from tests.week import TRANSCRIPT


def main() -> int:
    """Run the test of the week, so that it is never another one that is read; print what it wrote down."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "week.txt"
        os.environ[TRANSCRIPT] = str(kept)
        failed = pytest.main(["-q", "-n0", "--no-header", "-p", "no:cacheprovider", str(Path(__file__).parent)])
        if kept.exists():
            sys.stdout.write(kept.read_text(encoding="utf-8"))
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
