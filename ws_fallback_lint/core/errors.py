"""What a person can put right. Each error says what is wrong, where, and what to do."""

from enum import IntEnum

# What is said of a file whose analysis Python's own stack does not hold.
TOO_DEEP = "nested too deeply to be analysed; split the file"


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
