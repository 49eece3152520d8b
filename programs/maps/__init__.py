"""Geometry of the drawings: dates in, positions out. No Django, no words, no colours."""
