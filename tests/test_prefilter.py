import pytest

from ws_fallback_lint.analysis.prefilter import may_hold_guarded_import


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import a\nexcept ImportError:\n    a = None\n",
        "try: import a\nexcept ModuleNotFoundError: a = None\n",
        "try:\n\timport a\nexcept Exception:\n\ta = None\n",
        "try:\r\timport a\rexcept:\r\ta = None\r",
        "try:\n    import a\nexcept  :\n    pass\n",
        "try: x; import a\nexcept (OSError, Exception): a = None\n",
        "try:\n    a = import_module('a')\nexcept BaseException: pass\n",
        "try: a = __import__('a')\nexcept: pass\n",
        "with suppress(ImportError): import a\n",
        "try:\\\n import a\nexcept ImportError: a = None\n",
        "try:\n\x0c    from a import b\nexcept ImportError: pass\n",
        "# coding: utf-7\nx\n",
        "try:\n    from \\\n a \\\nimport b\nexcept ImportError: pass\n",
        "try:\r\n    from a \\\r\nimport b\r\nexcept ImportError: pass\r\n",
        "try:\n    from.a import b\nexcept ImportError: pass\n",
        "import a\nx = getattr(a, 'x', None)\n",
        "from a import (\n    b,  # (c)\n    d,\n)\nx = getattr(d.e, 'x', None)\n",
        "import a, \\\n  b as c\nx = c.x if hasattr(c, 'x') else None\n",
        "x = getattr(__import__('a'), 'x', None)\n",
    ],
)
def test_lets_pass(text: str) -> None:
    assert may_hold_guarded_import(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import a\nraise ImportError\n",
        "def f():\n    import a\n",
        "try:\n    import a\nexcept OSError:\n    pass\n",
        "class E(Exception): pass\n",
        "try:\n    x()\nexcept Exception:\n    pass\n",
        "def f(a):\n    '''All that\n    they import.'''\n    try: a()\n    except Exception: pass\n",
        "import a\nx = getattr(b, 'a', None)\n",
        "class C:\n    def f(self):\n        x = getattr(self, 'x', None)\n",
    ],
)
def test_drops(text: str) -> None:
    assert not may_hold_guarded_import(text.encode())
