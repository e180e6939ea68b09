"""Click's side of the options: those of the common table, and the number of jobs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from ws_fallback_lint.core.options import Face, Kind, Option, offered
from ws_fallback_lint.engine.processors import usable_processors
from ws_fallback_lint.engine.report.escape import visible

# Click itself would end the run for one that may not be read: whoever reads it says so, and goes on.
PATH = click.Path(readable=False)
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def jobs(_context: click.Context, parameter: click.Parameter, value: str) -> int:
    """Read a number of processes, or `auto`: as many as there are processors to use."""
    if value == "auto":
        return usable_processors()
    if not value.isdecimal() or int(value) < 1:
        raise click.BadParameter(f"'{visible(value)}' is neither 'auto' nor a number from 1", param=parameter)
    return int(value)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command every option of the table that the command line offers."""
    for option in reversed(offered(Face.CLI)):
        command = _switch(option)(command)
    return command


def overrides(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the table that were given, by name, as `core.parse.parse` takes them."""
    values = {option.name: given[option.field] for option in offered(Face.CLI)}
    return {name: value for name, value in values.items() if value is not None}


def _switch(option: Option) -> Decorator:
    flag = f"--{option.name}"
    match option.kind:
        case Kind.FLAG:
            return click.option(flag, is_flag=True, default=None, help=option.help)
        case Kind.STRINGS:
            many = f"{option.help}; comma-separated, repeatable"
            return click.option(flag, multiple=True, metavar="LIST", callback=_split, help=many)
        case Kind.CHOICE:
            # Plain strings: of an enumeration, click would offer the names of its members.
            choices = click.Choice([str(choice) for choice in option.choices])
            return click.option(flag, type=choices, help=option.help)
        case Kind.TEXT:
            return click.option(flag, help=option.help)
        case _:
            raise ValueError(f"the command line cannot set '{option.name}', which is {option.kind.value}")


def _split(_context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> list[str] | None:
    items = [item.strip() for value in values for item in value.split(",")]
    if not all(items):
        # An empty variable in a script would otherwise select nothing, and all would seem well.
        raise click.BadParameter("holds an empty item", param=parameter)
    return items or None
