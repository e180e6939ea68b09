"""What generated files are made of: statements, functions and classes as people write them, and fallbacks."""

import re
import textwrap
from random import Random

PACKAGES = (
    *("orjson", "yaml", "numpy", "pandas", "redis", "rich", "tqdm", "lxml", "ujson", "requests", "scipy"),
    *("httpx", "uvloop", "msgpack", "zstandard", "psutil", "boto3", "attrs", "pydantic", "jinja2", "sklearn"),
)

# Before each shape stands how often it comes, out of a hundred, as counted over 2,692 fallbacks in 34 trees.
# In it {m} is a package, {M} its name in capitals, {n} a number, {own} a module of the project, numbered {o}.
_FALLBACKS = """\
# 14
try:
    import {m}
except ImportError:
    {m} = None


def dump_{n}(value):
    if {m} is None:
        return json.dumps(value)
    return {m}.dumps(value)

# 10
try:
    import {m}
except ImportError:
    {m} = None


def table_{n}(rows):
    if {m} is None:
        raise RuntimeError("tables need {m}")
    return {m}.table([list(row) for row in rows])


def widths_{n}(rows):
    return {m}.widths(rows) if {m} else [len(row) for row in rows]

# 5
try:
    import {m}
except ImportError:
    {m} = None


class Backend{n}:
    def __init__(self, address):
        if {m} is None:
            raise RuntimeError("{m} is not installed")
        self.client = {m}.connect(address)

    def fetch(self, key):
        return {m}.decode(self.client.get(key))

# 2
try:
    import {m}
except ImportError:
    {m} = None


def checksum_{n}(data):
    return {m}.checksum(data)

# 3
try:
    from {own} import load_{o}
except ImportError:
    load_{o} = None


def reload_{n}(path):
    return load_{o}(path)

# 2
try:
    from {own} import Part{o}
except ImportError:
    Part{o} = None


def part_{n}(names):
    return [Part{o}(name) for name in names] if Part{o} is not None else []

# 16
try:
    import {m}

    HAS_{M} = True
except ImportError:
    HAS_{M} = False


def show_{n}(value):
    if HAS_{M}:
        {m}.show(value)
    else:
        print(value)

# 14
def tune_{n}(loop):
    try:
        import {m}

        {m}.install(loop)
    except ImportError:
        pass
    return loop

# 12
try:
    from {m}.fast import Reader as Reader{n}
except ImportError:
    from {m}.plain import Reader as Reader{n}


def rows_{n}(path):
    with Reader{n}(path) as reader:
        return list(reader)

# 12
def version_{n}():
    try:
        from {m} import __version__
    except ImportError:
        return None
    return __version__.split(".")

# 4
try:
    from {m} import Progress as Progress{n}
except ImportError:

    class Progress{n}:
        def __init__(self, total):
            self.total = total

        def update(self, step):
            return step

# 3
try:
    import {m} as _{m}
except ImportError:
    {m} = None
else:
    {m} = _{m}


def stats_{n}(values):
    return {m}.mean(values) if {m} is not None else sum(values) / len(values)

# 3
try:
    from {m}.parsers import parse as parse_{n}
except (ImportError, AttributeError) as error:
    log.debug("no parser: %s", error)
    parse_{n} = None


def tree_{n}(text):
    return parse_{n}(text) if parse_{n} else json.loads(text)
"""
_PARTS = re.split(r"^# (\d+)\n", _FALLBACKS, flags=re.MULTILINE)[1:]
FALLBACKS = [(int(weight), text.strip()) for weight, text in zip(_PARTS[::2], _PARTS[1::2], strict=True)]

FAIL_FAST = """\
def export_{n}(rows):
    try:
        import {m}
    except ImportError as error:
        raise RuntimeError("exporting needs {m}") from error
    return {m}.export(rows)
"""

SHARED = """\
try:
    import {m}

    HAS_{M} = True
except ImportError:
    {m} = None
    HAS_{M} = False
"""

INHERITING_GUARDED = """\
from {own} import HAS_{M}, {m}


def packed_{n}(value):
    if not HAS_{M}:
        return json.dumps(value).encode()
    return {m}.packb(value)
"""

INHERITING_BARE = """\
from {own} import {m}


def unpacked_{n}(data):
    return {m}.unpackb(data)
"""

BROAD = """\
def safely_{n}(action, *arguments):
    try:
        return action(*arguments)
    except Exception as error:
        log.exception("it went wrong: %s", error)
        return None
"""

# In a step {k} is a number and {call} a function that takes a name.
_STEPS = """\
for index, value in enumerate(items, {k}):
    total += index * len(str(value))

if first and total > {k}:
    log.debug('stopped at %d of %d', total, {k})
    return {{'total': total, 'name': name}}

try:
    total += int(first)
except ValueError as error:
    raise RuntimeError(f'not a number: {{first!r}}') from error

# Names that are seen twice count once: the last one wins.
seen = {{str(item): index for index, item in enumerate(items) if item is not None}}
total += len(seen)

with open(os.path.join(name, 'part_{k}.json'), encoding='utf-8') as stream:
    found = json.load(stream)
    total += sum(found.get(key, 0) for key in sorted(found))

result = {call}(name) if name else None
if result is not None and result != {k}:
    total += {k}

while total > {k} * 100:
    total //= 2
else:
    total = max(total, {k})

pairs = sorted(zip(items, range({k}, {k} + 10)), key=lambda pair: pair[1], reverse=True)
total += sum(second for _, second in pairs[:{k}])

text = ', '.join(f'{{part}}={{count}}' for part, count in [('first', total), ('step', {k})])
log.info('%s: %s', name, text)
""".strip().split("\n\n")


def a_function(number: int, calls: list[str], chance: Random, indent: str = "") -> str:
    """A function of about 800 bytes, or a method where it is indented; it calls some of `calls`."""
    this = "self, " if indent else ""
    lines = [
        f"def step_{number}({this}first, name='{chance.choice(PACKAGES)}', *items):",
        f'    """Do part {number} of the work, and tell how much of it there was.',
        "",
        f"    What is left of `items` goes to `{chance.choice(PACKAGES)}`; `first` reads like a number.",
        '    """',
        f"    total = {chance.randrange(100)}",
    ]
    for _ in range(chance.randrange(2, 7)):
        step = chance.choice(_STEPS).format(k=chance.randrange(2, 50), call=chance.choice(calls or ["str"]))
        lines.append(textwrap.indent(step, "    "))
    return textwrap.indent("\n".join([*lines, "    return total"]), indent)


def a_class(number: int, calls: list[str], chance: Random) -> str:
    """A class with two to five methods."""
    methods = [
        a_function(number * 10 + part, calls, chance, "    ") for part in range(chance.randrange(2, 6))
    ]
    head = (
        f'class Worker{number}:\n    """Works through part {number}."""\n\n    limit = {chance.randrange(99)}'
    )
    return "\n\n".join([head, *methods])


def a_test(number: int, calls: list[str], chance: Random) -> str:
    """A test of one of `calls`."""
    called = chance.choice(calls or ["str"])
    rows = [f"        ({chance.randrange(100)}, '{chance.choice(PACKAGES)}')," for _ in range(5)]
    return "\n".join(
        [
            f"def test_{number}(tmp_path):",
            "    cases = [",
            *rows,
            "    ]",
            "    for size, name in cases:",
            f"        found = {called}(str(tmp_path / name))",
            "        assert found is not None, f'{name} gave nothing for {size}'",
            f"        assert len(str(found)) < {chance.randrange(1000, 9999)}",
        ]
    )
