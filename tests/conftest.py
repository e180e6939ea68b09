"""What several test files start from."""

import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from command import BAD, write

from ws_fallback_lint.core.errors import unfinished


# In a process that runs tests for others, coverage would be counted three times: by itself, since the
# environment tells to, by pytest-cov as in a process alone, and by pytest-cov as in one of many.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Keep coverage from beginning by itself there."""
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


def pytest_configure(config: pytest.Config) -> None:
    """Stop what pytest-cov began before it knew where it is."""
    plugin = config.pluginmanager.getplugin("_cov")
    if hasattr(config, "workerinput") and plugin is not None and plugin.cov_controller is not None:
        plugin.cov_controller.cov.stop()


@pytest.fixture(autouse=True)
def _processes_of_uncounted_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the processes that tests without coverage start out of it, too."""
    if "no_cover" in request.keywords:
        # Each time that counting goes on, one more saving of all data is put before the end of a process.
        monkeypatch.setattr(os, "_exit", os._exit)
        for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave the user's own cache alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WS_FALLBACK_LINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _errors_of_ours_are_raised(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test take an error of ours, which costs its file where people work, for a result."""
    if "own_faults" in request.keywords:
        return

    def told(error: Exception) -> str:
        if isinstance(error, RecursionError | MemoryError):
            return unfinished(error)
        raise error

    for module in ("engine.lint", "engine.run", "frontends.flake8_plugin"):
        monkeypatch.setattr(f"ws_fallback_lint.{module}.unfinished", told)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one finding, to run the command on."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    write("pyproject.toml", "")
    write("shop/__init__.py", "")
    write("shop/a.py", "x = 1\n")
    write("shop/b.py", BAD)
    return tmp_path


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def odd(tree: Path) -> Iterator[Sequence[tuple[str, str]]]:
    """What is named like a file and is none, each with what is said of it."""
    os.mkfifo(tree / "pipe.py")
    (tree / "broken.py").symlink_to("nowhere.py")
    (tree / "circle.py").symlink_to("circle.py")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door.py")  # relative: the path of a socket must be short
        yield [
            ("broken.py", "cannot be read: No such file or directory"),
            ("circle.py", "cannot be read: Too many levels of symbolic links"),
            ("door.py", "cannot be read: it is a socket, not a file"),
            ("pipe.py", "cannot be read: it is a pipe (FIFO), not a file"),
        ]
