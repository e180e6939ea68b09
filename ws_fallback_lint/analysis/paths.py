"""Run a guarded import on paper: every path through its statements, and what names hold at its end.

An import either works or fails; a failure goes to the first handler that catches it. What any other
statement might raise is not followed: the question is only what a failed import leaves behind.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ws_fallback_lint.analysis.attempts import Attempts
from ws_fallback_lint.analysis.bindings import assigned, called, defined, holds, placed
from ws_fallback_lint.analysis.calls import imported_by, taken_from
from ws_fallback_lint.analysis.catching import Catcher
from ws_fallback_lint.analysis.caught import BROKEN, MISSING, builtin_name
from ws_fallback_lint.analysis.guarded import Binding, Handler, Holds, Imported
from ws_fallback_lint.analysis.names import evaluated, qualified
from ws_fallback_lint.analysis.outline import AnyTry, AnyWith, Outline
from ws_fallback_lint.analysis.presence import parts_with
from ws_fallback_lint.analysis.state import End, Path, joined
from ws_fallback_lint.analysis.where import find_spec
from ws_fallback_lint.core.spans import Region

# Each question doubles the paths; real conditions ask for one or two things.
_MOST_QUESTIONS = 4


@dataclass(slots=True)
class Walker:
    """Runs statements over paths. `facts` is the outline of the module they stand in.

    `attempts` has its imports. `handle` is asked for the handlers of a `try` or `with`, and `catcher` sends
    paths to them. `wanted` are the names to follow, None for all. `never_returns` tells whether a call ends
    the program; `expressions_matter`, whether any expression of the module could import or hold a walrus.
    A walker that `asks` follows both answers to what conditions ask for; unless `imports_fail`, every
    import works.
    """

    facts: Outline
    attempts: Attempts
    handle: Callable[[AnyTry | AnyWith], tuple[Handler, ...]]
    never_returns: Callable[[ast.Call], bool]
    expressions_matter: bool
    catcher: Catcher
    asks: bool = False
    imports_fail: bool = True
    wanted: frozenset[str] | None = None

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
                failures = self._evaluate(test, paths)
                true, false = self.split(test, paths)
                return [*failures, *self.run(statement.body, true), *self.run(statement.orelse, false)]
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
            case ast.Import() | ast.ImportFrom():
                return self._import(statement, paths)
            case _:
                return [new for path in paths for new in self._simple(statement, path)]

    def split(self, test: ast.expr, paths: list[Path]) -> tuple[list[Path], list[Path]]:
        """The paths on which a condition may be true, and those on which it may be false."""
        conditions = self.facts.conditions
        true: list[Path] = []
        false: list[Path] = []
        for path in self._answered(test, paths):
            for side, environments in zip((true, false), conditions.split(test, path.where), strict=True):
                if environments:
                    new = path.fork()
                    new.where = path.where.within(environments)
                    side.append(new)
        return true, false

    def _answered(self, test: ast.expr, paths: list[Path]) -> list[Path]:
        """The paths, each told what a condition asks for; both answers where it is not known."""
        for question in self.facts.conditions.questions(test)[:_MOST_QUESTIONS] if self.asks else ():
            paths = [
                replace(path.fork(), where=path.where.told(question, found))
                for path in paths
                for found in (True, False)
                if path.where.answer(question) in (found, None)
            ]
        return paths

    def _branches(self, bodies: list[list[ast.stmt]], paths: list[Path]) -> list[Path]:
        return [new for body in bodies for new in self.run(body, [path.fork() for path in paths])]

    def _simple(self, statement: ast.stmt, path: Path) -> list[Path]:
        match statement:
            case ast.Raise():
                return [self._raise(statement, path)]
            case ast.Break() | ast.Continue():
                return [replace(path, end=End.JUMPS)]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                binding = defined(statement, path.env, in_handler=bool(path.handlers))
                self._put(statement.name, binding, path)
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
                return replace(path, end=End.RETURNS, returned=self._returned(value, statement, path))
            case ast.Expr(value=ast.Call() as call):
                if self.never_returns(call):
                    return replace(path, end=End.STOPS)
                for name, binding in called(call, path.env, self.facts):
                    self._put(name, binding, path)
            case _:
                pass
        return path

    def _returned(self, value: ast.expr | None, statement: ast.Return, path: Path) -> Binding:
        region = Region.of(statement)
        if value is not None and (module := imported_by(taken_from(value), self.facts.imports)) is not None:
            return Binding(Holds.IMPORT, region, Imported("", module, None, region))
        return placed(holds(value, path.env, self.facts), region)

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
                    failures += [self._failure(path, (ref,)) for path in paths] if self.imports_fail else []
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

    def _import(self, statement: ast.Import | ast.ImportFrom, paths: list[Path]) -> list[Path]:
        attempt = self.attempts[statement]
        refs = attempt.refs
        if not refs:
            return paths
        bound = [ref for ref in refs if self.wanted is None or ref.name in self.wanted]
        # Only who asks for modules needs to know which were found.
        asks = self.facts.conditions.finds
        found = sorted({name for ref in refs for name in _found_with(ref.module)}) if asks else ()
        parts = [part for ref in refs if self.facts.conditions.asks for part in parts_with(ref.module)]
        after: list[Path] = []
        for path in paths:
            if self.imports_fail and path.where.environments & attempt.fails:
                failure = self._failure(path, refs)
                failure.where = path.where.within(attempt.fails)
                if len(refs) == 1 and refs[0].attr is None:
                    gone = [find_spec(refs[0].module), *parts] if asks else parts
                    failure.where = failure.where.told_all(gone, False)
                after.append(failure)
            if path.where.environments & attempt.works:
                there = [*map(find_spec, found), *parts]
                path.where = path.where.within(attempt.works).told_all(there, True)
                path.env.update((ref.name, Binding(Holds.IMPORT, ref.region, ref)) for ref in bound)
                after.append(path)
        return after

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

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, paths: list[Path]) -> list[Path]:
        head = node.test if isinstance(node, ast.While) else node.iter
        failures = self._evaluate(head, paths)
        turns = self.run(node.body, [path.fork() for path in paths])
        jumped = [replace(turn, end=End.FALLS) for turn in turns if turn.end is End.JUMPS]
        left = [turn for turn in turns if turn.end not in (End.JUMPS, End.FALLS)]
        after = [*failures, *left, *jumped]
        if isinstance(node, ast.While) and self.facts.conditions.always(head) is True:
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
        return [*failures, *self.catcher.send(after, self.handle(node), lambda _, met: met)]

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
                if new.end is not End.RAISES and not self.catcher.is_own(handler):
                    # Nothing of this failure is left for the statement in question.
                    new.failed = tuple(ref for ref in new.failed if not region.contains(ref.region))
            return after

        return self._finally(node, [*worked, *self.catcher.send(ended, tuple(clauses), handled)])

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


def _found_with(module: str) -> list[str]:
    """What can be found where a module was imported: it and the packages around it."""
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)] if parts[0] else []
