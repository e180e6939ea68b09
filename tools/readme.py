"""Put the table of rules into README.md, between its two comments."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
TABLE = re.compile(r"(<!-- made by: ws-fallback-lint (.*) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Rewrite the file; the same table leaves it as it is."""

    def made(match: re.Match[str]) -> str:
        command = [sys.executable, "-m", "ws_fallback_lint", *match[2].split()]
        table = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout  # noqa: S603 - our own
        return match[1] + table + match[3]

    text = README.read_text(encoding="utf-8")
    README.write_text(TABLE.sub(made, text), encoding="utf-8")


if __name__ == "__main__":
    main()
