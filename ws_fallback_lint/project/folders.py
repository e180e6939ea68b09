"""What is in a folder, as far as it can matter."""

import os
import re

# Folders, modules from source or compiled, and what declares something. What runs leave behind comes and
# goes, and tells nothing.
_MATTERS = re.compile(
    r"(?!\.|__pycache__\Z)(?:[^.]+|.+\.(?:pyi?|toml|cfg|txt|in|build|dist-info"
    r"|so|pyd|pyx|pxd|dylib|c|cc|cpp|cxx|rs|f90|f))"
)


def listed(folder: str) -> tuple[str, ...]:
    """The names in a folder that may matter to anybody; none where it cannot be read."""
    try:
        return tuple(filter(_MATTERS.fullmatch, os.listdir(folder)))
    except (OSError, ValueError):  # a path that a project's files made up may be no path at all
        return ()
