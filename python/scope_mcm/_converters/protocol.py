"""What a converter's process and its caller say to each other.

The request is one dictionary. Answers are dictionaries, one after another:
`{"step": TEXT}` for progress, `{"note": TEXT}`, and at the end either
`{"dialect": "tosa" | "linalg", "converter_seconds": S}` or
`{"error": TEXT, "remedy": TEXT}`. They are written as `marshal` writes them, which both
sides have built in, the same one; `json` takes as long to load as a small network to
convert.
"""

from __future__ import annotations

import marshal
import posix
import sys
import time
from io import FileIO

# What else would be loaded takes time that a small network's conversion does not: `typing`
# longer than all of it, `os` a millisecond, whose functions of the system are `posix`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO, NoReturn


class Refused(Exception):
    """The network cannot be converted."""

    def __init__(self, error: str, remedy: str) -> None:
        super().__init__(error)
        self.error, self.remedy = error, remedy


class Channel:
    """The answers of a converter, and the time that is the converter's own."""

    def __init__(self, stream: BinaryIO | None) -> None:
        self._stream = stream
        self.converter_seconds = 0.0

    def say(self, **answer: Any) -> None:
        """One of the answers."""
        if self._stream:
            marshal.dump(answer, self._stream)

    def step(self, text: str) -> None:
        """What is being done now."""
        self.say(step=text)

    def note(self, text: str) -> None:
        """What the user should know although it went well."""
        self.say(note=text)

    def timed(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """Calls a function of the converter, and counts its time as the converter's."""
        start = time.perf_counter()
        try:
            return function(*arguments, **keywords)
        finally:
            self.converter_seconds += time.perf_counter() - start


def serve(convert: Callable[[dict[str, Any], Channel], str]) -> NoReturn:
    """Answers the request on standard input by `convert`, which returns the dialect."""
    # Whatever a library prints must not get between the answers.
    channel = Channel(FileIO(posix.dup(1), "w"))
    posix.dup2(2, 1)
    request = marshal.load(sys.stdin.buffer)
    try:
        dialect = convert(request, channel)
    except Refused as refusal:
        channel.say(error=refusal.error, remedy=refusal.remedy)
        sys.exit(1)
    channel.say(dialect=dialect, converter_seconds=channel.converter_seconds)
    # All is written, and freeing a network piece by piece takes longer than a small one's
    # conversion.
    sys.stderr.flush()
    posix._exit(0)
