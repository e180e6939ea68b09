"""A name in its place: what kind of use it is there, and which values cannot take it."""

from dataclasses import dataclass, field
from enum import StrEnum

from ws_fallback_lint.analysis.guarded import Binding, Holds, Known
from ws_fallback_lint.core.spans import Region


class UseKind(StrEnum):
    """What is asked of a name."""

    READ = "read"
    CALL = "call"
    ATTRIBUTE = "attribute"
    SUBSCRIPT = "subscript"
    BASE = "base class"
    DECORATOR = "decorator"
    ITERATION = "iteration"
    WITH = "with"
    EXCEPT = "except clause"
    ISINSTANCE = "isinstance"
    OPERATOR = "operator"
    ARGUMENT = "argument"
    AWAIT = "await"
    RAISE = "raise"


class When(StrEnum):
    """When a use runs."""

    IMPORT = "import"
    CALL = "call"


_OF_TUPLE = frozenset(dir(()))
_ON_NONE = frozenset(dir(None))
# The method that answers for each kind of use, where a value of known attributes is asked.
_ANSWERED_BY = {
    UseKind.SUBSCRIPT: ("__getitem__", "__class_getitem__"),
    UseKind.ITERATION: ("__iter__", "__getitem__"),
    UseKind.WITH: ("__enter__", "__aenter__"),
    UseKind.AWAIT: ("__await__",),
}
_NEEDS_A_CLASS = (UseKind.BASE, UseKind.EXCEPT, UseKind.ISINSTANCE, UseKind.RAISE)


def error_of(kind: UseKind, binding: Binding, name: str) -> str:
    """The exception that a use dies with when the value cannot take it."""
    if binding.holds is Holds.UNBOUND:
        return "AttributeError" if "." in name else "NameError"
    return "AttributeError" if kind is UseKind.ATTRIBUTE else "TypeError"


def cannot_take(binding: Binding, kind: UseKind, attribute: str = "") -> bool:
    """Whether a value evidently fails in a use; what is not evident counts as working."""
    match binding.holds:
        case Holds.UNBOUND:
            return True
        case Holds.NONE:
            return kind is not UseKind.READ and not (kind is UseKind.ATTRIBUTE and attribute in _ON_NONE)
        case Holds.CONSTANT | Holds.STAND_IN:
            return _lacks(binding.known, kind, attribute)
        case _:
            return False


def _lacks(known: Known, kind: UseKind, attribute: str) -> bool:
    if kind in (UseKind.CALL, UseKind.DECORATOR, UseKind.ARGUMENT):
        return known.callable is False
    if known.attributes is None:
        return False
    if kind is UseKind.ATTRIBUTE:
        return attribute not in known.attributes
    if kind in _ANSWERED_BY:
        return known.attributes.isdisjoint(_ANSWERED_BY[kind])
    if kind in (UseKind.EXCEPT, UseKind.ISINSTANCE) and known.attributes == _OF_TUPLE:
        return False  # of classes, for all that is known
    return known.callable is False and kind in _NEEDS_A_CLASS


@dataclass(slots=True)
class Seen:
    """One use in the text: in which outcomes it can be met, and in which of them it fails.

    `masked` are those failures that a handler around the use swallows.
    """

    name: str
    region: Region
    kind: UseKind
    when: When
    met: set[int] = field(default_factory=set)
    fails: set[int] = field(default_factory=set)
    masked: set[int] = field(default_factory=set)
    # For a value that was made from the name, by outcome: the text that bound what it holds.
    roots: set[tuple[int, Region]] = field(default_factory=set)
