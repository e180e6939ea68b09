"""What the fixes write, and that they leave everything else alone; forms/fixes.md holds the cases."""

import sys
from dataclasses import replace

import pytest
from support import Case, fixed, make_shop, outside_handlers, page, table

from ws_fallback_lint.analysis.module import parse
from ws_fallback_lint.core.config import Config
from ws_fallback_lint.core.findings import Fix, Safety
from ws_fallback_lint.core.options import FixStyle
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.engine.fix import fix
from ws_fallback_lint.engine.lint import lint
from ws_fallback_lint.fixes.apply import apply
from ws_fallback_lint.fixes.cause import chained
from ws_fallback_lint.fixes.fail_fast import fail_fast
from ws_fallback_lint.project.judge import Judge
from ws_fallback_lint.project.roots import Project

CASES = table("fixes")
RAISED = b'    raise ImportError(\n        f"cannot import x from .m: {error}"\n    ) from error\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_shop(tmp_path_factory.mktemp("fixes"))


def safeties(data: bytes, config: Config, project: Project) -> set[str]:
    findings = lint(page(data), config, project, fixes=True).findings
    assert findings
    return {finding.fix.safety.value if finding.fix else "none" for finding in findings}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.title) for case in CASES])
def test_fix(case: Case, project: Project) -> None:
    if not case.parses:
        assert "PEP 758" in case.title
        pytest.skip("this Python has no such syntax")
    before, after = case.blocks[0].encode(), case.blocks[-1].encode()
    told = (case.told("safety") or ["safe"])[0]
    assert safeties(before, case.config, project) == {told}
    whole = case.config.fix_style is FixStyle.UNWRAP
    result = fixed(before, case.config, project, whole=whole)
    assert result.source.text == after.decode()
    assert bool(result.result.findings) == (told == "none")
    assert bool(result.applied) == (told != "none")
    safe_only = fix(page(before), case.config, project)
    assert safe_only.source.data == (after if told == "safe" else before)


def test_every_case_changes_something_or_says_that_it_does_not() -> None:
    assert len({case.title for case in CASES}) == len(CASES)
    for case in CASES:
        told = case.told("safety")
        assert len(case.blocks) == (1 if told == ["none"] else 2), case.title
        assert len(set(case.blocks)) == len(case.blocks), case.title
        assert told in ([], ["unsafe"], ["none"]), case.title


def test_the_check_outside_handlers_sees_a_change() -> None:
    before = b"y = 1\ntry:\n    import x\nexcept ImportError:\n    x = None\n"
    assert outside_handlers(before, suppress=False) == b"y = 1\ntry:\n    import x\n"


@pytest.mark.no_cover
@pytest.mark.parametrize("many", [3, 200])
def test_many_fixes_in_one_file(many: int, project: Project) -> None:
    one = b"try:\n    from .m%d import x\nexcept ImportError:\n    x = None\n"
    after = fixed(b"".join(one % n for n in range(many)), Config(), project)
    assert after.source.data.count(b") from error\n") == many
    assert len(after.applied) == many
    assert {finding.code for finding in after.applied} == {"FBK101"}


def test_edits_stay_inside_the_handler(project: Project) -> None:
    text = "é = 1\ntry:\n    from .m import x\nexcept ImportError:\n    x = None\nfinally:\n    é = 2\n"
    data = text.encode()
    (finding,) = lint(page(data), Config(), project, fixes=True).findings
    assert finding.fix is not None
    assert finding.fix.safety is Safety.SAFE
    assert finding.fix.style == "raise"
    start, stop = data.index(b"except"), data.index(b"finally")
    assert all(start <= edit.span.start <= edit.span.stop <= stop for edit in finding.fix.edits)


def test_rules_that_meet_in_one_handler_are_all_applied(project: Project) -> None:
    before = b"try:\n    from .m import x\nexcept Exception:\n    x = None\n"
    config = Config(select=("FBK", "FBK105", "FBK106"))
    after = fixed(before, config, project)
    assert not after.result.findings
    assert {finding.code for finding in after.applied} >= {"FBK101"}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes inside f-strings are younger")
def test_a_kept_line_with_quotes_inside_an_f_string(project: Project) -> None:
    log = b'    print(f"no {"m"}")\n'
    before = b"try:\n    from .m import x\nexcept ImportError:\n" + log + b"    x = None\n"
    expected = b"try:\n    from .m import x\nexcept ImportError as error:\n" + log + RAISED
    assert fixed(before, Config(), project).source.data == expected


def bare(text: str) -> str:
    """The text, its tuple of classes without parentheses."""
    return text.replace("(ImportError, OSError)", "ImportError, OSError")


@pytest.mark.parametrize("clause", ["except (ImportError, OSError):", "except* (ImportError, OSError):"])
def test_pep_758_whatever_python_runs(clause: str, project: Project) -> None:
    """Positions come from code with parentheses, the text that is edited has none."""
    text = f"try:\n    from .m import x\n{clause}\n    x = None\n"
    module = parse(page(text))
    (verdict,) = Judge(module, "shop/page.py", Config(), project).verdicts
    source = page(bare(text))
    edit = fail_fast(source, module, verdict, Config())
    after, _ = apply(source.data, [Fix((edit,), Safety.SAFE, "raise")])
    expected = f"try:\n    from .m import x\n{clause[:-1]} as error:\n".encode() + RAISED
    assert after == expected


def test_pep_758_chained_whatever_python_runs() -> None:
    text = "try:\n    import x\nexcept (ImportError, OSError):\n    raise RuntimeError\n"
    module = parse(page(text))
    ((with_parentheses,),) = (guarded.handlers for guarded in module.guarded_imports)
    types = Region(3, len("except "), 3, len("except ImportError, OSError"))
    handler = replace(with_parentheses, types=types)
    source = page(bare(text))
    edits = chained(source, module, handler, *handler.lost_causes)
    after, _ = apply(source.data, [Fix(edits, Safety.SAFE, "from")])
    assert after.decode() == (
        "try:\n    import x\nexcept (ImportError, OSError) as error:\n    raise RuntimeError from error\n"
    )


def test_fixes_are_only_made_when_asked_for(project: Project) -> None:
    data = b"try:\n    from .m import x\nexcept ImportError:\n    x = None\n"
    assert [f.fix for f in lint(page(data), Config(), project).findings] == [None]
