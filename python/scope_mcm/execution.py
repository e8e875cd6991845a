"""Executes networks on virtual packages, with numpy arrays in and out.

The programs of the chiplets run on the CPU of this machine, and give bit for bit what
the network gives: it is a check of plans, not a fast way to compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from . import _files, tools
from .errors import ScopeError
from .planner import Options


def execute(
    model: str | Path,
    inputs: Sequence[NDArray[Any]],
    options: Options | None = None,
    *,
    outputs: int = 1,
    seed: int | None = None,
    check: bool = False,
) -> list[NDArray[Any]]:
    """Executes the network in `model`, a file in MLIR, planned or not.

    Args:
        inputs: the arguments of its function, in their shapes and element types. With
            a batch of several calls, the calls are a further first dimension.
        options: what to plan for, if it is not planned yet.
        outputs: how many results the function has.
        seed: what weights that were left out are made from; without it they are
            refused.
        check: compare with the original function, bit for bit.

    Returns:
        The results, shaped as `inputs` are.

    Raises:
        ScopeError: an array does not fit, the network is refused, or `check` found a
            difference.
    """
    model = Path(model)
    if not model.is_file():
        raise ScopeError(f"there is no file {model}", "name a file with a network")
    with _files.temporary_folder("scope-run-") as scratch:
        ins = [scratch / f"input{n}.npy" for n in range(len(inputs))]
        outs = [scratch / f"output{n}.npy" for n in range(outputs)]
        for path, array in zip(ins, inputs, strict=True):
            numpy.save(path, numpy.ascontiguousarray(array), allow_pickle=False)
        arguments = [str(model)]
        words = options.arguments(scratch / "package.mlir") if options else ""
        if words:
            arguments.append(f"--plan-options={words}")
        if ins:
            arguments.append(f"--input={','.join(map(str, ins))}")
        if outs:
            arguments.append(f"--output={','.join(map(str, outs))}")
        if seed is not None:
            arguments.append(f"--seed={seed}")
        if check:
            arguments.append("--check")
        tools.run("scope-run", arguments)
        return [numpy.load(path, allow_pickle=False) for path in outs]
