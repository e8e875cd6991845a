"""Whole files or none: what is written goes to a temporary name first."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ._signals import Guarded
from .errors import ScopeError

_BYTECODE = b"ML\xefR"


def check_folder(path: Path) -> None:
    """Raises if no file can be written at `path`, before any work is done."""
    folder = path.parent
    if not folder.is_dir():
        raise ScopeError(f"cannot write {path}: there is no folder {folder}", "make it first, or name another")
    if path.is_dir():
        raise ScopeError(f"cannot write {path}: it is a folder", "name a file")
    if not os.access(folder, os.W_OK):
        raise ScopeError(f"cannot write {path}: the folder {folder} is not writable", "name another")


def check_apart(model: Path, outputs: Sequence[Path]) -> None:
    """Raises if one of `outputs` would take the place of `model`."""
    for output in outputs:
        if output.exists() and model.exists() and output.samefile(model):
            raise ScopeError(f"{output} is the model itself, which would be lost", "name another file with --output")


def full_disk(said: str) -> ScopeError | None:
    """The error of a program that said it found no space to write, or nothing."""
    if os.strerror(errno.ENOSPC) not in said:
        return None
    return ScopeError("there is no space left on the disk", "make room, or write elsewhere", said)


def temporary_folder(prefix: str) -> Guarded[Path]:
    """A folder with a name that begins with `prefix`, until the end of the block."""
    return Guarded(lambda: _temporary_folder(prefix))


@contextlib.contextmanager
def _temporary_folder(prefix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        yield Path(folder)


def replacing(*paths: Path) -> Guarded[list[Path]]:
    """Gives a temporary name beside each of `paths`. At the end of the block the
    files with these names take the place of `paths`; if the block raises, nothing
    is left of them."""
    return Guarded(lambda: _replacing(paths))


@contextlib.contextmanager
def _replacing(paths: Sequence[Path]) -> Iterator[list[Path]]:
    for path in paths:
        check_folder(path)
    mark = f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
    temporary = [path.with_name(f".{path.name}{mark}") for path in paths]
    try:
        yield temporary
        for name, path in zip(temporary, paths, strict=True):
            name.replace(path)
    finally:
        for name in temporary:
            name.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Writes all of `text` to `path`, or nothing."""
    with replacing(path) as (temporary,):
        temporary.write_text(text, encoding="utf-8")


def read_text(path: Path, what: str) -> str:
    """The text in `path`, which is to hold `what`."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ScopeError(f"there is no file {path}", f"name {what}") from None
    except UnicodeDecodeError:
        raise ScopeError(f"{path} is no text", f"name {what}") from None
    except OSError as error:
        raise ScopeError(f"cannot read {path}: {error.strerror}", f"name {what}") from None


def is_bytecode(path: Path) -> bool:
    """Whether the file holds MLIR bytecode, whatever its name is."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_BYTECODE)) == _BYTECODE
    except OSError as error:
        raise ScopeError(f"cannot read {path}: {error.strerror}", "name a file with a network") from None
