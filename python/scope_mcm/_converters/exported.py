"""PyTorch: programs that `torch.export` saved (.pt2), and modules in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .lowering import Paths, lower, refused_operation, run_passes
from .protocol import Channel, Refused

TO_TORCH = (
    "builtin.module(func.func(torch-match-quantized-custom-ops),"
    "torchdynamo-export-to-torch-backend-pipeline{extra-library=})"
)


def convert(request: dict[str, Any], channel: Channel) -> str:
    """Converts `request["model"]` to `request["output"]`."""
    path = Path(request["model"])
    if request.get("fold_batch_norm"):
        raise Refused(
            "batch norms of an exported program are not folded",
            "fold them before torch.export, or import the nn.Module from Python",
        )
    channel.step("loading PyTorch")
    import torch

    channel.step("reading")
    try:
        program = torch.export.load(path)
    except Exception as error:
        text = str(error).strip().splitlines() or [type(error).__name__]
        raise Refused(
            f"{path} is no program that torch.export.save wrote: {text[0]}", "save the exported program anew"
        ) from None
    return convert_program(program, (), Paths.of(request), request.get("dialect", "auto"), channel)


def fold_batch_norms(module: Any) -> Any:
    """The module with its batch norms folded into convolutions, in inference mode."""
    from torch.fx.experimental.optimization import fuse

    return fuse(module.eval())


def make_buffers_persistent(module: Any) -> None:
    """torch-mlir finds no buffer that is not in the state of the module ("Could not
    find state mapping for buffer"), as in BERT and Llama of transformers."""
    for child in module.modules():
        child._non_persistent_buffers_set.clear()


def convert_program(program: Any, inputs: tuple[Any, ...], paths: Paths, dialect: str, channel: Channel) -> str:
    """Converts an exported program, or a module with its inputs, as `lower` writes it."""
    import torch
    from torch_mlir import fx

    channel.step("importing into MLIR")
    try:
        with torch.no_grad():
            module = channel.timed(fx.export_and_import, program, *inputs, output_type="raw", func_name="main")
    except Exception as error:
        text = str(error).strip().splitlines() or [type(error).__name__]
        raise Refused(
            f"torch-mlir cannot import the program: {text[0][:300]}; the refusal is the importer's, not Scope's",
            "replace what it names in the model, or report it to torch-mlir",
        ) from error
    channel.step("lowering to torch")
    failure = channel.timed(run_passes, module.operation, TO_TORCH)
    if failure:
        raise Refused(
            f"torch-mlir cannot convert {refused_operation(failure)}; the refusal is the importer's, not Scope's",
            "replace the operation in the model, or report it to torch-mlir",
        )
    return lower(module, paths, dialect, channel)
