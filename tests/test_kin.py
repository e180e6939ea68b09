"""Guards in other modules for an import of a module's own; every case is run with `gone` missing."""

from pathlib import Path

import pytest
from test_needed import codes, ran, written

OWN = "try:\n    import gone\nexcept ImportError:\n    gone = None\n"
FLAG = "try:\n    import gone\n    HAS = True\nexcept ImportError:\n    HAS = False\n"
GUARDED = {
    "a flag": (f"from .h import HAS\n{OWN}def f():\n    if HAS:\n        gone.x()\n", FLAG),
    "by the module's name": (f"from . import h\n{OWN}def f():\n    if h.HAS:\n        gone.x()\n", FLAG),
    "a function that raises": (
        f"from .h import require\n{OWN}def f():\n    require()\n    gone.x()\n",
        f"{FLAG}def require():\n    if not HAS:\n        raise RuntimeError\n",
    ),
    "a decorator": (
        f"from .h import needs\n{OWN}@needs\ndef f():\n    gone.x()\n",
        f"{FLAG}def needs(f):\n    def g():\n        if HAS:\n            f()\n    return g\n",
    ),
    "a name": (f"from .h import gone as other\n{OWN}def f():\n    if other:\n        gone.x()\n", OWN),
    "a part of it": (
        f"from .h import part\n{OWN}def f():\n    if part:\n        gone.x()\n",
        "try:\n    from gone import part\nexcept ImportError:\n    part = None\n",
    ),
}
OPEN = {
    "the flag of another package": (
        f"from .h import HAS\n{OWN}def f():\n    if HAS:\n        gone.x()\n",
        "try:\n    import json\n    HAS = True\nexcept ImportError:\n    HAS = False\n",
    ),
    "the wrong way round": (f"from .h import HAS\n{OWN}def f():\n    if not HAS:\n        gone.x()\n", FLAG),
    "not asked": (f"from .h import HAS\n{OWN}def f():\n    gone.x()\n", FLAG),
}


@pytest.mark.parametrize("case", [*GUARDED, *OPEN])
def test_what_another_module_says_of_the_same_import(case: str, tmp_path: Path) -> None:
    text, other = {**GUARDED, **OPEN}[case]
    file = written(tmp_path, {"p/__init__.py": "", "p/h.py": other, "p/a.py": text})
    dies = "'NoneType' object has no attribute 'x'" in ran(tmp_path, file)
    assert dies == (case in OPEN)
    assert codes(tmp_path, file) == (["FBK101"] if dies else [])
