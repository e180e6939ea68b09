"""What `make fuzz` starts from and holds inputs to; atheris itself is not needed for it."""

import ast
import subprocess
import sys
from itertools import repeat
from pathlib import Path

import pytest
from atheris_on import MOST_BYTES, dictionary, hold, promises, seeds
from mutations import PIECES
from real_files import real_files

# So many that each way to fix gets some.
BAD = [b"# %d\ntry:\n    import x\nexcept ImportError:\n    x = None\n" % number for number in range(20)]


def test_the_seeds_are_modules_of_every_source() -> None:
    found = seeds()
    assert len(set(found)) > 300
    assert max(map(len, found)) <= MOST_BYTES
    assert not set(found).isdisjoint(real_files(200, guarded=False))


def test_the_dictionary_means_the_pieces() -> None:
    lines = [ast.literal_eval(f"b{line}") for line in dictionary().splitlines()]
    assert lines[: len(PIECES)] == list(PIECES)
    assert b"ImportError" in lines


def test_a_broken_promise_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    module = promises()
    for data in (*BAD, b"\xff" + BAD[0]):
        hold(module, data)
    monkeypatch.setattr(module, "fixed_by_hand", lambda data, *_, **__: data)
    with pytest.raises(AssertionError):
        list(map(hold, repeat(module), BAD))


def test_an_input_is_tried_again_without_atheris(tmp_path: Path) -> None:
    file = tmp_path / "crash-1"
    file.write_bytes(BAD[0])
    script = Path(__file__).with_name("atheris_on.py")
    subprocess.run([sys.executable, str(script), str(file)], check=True)
