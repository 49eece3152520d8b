"""Ask the web server of this container whether it is well; the exit code is the answer."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request


def well(*, port: int, host: str) -> bool:
    """Whether /readyz answers 200, asked under a host name that is allowed."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".") or "localhost"
    sys.exit(0 if well(port=int(os.environ.get("PORT") or 8000), host=name) else 1)
