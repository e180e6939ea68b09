"""The other tools: how to run them on a tree, and how to get those that are not there."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Program

REPO = Path(__file__).resolve().parents[1]
NAMES = ("ruff", "ast-grep", "ripgrep", "flake8", "floor")
# Nothing of the environment that this runs in may leak into those that it makes.
_ALONE = {"PYTHONPATH": ""}
# Handlers of a failed import that give a name None: the nearest that a pattern comes to FBK101.
_NONE_FALLBACK = """\
id: none-fallback
language: python
rule:
  kind: except_clause
  all:
    - has: {kind: identifier, regex: ^(ImportError|ModuleNotFoundError)$, stopBy: end}
    - has: {kind: block, has: {pattern: $NAME = None, stopBy: end}}
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool as it is started, or how to get it; `whole`: for all files of the tree."""

    key: str
    label: str
    program: Program | None
    missing: str = ""
    whole: bool = True


def peers(names: Sequence[str], tree: Path, some: Sequence[str]) -> list[Peer]:
    """The named tools, for a whole tree; flake8, which takes minutes for that, for `some` of its files."""
    ruff = ("--isolated", "--no-cache", "--quiet", "--exit-zero", "--select", "F401,BLE001,S110,SIM105", ".")
    rg = ("--no-config", "--count", "--type", "py", "ImportError|ModuleNotFoundError", ".")
    known = {
        "ruff": ("ruff, four rules, no cache", ("ruff", "check", *ruff), "pip install ruff"),
        "ast-grep": (
            "ast-grep, the pattern",
            ("ast-grep", "scan", "--inline-rules", _NONE_FALLBACK, "."),
            "pip install ast-grep-cli",
        ),
        "ripgrep": ("ripgrep, two names", ("rg", *rg), "most distributions have it as ripgrep"),
    }
    found = [_peer(name, *known[name], tree) for name in names if name in known]
    if "floor" in names:
        floor = Program((sys.executable, "-P", str(Path(__file__).with_name("floor.py")), "."), tree)
        found.append(Peer("floor", "prefilter and Python's parser alone", floor))
    return [*found, *_flake8(tree, some)] if "flake8" in names else found


def _peer(key: str, label: str, command: tuple[str, ...], how: str, tree: Path) -> Peer:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    path = shutil.which(command[0], path=places)
    if path is None:
        return Peer(key, label, None, f"not installed: {how}")
    endings = (0, 1) if key == "ripgrep" else (0,)  # it ends with 1 where there is nothing to find
    return Peer(key, label, Program((path, *command[1:]), tree, endings=endings))


def _flake8(tree: Path, some: Sequence[str]) -> list[Peer]:
    """flake8 in two environments, one of which has never heard of the plugin."""
    version = importlib.metadata.version("flake8")
    kinds = (("without", "without the plugin", ()), ("with", "with the plugin", ("--editable", str(REPO))))
    found = []
    for kind, label, own in kinds:
        try:
            python = _environment(f".venv-bench-{kind}", f"flake8=={version}", *own)
        except (OSError, subprocess.CalledProcessError) as error:
            missing = f"its environments cannot be made: {error}"
            return [Peer("flake8", "flake8", None, missing)]
        arguments = (str(python), "-m", "flake8", "--isolated", "-j1", "--exit-zero", *some)
        program = Program(arguments, tree, _ALONE)
        found.append(Peer(f"flake8 {kind}", f"flake8 {label}, {len(some)} files", program, whole=False))
    return found


def _environment(name: str, *requirements: str) -> Path:
    """An environment of that name in the checkout: made once, and again when what it is made from changes."""
    home = REPO / name
    python = home / "bin" / "python"
    stamp = home / "made-from.txt"
    source = "\n".join([sys.version, *requirements, (REPO / "pyproject.toml").read_text("utf-8")])
    if not (stamp.is_file() and stamp.read_text("utf-8") == source):
        venv.create(home, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, *requirements], check=True, env={**os.environ, **_ALONE})
        stamp.write_text(source, "utf-8")
    return python
