"""Imports networks: ONNX, TFLite and PyTorch, to MLIR that `scope-opt` plans.

Converters of others do the work: torch-mlir for ONNX and PyTorch,
tosa-converter-for-tflite for TFLite. They write TOSA; what torch-mlir cannot say in
TOSA comes in linalg, and a note says which operation it was.
"""

from __future__ import annotations

import contextlib
import importlib.util
import marshal
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from . import _files, _signals, tools
from ._converters.protocol import Channel, Refused
from .errors import ScopeError

if TYPE_CHECKING:
    from rich.console import Console

Dialect = Literal["auto", "tosa", "linalg"]


@dataclass(frozen=True)
class _Format:
    converter: str
    extra: str
    modules: tuple[str, ...]
    packages: str
    #: Whether the converter writes outlines (see `_converters.lowering`).
    has_outline: bool = True
    #: Whether the converter is one module and takes no longer than a Python to start.
    is_quick: bool = False


_FORMATS = {
    ".onnx": _Format("onnx", "onnx", ("onnx", "torch_mlir"), "onnx onnxscript torch-mlir"),
    ".tflite": _Format("tflite", "tflite", ("tosa_converter_for_tflite",), "tosa-converter-for-tflite", False, True),
    ".pt2": _Format("exported", "torch", ("torch", "torch_mlir"), "torch torch-mlir"),
}
_MLIR = (".mlir", ".mlirbc")
SUFFIXES = (*_FORMATS, *_MLIR)
# What a converter's process runs. A file would be compiled as well, and its folder, which
# has a module `onnx`, be the first in which modules are looked for: as the working folder is
# here, which is taken out.
_CONVERTER = """\
import sys
package = type(sys)("scope_converters")
package.__path__ = [{folder!r}]
sys.modules[package.__name__] = package
sys.path[:] = filter(None, sys.path)
from scope_converters import {name}, protocol
protocol.serve({name}.convert)
"""
# Arguments of scope-opt that leave the numbers of weights out of text.
_ELIDE = ["--mlir-elide-resource-strings-if-larger=10", "--mlir-elide-elementsattrs-if-larger=16"]


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    output: Path
    #: `tosa`, `linalg`, or `mlir` for a file that was in MLIR already.
    dialect: str
    #: Seconds in the converter's own code.
    converter_seconds: float
    #: Seconds of the whole import.
    seconds: float
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**self.__dict__, "output": str(self.output)}


def _silent(text: str) -> None:
    pass


def import_model(
    model: str | Path,
    output: str | Path,
    *,
    elide_weights: bool = False,
    fold_batch_norm: bool = False,
    dialect: Dialect = "auto",
    dims: Mapping[str, int] | None = None,
    progress: Callable[[str], None] = _silent,
) -> Imported:
    """Imports the file `model` and writes MLIR to `output`, all of it or nothing.

    Args:
        elide_weights: leave the numbers of the weights out. Such a program can be
            planned and not executed; it is small, and text.
        fold_batch_norm: fold batch norms into convolutions first.
        dialect: `tosa` or `linalg` to insist on one.
        dims: sizes for open dimensions of ONNX inputs, by their names.
        progress: told what is being done.

    Raises:
        ScopeError: the file is no network, or its converter refuses it or is missing.
    """
    return _import_file(model, output, elide_weights, fold_batch_norm, dialect, dims or {}, progress, check=True)


def _import_file(
    model: str | Path,
    output: str | Path,
    elide_weights: bool,
    fold_batch_norm: bool,
    dialect: Dialect,
    dims: Mapping[str, int],
    progress: Callable[[str], None],
    *,
    check: bool,
) -> Imported:
    """As `import_model`; with `check`, Scope reads what the converter wrote."""
    start = time.perf_counter()
    model, output = Path(model), Path(output)
    _check_input(model)
    _files.check_apart(model, [output])
    notes: list[str] = []
    result: dict[str, Any] = {"dialect": "mlir", "converter_seconds": 0.0}
    format_ = _FORMATS.get(_suffix(model))
    has_outline = format_ is not None and format_.has_outline and (check or elide_weights)
    with _places(output, elide_weights, has_outline) as (raw, outline, final):
        if format_ is None:
            if fold_batch_norm:
                raise ScopeError(
                    "batch norms of MLIR files are not folded", "import the original with --fold-batch-norm"
                )
            raw = model
        else:
            request = {
                "model": str(model),
                # Where the numbers are not wanted, big weights are not written at all.
                "output": "" if elide_weights and outline else str(raw),
                "outline": str(outline or ""),
                "fold_batch_norm": fold_batch_norm,
                "dialect": dialect,
                "dims": dict(dims),
            }
            result, notes = _run_converter(format_, request, progress)
        if check or raw != final:
            progress("writing")
            _finish(raw, outline, final, elide_weights, model, result["dialect"])
    seconds = time.perf_counter() - start
    return Imported(output, result["dialect"], result["converter_seconds"], seconds, notes)


def import_module(
    module: Any,
    inputs: tuple[Any, ...],
    output: str | Path,
    *,
    elide_weights: bool = False,
    fold_batch_norm: bool = False,
    dialect: Dialect = "auto",
    progress: Callable[[str], None] = _silent,
) -> Imported:
    """Imports a `torch.nn.Module` and writes MLIR to `output`.

    Args:
        module: it is exported in inference mode. Its buffers become persistent ones.
        inputs: tensors of the shapes that the network is planned for; images are
            (samples, channels, height, width).

    The rest is as for `import_model`.
    """
    start = time.perf_counter()
    output = Path(output)
    _require(_FORMATS[".pt2"])
    from ._converters import exported
    from ._converters.lowering import Paths

    notes: list[str] = []

    class Reporting(Channel):
        def step(self, text: str) -> None:
            progress(text)

        def note(self, text: str) -> None:
            notes.append(text)

    channel = Reporting(None)
    with _places(output, elide_weights, True) as (raw, outline, final):
        if fold_batch_norm:
            module = exported.fold_batch_norms(module)
        module.eval()
        exported.make_buffers_persistent(module)
        try:
            paths = Paths(None if elide_weights else raw, outline)
            found = exported.convert_program(module, inputs, paths, dialect, channel)
        except Refused as refusal:
            raise ScopeError(refusal.error, refusal.remedy) from refusal.__cause__
        progress("writing")
        _finish(raw, outline, final, elide_weights, Path(type(module).__name__), found)
    return Imported(output, found, channel.converter_seconds, time.perf_counter() - start, notes)


@contextlib.contextmanager
def as_program(
    model: str | Path,
    *,
    elide_weights: bool,
    fold_batch_norm: bool,
    console: Console,
    dims: Mapping[str, int] | None = None,
) -> Iterator[Path]:
    """A file in MLIR with the network in `model`: itself, or a temporary one."""
    model = Path(model)
    _check_input(model)
    if _suffix(model) in _MLIR and not elide_weights and not fold_batch_norm:
        yield model
        return
    with _files.temporary_folder("scope-") as scratch:
        program = scratch / f"{model.stem}.mlir"
        with console.status("importing") as status:
            # Whoever plans the program reads it, and reading it twice takes longer than
            # a small conversion.
            result = _import_file(
                model,
                program,
                elide_weights,
                fold_batch_norm,
                "auto",
                dims or {},
                lambda text: status.update(f"importing: {text}"),
                check=False,
            )
        for note in result.notes:
            console.print(f"note: {note}", markup=False, highlight=False)
        try:
            yield program
        except ScopeError as error:
            if needs_converter(model):
                _finish(program, None, program, False, model, "")
            raise ScopeError(of_model(error.message, program, model), error.remedy, error.details) from None


def _suffix(model: Path) -> str:
    return model.suffix.lower()


def needs_converter(model: Path) -> bool:
    """Whether the file is not in MLIR yet."""
    return _suffix(model) not in _MLIR


def of_model(text: str, program: Path, model: Path) -> str:
    """An error about the temporary file `program`, for a user who knows the model by its
    own name, and no lines of the program."""
    return re.sub(re.escape(str(program)) + r"(:\d+:\d+)?", lambda _: str(model), text)


def _check_input(model: Path) -> None:
    if model.is_dir():
        raise ScopeError(f"{model} is a folder", "name a file with a network")
    if not model.is_file():
        raise ScopeError(f"there is no file {model}", "name a file with a network")
    if _suffix(model) not in SUFFIXES:
        suffix = f"the suffix {model.suffix!r}, which is none of" if model.suffix else "no suffix; it can be"
        raise ScopeError(f"{model} has {suffix} {', '.join(SUFFIXES)}", "rename or export the model")
    if model.stat().st_size == 0:
        raise ScopeError(f"{model} is empty", "export the model anew, and copy the whole file")


def _require(format_: _Format) -> None:
    missing = [name for name in format_.modules if importlib.util.find_spec(name) is None]
    if missing:
        raise ScopeError(
            f"this import needs {' and '.join(missing)}, which is not installed",
            f"install the extra [{format_.extra}] of scope-mcm: pip install {format_.packages}",
        )


def _run_converter(
    format_: _Format, request: dict[str, Any], progress: Callable[[str], None]
) -> tuple[dict[str, Any], list[str]]:
    """The last answer of the converter, and its notes."""
    _require(format_)
    notes: list[str] = []
    step = "starting"
    last: dict[str, Any] = {}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        command, environment = _converter_command(format_)
        pipe = subprocess.PIPE
        with _signals.started(command, stdin=pipe, stdout=pipe, stderr=log, env=environment) as process:
            assert process.stdin is not None and process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(marshal.dumps(request))
                process.stdin.close()
            for answer in _answers(process.stdout):
                if "step" in answer:
                    step = answer["step"]
                    progress(step)
                elif "note" in answer:
                    notes.append(answer["note"])
                else:
                    last = answer
            code = process.wait()
        log.seek(0)
        said = log.read()
    if "error" in last:
        raise ScopeError(last["error"], last["remedy"], said)
    if code != 0 or "dialect" not in last:
        full = _files.full_disk(said)
        if full:
            raise full
        lines = said.strip().splitlines() or ["it said nothing"]
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"failed: {lines[-1]}"
        raise ScopeError(
            f"the converter of {request['model']} {how} (while {step}); the fault is the importer's, not Scope's",
            "if the file is whole, report it to the importer; --debug shows what it said",
            said,
        )
    return last, notes


def _converter_command(format_: _Format) -> tuple[list[str], dict[str, str]]:
    """The command that runs the converter, and its environment."""
    folder = str(Path(__file__).parent / "_converters")
    program = _CONVERTER.format(folder=folder, name=format_.converter)
    environment = dict(os.environ)
    if not format_.is_quick:
        return [sys.executable, "-c", program], environment
    # What `site` would find, this process knows.
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    environment.update(tools.LARGE_BLOCKS)
    return [sys.executable, "-S", "-c", program], environment


def _answers(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What a converter says, to its end, which may come in the middle of an answer."""
    with contextlib.suppress(EOFError, ValueError, TypeError):
        while True:
            yield marshal.load(stream)


@contextlib.contextmanager
def _places(output: Path, two_files: bool, has_outline: bool) -> Iterator[tuple[Path, Path | None, Path]]:
    """Where a converter writes the program, where it writes it without the numbers of
    weights if it `has_outline`, and what becomes `output` at the end of the block. The
    first and the last are one file, so that big ones are written once, unless `two_files`."""
    with _files.replacing(output) as (final,):
        if not two_files and not has_outline:
            yield final, None, final
            return
        with _files.temporary_folder("scope-import-") as scratch:
            raw = scratch / "raw.mlir" if two_files else final
            yield raw, (scratch / "outline.mlir" if has_outline else None), final


def _finish(raw: Path, outline: Path | None, final: Path, elide_weights: bool, model: Path, dialect: str) -> None:
    """Checks that Scope reads what a converter wrote to `raw`, in `dialect` if that is
    known. If `final` is another file, writes it there: without weights as text, otherwise
    as it was."""
    # Reading the numbers would take the longest.
    source = outline or raw
    if raw == final and dialect == "tosa" and tools.is_valid(source):
        return
    arguments = [str(source), "-o", "/dev/null" if raw == final else str(final)]
    if elide_weights or raw == final:
        # Where nobody reads it, printing the weights would take the longest.
        arguments += _ELIDE
    elif _files.is_bytecode(raw):
        arguments.append("--emit-bytecode")
    try:
        tools.run("scope-opt", arguments)
    except ScopeError as error:
        if _suffix(model) in _MLIR:
            remedy = f"name a network in MLIR: TOSA or linalg on tensors, as MLIR {tools.MLIR_VERSION} writes it"
            raise ScopeError(error.message, error.remedy or remedy, error.details) from None
        left = _foreign_operations(source)
        if not left:
            text = re.sub(re.escape(str(source)) + r"(:\d+:\d+)?", "its conversion", error.message)
            raise ScopeError(f"{model}: {text}", "report it to the importer", error.details) from None
        raise ScopeError(
            f"{model}: the importer left {', '.join(left)} as they were; the refusal is its own, not Scope's",
            "replace the operations in the model, or report it to the importer",
            error.details,
        ) from None


def _foreign_operations(program: Path) -> list[str]:
    """The operations of importers' own dialects in `program`."""
    try:
        text = tools.run("scope-opt", ["--allow-unregistered-dialect", str(program), *_ELIDE]).stdout
    except ScopeError:
        return []
    return sorted(set(re.findall(r'"((?:tfl|torch|tf)\.[a-z0-9_.]+)"\(', text)))
