"""Pictures of every page, and the two that must not drift: the demo program on a Wednesday that never changes."""
