"""What dicts, lists, tuples and sets hold, what comes out of them and how they change. Knows no syntax."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ws_fallback_lint.analysis.guarded import Binding, Content, Holds, Known
from ws_fallback_lint.analysis.values import UNKNOWN, agreed, few, same, stems, truth_of

# A key that is none of those whose values the import has left behind.
OTHER_KEY = Binding(Holds.DERIVED, known=Known(callable=False))
# How that key is written: like no other.
OTHER = ""
OPEN_DICT = Content(is_mapping=True, whole=False)
OPEN_LIST = Content(is_mapping=False, whole=False)
# Of longer containers only what the import has left in them is kept.
_MOST_ENTRIES = 64
_ATTRIBUTES: dict[type, frozenset[str]] = {
    kind: frozenset(dir(kind)) for kind in (dict, list, tuple, set, frozenset)
}
# The key of what a coroutine gives once it is awaited; no code can write it.
_AWAITED = "await"

Item = tuple[bool, Binding]


def container(content: Content, kind: type | None = None) -> Binding:
    """A container that holds this; nothing is known of its kind where it was not made in sight."""
    is_filled = any(key is not None for key, _ in content.entries)
    truth = True if is_filled else None if content.entries or not content.whole else False
    if len(content.entries) > _MOST_ENTRIES:
        kept = tuple(entry for entry in content.entries if stems(entry[1]))[:_MOST_ENTRIES]
        content = replace(content, entries=kept, whole=False)
    attributes = None if kind is None else _ATTRIBUTES[kind]
    return Binding(Holds.CONSTANT, known=Known(truth, None, False, attributes), content=content)


def coroutine(result: Binding) -> Binding:
    """What calling an `async def` gives: true, and never the result itself, which comes out by `await`."""
    return container(stored(Content(is_mapping=True), _AWAITED, result))


def awaited(binding: Binding) -> Binding:
    """What `await` makes of a value."""
    return dict(binding.content.entries).get(_AWAITED, UNKNOWN) if binding.content else binding


def bound_value(binding: Binding) -> Binding:
    """A value as an assignment leaves it: what is not bound never gets so far."""
    return UNKNOWN if binding.holds is Holds.UNBOUND else binding


def listed(items: Iterable[Item], *, whole: bool = True) -> Content:
    """A list of values, each with whether it is surely there."""
    entries: list[tuple[str | None, Binding]] = []
    is_counted = True
    for is_sure, binding in items:
        is_counted = is_counted and is_sure
        entries.append((str(len(entries)) if is_counted else None, bound_value(binding)))
    return Content(is_mapping=False, entries=tuple(entries), whole=whole)


def unordered(content: Content) -> Content:
    """The same values at any places."""
    return replace(content, entries=tuple((None, binding) for _, binding in content.entries))


def items(content: Content) -> Iterator[Item]:
    """What a `for` over a container meets, and whether it surely does: values, or the keys of a dict."""
    for key, binding in content.entries:
        yield key is not None, key_named(key) if content.is_mapping else binding


def pairs(content: Content) -> Iterator[Item]:
    """What a `for` over the items of a dict, or over an enumerated list, meets."""
    for key, binding in content.entries:
        pair = listed([(True, key_named(key)), (True, binding)])
        yield key is not None, container(pair, tuple)


def values(content: Content) -> Iterator[Item]:
    """The values of a dict, or the elements of a list."""
    return ((key is not None, binding) for key, binding in content.entries)


def key_named(text: str | None) -> Binding:
    """The key that is written so."""
    if text is None:
        return UNKNOWN
    truth = None if text[:1].isalpha() else text not in ("0", "''", "b''")
    return Binding(Holds.CONSTANT, known=Known(truth, text, callable=False))


def some(found: Iterable[Item], *, whole: bool) -> tuple[Binding, ...]:
    """One of some values, nobody knows which; none if there surely is none."""
    alternatives = [binding for _, binding in found]
    return few(alternatives if whole else [*alternatives, UNKNOWN]) if alternatives or not whole else ()


def at(content: Content, key: str | None) -> tuple[Binding, ...]:
    """What `c[key]` may give; nothing if the key is surely not there."""
    if key is None:
        return some(values(content), whole=content.whole)
    if not content.is_mapping and key.startswith("-") and content.whole:
        key = str(len(content.entries) + int(key))
    for other, binding in content.entries:
        if other == key:
            return (binding,)
    is_missing = content.whole and key != OTHER and all(other is not None for other, _ in content.entries)
    return () if is_missing else (UNKNOWN,)


def has_key(content: Content, key: str | None) -> bool | None:
    """Whether a dict has a key."""
    if key is None or key == OTHER:
        return False if content.whole and not content.entries else None
    if any(other == key for other, _ in content.entries):
        return True
    return False if at(content, key) == () else None


def has_value(content: Content, value: Binding) -> bool | None:
    """Whether a value is in a list, tuple or set."""
    found = [(key, same(value, binding)) for key, binding in content.entries]
    if any(is_it and key is not None for key, is_it in found):
        return True
    return False if content.whole and all(is_it is False for _, is_it in found) else None


def stored(content: Content, key: str | None, binding: Binding) -> Content:
    """A container after `c[key] = …`."""
    held = bound_value(binding)
    if key is not None and any(key == other for other, _ in content.entries):
        entries = tuple((other, held if other == key else old) for other, old in content.entries)
        return replace(content, entries=entries)
    return replace(content, entries=(*content.entries, (key or None, held)))


def without_key(content: Content, key: str | None) -> Content:
    """A container after `del c[key]`."""
    if key is None:
        return unordered(content)
    entries = tuple(entry for entry in content.entries if entry[0] != key)
    return replace(content, entries=entries)


def without_value(content: Content, value: Binding) -> Content:
    """A list or set after `c.remove(value)`."""
    checked = [(sure, binding, same(value, binding)) for sure, binding in values(content)]
    kept = [(sure and is_it is False, binding) for sure, binding, is_it in checked if is_it is not True]
    return listed(kept, whole=content.whole)


def merged(content: Content, other: Content) -> Content:
    """Two containers in one, the second after the first."""
    whole = content.whole and other.whole
    if not content.is_mapping:
        second = [(is_sure and content.whole, binding) for is_sure, binding in items(other)]
        return listed([*values(content), *second], whole=whole)
    for key, binding in other.entries if other.is_mapping else ():
        content = stored(content, key, binding)
    return replace(content, whole=whole and other.is_mapping)


def all_or_any(content: Content, is_any: bool) -> bool | None:
    """What `any`, or else `all`, says of the elements."""
    truths = [(is_sure, truth_of(binding)) for is_sure, binding in items(content)]
    if any(is_sure and truth is is_any for is_sure, truth in truths):
        return is_any
    is_clear = content.whole and agreed([not is_any, *(truth for _, truth in truths)]) is not None
    return not is_any if is_clear else None


def unpacked(content: Content | None, count: int) -> list[Binding]:
    """The elements of a list or tuple that is assigned to as many targets."""
    if content is None or content.is_mapping or not content.whole or len(content.entries) != count:
        return [UNKNOWN] * count
    return [UNKNOWN if key is None else binding for key, binding in content.entries]
