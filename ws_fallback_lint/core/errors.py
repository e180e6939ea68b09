"""What a person can put right. Each error says what is wrong, where, and what to do."""

import os
from enum import IntEnum

# What is said of a file whose analysis Python's own stack, or the memory, does not hold.
TOO_DEEP = "nested too deeply to be analysed; split the file"
TOO_MUCH = "not analysed: it takes more memory than there is"


class ExitStatus(IntEnum):
    """How a run ends (DESIGN §8)."""

    CLEAN = 0
    FINDINGS = 1
    NOT_DONE = 2


class FallbackLintError(Exception):
    """Base of every error that is shown to a person as one line, without a traceback.

    A front end that meets one prints it and ends with `ExitStatus.NOT_DONE`.
    """


class ConfigError(FallbackLintError):
    """The configuration cannot be used: unknown key, wrong type, unreadable or broken TOML."""


class NotAnalyzed(FallbackLintError):  # noqa: N818 - the rule it becomes has this name
    """One file could not be read, decoded or parsed; becomes an FBK900 problem.

    `line` and `column` are 1-based; 1, 1 where the trouble has no place in the text.
    """

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class TooLarge(NotAnalyzed):
    """A file holds more than is looked at: `count` of something, `what`, where at most `most` are allowed."""

    def __init__(self, count: int, most: int, what: str = "bytes") -> None:
        super().__init__(f"too large to be looked at: {count:,} {what}, of which {most:,} are allowed")


def unfinished(error: Exception) -> str:
    """What to say of a file whose analysis ended with an error that is no fault of the file, in one line."""
    match error:
        case RecursionError():
            return TOO_DEEP
        case MemoryError():
            return TOO_MUCH
        case _:
            pass
    end = error.__traceback__
    while end is not None and end.tb_next is not None:
        end = end.tb_next
    where = f" ({os.path.basename(end.tb_frame.f_code.co_filename)}:{end.tb_lineno})" if end else ""
    said = f"{type(error).__name__}: {error}{where}"
    return f"not analysed: an error of ws-fallback-lint itself, please report it: {said}"
