"""How files begin that are no plain UTF-8 text, whatever they are called."""

from __future__ import annotations

ZIPS = frozenset({b"PK\x03\x04", b"PK\x05\x06"})  # archives and new workbooks
OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old workbooks and plans
UTF16 = frozenset({b"\xff\xfe", b"\xfe\xff"})
