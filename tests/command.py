"""The command and a small project to run it on, for the tests of the command line."""

import os
import subprocess
import sys
from pathlib import Path

BAD = "try:\n    from shop.a import x\nexcept ImportError:\n    x = None\n"
FIXED = (
    "try:\n    from shop.a import x\nexcept ImportError as error:\n    raise ImportError(\n"
    '        f"cannot import x from shop.a: {error}"\n    ) from error\n'
)
LINE = "FBK101 'x' becomes None if 'shop.a' cannot be imported: first-party code\n"


def write(path: str, content: str | bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content.encode() if isinstance(content, str) else content)


def read(path: str) -> str:
    return Path(path).read_bytes().decode()


def ran(
    *arguments: str, source: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ws_fallback_lint", *arguments],
        input=source,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )
