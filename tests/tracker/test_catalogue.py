"""Every sentence the product can say is found, and every language says it with the same figures and names in it."""

from __future__ import annotations

import re

import pytest

from tracker import catalogue

PLACES = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}|</?\w+|%%")


def test_reads_python_and_templates() -> None:
    found = {message.id for message in catalogue.sentences()}
    assert "on time" in found  # programs/web/wording.py
    assert ("in %(n)d day", "in %(n)d days") in found
    assert "Skip to content" in found  # templates/base.html
    counted = [message[0] for message in found if isinstance(message, tuple)]
    assert "Nothing here is blocked, but %(n)s milestone waits for blocked work elsewhere." in counted


@pytest.mark.parametrize("path", list(catalogue.catalogues()), ids=lambda path: path.parent.parent.name)
def test_keeps_what_a_sentence_is_filled_with(path) -> None:
    """A translation that loses a name or a figure would fail, or say less, when it is shown."""
    for message in catalogue.read(path):
        given = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = [sorted(map(str, PLACES.findall(form))) for form in given]  # a singular may say "one" without the figure
        for said in [message.string] if isinstance(message.string, str) else message.string:
            if message.id and said:
                assert sorted(map(str, PLACES.findall(said))) in wanted, message.id


@pytest.mark.parametrize("path", list(catalogue.catalogues()), ids=lambda path: path.parent.parent.name)
def test_every_sentence_is_translated(path) -> None:
    """A reader never falls back into English in the middle of a page. `make words` brings new sentences into the catalogue."""
    assert catalogue.missing(path) == []
