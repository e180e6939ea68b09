"""Frozen values as plain ones, such as JSON can hold, and back: what is read is checked, never run."""

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints


def plain(value: object) -> Any:
    """A value made of dataclasses, tuples, enums, text, bytes and numbers, as lists, text and numbers."""
    if is_dataclass(value):
        return [plain(getattr(value, field.name)) for field in fields(value)]
    match value:
        case tuple():
            return [plain(one) for one in value]
        case Enum():
            return value.value
        case bytes():
            return value.decode("latin-1")
        case None | bool() | int() | str():
            return value
        case _:
            pass
    raise TypeError(f"{type(value).__name__} is not a plain value")


def made(kind: Any, value: Any) -> Any:
    """The value of a type that `plain` was given. Raises TypeError or ValueError for anything else."""
    return _maker(kind)(value)


@cache
def _maker(kind: Any) -> Callable[[Any], Any]:
    if is_dataclass(kind):
        return _maker_of_dataclass(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _maker_of_tuple(arguments)
    if origin in (Union, types.UnionType):
        (one,) = (argument for argument in arguments if argument is not types.NoneType)
        return lambda value: None if value is None else made(one, value)
    if kind is bytes:
        return lambda value: _exact(str, value).encode("latin-1")
    return kind if issubclass(kind, Enum) else partial(_exact, kind)


def _maker_of_dataclass(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    makers = [_maker(hints[field.name]) for field in fields(kind)]
    return lambda value: kind(*(make(one) for make, one in zip(makers, _exact(list, value), strict=True)))


def _maker_of_tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if arguments[1:] == (...,):
        each = _maker(arguments[0])
        return lambda value: tuple(map(each, _exact(list, value)))
    makers = [_maker(argument) for argument in arguments]
    return lambda value: tuple(make(one) for make, one in zip(makers, _exact(list, value), strict=True))


def _exact(kind: Any, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value
