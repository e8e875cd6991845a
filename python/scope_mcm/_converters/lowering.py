"""From torch-mlir's torch dialect to TOSA, or to linalg where TOSA refuses.

The result is written as bytecode for TOSA, so that weights are never turned into
text. MLIR 22 does not read newer linalg's bytecode (its attributes differ), and so
linalg goes by text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .protocol import Channel, Refused

# Weights of no more numbers are read in no time.
FEW_NUMBERS = 1024

TO_TOSA = "builtin.module(torch-backend-to-tosa-backend-pipeline)"
TO_LINALG = "builtin.module(torch-backend-to-linalg-on-tensors-backend-pipeline)"

_ILLEGAL = re.compile(r"failed to legalize operation '([^']+)'(?:.*?name = \"([^\"]+)\")?")


@dataclass(frozen=True)
class Paths:
    """Where the program goes, and where it goes without the numbers of big weights. What
    nobody needs is `None`."""

    output: Path | None
    outline: Path | None

    @classmethod
    def of(cls, request: dict[str, Any]) -> Paths:
        """Those of a request, in which "" stands for none."""
        output, outline = request["output"], request["outline"]
        return cls(Path(output) if output else None, Path(outline) if outline else None)


def refused_operation(text: str) -> str:
    """The operation that MLIR's diagnostics `text` say was refused, or its first
    error."""
    match = _ILLEGAL.search(text)
    if match:
        return match[2] or match[1]
    error = re.search(r"error: (.*)", text)
    return (error[1] if error else text.strip() or "an operation that it does not name")[:200]


def run_passes(module: Any, pipeline: str) -> str:
    """Runs `pipeline` on the operation `module`, and returns the diagnostics if it failed, or
    nothing."""
    from torch_mlir.passmanager import PassManager

    diagnostics: list[str] = []

    def collect(diagnostic: Any) -> bool:
        diagnostics.append(f"{str(diagnostic.severity).rpartition('.')[2].lower()}: {diagnostic.message}")
        return True

    context = module.context
    handler = context.attach_diagnostic_handler(collect)
    try:
        with context:
            PassManager.parse(pipeline).run(module)
    except Exception as error:  # The bindings' MLIRError carries the rest of the diagnostics.
        return "\n".join([*diagnostics, str(error)])
    finally:
        handler.detach()
    errors = [text for text in diagnostics if text.startswith("error")]
    return "\n".join(errors)


def lower(module: Any, paths: Paths, dialect: str, channel: Channel) -> str:
    """Lowers `module` and writes it to `paths`. `dialect` is what is wanted: `tosa`, `linalg`, or `auto` for
    the first that works. Returns the dialect."""
    why = ""
    if dialect in ("auto", "tosa"):
        channel.step("lowering to TOSA")
        # Big weights are resources, which a copy shares.
        with module.context:
            copy = module.operation.clone() if dialect == "auto" else module.operation
        why = channel.timed(run_passes, copy, TO_TOSA)
        if not why:
            _write(copy, paths, _write_bytecode, channel)
            return "tosa"
        operation = refused_operation(why)
        if dialect == "tosa":
            raise Refused(
                f"torch-mlir cannot convert {operation} to TOSA; the refusal is the importer's, not Scope's",
                "leave --dialect away, and linalg is tried too",
            )
        channel.note(f"torch-mlir cannot convert {operation} to TOSA; the network is in linalg instead")
    channel.step("lowering to linalg")
    failure = channel.timed(run_passes, module.operation, TO_LINALG)
    if failure:
        raise Refused(
            f"torch-mlir cannot convert {refused_operation(failure)} to linalg"
            + (f", nor {refused_operation(why)} to TOSA" if why else "")
            + "; the refusal is the importer's, not Scope's",
            "replace the operation in the model, or report it to torch-mlir",
        )
    _write(module.operation, paths, _write_text, channel)
    return "linalg"


def _write(module: Any, paths: Paths, write: Callable[[Any, Path], None], channel: Channel) -> None:
    if paths.output:
        channel.timed(write, module, paths.output)
    if paths.outline:
        _leave_out_numbers(module)
        write(module, paths.outline)


def _leave_out_numbers(module: Any) -> None:
    """Turns the big weights of `module` into elided resources."""
    from torch_mlir import ir

    def is_big(attribute: Any) -> bool:
        if isinstance(attribute, ir.DenseElementsAttr):
            return not attribute.is_splat and len(attribute) > FEW_NUMBERS
        if type(attribute) is not ir.Attribute:
            return False
        try:
            ir.DenseResourceElementsAttr(attribute)
        except ValueError:
            return False
        return True

    def leave_out(operation: Any) -> Any:
        for index in range(len(operation.attributes)):
            named = operation.attributes[index]
            if is_big(named.attr):
                operation.attributes[named.name] = ir.Attribute.parse(f"dense_resource<__elided__> : {named.attr.type}")
        return ir.WalkResult.ADVANCE

    with module.context:
        module.walk(leave_out)


def _write_bytecode(module: Any, output: Path) -> None:
    with output.open("wb") as stream:
        module.write_bytecode(stream)


def _write_text(module: Any, output: Path) -> None:
    with output.open("wb") as stream:
        module.print(file=stream, binary=True)
