"""Composes random modules around one guarded import: what a user calls, and what runs at import."""

from dataclasses import dataclass, replace

from random_conditions import Lines, Where, block
from random_forms import Form, local_form, module_form
from random_statements import Statements

_OTHER = ["try:", "    import other", "except ImportError:", "    other = None"]


@dataclass(slots=True)
class Maker(Statements):
    """Makes modules."""

    def module(self) -> tuple[str, str]:
        """The text of a module, and the name of what is to be called first of all."""
        self.careless = self.random.choice((0, 0, 0, 0.05, 0.1, 0.3, 0.6))
        lines = list(_OTHER) if self.now(0.4) else ["other = choose()"]
        if self.now(0.25):
            for _ in range(self.random.choice((1, 1, 2))):
                lines += self._holder()
            return "\n".join(lines) + "\n", ""
        form = module_form(self.random)
        where = _where(form, knows_helpers=True)
        self.asked = form.there
        entries: Lines = []
        makers = [(self._function, 6)] if self.now(0.3) else [(self._function, 6), (self._class, 3)]
        if not form.setup and len(makers) > 1:
            makers.append((self._top, 2))
        for _ in range(self.random.choice((1, 1, 2, 3))):
            entries += self.pick(*makers)(where)
        helpers = [line for helper in self.helpers.values() for line in helper]
        # What the module calls while it is imported must be there by then.
        is_late = len(makers) == 1 and "needs_it" not in self.helpers and self.now(0.5)
        parts = [entries, helpers] if is_late else [helpers, entries]
        return "\n".join([*lines, *form.lines, *parts[0], *parts[1]]) + "\n", form.setup

    def _function(self, where: Where) -> Lines:
        """A function, public or private with a caller."""
        name = self.name("work")
        inside = replace(where, in_function=True, gives_nothing=self.now(0.1))
        depth = self.random.choice((1, 2, 2, 3))
        kind = self.pick(("plain", 6), ("decorated", 2), ("private", 3), ("conditional", 2))
        yielded = ["yield 1"] if inside.gives_nothing else []
        if kind == "plain":
            return block(f"def {name}()", [*yielded, *self.suite(inside, depth)])
        safe = replace(inside, safe=True)
        if kind == "decorated":
            decorator = f"@{self.helper('needs', where)}"
            late = not where.knows_helpers
            return [
                *([] if late else [decorator]),
                *block(f"def {name}()", [*yielded, *self.suite(safe, depth)]),
            ]
        if kind == "conditional":
            body = block(f"def {name}()", [*yielded, *self.suite(safe, depth)])
            lines = block(f"if {self.there(where)}", body)
            return [*lines, *block("else", block(f"def {name}()", ["pass"]))] if self.now(0.4) else lines
        call = "yield from _{0}()" if inside.gives_nothing else "_{0}()"
        private = block(f"def _{name}()", [*yielded, *self.suite(safe, depth)])
        called, after = self.exit(inside, 0) if self.now(0.5) else ([], inside)
        line = call.format(name)
        body = [*called, line] if after.safe else block(f"if {self.there(inside)}", [line])
        lines = [*private, *block(f"def {name}()", body)]
        return lines if self.now(0.5) else [*block(f"def {name}()", body), *private]

    def _class(self, where: Where) -> Lines:
        name = self.name("Tool")
        inside = replace(where, in_function=True)
        constructed = self.now(0.5)
        lines: Lines = []
        if self.now(0.15):
            lines += [f"USABLE = {self.there(where)}"]
            inside = replace(inside, there=("self.USABLE", *inside.there))
        before = inside
        if constructed:
            body, inside = self.pick((self.exit, 3), (self._attribute, 2))(
                replace(inside, gives_nothing=True), 0
            )
            inside = replace(inside, gives_nothing=False)
            lines += block("def __init__(self)", [*body, "self.size = 1"])
        for number in range(self.random.choice((1, 2))):
            here = inside
            head = f"def method{number}(self)"
            decorator: Lines = []
            if self.now(0.1):
                decorator, head = ["@staticmethod"], f"def method{number}()"
                here = replace(before, there=where.there)
            lines += [*decorator, *block(head, self.suite(here, self.random.choice((1, 2))))]
        if self.now(0.25):
            lines += block("def _private(self)", self.suite(replace(inside, safe=True), 1))
            lines += block("def outer(self)", block(f"if {self.there(inside)}", ["self._private()"]))
        head = f"class {name}"
        if self.now(0.15) and not where.only_calls:
            base = self.random.choice(where.names)
            return block(f"if {self.there(where)}", block(f"{head}({base})", lines))
        return block(head, lines)

    def _attribute(self, where: Where, _: int) -> tuple[Lines, Where]:
        """A constructor that keeps in `self` what it found."""
        name = self.random.choice(where.names)
        if where.is_readable and "." not in name and "is not None" in " ".join(where.there) and self.now(0.5):
            asked = ("self.held", "self.held is not None")
            return [f"self.held = {name}"], replace(
                where, names=("self.held",), there=asked, knows_helpers=False
            )
        return [f"self.ready = {self.there(where)}"], replace(where, there=("self.ready", *where.there))

    def _top(self, where: Where) -> Lines:
        """Statements that run when the module is imported."""
        return self.suite(where, self.random.choice((1, 2)))

    def _holder(self) -> Lines:
        """A function or method with the guarded import inside."""
        form: Form = local_form(self.random)
        where = replace(_where(form, knows_helpers=False), in_function=True)
        body = [*form.lines, *self.suite(where, self.random.choice((1, 2, 3)))]
        if self.now(0.3):
            return block(f"class {self.name('Tool')}", block("def method(self)", body))
        return block(f"def {self.name('work')}()", body)


def _where(form: Form, *, knows_helpers: bool) -> Where:
    return Where(
        form.names,
        form.there,
        form.is_readable,
        form.only_calls,
        form.is_constant,
        knows_helpers,
        form.is_safe,
    )
