"""Log lines say what happened, and never the values a broken function was holding."""

from __future__ import annotations

import json
import logging
import logging.config
import sys

import pytest

from tracker import logs


def written(style: str) -> str:
    description = logs.settings(level=logging.INFO, style=style)["formatters"]["line"]
    formatter = description["()"](processors=description["processors"], foreign_pre_chain=description["foreign_pre_chain"])
    password = "kept to itself"
    try:
        raise ValueError(f"refused {len(password)}")
    except ValueError:
        record = logging.LogRecord("longpole.test", logging.ERROR, __file__, 1, "could not %s", ("send",), sys.exc_info())
    return formatter.format(record)


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_error_is_logged_with_its_trace_but_without_values(style):
    line = written(style)
    assert "could not send" in line
    assert "ValueError: refused 14" in line
    assert "kept to itself" not in line.replace('password = "kept to itself"', "")


def test_json_is_one_object_a_line():
    line = json.loads(written("json"))
    assert (line["event"], line["level"], line["logger"]) == ("could not send", "error", "longpole.test")
    assert line["timestamp"].endswith("Z")
