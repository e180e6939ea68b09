import ast
from pathlib import Path

import pytest

from ws_fallback_lint.analysis.names import SCOPES, children, walk

LEFT_OUT = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop, ast.type_ignore)
ODD = """
async def f(a: int, /, b=None, *c, d, e=1, **g) -> None:
    global z
    return {**a, 'x': 1, **b}, f"{a!r:>{b}}", a[1:, ...], lambda: (yield), [i async for i in c if not i]
match x:
    case C(1, a=2, b=[*_, {'k': v, **r}]) | None as q if -q + 1 < 2 <= 3 and True: del x.y
"""


@pytest.mark.parametrize(
    "text", [ODD, *(path.read_text("utf-8") for path in Path(__file__).parent.glob("*.py"))]
)
def test_children_are_those_of_ast_but_for_what_says_all_by_its_kind(text: str) -> None:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if not isinstance(node, LEFT_OUT):
            assert children(node) == [c for c in ast.iter_child_nodes(node) if not isinstance(c, LEFT_OUT)]


def test_a_walk_goes_in_the_order_of_the_text_and_stops_where_it_is_told() -> None:
    tree = ast.parse("a(b, c)\ndef f():\n    d\ne.g")
    names = [node.id for node in walk(tree) if isinstance(node, ast.Name)]
    assert names == ["a", "b", "c", "d", "e"]
    assert [node.id for node in walk(tree, SCOPES) if isinstance(node, ast.Name)] == ["a", "b", "c", "e"]
