"""The prefilter: what it keeps, what it drops, and that nothing which it drops holds anything."""

import re
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from generate import HEADER, Layout, Maker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prefilter_on import is_held, main
from random_modules import DECOYS, Writer

from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import NotAnalyzed
from ws_fallback_lint.core.source import Source
from ws_fallback_lint.engine.lint import may_hold_findings

RANDOM = st.randoms(use_true_random=False)
FUZZ = settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import a\nexcept ImportError:\n    a = None\n",
        "try: import a\nexcept ModuleNotFoundError: a = None\n",
        "try:\n\timport a\nexcept Exception:\n\ta = None\n",
        "try:\r\timport a\rexcept:\r\ta = None\r",
        "try:\r    x()\r    from a import b\rexcept:\r    a = None\r",
        "try:\n    import a\nexcept  :\n    pass\n",
        "try: x; import a\nexcept (OSError, Exception): a = None\n",
        "try:\n    a = import_module('a')\nexcept BaseException: pass\n",
        "try: a = __import__('a')\nexcept: pass\n",
        "from contextlib import suppress\nwith suppress(ImportError): import a\n",
        "import contextlib as c\nwith c.suppress(ImportError):\n    import a\n",
        "try:\\\n import a\nexcept ImportError: a = None\n",
        "try:\n\x0c    from a import b\nexcept ImportError: pass\n",
        "\x0c    try:\n    import b\nexcept ImportError: pass\n",
        "  \\\ntry:\n    import b\n  \\\nexcept ImportError: pass\n",
        "# coding: utf-7\nx\n",
        "# coding: unicode_escape\nx\n",
        "try:\n    from \\\n a \\\nimport b\nexcept ImportError: pass\n",
        "try:\r\n    from a \\\r\nimport b\r\nexcept ImportError: pass\r\n",
        "try:\n    from.a import b\nexcept ImportError: pass\n",
        "def f():\n  try:\n    x = '''\ndef g():\n'''\n    import a\n  except ImportError: pass\n",
        "try:\n    x = [\na for a in b\nif a]\n    import c\nexcept ImportError: pass\n",
        "try:\n    def f(): pass\n    for a in b:\n        import c\nexcept ImportError: pass\n",
        "try:\n    def f():\n        '''\ndef g():\n    '''\n    x = 1\n    import c\nexcept E: pass\n",
        'try:\n  x = """\n def f():\n  """; y = 1  # a """\n  import z\nexcept ImportError: pass\n',
        "import a\nx = getattr(a, 'x', None)\n",
        "import a\nx = (  # why\n    getattr(a.b, 'x', None))\n",
        "from a import (\n    b,  # (c)\n    d,\n)\nx = getattr(d.e, 'x', None)\n",
        "import a, \\\n  b as c\nx = c.x if hasattr(c, 'x') else None\n",
        "import a\nx = None if not hasattr(a, 'x') else (a\n.x)\n",
        "import sys\nif sys.platform == 'x':\n    import a\n",
        "from os import (\n    getuid as g,  # )\n)\nclass C:\n    if g():\n        import a\n",
        "import os\nWINDOWS = os.name == 'nt'\nif not WINDOWS: pass\nelse:\n  import a\n",
        "import signal as s\nif s.SIGALRM:\n    import a\n",
        "import a\nif hasattr(a, 'x'):\n    import b\n",
        "def f():\n    if not TYPE_CHECKING:\n        from a import b\n",
    ],
)
def test_lets_pass(text: str) -> None:
    assert may_hold_guarded_import(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# coding: utf-8\nimport a\nx = import_module('a')\n",
        "import a\nraise ImportError\n",
        "def f():\n    import a\n",
        "def f():\n    '''That's it.'''\n    if x: pass\n    import a\n",
        "try:\n    x()\nexcept ImportError:\n    import a\n",
        "try:\n    x()\nexcept ImportError: pass\ndef f():\n    x('import a')\n    import a\n",
        "try:\n    def f():\n        import a\nexcept ImportError: pass\n",
        "if sys.platform:\n    class C:\n        import a\n",
        "if x:\n    import a\n# sys.platform, 'hasattr'\n",
        "class E(Exception): pass\n",
        "try:\n    x()\nexcept Exception:\n    pass\n",
        "def f(a):\n    '''All that\n    they import.'''\n    try: a()\n    except Exception: pass\n",
        "x = '''\ntry:\n    import a\n'''\n",
        "# try: import a\n# except ImportError: pass\n",
        "import a\nx = getattr(b, 'a', None)\n",
        "x = getattr(__import__('a'), 'x', None)\n",
        "import a\nassert hasattr(a, 'x')\nif a: a.x()\n",
        "class C:\n    def f(self):\n        x = getattr(self, 'x', None)\n",
    ],
)
def test_drops(text: str) -> None:
    assert not may_hold_guarded_import(text.encode())


def test_what_only_asks_does_not_count_for_rules_about_handlers() -> None:
    asking = b"import sys\nif sys.platform == 'x':\n    import a\nx = getattr(sys, 'x', None)\n"
    catching = b"try:\n    import a\nexcept Exception: pass\n"
    for select, own in ((("FBK105",), False), (("FBK105", "FBK101"), True), (("FBK201",), False)):
        config = Config(select=select)
        assert may_hold_findings(asking, config) is own
        assert may_hold_findings(catching, config) is (select != ("FBK201",))


@FUZZ
@given(RANDOM)
def test_what_is_dropped_holds_nothing(random: Random) -> None:
    assert_sound(Writer(random).module())


@FUZZ
@given(RANDOM, st.data())
def test_what_is_dropped_of_a_changed_module_holds_nothing(random: Random, data: st.DataObject) -> None:
    maker = Maker(random)
    body = [*maker.suite(2, in_handler=False), maker.guarded(1)]
    whole = (HEADER + "\n".join(Layout(random, random.choice(("    ", "\t"))).write(body)) + "\n").encode()
    start = data.draw(st.integers(0, len(whole)))
    put = data.draw(
        st.sampled_from([one.encode() for one in (*DECOYS, "\n", "'", '"""', ":", "#", "\\", "\r")])
    )
    assert_sound(whole[:start] + put + whole[start + data.draw(st.integers(0, 20)) :])


def assert_sound(data: bytes) -> None:
    for asking in (True, False):
        if not may_hold_guarded_import(data, asking=asking):
            with suppress(NotAnalyzed):  # what is no Python holds nothing
                assert not is_held(Source("/nowhere/module.py", data), asking=asking)


def test_random_modules_are_of_all_kinds() -> None:
    """Otherwise the tests above would say nothing."""
    random = Random(1)  # noqa: S311 - the same modules in every run
    read = []
    for _ in range(200):
        data = Writer(random).module()
        with suppress(NotAnalyzed):
            held = is_held(Source("/nowhere/module.py", data))
            read.append((may_hold_guarded_import(data), bool(held)))
    assert len(read) > 100
    assert all(read.count(kind) > 10 for kind in ((False, False), (True, False), (True, True)))


def test_own_files_are_dropped_rightly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(Path(__file__).parent.parent / "ws_fallback_lint")]) == 0
    assert re.search(r"[1-9]\d* dropped\b(?! if)", capsys.readouterr().out)


def test_a_wrong_prefilter_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.py").write_text("try:\n    import a\nexcept ImportError:\n    a = None\n")
    monkeypatch.setattr("prefilter_on.may_hold_guarded_import", lambda *_, **__: False)
    assert main([str(tmp_path)]) > 0


@pytest.mark.parametrize(
    "piece",
    [
        b"except\n",
        b"    import\n",
        b"import ",
        b'"""\\',
        b"'",
        b"f'{",
        b"{'a' ",
        b"\\\n",
        b"#",
        b"from os import (",
        b"if ",
        b"getattr(a, ",
        b"hasattr(a, 'x'), a.x ",
        b"else a.",
        b" coding: ",
        b"def f():\n    ",
        b"os as",
        b"try:\n ",
    ],
)
def test_time_grows_with_the_bytes(piece: bytes) -> None:
    """What grew with their square would take minutes."""
    begin = time.process_time()
    for start in (b"", b"import a\nif x:\n    import b\n"):
        may_hold_guarded_import(start + piece * (400_000 // len(piece)))
    assert time.process_time() - begin < 10
