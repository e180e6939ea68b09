"""Fixes of files with other line ends, indentations and encodings, byte for byte."""

import ast

import pytest
from support import fixed, make_shop

from ws_fallback_lint.core.config import Config, CriticalGroup
from ws_fallback_lint.project.roots import Project

RAISED = b'    raise ImportError(\n        f"cannot import x from .m: {error}"\n    ) from error\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_shop(tmp_path_factory.mktemp("bytes"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            b"try:\r\n    from .m import x\r\nexcept ImportError:\r\n    x = None\r\nprint(x)\r\n",
            b"try:\r\n    from .m import x\r\nexcept ImportError as error:\r\n"
            + RAISED.replace(b"\n", b"\r\n")
            + b"print(x)\r\n",
            id="CRLF",
        ),
        pytest.param(
            b"try: from .m import x\r\nexcept ImportError: print('no'); x = None\r\n",
            b"try: from .m import x\r\nexcept ImportError as error:\r\n    print('no')\r\n"
            + RAISED.replace(b"\n", b"\r\n"),
            id="CRLF, one line",
        ),
        pytest.param(
            b"from contextlib import suppress\r\nwith suppress(ImportError):\r\n    from .m import x\r\n",
            b"from contextlib import suppress\r\ntry:\r\n    from .m import x\r\n"
            b"except ImportError as error:\r\n" + RAISED.replace(b"\n", b"\r\n"),
            id="CRLF, suppress",
        ),
        pytest.param(
            b"try:\r    from .m import x\rexcept ImportError:  # y\r    print('''\r''')\r    x = None\rx()\r",
            b"try:\r    from .m import x\rexcept ImportError as error:  # y\r    print('''\r''')\r"
            + RAISED.replace(b"\n", b"\r")
            + b"x()\r",
            id="CR",
        ),
        pytest.param(
            b"if 1:\r try: from .m import x\r except ImportError: x = None",
            b"if 1:\r try: from .m import x\r except ImportError as error:\r "
            + RAISED.replace(b"\n", b"\r ").replace(b"    ", b" ").rstrip(b"\r "),
            id="CR, one line, no line end",
        ),
        pytest.param(
            b"from contextlib import suppress\rwith suppress(ImportError):\r    from .m import x\r",
            b"from contextlib import suppress\rtry:\r    from .m import x\rexcept ImportError as error:\r"
            + RAISED.replace(b"\n", b"\r"),
            id="CR, suppress",
        ),
        pytest.param(
            b"try:\r\n    from .m import x\r\nexcept ImportError:\n    x = None\nprint(x)\r\n",
            b"try:\r\n    from .m import x\r\nexcept ImportError as error:\n" + RAISED + b"print(x)\r\n",
            id="mixed line ends: as in the handler",
        ),
        pytest.param(
            b"def f():\n\ttry:\n\t\tfrom .m import x\n\texcept ImportError:\n\t\tx = None\n\treturn x\n",
            b"def f():\n\ttry:\n\t\tfrom .m import x\n\texcept ImportError as error:\n"
            b'\t\traise ImportError(\n\t\t\tf"cannot import x from .m: {error}"\n\t\t) from error\n'
            b"\treturn x\n",
            id="tabs",
        ),
        pytest.param(
            b"class A:\n\ttry: from .m import x\n\texcept ImportError: x = None\n",
            b"class A:\n\ttry: from .m import x\n\texcept ImportError as error:\n"
            b'\t\traise ImportError(\n\t\t\tf"cannot import x from .m: {error}"\n\t\t) from error\n',
            id="tabs, one line",
        ),
        pytest.param(
            b"\xef\xbb\xbftry:\n    from .m import x\nexcept ImportError:\n    x = None\n",
            b"\xef\xbb\xbftry:\n    from .m import x\nexcept ImportError as error:\n" + RAISED,
            id="BOM",
        ),
        pytest.param(
            b"\xef\xbb\xbf# coding: utf-8\ntry: from .m import x\nexcept ImportError: '\xc3\xb1'; x = None\n",
            b"\xef\xbb\xbf# coding: utf-8\ntry: from .m import x\nexcept ImportError as error:\n" + RAISED,
            id="BOM and coding line",
        ),
        pytest.param(
            b"# -*- coding: latin-1 -*-\ny = '\xe9'\ntry:\n    from .m import x\n"
            b"except ImportError:  # \xe9\n    print('\xe9')\n    x = None\nz = '\xe9'\n",
            b"# -*- coding: latin-1 -*-\ny = '\xe9'\ntry:\n    from .m import x\n"
            b"except ImportError as error:  # \xe9\n    print('\xe9')\n" + RAISED + b"z = '\xe9'\n",
            id="latin-1",
        ),
        pytest.param(
            b"# coding: cp1252\ntry: from .m import x\nexcept ImportError: print('\x80'); x = None\n",
            b"# coding: cp1252\ntry: from .m import x\nexcept ImportError as error:\n    print('\x80')\n"
            + RAISED,
            id="cp1252",
        ),
        pytest.param(
            b"try:\n    from .m import x\nexcept ImportError:\n    x = None",
            b"try:\n    from .m import x\nexcept ImportError as error:\n" + RAISED.rstrip(b"\n"),
            id="no newline at the end",
        ),
        pytest.param(
            b"try: from .m import x\nexcept ImportError: x = None",
            b"try: from .m import x\nexcept ImportError as error:\n" + RAISED.rstrip(b"\n"),
            id="no newline at the end, one line",
        ),
        pytest.param(
            b"from contextlib import suppress\nwith suppress(ImportError):\n    from .m import x",
            b"from contextlib import suppress\ntry:\n    from .m import x\nexcept ImportError as error:\n"
            + RAISED.rstrip(b"\n"),
            id="no newline at the end, suppress",
        ),
        pytest.param(
            b"try:\n    from .m import x\nexcept ImportError:\n    x = None\n\n\n\n# end   \n\t\n",
            b"try:\n    from .m import x\nexcept ImportError as error:\n" + RAISED + b"\n\n\n# end   \n\t\n",
            id="blank lines and spaces after it",
        ),
        pytest.param(
            b"y = '\x0c'\n\x0c\ntry:\n    from .m import x\nexcept ImportError:\n    x = None\n\x0c\ny = 2\n",
            b"y = '\x0c'\n\x0c\ntry:\n    from .m import x\nexcept ImportError as error:\n"
            + RAISED
            + b"\x0c\ny = 2\n",
            id="form feeds around",
        ),
        pytest.param(
            b"try:\n    from .m import x\nexcept ImportError:\n\x0c    x = None\n",
            b"try:\n    from .m import x\nexcept ImportError as error:\n"
            + b"".join(b"\x0c" + line for line in RAISED.splitlines(keepends=True)),
            id="a form feed in the indentation",
        ),
        pytest.param(
            b"y = '''a\n  b\n'''\ndef f():\n   try:\n    from .m import x\n   except ImportError:\n"
            b"     x = '''\n0'''\n   return x\n",
            b"y = '''a\n  b\n'''\ndef f():\n   try:\n    from .m import x\n   except ImportError as error:\n"
            b'     raise ImportError(\n        f"cannot import x from .m: {error}"\n     ) from error\n'
            b"   return x\n",
            id="odd indentation, a string over several lines",
        ),
    ],
)
def test_bytes(before: bytes, after: bytes, project: Project) -> None:
    assert fixed(before, Config(), project, unsafe=False).source.data == after


@pytest.mark.parametrize(
    ("coding", "label", "told"),
    [
        ("ascii", "Zustände", '"Zust\\xe4nde"'),
        ("latin-1", "Zustände", '"Zustände"'),
        ("latin-1", "10 €", '"10 \\u20ac"'),
        ("cp1252", "10 €", '"10 €"'),
        ("utf-8", "𝄞 \u200b\x7f\x00", '"𝄞 \\u200b\\x7f\\x00"'),
        ("latin-1", "𝄞", '"\\U0001d11e"'),
    ],
)
def test_a_message_is_spelled_in_the_encoding_of_the_file(
    coding: str, label: str, told: str, project: Project
) -> None:
    text = f"# coding: {coding}\ntry:\n    from .m import x\nexcept ImportError:\n    x = None\n"
    group = CriticalGroup(names=("x",), message=label)
    after = fixed(text.encode(coding), Config(critical=(group,)), project).source.data
    raised = next(line for line in after.splitlines() if line.strip().startswith(b'"'))
    assert raised.strip() == told.encode(coding)
    assert ast.literal_eval(raised.strip().decode(coding)) == label


def test_names_outside_the_encoding_need_no_fix_that_cannot_be_written(project: Project) -> None:
    before = "# coding: latin-1\ntry:\n    from .ñ import ñ\nexcept ImportError:\n    ñ = None\n"
    after = fixed(before.encode("latin-1"), Config(), project).source.data
    assert 'f"cannot import ñ from .ñ: {error}"'.encode("latin-1") in after
