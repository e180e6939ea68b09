"""Which statements of a handler stay before the raise: those that leave nothing behind."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

_BINDING_CALL = m.Call(func=m.Name("setattr")) | m.Call(
    func=m.Attribute(value=m.Call(func=m.Name("globals") | m.Name("vars") | m.Name("locals")))
)
_HELPERS = (cst.Assign, cst.AnnAssign, cst.Import, cst.ImportFrom)


_BINDERS = (
    m.AssignTarget(),
    m.AnnAssign(),
    m.AugAssign(),
    m.NamedExpr(),
    m.For(),
    m.Del(),
    m.ImportAlias(),
    m.AsName(),
    m.FunctionDef(),
    m.ClassDef(),
)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Filters the statements of one handler.

    `is_private` tells whether a name is read in the handler alone, so that binding it leaves
    nothing behind; `as_name` is the exception's, which must stay what it is.
    """

    is_private: Callable[[str], bool]
    as_name: str | None

    def kept(
        self, statements: Sequence[cst.BaseStatement | cst.BaseSmallStatement]
    ) -> list[cst.BaseStatement]:
        """The statements that stay, each reduced to what stays of it; in order."""
        bound = _bound_by_all(statements) - {self.as_name}
        lost = {name for name in bound if not self._is_helper(name)}
        while True:
            reduced = [(statement, self._reduced(statement, lost)) for statement in statements]
            # Whoever reads a name that goes has to go too, and may take other names along.
            gone = {name for before, after in reduced for name in _bound_less(before, after)} & bound
            if gone <= lost:
                return _without_idle_helpers([after for _, after in reduced if after is not None])
            lost |= gone

    def _is_helper(self, name: str) -> bool:
        return name != self.as_name and "." not in name and self.is_private(name)

    def _reduced(self, statement: cst.CSTNode, lost: set[str]) -> cst.BaseStatement | None:
        match statement:
            case cst.SimpleStatementLine(body=parts):
                stay = [part for part in parts if self._stays(part, lost)]
                if not stay:
                    return None
                last = stay[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
                return statement.with_changes(body=[*stay[:-1], last])
            case cst.BaseSmallStatement():
                if not self._stays(statement, lost):
                    return None
                return cst.SimpleStatementLine([statement.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
            case cst.If():
                return self._reduced_if(statement, lost)
            case cst.For() | cst.While() | cst.With() | cst.Try():
                return statement if self._stays_whole(statement, lost) else None
            case _:
                return None

    def _reduced_if(self, statement: cst.If, lost: set[str]) -> cst.If | None:
        if _reads(statement.test) & lost or _bound(statement.test):
            return None
        body = self._reduced_block(statement.body, lost)
        other = statement.orelse
        orelse: cst.If | cst.Else | None = None
        if isinstance(other, cst.If):
            orelse = self._reduced_if(other, lost)
        elif other is not None and (inner := self._reduced_block(other.body, lost)) is not None:
            orelse = other.with_changes(body=inner)
        if body is None and orelse is None:
            return None
        empty = cst.IndentedBlock([cst.SimpleStatementLine([cst.Pass()])])
        return statement.with_changes(body=body or empty, orelse=orelse)

    def _reduced_block(self, block: cst.BaseSuite, lost: set[str]) -> cst.BaseSuite | None:
        if isinstance(block, cst.SimpleStatementSuite):
            return block if all(self._stays(part, lost) for part in block.body) else None
        reduced = [self._reduced(statement, lost) for statement in block.body]
        stay = [statement for statement in reduced if statement is not None]
        return block.with_changes(body=stay) if stay else None

    def _stays(self, part: cst.BaseSmallStatement, lost: set[str]) -> bool:
        if _reads(part) & lost:
            return False
        match part:
            case cst.Expr(value=value):
                is_text = isinstance(value, cst.BaseString | cst.Ellipsis)
                return not is_text and not m.matches(value, _BINDING_CALL) and not _bound(part)
            case cst.Raise() | cst.Assert():
                return not _bound(part)
            case cst.Assign() | cst.AnnAssign() | cst.Import() | cst.ImportFrom():
                names = _bound(part)
                return bool(names) and all(self._is_helper(name) for name in names)
            case _:
                return False

    def _stays_whole(self, statement: cst.CSTNode, lost: set[str]) -> bool:
        if isinstance(statement, cst.BaseSmallStatement):
            return isinstance(statement, cst.Pass) or self._stays(statement, lost)
        if isinstance(statement, cst.BaseExpression):
            return not _reads(statement) & lost
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            return False
        return all(self._stays_whole(child, lost) for child in statement.children)


def _without_idle_helpers(statements: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Drop lines that only bind names which nothing after them reads."""
    needed: set[str] = set()
    stay: list[cst.BaseStatement] = []
    for statement in reversed(statements):
        is_helper = isinstance(statement, cst.SimpleStatementLine) and all(
            isinstance(part, cst.Assign | cst.AnnAssign | cst.Import | cst.ImportFrom)
            for part in statement.body
        )
        if not is_helper or _bound(statement) & needed:
            stay.append(statement)
            needed |= _reads(statement)
    return stay[::-1]


class _Reads(cst.CSTVisitor):
    """Collects names, and attributes of names as `a.b`; not keywords of calls."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        name = _dotted(node)
        if name is not None:
            self.found.add(name)
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False


def _reads(node: cst.CSTNode) -> set[str]:
    visitor = _Reads()
    node.visit(visitor)
    return visitor.found


def _bound(node: cst.CSTNode) -> set[str]:
    return set(_binds(node))


def _binds(node: cst.CSTNode) -> Iterator[str]:
    """Names, and attributes of names as `a.b`, that a piece of syntax binds; once for each time."""
    for part in m.findall(node, m.OneOf(*_BINDERS)):
        match part:
            case (
                cst.AssignTarget(target=target)
                | cst.AnnAssign(target=target)
                | cst.AugAssign(target=target)
                | cst.NamedExpr(target=target)
                | cst.For(target=target)
                | cst.Del(target=target)
            ):
                yield from _targets(target)
            case cst.ImportAlias(asname=None, name=name):
                yield (_dotted(name) or "").partition(".")[0]
            case cst.AsName(name=name):
                yield from _targets(name)
            case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
                yield name.value
            case _:
                pass


def _bound_less(before: cst.CSTNode, after: cst.CSTNode | None) -> list[str]:
    """Names that a statement bound more often before than it does after (None: it went)."""
    counts = Counter(_binds(before))
    counts.subtract(_binds(after) if after is not None else ())
    return [name for name, count in counts.items() if count > 0]


def _bound_by_all(nodes: Sequence[cst.CSTNode]) -> set[str]:
    return {name for node in nodes for name in _bound(node)}


def _targets(target: cst.BaseExpression) -> Iterator[str]:
    if isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _targets(element.value)
    else:
        name = _dotted(target)
        if name is not None:
            yield name


def _dotted(node: cst.BaseExpression) -> str | None:
    if isinstance(node, cst.Attribute):
        owner = _dotted(node.value)
        return None if owner is None else f"{owner}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else None
