"""Outside tables in, a reviewed plan out: bytes, rows, columns, links, problems. Nothing here saves or knows Django."""
