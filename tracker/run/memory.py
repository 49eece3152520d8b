"""Memory of a process that serves pages."""

from __future__ import annotations

import gc


def settle() -> None:
    """Let the collector leave what is loaded alone, and look through the rest less often: a page makes much and keeps nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
