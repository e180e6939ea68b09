"""Values and nothing else: no disk, no libcst, no click, no flake8."""
