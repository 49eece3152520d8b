"""Compute schedules: `python -m tests.oracle IN_DIR OUT_DIR`.

Reads every `oracle-schedule/1` file below IN_DIR and writes OUT_DIR/<id>.json for the checker of the corpus. A schedule that
holds a loop gets {"error": "..."}; nothing else is refused.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from programs.graph.network import LoopError
from programs.graph.schedule import schedule
from tests.oracle.reader import read, write


def main(arguments: list[str]) -> int:
    """Return 0 when every schedule was computed, 1 when one was refused, 2 when there was nothing to do."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    source, target = map(Path, arguments)
    target.mkdir(parents=True, exist_ok=True)
    done = refused = 0
    for path in sorted(source.rglob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if (
            not isinstance(data, dict)
            or data.get("format", "oracle-schedule/1") != "oracle-schedule/1"
            or "activities" not in data
        ):
            continue
        try:
            result = write(schedule(read(data)))
        except LoopError as loop:
            result, refused = {"error": str(loop)}, refused + 1
        (target / f"{data.get('id', path.stem)}.json").write_text(json.dumps(result), encoding="utf-8")
        done += 1
    print(f"{done} schedules computed, {refused} refused for a loop")
    return 0 if done and not refused else 1 if done else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
