"""Configuration: which file counts for which path, and what is said of one that cannot be used."""

import os
from pathlib import Path

import pytest

from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.errors import ConfigError
from ws_fallback_lint.core.options import FixStyle
from ws_fallback_lint.engine.settings import ConfigFileError, Finder, find


def config(folder: Path, body: str, name: str = "pyproject.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(body, "utf-8")
    return file


def test_the_nearest_pyproject_counts_for_files_that_need_not_exist(tmp_path: Path) -> None:
    config(tmp_path, "[tool.ws-fallback-lint]\nallow = ['outer']\n")
    inner = config(tmp_path / "a" / "b", "[tool.ws-fallback-lint]\nallow = ['inner']\n")
    finder = Finder()
    found = finder.find(str(tmp_path / "a" / "b" / "c" / "x.py"))
    assert (found.config.allow, found.config_path, found.base) == (
        ("inner",),
        str(inner),
        str(inner.parent),
    )
    assert finder.find(str(tmp_path / "a" / "x.py")).config.allow == ("outer",)


def test_a_nearer_pyproject_without_our_table_means_defaults(tmp_path: Path) -> None:
    config(tmp_path, "[tool.ws-fallback-lint]\nstrict = true\n")
    config(tmp_path / "sub", "[project]\nname = 'x'\n")
    assert find(str(tmp_path / "sub" / "x.py")).config == Config()


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "setup.py"])
def test_the_root_is_the_nearest_folder_with_a_project_file(tmp_path: Path, name: str) -> None:
    config(tmp_path, "[tool.ws-fallback-lint]\nstrict = true\n")
    config(tmp_path / "lib", "", name)
    found = find(str(tmp_path / "lib" / "pkg" / "x.py"))
    assert found.root == str(tmp_path / "lib")
    assert found.config.strict is (name != "pyproject.toml")


def test_no_project_file_above_means_no_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "isfile", lambda _path: False)
    found = Finder().find(str(tmp_path / "deep" / "down" / "x.py"))
    assert (found.config, found.root, found.config_path) == (Config(), None, None)
    assert Finder().find("/x.py").root is None


def test_a_folder_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(tmp_path, "")
    finder = Finder()
    finder.find(str(tmp_path / "a" / "x.py"))
    monkeypatch.setattr(os.path, "isfile", lambda path: pytest.fail(f"looked again at {path}"))
    assert finder.find(str(tmp_path / "a" / "y.py")).root == str(tmp_path)


def test_a_folder_called_pyproject_toml_is_no_configuration(tmp_path: Path) -> None:
    config(tmp_path, "[tool.ws-fallback-lint]\nstrict = true\n")
    (tmp_path / "a" / "pyproject.toml").mkdir(parents=True)
    assert find(str(tmp_path / "a" / "x.py")).config.strict


def test_an_explicit_file_counts_everywhere_and_is_the_base_of_its_patterns(tmp_path: Path) -> None:
    mine = config(tmp_path / "etc", "[tool.ws-fallback-lint]\nexclude = ['x.py']\n", "lint.toml")
    config(tmp_path / "src", "[tool.ws-fallback-lint]\nstrict = true\n")
    found = find(str(tmp_path / "src" / "x.py"), str(mine))
    assert not found.config.strict
    assert found.root == str(tmp_path / "src")
    assert not found.excluded(str(tmp_path / "src" / "x.py"))
    assert found.excluded(str(tmp_path / "etc" / "x.py"))


def test_overrides_win_over_the_file_and_over_the_defaults(tmp_path: Path) -> None:
    config(tmp_path, "[tool.ws-fallback-lint]\nstrict = true\nfix-style = 'raise'\n")
    for above in (tmp_path, tmp_path.parent):
        found = Finder(None, {"fix-style": "unwrap"}).find(str(above / "x.py"))
        assert found.config.fix_style is FixStyle.UNWRAP


def test_a_wrong_override_is_named_with_who_said_it() -> None:
    with pytest.raises(ConfigError, match="the command line: 'select' holds 'E501'"):
        Finder(None, {"select": ["E501"]})


@pytest.mark.parametrize(
    ("body", "place", "reason"),
    [
        (b"[tool.ws-fallback-lint]\nstrict = maybe\n", ":2:10", "is not TOML"),
        (b"a = 1\n# \xff\n", ":2:1", "is not UTF-8"),
        (b"[tool]\nws-fallback-lint = 3\n", "", "'tool.ws-fallback-lint' must be a table"),
        (b"tool = 3\n", "", "'tool.ws-fallback-lint' must be a table"),
        (b"[tool.ws-fallback-lint]\nselct = ['FBK']\n", "", "unknown key 'selct'; did you mean 'select'?"),
        (b"[tool.ws-fallback-lint]\nstrict = 'yes'\n", "", "'strict' must be true or false"),
        (b"[tool.ws-fallback-lint]\nexclude = ['!']\n", "", "'exclude' holds '!'"),
        (b"[tool.ws-fallback-lint]\nexclude = ['[z-a]']\n", "", "'exclude' holds '[z-a]'"),
        (
            b"[tool.ws-fallback-lint.per-file-ignores]\n'!' = ['FBK101']\n",
            "",
            "'per-file-ignores' holds '!'",
        ),
        (b"a = " + b"[" * 100_000, "", "nest"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, body: bytes, place: str, reason: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_bytes(body)
    finder = Finder()
    for _ in range(2):
        with pytest.raises(ConfigFileError) as caught:
            finder.find(str(tmp_path / "x.py"))
        assert caught.value.path == str(file)
        assert reason in caught.value.reason
        assert str(caught.value).startswith(f"{file}{place}: ") or "nest" in reason


def test_an_explicit_file_must_exist_and_hold_our_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigFileError, match=r"nothing\.toml: cannot be read: No such file"):
        Finder(str(tmp_path / "nothing.toml"))
    with pytest.raises(ConfigFileError, match=r"has no table \[tool\.ws-fallback-lint\]"):
        Finder(str(config(tmp_path, "[project]\nname = 'x'\n")))


def test_excludes_follow_gitignore_and_leave_out_whole_folders(tmp_path: Path) -> None:
    config(
        tmp_path,
        "[tool.ws-fallback-lint]\nexclude = ['build/*', '*_pb2.py', '!keep_pb2.py', '/top.py', 'gen/']\n",
    )
    found = find(str(tmp_path / "x.py"))

    def out(*parts: str, folder: bool = False) -> bool:
        return found.excluded(str(tmp_path.joinpath(*parts)), folder)

    assert out("build", "x.py")
    assert out("build", "deep", "down", "x.py")
    assert out("a", "x_pb2.py")
    assert not out("a", "keep_pb2.py")
    assert out("top.py")
    assert not out("a", "top.py")
    assert out("gen", folder=True)
    assert not out("gen")
    assert out("gen", "keep_pb2.py"), "nothing below an excluded folder comes back"
    assert not found.excluded(str(tmp_path))
    assert not found.excluded("/elsewhere/build/x.py")


def test_without_excludes_nothing_is_excluded(tmp_path: Path) -> None:
    assert not find(str(tmp_path / "x.py")).excluded(str(tmp_path / "x.py"))


def test_per_file_ignores_add_to_ignore(tmp_path: Path) -> None:
    config(
        tmp_path,
        """
        [tool.ws-fallback-lint]
        ignore = ["FBK106"]
        [tool.ws-fallback-lint.per-file-ignores]
        "tests/*" = ["FBK102", "FBK101"]
        "conftest.py" = ["FBK101"]
        """,
    )
    found = find(str(tmp_path / "x.py"))
    assert found.ignored_codes(str(tmp_path / "tests" / "deep" / "conftest.py")) == ("FBK101", "FBK102")
    assert found.config_for(str(tmp_path / "conftest.py")).ignore == ("FBK106", "FBK101")
    assert found.config_for(str(tmp_path / "x.py")) is found.config


def test_without_per_file_ignores_no_code_is_ignored(tmp_path: Path) -> None:
    assert find(str(tmp_path / "x.py")).ignored_codes("x.py") == ()
