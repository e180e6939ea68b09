"""Random modules with guarded imports, written down as people might."""

from random import Random

from generate import HEADER, NAMES, Block, Layout, Maker, Statement


def statements(random: Random, maker: Maker) -> list[Statement]:
    """What a module may hold above and in guarded imports."""
    before: list[Statement] = [text for text in ("X = None", "Y = 0") if random.random() < 0.2]
    guarded: list[Statement] = [
        maker.guarded(random.choice((0, 0, 1, 2))) for _ in range(random.choice((1, 1, 2)))
    ]
    return [*before, *guarded]


def module_text(random: Random, maker: Maker) -> str:
    """A module as people might lay it out. Each name is read, so that leaving it unbound can hurt."""
    indent = random.choice(("    ", "\t", "  ", " ", "   "))
    layout = Layout(random if random.random() < 0.7 else None, indent)
    body = [*statements(random, maker), f"seen = lambda: ({', '.join(NAMES)})"]
    newline = random.choice(("\n", "\n", "\r\n"))
    return (
        HEADER.replace("\n", newline) + newline.join(layout.write(body)) + newline * random.choice((0, 1, 2))
    )


def wrapped_text(random: Random) -> str:
    """The same inside functions, classes and other blocks, some with `except*`."""
    maker = Maker(random, in_function=True)
    body = [*statements(random, maker), "print(X, Y, Z)"]
    for head in random.sample(
        ("def f(a=1)", "async def g()", "class C", "if X", "with X as Z", "for Y in X"), 2
    ):
        body = [Block([(head, ["'''A text.'''", *body] if random.random() < 0.3 else body)])]
    inner: list[Statement] = [Block([("def outer()", body)])]
    text = "\n".join(Layout(random, random.choice(("    ", "\t", "  "))).write(inner))
    if random.random() < 0.2:
        text = text.replace("except", "except*").replace("except*:", "except* Exception:")
    decorated = "@staticmethod\n" if random.random() < 0.3 else ""
    return f"{HEADER}{decorated}{text}\n"
