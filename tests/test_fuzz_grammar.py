"""Whole modules that follow Python's grammar and nothing else, alone and with guarded imports in them."""

import warnings
from random import Random

import hypothesmith
import libcst
import pytest
from fuzzing import RANDOM, fuzz
from hypothesis import assume, given, note
from hypothesis import strategies as st
from promises import assert_sound, linted, parses, with_everything
from splices import encoded, spliced, with_header

from ws_fallback_lint.core.options import FixStyle

# Random code compares with `is` and escapes what need not be: Python warns, which says nothing of ours.
pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")

STATEMENTS = (
    libcst.Assert, libcst.AnnAssign, libcst.Assign, libcst.AugAssign, libcst.ClassDef, libcst.Del, libcst.Expr,
    libcst.For, libcst.FunctionDef, libcst.Global, libcst.If, libcst.Import, libcst.ImportFrom, libcst.Match,
    libcst.Nonlocal, libcst.Raise, libcst.Return, libcst.Try, libcst.TryStar, libcst.While, libcst.With,
)  # fmt: skip
ONE_OF_EACH = st.one_of([hypothesmith.from_node(kind, auto_target=False) for kind in STATEMENTS])
