"""Run a guarded import on paper: every path through its statements, and what names hold at its end.

An import either works or fails; a failure goes to the first handler that catches it. What any other
statement might raise is not followed: the question is only what a failed import leaves behind.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ws_fallback_lint.analysis.bindings import assigned, called, holds, placed
from ws_fallback_lint.analysis.calls import NEVER_RETURN, imported_by, taken_from
from ws_fallback_lint.analysis.caught import BROKEN, MISSING, builtin_name
from ws_fallback_lint.analysis.guarded import Binding, Handler, Holds, Imported, Known
from ws_fallback_lint.analysis.names import bound_by, evaluated, from_module, qualified, read_names
from ws_fallback_lint.analysis.outline import AnyTry, AnyWith, Outline, static_truth
from ws_fallback_lint.analysis.state import End, Path, joined
from ws_fallback_lint.analysis.truth import stub
from ws_fallback_lint.core.spans import Region


@dataclass(slots=True)
class Walker:
    """Runs statements over paths. `facts` is the outline of the module they stand in.

    `handle` is asked for the handlers of a `try` or `with`. `own` are those of the statement in
    question: paths remember only them, and chains in them; `entered` are those that a failed import
    reached. `wanted` are the names to follow, None for all. `never_returns` tells whether a call of
    a function ends the program; `expressions_matter`, whether any expression of the module could
    import or hold a walrus.
    """

    facts: Outline
    handle: Callable[[AnyTry | AnyWith], tuple[Handler, ...]]
    never_returns: Callable[[str], bool]
    expressions_matter: bool
    own: tuple[Handler, ...] = ()
    wanted: frozenset[str] | None = None
    entered: set[Handler] = field(default_factory=set)

    def run(self, statements: Iterable[ast.stmt], paths: list[Path]) -> list[Path]:
        """Every path after the statements; paths that had ended pass unchanged."""
        ended = [path for path in paths if path.end is not End.FALLS]
        live = [path for path in paths if path.end is End.FALLS]
        for statement in statements:
            if not live:
                break
            after = joined(self.step(statement, live))
            live = [path for path in after if path.end is End.FALLS]
            ended += [path for path in after if path.end is not End.FALLS]
        return live + joined(ended)

    def step(self, statement: ast.stmt, paths: list[Path]) -> list[Path]:
        """One statement on living paths, all at once: each nested statement is met only once."""
        match statement:
            case ast.Try() | ast.TryStar():
                return self._try(statement, paths)
            case ast.If(test=test):
                truth = static_truth(test, self.facts.imports)
                failures = self._evaluate(test, paths)
                bodies = [statement.body] * (truth is not False) + [statement.orelse] * (truth is not True)
                return [*failures, *self._branches(bodies, paths)]
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._loop(statement, paths)
            case ast.With() | ast.AsyncWith():
                return self._with(statement, paths)
            case ast.Match(subject=subject, cases=cases):
                failures = self._evaluate(subject, paths)
                bodies = [case.body for case in cases]
                if not _takes_all(cases[-1]):
                    bodies.append([])
                return [*failures, *self._branches(bodies, paths)]
            case _:
                return [new for path in paths for new in self._simple(statement, path)]

    def _branches(self, bodies: list[list[ast.stmt]], paths: list[Path]) -> list[Path]:
        return [new for body in bodies for new in self.run(body, [path.fork() for path in paths])]

    def _simple(self, statement: ast.stmt, path: Path) -> list[Path]:
        match statement:
            case ast.Import() | ast.ImportFrom():
                return self._import(statement, path)
            case ast.Raise():
                return [self._raise(statement, path)]
            case ast.Break() | ast.Continue():
                return [replace(path, end=End.JUMPS)]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._put(statement.name, self._definition(statement, path), path)
                return [path]
            case _:
                return [*self._evaluate(statement, [path]), self._bind(statement, path)]

    def _bind(self, statement: ast.stmt, path: Path) -> Path:
        """What a statement that cannot fail by an import does to the names, or to the path."""
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value, path)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value, path)
            case ast.AugAssign(target=ast.Name(id=name)) if name in path.env:
                path.env[name] = placed(path.env[name], Region.of(statement.target))
            case ast.Delete(targets=targets):
                for target in targets:
                    gone = [name for name, _ in assigned(target, None, {}, self.facts)]
                    for name in gone:
                        self._put(name, Binding(Holds.UNBOUND), path)
            case ast.Return(value=value):
                returned = placed(holds(value, path.env, self.facts), Region.of(statement))
                return replace(path, end=End.RETURNS, returned=returned)
            case ast.Expr(value=ast.Call() as call):
                if self._ends(call):
                    return replace(path, end=End.STOPS)
                for name, binding in called(call, path.env, self.facts):
                    self._put(name, binding, path)
            case _:
                pass
        return path

    def _evaluate(self, node: ast.AST, paths: list[Path]) -> list[Path]:
        """Import calls and walruses inside an expression: the failures, and names bound in place."""
        failures: list[Path] = []
        if not self.expressions_matter:
            return failures
        for part in evaluated(node):
            match part:
                case ast.NamedExpr(target=target, value=value):
                    for path in paths:
                        self._assign(target, value, path)
                case ast.Call() if (module := imported_by(part, self.facts.imports)) is not None:
                    ref = Imported("", module, None, Region.of(part))
                    failures += [self._failure(path, (ref,)) for path in paths]
                case _:
                    pass
        return failures

    def _assign(self, target: ast.expr, value: ast.expr, path: Path) -> None:
        module = imported_by(taken_from(value), self.facts.imports)
        for name, binding in assigned(target, value, path.env, self.facts):
            if module is not None and binding.region is not None:
                imported = Imported(name, module, None, binding.region)
                self._put(name, Binding(Holds.IMPORT, binding.region, imported), path)
            else:
                self._put(name, binding, path)

    def _put(self, name: str, binding: Binding, path: Path) -> None:
        if self.wanted is None or name in self.wanted:
            path.env[name] = binding

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, path: Path) -> Binding:
        word = {ast.ClassDef: "class ", ast.FunctionDef: "def "}.get(type(node), "async def ")
        end = node.col_offset + len(word) + len(node.name.encode())
        region = Region(node.lineno, node.col_offset, node.lineno, end)
        # What is defined after an import that worked is there because of it; in a handler it is a
        # stand-in, unless it uses an import that took the place of the failed one.
        used = path.env if not path.handlers else set(read_names(node)) & path.env.keys()
        derived = any(path.env[name].holds in (Holds.IMPORT, Holds.DERIVED) for name in used)
        if derived:
            return Binding(Holds.DERIVED, region)
        return Binding(Holds.STAND_IN, region, known=stub(node))

    def _import(self, statement: ast.Import | ast.ImportFrom, path: Path) -> list[Path]:
        if isinstance(statement, ast.Import):
            refs = tuple(Imported(bound_by(a), a.name, None, Region.of(a)) for a in statement.names)
        else:
            if statement.module == "__future__":
                return [path]
            module = from_module(statement)
            refs = tuple(Imported(bound_by(a), module, a.name, Region.of(a)) for a in statement.names)
        failure = self._failure(path, refs)
        for ref in refs:
            self._put(ref.name, Binding(Holds.IMPORT, ref.region, ref), path)
        return [failure, path]

    def _failure(self, path: Path, refs: tuple[Imported, ...]) -> Path:
        failure = path.fork(End.RAISES)
        failure.raising = frozenset((MISSING, BROKEN))
        failure.failed = (*path.failed, *refs)
        return failure

    def _raise(self, statement: ast.Raise, path: Path) -> Path:
        if statement.exc is None:
            return replace(path, end=End.RAISES)
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        name = qualified(raised, self.facts.imports)
        if name in path.as_names:
            return replace(path, end=End.RAISES)
        return replace(path, end=End.RAISES, raising=frozenset({builtin_name(name or "?")}))

    def _ends(self, call: ast.Call) -> bool:
        name = qualified(call.func, self.facts.imports)
        return name is not None and (name in NEVER_RETURN or self.never_returns(name))

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, paths: list[Path]) -> list[Path]:
        head = node.test if isinstance(node, ast.While) else node.iter
        failures = self._evaluate(head, paths)
        turns = self.run(node.body, [path.fork() for path in paths])
        jumped = [replace(turn, end=End.FALLS) for turn in turns if turn.end is End.JUMPS]
        left = [turn for turn in turns if turn.end not in (End.JUMPS, End.FALLS)]
        after = [*failures, *left, *jumped]
        if isinstance(node, ast.While) and static_truth(head, self.facts.imports) is True:
            return after  # `while True` ends by a jump or not at all
        done = [turn for turn in turns if turn.end is End.FALLS]
        return [*after, *self.run(node.orelse, [*done, *paths])]

    def _with(self, node: AnyWith, paths: list[Path]) -> list[Path]:
        failures = []
        for item in node.items:
            failures += self._evaluate(item.context_expr, paths)
            if item.optional_vars is not None:
                for path in paths:
                    self._assign(item.optional_vars, item.context_expr, path)
        after = self.run(node.body, paths)
        return [*failures, *self._caught(after, self.handle(node), lambda _, met: met)]

    def _try(self, node: AnyTry, paths: list[Path]) -> list[Path]:
        clauses = dict(zip(self.handle(node), node.handlers, strict=True))
        region = Region.of(node)
        tried = self.run(node.body, paths)
        worked = self.run(node.orelse, [new for new in tried if new.end is End.FALLS])
        ended = [new for new in tried if new.end is not End.FALLS]

        def handled(handler: Handler, met: list[Path]) -> list[Path]:
            after = self.run(clauses[handler].body, met)
            for new in after:
                new.env.pop(handler.as_name or "", None)
                new.as_names -= {handler.as_name or ""}
                if new.end is not End.RAISES and not self._is_own(handler):
                    # Nothing of this failure is left for the statement in question.
                    new.failed = tuple(ref for ref in new.failed if not region.contains(ref.region))
            return after

        return self._finally(node, [*worked, *self._caught(ended, tuple(clauses), handled)])

    def _caught(
        self,
        paths: list[Path],
        handlers: tuple[Handler, ...],
        handled: Callable[[Handler, list[Path]], list[Path]],
    ) -> list[Path]:
        """Send each raising path to the handlers that catch it; what nobody catches goes on raising."""
        after = [path for path in paths if path.end is not End.RAISES]
        loose = [path for path in paths if path.end is End.RAISES]
        for handler in handlers:
            met: list[Path] = []
            for path in loose:
                caught = frozenset(kind for kind in path.raising if _catches(handler, kind))
                if caught:
                    met.append(self._met(handler, path, caught))
            if met:
                after += handled(handler, met)
            loose = [replace(path, raising=rest) for path in loose if (rest := _uncaught(handler, path))]
        return after + loose

    def _met(self, handler: Handler, path: Path, caught: frozenset[str]) -> Path:
        inside = path.fork(End.FALLS)
        inside.raising = caught
        if handler.as_name is not None:
            inside.as_names |= {handler.as_name}
            inside.env[handler.as_name] = Binding(Holds.STAND_IN, known=Known(truth=True))
        if self._is_own(handler):
            self.entered.add(handler)
            inside.handlers = (*path.handlers, handler)
        return inside

    def _is_own(self, handler: Handler) -> bool:
        """Whether a handler belongs to the statement in question, or to a chain in a clause of it."""
        clauses = (own.region for own in self.own if not own.is_suppress)
        return handler in self.own or any(clause.contains(handler.region) for clause in clauses)

    def _finally(self, node: AnyTry, paths: list[Path]) -> list[Path]:
        if not node.finalbody:
            return paths
        after: list[Path] = []
        for end in End:
            under_way = [path.fork(End.FALLS) for path in paths if path.end is end]
            done = self.run(node.finalbody, under_way)
            # A jump in `finally` swallows what was under way; otherwise it goes on.
            after += [replace(new, end=end) if new.end is End.FALLS else new for new in done]
        return after


def _takes_all(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None


def _uncaught(handler: Handler, path: Path) -> frozenset[str]:
    return frozenset(kind for kind in path.raising if not _catches(handler, kind))


def _catches(handler: Handler, kind: str) -> bool:
    caught = handler.caught
    if kind == MISSING:
        return caught.missing
    if kind == BROKEN:
        return caught.broken
    return caught.everything or kind in caught.names
