"""Modules as nobody should lay them out: imports in all kinds of blocks, and what only looks like code."""

import sys
from dataclasses import dataclass
from random import Random

HEADS = (
    ("try", "except ImportError"),
    ("try", "except (OSError, Exception) as e"),
    ("try", "except ValueError"),
    ("try", "except"),
    ("try", "finally"),
    ("try", "except KeyError", "except Missing", "else", "finally"),
    ("try", "except* ImportError"),
    ("with suppress(ImportError)",),
    ("with open('x') as y, contextlib.suppress(Exception)",),
    ("async with lock",),
    ("with lock",),
    ("if sys.version_info > (3, 8)", "else"),
    ("if TYPE_CHECKING",),
    ("if os.name == 'nt'", "elif FLAG", "else"),
    ("if FLAG", "else"),
    ("if hasattr(os, 'fork')",),
    ("if os.getuid() == 0",),
    ("if getuid()",),
    ("if WINDOWS",),
    ("if find_spec('a')", "else"),
    ("if (\n    FLAG\n    and sys.platform == 'linux'\n)",),
    ("if [a\nfor a in b\nif a]", "else"),
    ("for x in y", "else"),
    ("async for x in y",),
    ("while FLAG",),
    ("def f()",),
    ("def f(\n    a=[1\n, 2], b='''\nif x:\n''',\n) -> None",),
    ("async def f()",),
    ("class C",),
    ("lambda_ = {1: [a for a in b\nif a]}\nif lambda_",),
)
IMPORTS = (
    "import a",
    "import a.b as c",
    "import a, b",
    "from . import a",
    "from.a import b",
    "from a import (\n    b,  # (c)\n    d,\n)",
    "from a import (\nb, \\\n  c)",
    "from a \\\n  import b",
    "from \\\n a \\\nimport b",
    "x = 1; import a",
    "import a; import b",
    "import a as\\\n b",
    "from a import *",
    "match x:\n    case 1:\n        import a",
)
ASKS = (
    "x = getattr(os, 'fork', None)",
    "x = getattr(self, 'fork', None)",
    "x = (  # why\n    getattr\n(os, 'fork', None))",
    "x: int = \\\n  getattr(os, 'a' 'b', 0)",
    "x = os.fork if hasattr(os, 'fork') else None",
    "x = (None if not hasattr(os, 'fork')\nelse os.fork)",
    "x = print(os.fork) if hasattr(os, 'fork') else None",
    "print(hasattr(os, 'fork'))",
    "x = import_module('a')",
    "x = __import__('a') if find_spec('a') else None",
    "x = load('a')",
    "FLAG = sys.platform == 'win32'",
    "FLAG = (os\n.name) == 'nt'",
    "if FLAG: import a",
    "if (n := 1): pass",
    "raise ValueError",
)
DECOYS = (
    '"""A text.\n\ntry:\n    import a\nexcept ImportError:\n    a = None\n"""',
    "x = '''\ndef f():\n    import b\n'''",
    'x = """\ntry:\n"""',
    'x = \'"""\'',
    'x = "it\'s" + "\\""  # don\'t """',
    "# try:",
    "# '''",
    'x = f"{y!r:>{z}} {{" f\'{"a"}\'',
    "x = f'''{y}\n{{\nelse:\n'''",
    "x = 'a\\\ntry:\\\n    b'",
    "x = (a if b\nelse c)",
    "x = [\na for a in b\nif a]",
    "x = {\na: b\nfor a in b\n}",
    "x = a[b\nif c else d:\n]",
    "x = rb'\\\\'",
    "x = u'' ''",
    "x = '''\\''''",
    'x = """a"b""c\\""""',
    "pass",
    "x = 1 + \\\n2",
    "return x",
    "\tx",
    "case = 1; match = x",
)
if sys.version_info >= (3, 12):  # PEP 701
    DECOYS += (
        'x = f"{y["#"]}" + \'\'',
        'x = f"{y["""a"""]} {"" ""}"',
        'x = f"""{\'\'\'"""\'\'\'}"""',
        'x = f"{z}{y[""]}"; y = f"{x:{y["}"]}}"',
        'x = f"""{y  # }\n + z["""a"""]}"""',
        "x = f'{\ny\n}' f\"{'\\n'}\"",
    )
HEADERS = (
    "import os, sys\nfrom importlib import import_module\nfrom importlib.util import find_spec\n",
    "import contextlib\nfrom contextlib import suppress\nMissing = ImportError\n",
    "from os import (  # getpid\n    getuid,\n)\nfrom typing import TYPE_CHECKING\n",
    "# coding: utf-8\nWINDOWS = sys.platform == 'win32'\nimport sys, os\n",
    "def load(name):\n    try: return __import__(name)\n    except ImportError: return None\n",
    "\ufeffimport os\n",
    "",
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes modules out of `random`, each with few kinds of statements, so that not all hold something."""

    random: Random

    def module(self) -> bytes:
        """The bytes of a module; most are Python."""
        pick = self.random.choice
        heads = self.random.sample(HEADS, pick((1, 2, 3)))
        simple = [pick(IMPORTS), pick(IMPORTS), pick(DECOYS), pick(DECOYS), pick(ASKS + DECOYS)]
        text = "".join(pick(HEADERS) for _ in range(pick((1, 1, 2))))
        text += self._suite(heads, simple, "", pick((2, 3, 4)))
        newline = pick(("\n", "\n", "\n", "\r\n", "\r"))
        return text.replace("\n", newline).encode(pick(("utf-8", "utf-8", "utf-8-sig")))

    def _suite(
        self, heads: list[tuple[str, ...]], simple: list[str], indent: str, depth: int, *, count: int = 3
    ) -> str:
        pick = self.random.choice
        lines = []
        for _ in range(pick(range(1, count + 1))):
            if depth and self.random.random() < 0.6:
                lines.append(self._block(pick(heads), heads, simple, indent, depth))
            else:
                lines.append(indent + self._laid_out(pick(simple), indent) + "\n")
            if self.random.random() < 0.15:
                lines.append(pick(("\n", "  \n", "\f\n", "# a comment\n", indent + "# try:\n", "\f")))
        return "".join(lines)

    def _block(
        self, block: tuple[str, ...], heads: list[tuple[str, ...]], simple: list[str], indent: str, depth: int
    ) -> str:
        pick = self.random.choice
        text = ""
        for head in block:
            text += f"{indent}{self._laid_out(head, indent)}{pick((':', ':', ' :', ':  # why'))}"
            one = pick(simple)
            if self.random.random() < 0.1 and "\n" not in one:
                text += f" {one}\n"
                continue
            deeper = indent + pick(("    ", "    ", "  ", "\t", " "))
            text += "\n" + self._suite(heads, simple, deeper, depth - 1, count=2)
            if self.random.random() < 0.3:
                text += f"{deeper}pass\n"
        return text

    def _laid_out(self, statement: str, indent: str) -> str:
        """A statement whose further lines are indented as they are, or by as much as the first."""
        return statement.replace("\n", "\n" + indent) if self.random.random() < 0.7 else statement
