"""Rules that read an analysis and say what deserves attention. One function per rule; its docstring is its documentation."""
