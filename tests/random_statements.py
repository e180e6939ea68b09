"""Statements of random modules: guards and uses, one inside the other and one after the other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from random_conditions import Conditions, Lines, Where, block, inside
from random_forms import EXPRESSIONS, FILLING, OPERATORS, STATEMENTS

_MASKS = (
    "TypeError",
    "AttributeError",
    "(TypeError, AttributeError)",
    "Exception",
    "NameError",
    "ValueError",
)


@dataclass(slots=True)
class Statements(Conditions):
    """Makes statements."""

    def suite(self, where: Where, depth: int) -> Lines:
        """One to three statements."""
        lines: Lines = []
        for _ in range(self.random.choice((1, 1, 2, 2, 3))):
            more, where = self._statement(where, depth)
            lines += more
        return lines

    def _statement(self, where: Where, depth: int) -> tuple[Lines, Where]:
        """A statement, and what is known after it."""
        if depth == 0:
            return self._leaf(where), where
        make: Callable[[Where, int], tuple[Lines, Where]] = self.pick(
            (self._plain, 4),
            (self._if, 6),
            (self.exit, 4),
            (self._loop, 2),
            (self._try, 3),
            (self._with, 1),
            (self._alias, 2),
            (self._nested, 3),
            (self._branch, 2),
            (self._match, 1),
            (self._while, 1),
            (self._local_flag, 1),
        )
        return make(where, depth - 1)

    def _plain(self, where: Where, _: int) -> tuple[Lines, Where]:
        return self._leaf(where), where

    def _leaf(self, where: Where) -> Lines:
        if not where.safe and not self.now(self.careless):
            return self._guarded_leaf(where)
        if self.now(0.35) and not where.only_calls:
            # What fills an empty dict makes it true: the test that would have told it apart is fooled.
            statements = STATEMENTS if not where.is_constant else [s for s in STATEMENTS if s != FILLING]
            return [line.format(self.random.choice(where.names)) for line in self.random.choice(statements)]
        use = self._use(where)
        if where.in_function and not where.gives_nothing and self.now(0.15):
            return [f"return {use}"]
        if where.in_function and self.now(0.03):
            return [f"raise ValueError({use})"]
        return [self.pick((use, 3), (f"value = {use}", 2))]

    def _use(self, where: Where) -> str:
        name = self.random.choice(where.names)
        if where.knows_helpers and self.now(0.08):
            return f"{self.helper('take', where)}({name})"
        use = "{0}()" if where.only_calls else self.random.choice(EXPRESSIONS)
        if use in OPERATORS and where.is_constant:
            use = "{0}()"
        return use.format(name)

    def _guarded_leaf(self, where: Where) -> Lines:
        """A statement that uses nothing, or only under a guard of its own."""
        use = self._use(where)
        name = self.random.choice(where.names)
        there, missing = self.there(where), self.missing(where)
        options: list[tuple[str, int]] = [
            ("pass", 2),
            ("print('nothing')", 1),
            (f"{there} and {use}", 2),
            (f"{missing} or {use}", 2),
            (f"value = {use} if {there} else None", 3),
            (f"value = None if {missing} else {use}", 2),
            (f"value = [{use} for _ in (1, 2) if {there}]", 2),
            (f"value = any({use} for _ in (1, 2) if {there})", 1),
            (f"value = (lambda: {use}) if {there} else None", 1),
            (f"value = (lambda: {use} if {there} else 0)()", 1),
        ]
        if where.is_readable and name.isidentifier():
            options += [
                (f"value = {name}", 1),
                (f"print({name})", 1),
                (f"value = {name} or print", 1),
                (f"value = (got := {name}) is not None and got()", 1),
                (f"value = {name} == 1", 1),
            ]
        return [self.pick(*options)]

    def _if(self, where: Where, depth: int) -> tuple[Lines, Where]:
        safe = replace(where, safe=True)
        orelse = self.now(0.3)
        if self.now(0.6):
            lines = block(f"if {self.there(where)}", self.suite(safe, depth))
            if self.now(0.2):
                lines += block("elif choose()", self.suite(where, depth))
            lines += block("else", self.suite(where, depth)) if orelse else []
        else:
            lines = block(f"if {self.missing(where)}", self.suite(where, depth))
            lines += block("else", self.suite(safe, depth))
        return lines, where

    def exit(self, where: Where, depth: int) -> tuple[Lines, Where]:
        """A guard that leaves."""
        safe = replace(where, safe=True)
        leave = ["raise RuntimeError('no')"]
        if where.in_function:
            leave += ["return", "return"] if where.gives_nothing else ["return", "return None", "return 0"]
        if where.in_loop:
            leave += ["break", "continue", "continue"]
        before = ["print('no')"] if self.now(0.2) else []
        if not where.in_function and not where.in_loop and self.now(0.7):
            return self._if(where, depth)
        if self.now(0.15):
            return [f"assert {self.there(where)}"], safe
        if where.knows_helpers and self.now(0.2):
            call = [f"{self.helper('require', where)}()"]
            if self.now(0.3) and where.in_function:
                call = [*block("try", call), *block("except RuntimeError", [leave[-1]])]
            return call, safe
        return block(f"if {self.missing(where)}", [*before, self.random.choice(leave)]), safe

    def _branch(self, where: Where, depth: int) -> tuple[Lines, Where]:
        lines = block("if choose()", self.suite(where, depth))
        if self.now(0.5):
            lines += block("else", self.suite(where, depth))
        return lines, where

    def _loop(self, where: Where, depth: int) -> tuple[Lines, Where]:
        inside = replace(where, in_loop=True)
        lines = block("for step in range(2)", self.suite(inside, depth))
        if self.now(0.2):
            lines += block("else", self.suite(where, depth))
        return lines, where

    def _while(self, where: Where, depth: int) -> tuple[Lines, Where]:
        safe = replace(where, safe=True, in_loop=True)
        body = self.suite(replace(safe, in_loop=False), depth)
        kind = self.random.randrange(3)
        if kind == 0:
            lines = block(f"while {self.there(where)}", [*body, "break"])
        elif kind == 1:
            count = self.name("count")
            lines = [
                f"{count} = 2",
                *block(f"while {count} and ({self.there(where)})", [f"{count} -= 1", *body]),
            ]
        else:
            early = block("if choose()", ["break"]) if self.now(self.careless) else []
            lines = block(
                "while True", [*early, *block(f"if {self.missing(where)}", ["break"]), *body, "break"]
            )
        if kind < 2 and self.now(0.25):
            lines += block("else", self.suite(where, depth))
        return lines, where

    def _try(self, where: Where, depth: int) -> tuple[Lines, Where]:
        masked = replace(where, safe=where.safe or self.now(0.5 * self.careless))
        lines = block("try", self.suite(masked, depth))
        kind = self.random.random()
        if kind < 0.75:
            handler = self.pick((["pass"], 3), (["print('no')"], 1), (["value = None"], 1))
            if where.in_function and self.now(0.3):
                handler = ["return"]
            elif self.now(0.1):
                handler = ["raise"]
            elif not where.safe and self.now(0.2):
                handler = self.suite(where, 0)
            lines += block(f"except {self.random.choice(_MASKS)}", handler)
            lines += block("else", self.suite(where, depth)) if self.now(0.2) else []
        if kind >= 0.75 or self.now(0.15):
            lines += block("finally", self.suite(replace(where, in_loop=False, in_function=False), 0))
        return lines, where

    def _with(self, where: Where, depth: int) -> tuple[Lines, Where]:
        head = self.pick(
            ("nullcontext()", 2), ("suppress(TypeError, AttributeError)", 1), ("suppress(ValueError)", 1)
        )
        lines = ["import contextlib", *block(f"with contextlib.{head}", self.suite(where, depth))]
        return lines, where

    def _alias(self, where: Where, _: int) -> tuple[Lines, Where]:
        """Another name for what the import brings."""
        name = self.random.choice(where.names)
        if not (where.safe or (where.is_readable and "." not in name)):
            return self._leaf(where), where
        alias = self.name("alias")
        if where.safe:
            return [f"{alias} = {name}"], replace(where, names=(alias,))
        kind = self.pick(("plain", 3), ("walrus", 2), ("or", 1), ("and", 1))
        asked = (alias, f"{alias} is not None")
        if kind == "plain":
            there = asked if "is not None" in " ".join(where.there) else where.there
            return [f"{alias} = {name}"], replace(where, names=(alias,), there=there, knows_helpers=False)
        if "HAS" in " ".join(where.there) or "is not None" not in " ".join(where.there):
            return self._leaf(where), where
        if kind == "walrus":
            head = self.pick((f"if ({alias} := {name}) is not None", 1), (f"if {alias} := {name}", 1))
            return block(head, self.suite(replace(where, names=(alias,), safe=True), 0)), where
        if kind == "or":
            return [f"{alias} = {name} or print", f"{alias}()"], where
        return [f"{alias} = choose() and {name}", *block(f"if {alias}", [f"{alias}()"])], where

    def _nested(self, where: Where, depth: int) -> tuple[Lines, Where]:
        """A function inside; it is called, perhaps."""
        inner = self.name("inner")
        inside = replace(where, in_function=True, in_loop=False, gives_nothing=False)
        kind = self.pick(("def", 4), ("lambda", 1), ("default", 1))
        name = self.random.choice(where.names)
        if kind == "lambda" and (where.safe or self.now(self.careless)):
            lines = [f"{inner} = lambda: {self._use(where)}"]
        elif kind == "default" and where.is_readable and "." not in name and "None" in " ".join(where.there):
            guarded = block("if given is not None", ["given()"])
            lines = block(f"def {inner}(given={name})", ["given()"] if where.safe else guarded)
        else:
            lines = block(f"def {inner}()", self.suite(inside, depth))
        call = self.pick(([f"{inner}()"], 3), (block(f"if {self.there(where)}", [f"{inner}()"]), 1))
        return [*lines, *call], where

    def _match(self, where: Where, depth: int) -> tuple[Lines, Where]:
        name = self.random.choice(where.names)
        if not where.is_readable or "." in name or "HAS" in " ".join(where.there) or self.now(0.2):
            there = self.there(where)
            safe = replace(where, safe=True)
            return ["match choose():", *inside(block(f"case _ if {there}", self.suite(safe, depth)))], where
        body = self.suite(replace(where, safe=True), depth)
        cases = [*block("case None", ["pass"]), *block("case _", body)]
        return [f"match {name}:", *inside(cases)], where

    def _local_flag(self, where: Where, _: int) -> tuple[Lines, Where]:
        flag = self.name("flag")
        there, missing = self.there(where), self.missing(where)
        lines = self.pick(
            ([f"{flag} = {there}"], 3),
            ([f"{flag} = False", *block(f"if {there}", [f"{flag} = True"])], 2),
            ([f"{flag} = True", *block(f"if {missing}", [f"{flag} = False"])], 1),
            (["if choose():", f"    {flag} = {there}", "else:", f"    {flag} = False"], 1),
        )
        return lines, replace(where, there=(flag, flag, *where.there))
