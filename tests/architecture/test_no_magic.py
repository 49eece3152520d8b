"""What happens is called by somebody: no receivers, no save overrides, no default ordering; and nothing is marked safe."""

from __future__ import annotations

import ast
import re

from django.apps import apps
from django.conf import settings
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

PRODUCT = settings.BASE_DIR / "programs"
TEMPLATES = settings.BASE_DIR / "templates"
MOST_LINES_OF_A_FILE, FEW_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION = 500, 300, 40


def ours():
    return apps.get_app_config("programs").get_models()


def sources():
    return [path for path in PRODUCT.rglob("*.py") if "migrations" not in path.parts]


def test_nobody_listens_to_a_signal_of_our_models():
    for signal in (pre_save, post_save, pre_delete, post_delete, m2m_changed):
        for model in ours():
            sync, asynchronous = signal._live_receivers(model)
            listeners = [each.__module__ for each in (*sync, *asynchronous)]
            assert not [name for name in listeners if name.startswith(("programs", "tracker"))]


def test_no_save_or_delete_is_overridden():
    for model in ours():
        for name in ("save", "delete", "save_base"):
            definer = next(each for each in model.__mro__ if name in vars(each))
            assert not definer.__module__.startswith("programs"), f"{definer.__name__}.{name} is overridden"


def test_no_default_ordering():
    assert not [model.__name__ for model in ours() if model._meta.ordering]


def test_nothing_is_marked_safe():
    trusted = re.compile(r"\bmark_safe\b|\|\s*safe(seq)?\b|autoescape off")
    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {match.group()}"
        for path in [*sources(), *TEMPLATES.rglob("*.html")]
        for match in trusted.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_pages_hold_nothing_that_the_content_policy_refuses():
    refused = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", re.IGNORECASE)
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in TEMPLATES.rglob("*.html")
        if "mail" not in path.relative_to(TEMPLATES).parts[0]
        for match in refused.finditer(
            re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"))
        )
    ]
    assert not found


def test_no_drawer_for_everything():
    vague = {"utils", "helpers", "common", "misc", "manager", "managers", "util", "helper"}
    assert not [path for path in PRODUCT.rglob("*") if path.stem in vague and path.suffix in {".py", ""}]


def test_files_stay_small():
    sizes = {path.relative_to(PRODUCT): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert not {path: lines for path, lines in sizes.items() if lines > MOST_LINES_OF_A_FILE}
    long = [path for path, lines in sizes.items() if lines > FEW_LINES_OF_A_FILE]
    assert len(long) <= len(sizes) * 0.05, f"more than one in twenty files is longer than {FEW_LINES_OF_A_FILE} lines: {long}"


def test_functions_stay_small():
    lengths = {
        f"{path.relative_to(PRODUCT)}:{node.name}": (node.end_lineno or 0) - node.lineno
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION}
    assert len(long) <= len(lengths) * 0.03, f"more than three in a hundred functions are too long: {long}"
