"""No random program that really dies is called clean, and few that do not are flagged.

`python tests/random_programs.py --count 5000 --seed 1` goes on where these few examples end.
"""

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from random_maker import Maker
from random_programs import Missed, Tally, TooManyPaths, compare, numbered, truth, verdict

pytestmark = pytest.mark.no_cover

# Over thousands of programs, less than 3 % of the guarded ones are.
MOST_FLAGGED = 0.05

HEAD = "try:\n    from lib import x\nexcept ImportError:\n    x = None\n\n"
DIES = HEAD + "def f():\n    if choose():\n        return x()\n"
GUARDED = HEAD + "def f():\n    if x is not None and choose():\n        return x()\n"


@settings(
    max_examples=400,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.randoms(use_true_random=False))
def test_what_dies_is_named(random: Random) -> None:
    text, setup = Maker(random).module()
    note(numbered(text))
    try:
        real = truth(text, setup)
    except TooManyPaths:
        return
    if not real.is_broken:
        compare(text, real, verdict(text))


def test_few_guarded_programs_are_flagged() -> None:
    tally = Tally()
    for number in range(800):
        tally.add(1, number)
    assert not tally.missed
    assert tally.rate < MOST_FLAGGED, str(tally)
    # The comparison is worth something: both kinds are there, and few programs are left out.
    assert tally.counts["dangerous"] >= 150
    assert tally.counts["guarded"] >= 500
    assert tally.counts["dangerous"] + tally.counts["guarded"] >= 750


def test_a_wrong_verdict_is_noticed() -> None:
    real, result = truth(DIES, ""), verdict(DIES)
    assert real.crashes == {(8,)}
    assert not compare(DIES, real, result)
    (finding,) = result.findings
    (use,) = finding.uses
    elsewhere = dataclasses.replace(finding, uses=(dataclasses.replace(use, line=7),))
    for findings in ((), (dataclasses.replace(finding, uses=()),), (elsewhere,)):
        with pytest.raises(Missed, match="line 8 dies"):
            compare(DIES, real, dataclasses.replace(result, findings=findings))


def test_a_false_alarm_is_noticed() -> None:
    real = truth(GUARDED, "")
    assert not real.crashes
    assert not compare(GUARDED, real, verdict(GUARDED))
    assert compare(GUARDED, real, verdict(DIES))


LOCAL = "def f():\n    try:\n        import lib\n    except ImportError:\n        pass\n"
CHOICES = "def f():\n    a, b = choose(), choose()\n    if b and not a:\n        x()\n"
LOOPS = (
    "def f():\n    for _ in (1, 2):\n        if choose():\n            x()\n        else:\n            x.a\n"
)
METHODS = "class A:\n    def __init__(self):\n        x()\n    def f(self):\n        return 1\n"
MASKS = "def f():\n    try:\n        x()\n    except TypeError:\n        pass\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(HEAD + CHOICES, {9}, id="choices"),
        pytest.param(HEAD + LOOPS, {9, 11}, id="loops"),
        pytest.param(HEAD + METHODS, {8}, id="methods"),
        pytest.param(HEAD + "def f():\n    yield 1\n    x()\n", {8}, id="generators"),
        pytest.param(HEAD + MASKS, set(), id="masks"),
        pytest.param(HEAD + "def _f():\n    x()\n", set(), id="what nobody calls"),
        pytest.param(LOCAL + "    for i in (1,):\n        lib.a\n", {7}, id="a local name after a store"),
    ],
)
def test_every_path_is_taken(text: str, lines: set[int]) -> None:
    assert {crash[0] for crash in truth(text, "").crashes} == lines


# Whether these die as they are imported or called is not told as it is; that they die is.
AT_IMPORT = {
    "in a function that always raises": "def f():\n    raise ValueError(x())\n\nif 1 > 0:\n    f()\n",
    "before the module gives up": "def f():\n    x()\n\nf()\nif x is None:\n    raise ValueError\n",
}


@pytest.mark.parametrize("body", AT_IMPORT.values(), ids=AT_IMPORT)
def test_what_dies_in_a_function_called_at_import_is_named(body: str) -> None:
    real = truth(HEAD + body, "")
    assert {lines[0] for lines in real.crashes} == {7}
    compare(HEAD + body, real, verdict(HEAD + body))


def test_a_program_that_dies_with_everything_there_proves_nothing() -> None:
    assert truth(HEAD + "def f():\n    if choose():\n        (1).a\n", "").is_broken


def test_the_command_tells_the_figures() -> None:
    script = Path(__file__).with_name("random_programs.py")
    command = [sys.executable, str(script), "--count", "20", "--seed", "3"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.startswith("programs: 20, dangerous: ")


@pytest.mark.parametrize("head", ["for n in range(2):", "while choose():", "if choose():", "with choose():"])
@pytest.mark.parametrize("body", ["x and x()", "y = x or print"])
def test_blocks_inside_each_other_are_walked_in_good_time(head: str, body: str) -> None:
    lines = [f"{'    ' * depth}{head}" for depth in range(1, 16)]
    start = time.process_time()
    assert not verdict(HEAD + "\n".join(["def f():", *lines, "    " * 16 + body])).problems
    assert time.process_time() - start < 2


def test_a_finally_in_a_finally_is_walked_in_good_time() -> None:
    lines = []
    for depth in range(15):
        indent = "    " * (depth + 1)
        lines += [f"{indent}try:", f"{indent}    v{depth} = x or print", f"{indent}finally:"]
    start = time.process_time()
    text = HEAD + "\n".join(["def f():", *lines, "    " * 16 + "x and x()"])
    assert not verdict(text).problems
    assert time.process_time() - start < 2
