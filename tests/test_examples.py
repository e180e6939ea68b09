"""The rebuilt incident: what is found in it, and that the fix turns a late TypeError into an early cause."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
CONSEQUENCE = "This will cause 1011 WebSocket errors. Fix import dependencies immediately."
SEE = "See docs/incidents/1011.md for details."
REALTIME = "shop/realtime/__init__.py"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(EXAMPLES, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    )


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def check(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run(folder, "-m", "ws_fallback_lint", "check", *arguments)


def break_module(folder: Path, name: str) -> None:
    """Plant the typo that started the incident: the module is there, but cannot be imported."""
    module = folder / "shop" / "realtime" / f"{name}.py"
    module.write_text("import colections\n" + module.read_text("utf-8"), "utf-8")


def test_the_findings(shop: Path) -> None:
    done = check(shop, "--format", "json", ".")
    assert done.returncode == 1, done.stderr
    found = [
        (f["path"], f["line"], f["column"], f["code"], [name["name"] for name in f["names"]])
        for f in json.loads(done.stdout)["findings"]
    ]
    assert found == [
        (REALTIME, 9, 5, "FBK102", ["Channel", "Payload", "make_payload"]),
        (REALTIME, 23, 9, "FBK101", ["rate_limited", "RateLimiter"]),
        (REALTIME, 32, 5, "FBK101", ["close_quietly", "compact_json"]),
        (
            REALTIME,
            45,
            5,
            "FBK101",
            ["ConnectionState", "StateMachine", "get_state_machine", "registry"],
        ),
        (REALTIME, 54, 5, "FBK101", ["MessageQueue", "queue_for"]),
        (REALTIME, 60, 5, "FBK101", ["HandshakeCoordinator", "RaceDetector"]),
    ]


def test_the_guarded_and_the_harmless_stay_silent(shop: Path) -> None:
    done = check(shop, "shop/fine.py")
    assert (done.returncode, "FBK" in done.stdout) == (0, False), done.stdout


def test_before_the_fix_the_handler_dies_far_from_the_cause(shop: Path) -> None:
    break_module(shop, "state_machine")
    assert run(shop, "-c", "import shop.realtime").returncode == 0
    done = run(shop, "-m", "shop.handler")
    assert "TypeError: 'NoneType' object is not callable" in done.stderr
    assert "colections" not in done.stderr


@pytest.mark.parametrize(
    ("module", "label"),
    [
        ("state_machine", "WebSocket state machine"),
        ("message_queue", "WebSocket message queue"),
        ("race_prevention", "WebSocket race condition prevention"),
    ],
)
def test_after_the_fix_the_import_fails_with_its_cause(shop: Path, module: str, label: str) -> None:
    assert check(shop, "--fix", ".").returncode == 0
    break_module(shop, module)
    program = (
        "try:\n    import shop.handler\n"
        "except ImportError as error:\n    print(error)\n    print(repr(error.__cause__))\n"
    )
    cause = "No module named 'colections'"
    assert run(shop, "-c", program).stdout.splitlines() == [
        f"CRITICAL: {label} import failed: {cause}. {CONSEQUENCE} {SEE}",
        f'ModuleNotFoundError("{cause}")',
    ]


def test_after_the_fix_the_other_names_get_the_plain_message(shop: Path) -> None:
    assert check(shop, "--fix", ".").returncode == 0
    break_module(shop, "utilities")
    done = run(shop, "-c", "import shop.realtime")
    assert done.stderr.splitlines()[-1] == (
        "ImportError: cannot import close_quietly, compact_json from shop.realtime.utilities:"
        " No module named 'colections'"
    )


def test_the_fixed_shop_works_and_is_clean(shop: Path) -> None:
    assert check(shop, "--fix", ".").returncode == 0
    assert run(shop, "-m", "shop.handler").stdout == "1 waiting\n"
    fixed = (shop / REALTIME).read_bytes()
    assert check(shop, "--fix", ".").returncode == 0
    assert (shop / REALTIME).read_bytes() == fixed
    assert fixed.count(b"raise ImportError(") == 6


def test_the_readme_says_what_happens(shop: Path) -> None:
    readme = (EXAMPLES / "README.md").read_text("utf-8")
    assert run(shop, "-m", "shop.handler").stdout in readme
    for path in (
        "shop/realtime/__init__.py",
        "shop/handler.py",
        "shop/realtime/state_machine.py",
        "shop/fine.py",
    ):
        assert f"`{path}`" in readme
        assert (EXAMPLES / path).is_file()
