"""Signals that wait while something is begun or ended that must not be left behind, and
programs that do not outlive the process that started them.

Python handles a signal between any two steps, and the handlers of this package raise.
Between the start of a program and the step that remembers it, nobody would end it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import FrameType, TracebackType
from typing import Any, Generic, TypeVar

#: What ends a command from outside.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_T = TypeVar("_T")


class Held:
    """A block in which the signals that have a handler wait for its end. They are held
    by handlers and not by the mask of the thread, which programs started in the block
    would inherit and other threads do not have."""

    def __enter__(self) -> None:
        self._handlers: dict[signal.Signals, Callable[[int, FrameType | None], Any]] = {}
        self._arrived: list[tuple[signal.Signals, FrameType | None]] = []
        if threading.current_thread() is not threading.main_thread():
            return  # Handlers run in the main thread.
        try:
            for number in ENDING:
                handler = signal.getsignal(number)
                if callable(handler):
                    self._handlers[number] = handler
                    signal.signal(number, self._hold)
        except BaseException:
            self._restore()
            raise

    def __exit__(self, *_: object) -> None:
        self._restore()
        for number, frame in self._arrived:
            self._handlers[number](number, frame)

    def _hold(self, number: int, frame: FrameType | None) -> None:
        self._arrived.append((signal.Signals(number), frame))

    def _restore(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)


class Guarded(AbstractContextManager[_T], Generic[_T]):
    """The context manager that `make` gives, made, entered and left while signals wait.
    What arrives when it is entered is handled when it can be left."""

    def __init__(self, make: Callable[[], AbstractContextManager[_T]]) -> None:
        self._make = make
        self._inner: AbstractContextManager[_T] | None = None

    def __enter__(self) -> _T:
        try:
            with Held():
                inner = self._make()
                value = inner.__enter__()
                self._inner = inner
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return value

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        with Held():
            inner, self._inner = self._inner, None
            return inner.__exit__(kind, error, trace) if inner is not None else None


_running: set[subprocess.Popen[Any]] = set()
_is_ending = False


@contextlib.contextmanager
def _started(command: Sequence[str], options: dict[str, Any]) -> Iterator[subprocess.Popen[Any]]:
    reading, writing = os.pipe()
    try:
        with subprocess.Popen(command, pass_fds=[reading], **options) as process:
            _running.add(process)
            try:
                _end_with_writer(process, reading)
                if _is_ending:
                    process.kill()
                yield process
            except BaseException:
                process.kill()
                process.wait()
                raise
            finally:
                _running.discard(process)
    finally:
        os.close(reading)
        os.close(writing)


def _end_with_writer(process: subprocess.Popen[Any], reading: int) -> None:
    """Has the system kill the program when nobody is left who could write to the pipe whose
    reading end it has: when this process has ended, in whatever way. PR_SET_PDEATHSIG would
    be for the program to ask for, or for a `preexec_fn`, which is slow, and not safe where
    there are threads. Only Linux sends a signal of one's choice."""
    if sys.platform == "linux":
        fcntl.fcntl(reading, fcntl.F_SETOWN, process.pid)
        fcntl.fcntl(reading, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)


def started(command: Sequence[str], **options: Any) -> Guarded[subprocess.Popen[Any]]:
    """Starts a program, with `options` as for `subprocess.Popen`. It has ended at the end
    of the block; if the block raises, it is ended."""
    return Guarded(lambda: _started(command, options))


def end_programs() -> None:
    """Ends the programs that the threads of this process have started, and those that
    they start from now on."""
    global _is_ending
    _is_ending = True
    for process in list(_running):
        process.kill()
