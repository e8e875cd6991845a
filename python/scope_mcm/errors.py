"""The one exception of this package: what went wrong, and what to do about it."""

from __future__ import annotations


class ScopeError(Exception):
    """A thing that the user can put right.

    Args:
        message: What is wrong, in one line.
        remedy: What to change, in one line; may be empty.
        details: Further lines, for example all that a tool printed. They are not
            part of the one line, and `scope --debug` shows them.
    """

    def __init__(self, message: str, remedy: str = "", details: str = "") -> None:
        super().__init__(message)
        self.message = " ".join(message.split())
        self.remedy = " ".join(remedy.split())
        self.details = details

    def __str__(self) -> str:
        return f"{self.message}; {self.remedy}" if self.remedy else self.message
