"""The walls between the layers, held by import-linter and by a look at what the doors' exceptions are used for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PRODUCT = settings.BASE_DIR / "programs"

# What ruff bans everywhere, and the one place that may: the rest of what an exempt folder might do with its exemption.
ONLY_IN = {
    "django.core.mail": ["mail"],
    "networkx": ["graph"],
    "django.db.models.signals": [],
    "django.dispatch": [],
    "celery.signals": [],
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_imports_point_down():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    tried = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stdout[-3000:] + tried.stderr[-1000:]


@pytest.mark.parametrize(("what", "where"), ONLY_IN.items(), ids=list(ONLY_IN))
def test_each_door_uses_only_its_own_exception(what, where):
    strangers = [
        str(path.relative_to(PRODUCT))
        for path in PRODUCT.rglob("*.py")
        if path.relative_to(PRODUCT).parts[0] not in where
        and any(name == what or name.startswith(f"{what}.") for name in imported(path))
    ]
    assert not strangers, f"{what} is imported where it may not be"


def test_the_core_imports_without_django():
    """The engine runs in a plain Python, so that anybody may use it alone."""
    names = ["programs.graph.analyse", "programs.flags", "programs.summaries", "programs.intake", "programs.maps"]
    code = f"import sys, importlib; [importlib.import_module(n) for n in {names}]; sys.exit('django' in sys.modules)"
    tried = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
