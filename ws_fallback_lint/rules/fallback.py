"""What the rules about names share: a verdict, told as a finding."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from ws_fallback_lint.analysis.guarded import Meets
from ws_fallback_lint.core.findings import Becomes, Name, Safety, Use
from ws_fallback_lint.flow.uses import Seen, UseKind
from ws_fallback_lint.project.verdicts import Loss, Verdict, Why
from ws_fallback_lint.rules.base import FailFast, Report, Rule, View

_ONE = {
    Becomes.NONE: "becomes None",
    Becomes.STAND_IN: "becomes a stand-in",
    Becomes.UNBOUND: "stays unbound",
}
_MANY = {Becomes.NONE: "become None", Becomes.STAND_IN: "become stand-ins", Becomes.UNBOUND: "stay unbound"}
_REASONS = {
    "configured": "listed as critical",
    "first-party": "first-party code",
    "strict": "strict allows no fallback",
    "mock": "a Mock outside tests",
    "use": "",
}
# By what a verdict is about.
CODES = {Becomes.NONE: "FBK101", Becomes.STAND_IN: "FBK102", Becomes.UNBOUND: "FBK103"}
VERBS: dict[str, str] = {UseKind.CALL: "called", UseKind.BASE: "subclassed", UseKind.EXCEPT: "caught"}
# A message tells this many places; JSON has all of them.
_MOST_PLACES = 3
_SAFE_REASONS = ("configured", "first-party", "required")
# A message names this many modules; a chain can have any number.
_MOST_MODULES = 3


class FallbackRule(Rule):
    """Reports the verdicts whose names mostly become `becomes`: None counts before the others."""

    becomes: ClassVar[Becomes]
    fix = "fail fast"

    def check(self, view: View) -> Iterator[Report]:
        """One finding per handler, placed on the first name that becomes what the rule is about."""
        for verdict in view.verdicts:
            if verdict.becomes is self.becomes:
                yield self._report(view, verdict)

    def _report(self, view: View, verdict: Verdict) -> Report:
        why = verdict.leading.why
        finding = replace(
            self.at(view, verdict.region, _message(verdict)),
            names=tuple(_name(view, verdict, loss) for loss in verdict.losses),
            modules=verdict.modules,
            origin=why.origin.value,
            reason=why.reason,
            uses=(*(use_at(view, seen) for seen in verdict.uses), *verdict.elsewhere),
        )
        # A branch is the program's own choice, no handler that hides a failure.
        is_choice = verdict.handler.meets is Meets.BRANCH
        return Report(finding, None if is_choice else FailFast(verdict, safety_of(verdict)))


def use_at(view: View, seen: Seen) -> Use:
    """A use in the module itself, as findings list it."""
    place = view.source.place(seen.region)
    return Use(view.source.path, place.line, place.column, seen.kind.value, seen.when.value)


def safety_of(verdict: Verdict) -> Safety:
    """Safe where failing is what the policy asks for each name, and only imports lead to the handler."""
    handler = verdict.handler
    wanted = all(loss.why.reason in _SAFE_REASONS for loss in verdict.losses)
    only_imports_fail = not (handler.protects_more and handler.caught.more_than_imports)
    return Safety.SAFE if wanted and only_imports_fail else Safety.UNSAFE


def _name(view: View, verdict: Verdict, loss: Loss) -> Name:
    place = view.source.place(loss.region or verdict.handler.header)
    return Name(loss.name, place.line, place.column, loss.becomes)


def _message(verdict: Verdict) -> str:
    told = [_part(kind, [loss for loss in verdict.losses if loss.becomes is kind]) for kind in Becomes]
    lost = ", ".join(part for part in told if part)
    why = _because(verdict.leading.why)
    where = _where(verdict)
    reason = f"{why}; {where}" if why and where else why or f"used unguarded: {where}"
    return f"{lost} {when(verdict)}: {reason}"


def when(verdict: Verdict) -> str:
    """When the names of a verdict are lost."""
    return verdict.handler.condition or f"if {_modules(verdict.modules)} cannot be imported"


def _where(verdict: Verdict) -> str:
    """The first few places where a use dies."""
    places = [(seen.kind.value, f"line {seen.region.line}") for seen in verdict.uses]
    places += [(use.kind, f"{use.path}:{use.line}:{use.column}") for use in verdict.elsewhere]
    told = [f"{VERBS.get(kind, 'used')} at {place}" for kind, place in places[:_MOST_PLACES]]
    if len(places) > _MOST_PLACES:
        told.append(f"{len(places) - _MOST_PLACES} more")
    return ", ".join(told)


def _part(kind: Becomes, losses: list[Loss]) -> str:
    if not losses:
        return ""
    if len(losses) == 1:
        return f"'{losses[0].name}' {_ONE[kind]}"
    return f"'{losses[0].name}' and {len(losses) - 1} more {_MANY[kind]}"


def _modules(modules: tuple[str, ...]) -> str:
    if not modules:
        return "the module"
    shown = [f"'{module}'" for module in modules[:_MOST_MODULES]]
    if len(modules) > _MOST_MODULES:
        shown.append(f"{len(modules) - _MOST_MODULES} more")
    return " and ".join(shown)


def _because(why: Why) -> str:
    """The reason in a message; a declared dependency names the place of its declaration."""
    declared = f"declared in {why.whence.where}"
    if why.reason == "required":
        return declared
    if why.reason == "policy":
        told = f"the policy for {why.origin.value} code"
        return f"{told}, {declared}" if why.whence.where else told
    return _REASONS[why.reason]
