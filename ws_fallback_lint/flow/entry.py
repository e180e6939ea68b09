"""The guarded import itself, as the walk meets it: what to look for, what it runs and leaves possible."""

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ws_fallback_lint.analysis.environments import platforms, versions
from ws_fallback_lint.analysis.guarded import GuardedImport, Imported, Leaves, Outcome
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.analysis.outline import Outline
from ws_fallback_lint.analysis.presence import WORDS
from ws_fallback_lint.analysis.values import NONE, UNKNOWN
from ws_fallback_lint.core.spans import Region
from ws_fallback_lint.flow.definitions import definitions
from ws_fallback_lint.flow.trace import GuardKind
from ws_fallback_lint.flow.worlds import NOWHERE, State, Table, World, limited

if TYPE_CHECKING:
    from ws_fallback_lint.flow.walk import Walk

_MENTIONS = {
    "version": frozenset(
        {"version_info", ".version_info", "hexversion", ".hexversion", "PY2", "PY3", ".PY2", ".PY3"}
    ),
    "platform": WORDS
    | {"platform", ".platform", ".system", ".name", "MS_WINDOWS", ".MS_WINDOWS"}
    | {"has_fork_support", ".has_fork_support"},
    "find_spec": frozenset({"find_spec", ".find_spec", "find_loader", ".find_loader"}),
}


def enter(walk: "Walk", site: ast.stmt, state: State) -> State:
    """The guarded import runs: from here on its outcomes are what is possible."""
    entered: set[World] = set()
    for index, outcome in enumerate(walk.table.outcomes):
        worlds = {
            World(index, world.overlay).without(walk.table.names)
            for world in state
            if world.outcome == index and (not walk.frame.given or _can_leave(walk, site, index, world))
        }
        match outcome.leaves:
            case Leaves.FALLS:
                entered |= worlds
            case Leaves.JUMPS:
                walk.frame.breaks.append(frozenset(worlds))
            case Leaves.RETURNS:
                walk.frame.returned.append((frozenset(worlds), outcome.returned or NONE))
        if outcome.leaves is not Leaves.FALLS and outcome.handlers:
            handler = outcome.handlers[-1].region
            entered |= walk.notes.narrowed(GuardKind.HANDLER, handler, frozenset(worlds), NOWHERE)
    for suite, outcomes in suites(walk.table, site):
        definitions(walk, suite, frozenset(World(index) for index in outcomes))
    return limited(entered)


def _can_leave(walk: "Walk", site: ast.stmt, index: int, world: World) -> bool:
    """Whether a handler lets an outcome go on, where a call has given constants that it may ask for."""
    if getattr(site, "finalbody", None):
        return True
    hidden = dict.fromkeys(walk.table.names, UNKNOWN)  # what they hold is settled only at the end
    for suite, met in suites(walk.table, site):
        if index not in met - walk.table.successes:
            continue
        with walk.quiet():
            end, frame = walk.apart(suite, frozenset((World(index, world.overlay).bind(hidden),)))
        return any((end, *frame.breaks, *(state for state, _ in frame.returned)))
    return True


def suites(table: Table, statement: ast.stmt) -> Iterator[tuple[list[ast.stmt], frozenset[int]]]:
    """The statement lists of the guarded import itself, each with the outcomes that ran it."""
    match statement:
        case (
            ast.Try(body=body, orelse=orelse, handlers=handlers)
            | ast.TryStar(body=body, orelse=orelse, handlers=handlers)
        ):
            yield body, table.successes
            yield orelse, table.successes
            for clause in handlers:
                yield clause.body, table.through(Region.of(clause))
        case ast.If(body=body, orelse=orelse):
            for suite in (body, orelse):
                match suite:
                    case [ast.If() as chained]:
                        yield from suites(table, chained)
                    case [_, *_]:
                        yield suite, table.through(Region.around(suite)) or table.successes
                    case _:
                        pass
        case _:
            pass


def asked_for(table: Table, facts: Outline) -> frozenset[str]:
    """How statements mention what is answered differently in different outcomes."""
    conditions = facts.conditions
    places = [outcome.where for outcome in table.outcomes]
    if not conditions.asks or not places:
        return frozenset()
    wanted: set[str] = set()
    if len({versions(place.environments) for place in places}) > 1:
        wanted.add("version")
    if len({platforms(place.environments) for place in places}) > 1:
        wanted.add("platform")
    everywhere = frozenset.intersection(*(place.answers for place in places))
    wanted.update(question for place in places for question, _ in place.answers - everywhere)
    aliases = (name for name, value in conditions.aliases.items() if wanted & conditions.words(value))
    return frozenset(aliases).union(*(_mentions(word) for word in wanted))


def _mentions(word: str) -> frozenset[str]:
    """How statements mention a word of conditions: names, and attributes as `.name`."""
    kind, _, asked = word.partition(" ")
    return _MENTIONS.get(kind) or frozenset((asked.rpartition(".")[2],))


def surely_fails(refs: Iterable[Imported], outcome: Outcome) -> bool:
    """Whether an import of these must fail where the outcome is one that failed.

    All that one module did not bring is imported again; of several names, any may be the one that is missing.
    """
    asked = [*refs]
    for module in {ref.module for ref in outcome.failed if ref.module}:
        lost = [ref for ref in outcome.failed if ref.module == module]
        if all(any(covers(again, ref) for again in asked) for ref in lost):
            return True
    return False


def surely_works(refs: Iterable[Imported], guarded: GuardedImport, outcome: Outcome) -> bool:
    """Whether an import of these cannot fail, since the outcome has had it all before."""
    worked = [ref for ref in guarded.imported if ref not in outcome.failed]
    return all(any(covers(ref, again) for ref in worked) for again in refs)


def covers(one: Imported, other: Imported) -> bool:
    """Whether an import of `one` cannot work without `other`."""
    if other.attr is not None and (one.module, one.attr) == (other.module, other.attr):
        return True
    # Where `a.b` can be imported, `from a import b` finds it.
    asked = other.module if other.attr is None else f"{other.module}.{other.attr}"
    return one.module == asked or one.module.startswith(f"{asked}.")


def siblings(guarded: GuardedImport, module: Module) -> frozenset[str]:
    """What other statements bind that try to import the same packages: their flags tell of it, too."""
    ours = [ref for ref in guarded.imported if ref.module]
    others = (
        tried
        for package in {ref.package for ref in ours}
        for tried in module.tries(package)
        if tried.region != guarded.region and any(covers(ref, one) for ref in tried.refs for one in ours)
    )
    return frozenset().union(*(tried.names for tried in others))
