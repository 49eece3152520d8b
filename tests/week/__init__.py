"""One week of a simulated program: every message each persona received, and why."""

TRANSCRIPT = "WEEK_TRANSCRIPT"  # names the file in which the week is kept in words
