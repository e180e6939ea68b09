"""Remedies -> byte edits. The only layer that knows libcst: it parses one clause, never a file."""
