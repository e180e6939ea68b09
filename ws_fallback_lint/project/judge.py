"""Which fallbacks are critical (DESIGN §6), handler by handler.

A name's uses decide where the policy asks for them (`hurts`); what nobody can meet is no fallback at
all (see `unbound`).
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from ws_fallback_lint.analysis.guarded import (
    Binding,
    GuardedImport,
    Handler,
    Holds,
    Imported,
    Outcome,
)
from ws_fallback_lint.analysis.module import Module
from ws_fallback_lint.core.config import Config, matches_any
from ws_fallback_lint.core.findings import Becomes, External, Use
from ws_fallback_lint.core.options import Origin, Policy
from ws_fallback_lint.flow.module_uses import ModuleUses, no_guard
from ws_fallback_lint.flow.uses import Seen
from ws_fallback_lint.project.absent import Absent, Inventory
from ws_fallback_lint.project.elsewhere import Elsewhere
from ws_fallback_lint.project.homes import homes_for
from ws_fallback_lint.project.hurts import Hurts, Silence
from ws_fallback_lint.project.kin import Kinship
from ws_fallback_lint.project.listed import ListedGuards
from ws_fallback_lint.project.needed import Needed
from ws_fallback_lint.project.origins import Whence, whence
from ws_fallback_lint.project.policies import policy_for
from ws_fallback_lint.project.providers import Providers, providers_for
from ws_fallback_lint.project.roots import Project
from ws_fallback_lint.project.unbound import is_met
from ws_fallback_lint.project.verdicts import Loss, Opinion, Verdict, Why

_BECOMES = {Holds.NONE: Becomes.NONE, Holds.UNBOUND: Becomes.UNBOUND}
_STRICTEST_FIRST = tuple(Policy)


class Judge:
    """Judges the guarded imports of one module."""

    # `around` knows the other modules, where they are to be asked; `walked` what has been walked already.
    def __init__(
        self,
        module: Module,
        path: str,
        config: Config,
        project: Project,
        around: Providers | None = None,
        walked: ModuleUses | None = None,
    ) -> None:
        self.module = module
        self.needed = Needed(module, project)
        is_guard = ListedGuards(config, project).hold if config.guards else no_guard
        brought = Kinship(module, project, around).of
        self.walked = walked or ModuleUses(module, is_guard, self.needed.rules_out, brought)
        self._around = around
        self._path = path
        self.config = config
        self._inventory = Inventory(project, config)
        self._project = project
        self._in_tests = _is_test(path)

    def told_of(self, external: External) -> "Judge":
        """The same judge, who knows of a use in another module; nothing is walked again."""
        project = replace(self._project, externals=(external,))
        return Judge(self.module, self._path, self.config, project, self._around, self.walked)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict for each handler with a critical fallback, in the order of the file."""
        return tuple(verdict for one in self.module.guarded_imports for verdict in self.verdicts_of(one))

    def masked_uses(self) -> Iterator[Seen]:
        """Uses that fail in some outcome, but for a `try` around them that swallows the error."""
        for guarded in self.module.guarded_imports:
            for seen in self.walked.of(guarded):
                refs = [ref for ref in guarded.imported if ref.name == seen.name] or list(guarded.imported)
                if seen.masked and seen.name in guarded.names and not self._is_allowed(seen.name, refs):
                    yield seen

    def _is_allowed(self, name: str, refs: list[Imported]) -> bool:
        modules = [self.shown(ref) for ref in refs]
        return matches_any(self.config.allow, [name, *_qualified(refs, modules), *modules])

    def verdicts_of(self, guarded: GuardedImport) -> Iterator[Verdict]:
        """The verdicts of one guarded import."""
        lost: dict[Handler, dict[str, Loss]] = {}
        failed: dict[Handler, dict[Imported, None]] = {}
        for outcome in guarded.outcomes:
            losses = list(self._losses(outcome, guarded))
            if losses:
                owner = outcome.handlers[-1]
                failed.setdefault(owner, {}).update(dict.fromkeys(outcome.failed))
                for loss in losses:
                    _keep_worst(lost.setdefault(owner, {}), loss)
        for handler in sorted(lost, key=lambda handler: (handler.region.line, -handler.region.end_line)):
            if not any(_holds(outer, handler) for outer in lost):
                inner = [other for other in lost if other == handler or _holds(handler, other)]
                yield self._verdict(guarded, handler, inner, lost, failed)

    def _verdict(
        self,
        guarded: GuardedImport,
        handler: Handler,
        inner: list[Handler],
        lost: dict[Handler, dict[str, Loss]],
        failed: dict[Handler, dict[Imported, None]],
    ) -> Verdict:
        """A handler's verdict; a chain inside it goes with it, since one fix ends both."""
        losses: dict[str, Loss] = {}
        for other in inner:
            for loss in lost[other].values():
                _keep_worst(losses, loss)
        if len(losses) > 1:
            losses.pop("*", None)  # the names that a star-import brings: those that are known say it better
        refs = tuple(dict.fromkeys(ref for other in inner for ref in failed[other]))
        modules = tuple(dict.fromkeys(self.shown(ref) for ref in refs if ref.module))
        nowhere = handler.region
        ordered = sorted(losses.values(), key=lambda loss: loss.region or nowhere)
        return Verdict(guarded, handler, tuple(ordered), refs, modules)

    def shown(self, ref: Imported) -> str:
        """The module that an import names, with the package that leading dots stand for."""
        return self._project.absolute(ref.module) or ref.module

    def _losses(self, outcome: Outcome, guarded: GuardedImport) -> Iterator[Loss]:
        for opinion in self.opinions(outcome, guarded):
            if isinstance(opinion.said, Why):
                becomes = _BECOMES.get(opinion.binding.holds, Becomes.STAND_IN)
                region = opinion.binding.region
                yield Loss(opinion.name, becomes, region, opinion.said, opinion.uses, opinion.elsewhere)

    def opinions(self, outcome: Outcome, guarded: GuardedImport) -> Iterator[Opinion]:
        """What is thought of each name that an outcome leaves without its import."""
        for name, binding in ((name, outcome.of(name)) for name in guarded.names):
            if not binding.holds.is_fallback:
                continue
            if _is_default(name, binding, outcome, guarded):
                yield Opinion(name, outcome, binding, Silence.DEFAULT)
                continue
            elsewhere = self._elsewhere(name, outcome, guarded)
            is_unbound = binding.holds is Holds.UNBOUND and not elsewhere
            if is_unbound and not is_met(name, outcome, guarded, self.module):
                yield Opinion(name, outcome, binding, Silence.NEVER_READ)
            else:
                hurts = Hurts.of(name, outcome, guarded, self.walked, elsewhere)
                said = self._said(name, outcome, hurts, guarded)
                yield Opinion(name, outcome, binding, said, hurts.reachable, elsewhere)

    def _elsewhere(self, name: str, outcome: Outcome, guarded: GuardedImport) -> tuple[Use, ...]:
        if not self._project.externals:
            return ()
        ordinal = self.module.ordinal(guarded)
        index = guarded.outcomes.index(outcome)
        return tuple(
            one.use
            for one in self._project.externals
            if (one.guarded, one.ordinal) == (guarded.names, ordinal)
            if index in one.outcomes and name in one.names
        )

    def absent(self, ref: Imported) -> Absent | None:
        """What an import asks the project for that it does not have."""
        absent = self._inventory.of(ref)
        return None if absent is None or self._is_allowed(ref.name, [ref]) else absent

    def whence(self, ref: Imported) -> Whence:
        """Where an imported module comes from."""
        return whence(ref.module, ref.attr, self._project, self.config)

    def _is_part(self, ref: Imported) -> bool:
        return ref.module.partition(".")[0] in self.module.needed

    def _said(self, name: str, outcome: Outcome, hurts: Hurts, guarded: GuardedImport) -> Why | Silence:
        """The first rule of DESIGN §6 that matches the name, as a reason to report or to be silent."""
        refs = [ref for ref in outcome.failed if ref.name == name] or list(outcome.failed)
        modules = [self.shown(ref) for ref in refs]
        names = [name, f"{self._project.module}.{name}", *_qualified(refs, modules)]
        if matches_any(self.config.allow, [*names, *modules]):
            return Silence.LISTED
        groups = [group for group in self.config.critical if group.matches(names, modules)]
        is_mock = outcome.of(name).holds is Holds.MOCK and not self._in_tests
        if hurts.is_guarded and self.config.guards_excuse and not (groups or is_mock):
            return hurts.silence  # most fallbacks: where the module comes from need not be found out
        origins = [self.whence(ref) for ref in refs]
        policies = [
            policy_for(found.origin, self.config, name, outcome, guarded, is_part=self._is_part(ref))
            for found, ref in zip(origins, refs, strict=True)
        ]
        policy = min(policies, key=_STRICTEST_FIRST.index, default=Policy.ALLOWED)
        found = origins[policies.index(policy)] if origins else Whence(Origin.UNKNOWN)
        if groups:
            return Why("configured", found, groups[0])
        if is_mock:
            return Why("mock", found)
        if self.config.strict:
            return Why("strict", found)
        ours = found.origin in (Origin.FIRST_PARTY, Origin.REQUIRED)
        by_policy = Why(found.origin.value if ours else "policy", found)
        match policy:
            case Policy.NEVER:
                return by_policy
            case Policy.UNLESS_GUARDED:
                return Silence.GUARDED if hurts.is_guarded else by_policy
            case Policy.IF_UNGUARDED:
                return Why("use", found) if hurts.reachable or hurts.elsewhere else hurts.silence
            case Policy.ALLOWED:
                return Silence.ALLOWED


def judged(module: Module, path: str, config: Config, project: Project, *, always: bool = False) -> Judge:
    """The judge of a file, one who knows the rest of the project where there is something to report.

    With `always`, it is to know it whatever there is.
    """
    homes_for(project).trim()
    elsewhere = Elsewhere(project)
    around = providers_for(project, config)
    if always:
        return Judge(module.among(elsewhere), path, config, project, around)
    alone = Judge(module, path, config, project)
    is_used = any(verdict.uses for verdict in alone.verdicts)
    tops = {project.absolute(name).partition(".")[0] for name in module.facts.imports.values()}
    is_among = is_used and any(map(project.locate, tops))
    if alone.verdicts and (is_among or (is_used and project.is_script) or elsewhere.tells_of(module)):
        among = Judge(module.among(elsewhere), path, config, project, around)
        among.walked.learn(alone.walked)
        return among
    return alone


def _is_default(name: str, binding: Binding, outcome: Outcome, guarded: GuardedImport) -> bool:
    """Whether what takes the place of a thing *made* with an import is ordinary error handling.

    It may well have a default. And a handler of everything around other code is there for that
    code's errors as well, so None for a late result of it says nothing of the import.
    """
    if name not in guarded.made:
        return False
    caught_all = any(handler.caught.everything and handler.protects_more for handler in outcome.handlers)
    return (caught_all and name in guarded.remote) or binding.holds not in (Holds.NONE, Holds.MOCK)


def _qualified(refs: list[Imported], modules: list[str]) -> list[str]:
    return [f"{m}.{ref.attr}" if ref.attr else m for ref, m in zip(refs, modules, strict=True)]


def _keep_worst(losses: dict[str, Loss], loss: Loss) -> None:
    known = losses.get(loss.name)
    order = list(Becomes)
    if known is None:
        losses[loss.name] = loss
        return
    is_worse = order.index(loss.becomes) < order.index(known.becomes)
    elsewhere = tuple(dict.fromkeys((*known.elsewhere, *loss.elsewhere)))
    losses[loss.name] = replace(loss if is_worse else known, why=known.why, elsewhere=elsewhere)


def _holds(outer: Handler, inner: Handler) -> bool:
    return outer != inner and outer.region.contains(inner.region)


def _is_test(path: str) -> bool:
    *folders, name = path.replace(os.sep, "/").split("/")
    in_folder = any(folder in ("test", "tests", "testing") for folder in folders)
    stem = os.path.splitext(name)[0]
    return in_folder or stem.startswith("test_") or stem.endswith("_test") or stem == "conftest"
