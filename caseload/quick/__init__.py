"""The quick entry line: what an adviser says in one line, read into facts. Pure functions: no request, no record."""
