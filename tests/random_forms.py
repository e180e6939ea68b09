"""The guarded imports that random programs are about, and the ways to use what they bring."""

from dataclasses import dataclass, replace
from random import Random

CATCHING = (
    "ImportError",
    "ImportError",
    "ImportError as error",
    "ModuleNotFoundError",
    "Exception",
    "(ImportError, AttributeError)",
)
# What a caller may ask of a thing of a library; each dies on None. Operators stand apart: whether they take
# some other constant depends on what stands beside it, and no verdict is given.
OPERATORS = ("{0} + 1", "2 + {0}()", "-{0}", "{0} < 3")
EXPRESSIONS = (
    "{0}()",
    "{0}()",
    "{0}(1, key=2)",
    "{0}.part",
    "{0}.load()",
    "{0}().load().part",
    "{0}['k']",
    *OPERATORS,
    "3 in {0}",
    "list({0})",
    "len({0})",
    "[i for i in {0}]",
    "list(map({0}, [1]))",
    "[1, *{0}]",
    "isinstance(1, {0})",
    "isinstance(1, (str, {0}))",
    "choose() and {0}()",
    "{0}() if choose() else 0",
    "(lambda: {0}())()",
    "[{0}(i) for i in (1, 2)]",
    "f'{{{0}()}}'",
    "{{'k': {0}()}}",
    "print({0}.part)",
)
FILLING = ("{0}['k'] = 1",)
STATEMENTS = (
    ("with {0}():", "    pass"),
    ("with {0}() as held:", "    pass"),
    ("for i in {0}:", "    pass"),
    ("for i in {0}():", "    pass"),
    ("class Inner({0}):", "    pass"),
    ("@{0}", "def inner():", "    return 1"),
    ("@{0}(1)", "def inner():", "    return 1"),
    ("{0}.attribute = 1",),
    FILLING,
    ("del {0}['k']",),
    ("first, second = {0}",),
    ("total = 1", "total += {0}()"),
    ("assert {0}()",),
    ("try:", "    raise KeyError", "except {0}:", "    pass", "except KeyError:", "    pass"),
    ("def default(a={0}()):", "    return a"),
    ("while {0}():", "    break"),
    ("if {0}.part:", "    pass"),
    ("match {0}():", "    case _:", "        pass"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """A guarded import.

    `names` are expressions that give what it brings, `there` conditions that hold only if it worked.
    `is_readable`: the names can be read when it failed. `is_safe`: nothing that comes after it can meet the
    failure. `only_calls`: what takes the place of the import can be called and nothing else. `is_constant`:
    it is a constant other than None. `setup` names what is to be called first of all.
    """

    lines: tuple[str, ...]
    names: tuple[str, ...]
    there: tuple[str, ...]
    is_readable: bool = True
    is_safe: bool = False
    only_calls: bool = False
    is_constant: bool = False
    setup: str = ""


def module_form(random: Random) -> Form:
    """A guarded import of a module."""
    make = random.choice(
        (_none, _none, _none, _flag, _flag, _before, _two, _error, _stand_in, _loader, _suppress, _replaced)
    )
    form = make(random)
    if random.random() < 0.3:
        form = _computed(random, form)
    return form


def local_form(random: Random) -> Form:
    """A guarded import inside a function; `return` is allowed in it."""
    make = random.choice((_none, _none, _flag, _before, _two, _returned))
    return make(random)


def _try(
    random: Random, body: tuple[str, ...], handler: tuple[str, ...], orelse: tuple[str, ...] = ()
) -> tuple[str, ...]:
    lines = ["try:", *_inside(body), f"except {random.choice(CATCHING)}:", *_inside(handler)]
    if orelse:
        lines += ["else:", *_inside(orelse)]
    return tuple(lines)


def _inside(lines: tuple[str, ...]) -> list[str]:
    return ["    " + line for line in lines]


def _imported(random: Random) -> tuple[str, str, str]:
    """An import, the name it binds, and what can be used in any way."""
    return random.choice(
        (
            ("from lib import x", "x", "x"),
            ("from lib import x", "x", "x"),
            ("from lib import Thing as x", "x", "x"),
            ("from lib.sub import x", "x", "x"),
            ("import lib", "lib", "lib.tool"),
            ("import lib as x", "x", "x.thing"),
            ("import lib.sub as x", "x", "x.thing"),
        )
    )


def _asked(name: str) -> tuple[str, ...]:
    """Conditions that tell the import from None."""
    return (
        f"{name} is not None",
        f"{name} is not None",
        name,
        name,
        f"{name} != None",
        f"not ({name} is None)",
        f"not isinstance({name}, type(None))",
        f"None not in ({name}, 1)",
        f"bool({name})",
        f"None is not {name}",
        f"all(one is not None for one in ({name},))",
    )


def _none(random: Random) -> Form:
    statement, name, used = _imported(random)
    handler = random.choice(
        ((f"{name} = None",), (f"other_name = {name} = None",), ("print('no')", f"{name} = None"))
    )
    asked = _asked(name) + ((f"callable({name})",) if name == used else ())
    return Form(_try(random, (statement,), handler), (used,), asked)


def _flag(random: Random) -> Form:
    statement, name, used = _imported(random)
    is_readable = random.random() < 0.4
    handler: tuple[str, ...] = (f"{name} = None",) if is_readable else ()
    match random.randrange(4):
        case 0:
            lines = _try(random, (statement, "HAS = True"), (*handler, "HAS = False"))
            there: tuple[str, ...] = ("HAS", "HAS is True", "HAS == True", "bool(HAS)")
        case 1:
            lines = _try(random, (statement,), ("HAS = 0", *handler), ("HAS = 1",))
            there = ("HAS", "HAS == 1")
        case 2:
            lines = ("HAS = False", *_try(random, (statement, "HAS = True"), handler or ("pass",)))
            there = ("HAS", "HAS is not False")
        case _:
            lines = _try(random, (statement, "LACKS = False"), ("LACKS = True", *handler))
            there = ("not LACKS", "LACKS is False")
    return Form(lines, (used,), there + (_asked(name) if is_readable else ()), is_readable)


def _before(random: Random) -> Form:
    statement, name, used = _imported(random)
    handler = random.choice((("pass",), ("print('no')",)))
    return Form((f"{name} = None", *_try(random, (statement,), handler)), (used,), _asked(name))


def _suppress(random: Random) -> Form:
    statement, name, used = _imported(random)
    errors = random.choice(("ImportError", "Exception"))
    lines = (
        "import contextlib",
        f"{name} = None",
        f"with contextlib.suppress({errors}):",
        "    " + statement,
    )
    return Form(lines, (used,), _asked(name))


def _two(random: Random) -> Form:
    body = random.choice((("from lib import x, y",), ("from lib import x", "from lib import y")))
    if random.random() < 0.3:
        return Form(_try(random, body, ("x = None",)), ("y",), ("x is not None", "x"), is_readable=False)
    handler = random.choice((("x = y = None",), ("x, y = None, None",), ("x = None", "y = None")))
    there = (*_asked("x"), *_asked("y"), "None not in (x, y)", "x and y", "not (x is None or y is None)")
    if len(body) == 1:
        return Form(_try(random, body, handler), ("x", "y"), there)
    return Form(_try(random, body, handler), ("x",), there)


def _error(random: Random) -> Form:
    statement, _, used = _imported(random)
    lines = (
        "failure = None",
        "try:",
        f"    {statement}",
        "except ImportError as error:",
        "    failure = error",
    )
    return Form(lines, (used,), ("failure is None", "not failure"), is_readable=False)


def _stand_in(random: Random) -> Form:
    handler, is_false, is_safe = random.choice(
        (
            (("class x:", "    pass"), False, True),
            (("x = object",), False, True),
            (("class x:", "    pass"), False, False),
            (("x = object",), False, False),
            (("x = False",), True, False),
            (("x = {}",), True, False),
        )
    )
    lines = _try(random, ("from lib import x", "HAS = True"), (*handler, "HAS = False"))
    if is_safe:
        return Form(lines, ("x",), ("HAS",), is_safe=True, only_calls=True)
    asked = ("x", "bool(x)") if is_false else ()
    return Form(lines, ("x" if is_false else "x.part",), ("HAS", "HAS is True", *asked), is_constant=is_false)


def _replaced(random: Random) -> Form:
    """The missing import is replaced further down."""
    after, is_safe = random.choice(
        (
            (("if x is None:", "    x = print"), True),
            (("if not x:", "    def x(*_):", "        return 1"), True),
            (("x = x or print",), True),
            (("def fix():", "    global x", "    if x is None:", "        x = print", "fix()"), True),
            (("if x is not None:", "    x = print"), False),
            (("if choose():", "    x = print"), False),
            (("def fix():", "    global x", "    x = print"), False),
        )
    )
    lines = _try(random, ("from lib import x",), ("x = None",))
    return Form((*lines, *after), ("x",), ("x is not None", "x"), is_safe=is_safe, only_calls=True)


def _loader(random: Random) -> Form:
    handler = random.choice((("x = None",), ("pass",)))
    body = ("global x", *_try(random, ("from lib import x",), handler))
    return Form(("x = None", "def load():", *_inside(body)), ("x",), _asked("x"), setup="load")


def _returned(random: Random) -> Form:
    statement, _, used = _imported(random)
    handler = random.choice(
        (("return None",), ("return",), ("print('no')", "return 0"), ("raise RuntimeError('no')",))
    )
    return Form(_try(random, (statement,), handler), (used,), ("True",), is_readable=False, is_safe=True)


def _computed(random: Random, form: Form) -> Form:
    """The same with a flag that is worked out below it."""
    if form.setup:
        return form
    there = random.choice(form.there)
    line, asked = random.choice(
        (
            (f"READY = {there}", "READY"),
            (f"READY = bool({there})", "READY is True"),
            (f"READY = not ({there})", "not READY"),
            (f"READY = 1 if {there} else 0", "READY"),
            (f"READY = ({there}) and choose()", "READY"),
        )
    )
    return replace(form, lines=(*form.lines, line), there=(*form.there, asked, asked))
