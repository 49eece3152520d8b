"""The translations: `python -m tracker.catalogue update` reads every sentence into locale/, `compile` makes them quick.

The sentences stand in Python and in templates. No system tool is needed: Babel reads and writes the catalogues.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
DOMAIN = "django"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources() -> Iterator[tuple[str, bytes]]:
    """Every file that can hold a sentence, in one order everywhere, as Python."""
    for folder in ("programs", "tracker"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_bytes()
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            name = str(path.relative_to(ROOT))
            yield name, templatize(path.read_text(encoding="utf-8"), origin=name).lstrip().encode()


def sentences() -> Catalog:
    """Read every sentence the product can say, with where it says it."""
    found = Catalog(domain=DOMAIN, project="Longpole", charset="utf-8", fuzzy=False)
    for name, text in sources():
        # A template becomes lines whose indentation means nothing; brackets make them one Python expression.
        lines = text if name.endswith(".py") else b"(" + text.replace(b"\n", b" ") + b"\n)"
        for _line, message, _comments, context in extract("python", io.BytesIO(lines), keywords=KEYWORDS):
            found.add(message, locations=[(name, 0)], context=context)
    for template in templates_of_the_core():
        found.add(template, locations=[("the core", 0)])
    return found


def templates_of_the_core() -> Iterator[str | tuple[str, str]]:
    """The sentences that the core keeps as templates, by code; the web looks their translation up by their text."""
    from programs.flags.health import PHRASES
    from programs.flags.raise_flags import singular
    from programs.flags.types import RULES
    from programs.graph import phrases
    from programs.summaries import event_lines

    yield from phrases.TEMPLATES.values()
    for template in [*PHRASES.values(), *(rule.sentence for rule in RULES.values())]:
        yield singular(template), template
    yield from (rule.label for rule in RULES.values())
    for words in (event_lines.TEMPLATES, event_lines.STATES, event_lines.FIELDS, event_lines.OF_STATES):
        yield from words.values()
    yield from event_lines.OTHERS


def catalogues() -> Iterator[Path]:
    """The file of every language that is translated."""
    yield from sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read(path: Path) -> Catalog:
    """One language as it is translated now."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain=DOMAIN)


def update() -> None:
    """Bring every catalogue up to the sentences of today; what nobody says any more is dropped."""
    for path in catalogues():
        catalogue = read(path)
        catalogue.update(sentences(), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=130, sort_output=True, omit_header=False, include_lineno=False)


def compile_all() -> None:
    """Write the form that Django reads."""
    for path in catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def missing(path: Path) -> list[str]:
    """Name every sentence this language lacks."""
    catalogue = read(path)
    found = ((message, catalogue.get(message.id, message.context)) for message in sentences() if message.id)
    return [str(message.id) for message, said in found if said is None or not all(_forms(said))]


def _forms(message: Message) -> tuple[str, ...]:
    text = message.string
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def main() -> None:
    """Do what the command line asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    tasks = {"update": update, "compile": compile_all}
    if len(sys.argv) != 2 or sys.argv[1] not in tasks:
        sys.exit(__doc__)
    if sys.argv[1] == "update":
        os.environ.setdefault("SECRET_KEY", "reading sentences needs no secret " * 2)
        django.setup()
    tasks[sys.argv[1]]()


if __name__ == "__main__":
    main()
