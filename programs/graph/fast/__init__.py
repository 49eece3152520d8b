"""The engine's numbers on arrays: the same answers as the plain Python passes, hundreds to thousands of times faster.

`plain` holds networks of work, links and lags in one working time; `exact` whole native plans. Both run compiled when numba is
installed and loaded (`compiled.ready`), and on the standard library otherwise. `tests/graph/fast` holds every path to the judge:
the passes in `forward.py` and `backward.py`, and networkx.
"""
