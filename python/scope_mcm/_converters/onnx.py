"""ONNX files, by the importer of torch-mlir, which needs no PyTorch."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .lowering import FEW_NUMBERS, Paths, lower, refused_operation, run_passes
from .protocol import Channel, Refused

# torch-mlir's patterns are for the operators of today; older files are brought up to
# this version first.
OPSET = 17

# Types of numbers that are not packed several to a byte.
_WHOLE_BYTES = {
    *("BOOL", "INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64"),
    *("FLOAT16", "BFLOAT16", "FLOAT", "DOUBLE"),
}

# The parts of a graph without its weights.
_SMALL_PARTS = ("node", "input", "output", "value_info", "sparse_initializer")

# The remedy for broken files.
_ANEW = "export the model anew, and copy the whole file"

# Bytes of constants that are folded: all.
_ANY_SIZE = 2**40

TO_TORCH = (
    "builtin.module(torch-onnx-to-torch-backend-pipeline{backend-legal-ops=aten.flatten.using_ints,aten.unflatten.int})"
)


def convert(request: dict[str, Any], channel: Channel) -> str:
    """Converts `request["model"]` to `request["output"]`."""
    path = Path(request["model"])
    channel.step("reading")
    model = _load(path)
    _note_uniform_weights(model, channel)
    _fix_dims(model, request.get("dims", {}), channel)
    import onnx

    opset = next((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), OPSET)
    if opset < OPSET:
        channel.step(f"bringing it from opset {opset} to {OPSET}")
        try:
            _change(model, lambda outline: channel.timed(onnx.version_converter.convert_version, outline, OPSET))
        except (RuntimeError, onnx.version_converter.ConvertError) as error:
            channel.note(f"opset {opset} was not brought up to {OPSET}: {str(error).splitlines()[-1]}")
    if request.get("fold_batch_norm"):
        channel.step("folding batch norms")
        model = _fold_batch_norms(model, channel)
    channel.step("inferring shapes")
    _change(model, lambda outline: channel.timed(onnx.shape_inference.infer_shapes, outline, data_prop=True))
    module = channel.timed(_import, model)
    channel.step("lowering to torch")
    failure = channel.timed(run_passes, module.operation, TO_TORCH)
    if failure:
        raise Refused(
            f"torch-mlir cannot convert {refused_operation(failure)}; the refusal is the importer's, not Scope's",
            "replace the operation in the model, or report it to torch-mlir",
        )
    return lower(module, Paths.of(request), request.get("dialect", "auto"), channel)


def _load(path: Path) -> Any:
    """The checked model in the file `path`."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(path)
        if not model.graph.node:
            raise Refused(f"{path} is no ONNX file: it holds no operations", _ANEW)
        _check_weights(model)
        onnx.checker.check_model(_outline(model))
    except DecodeError:
        raise Refused(f"{path} is no ONNX file, or is cut off", _ANEW) from None
    except (onnx.checker.ValidationError, ValueError, OSError) as error:
        text = str(error).strip().splitlines()[0].rstrip(".")
        raise Refused(f"{path} is no complete ONNX model: {text}", _ANEW) from None
    return model


def _is_big(tensor: Any) -> bool:
    return bool(math.prod(tensor.dims) > FEW_NUMBERS)


def _outline(model: Any) -> Any:
    """The model with inputs instead of its big weights. What the `onnx` package does
    with a model begins and ends with turning all of it into bytes, which takes long for
    big weights, and their numbers change nothing."""
    import onnx

    light = onnx.ModelProto(ir_version=model.ir_version)
    light.opset_import.extend(model.opset_import)
    light.functions.extend(model.functions)
    light.graph.name = model.graph.name
    for name in _SMALL_PARTS:
        getattr(light.graph, name).extend(getattr(model.graph, name))
    inputs = {value.name for value in model.graph.input}
    for tensor in model.graph.initializer:
        if not _is_big(tensor):
            light.graph.initializer.append(tensor)
        elif tensor.name not in inputs:
            light.graph.input.append(onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
    return light


def _change(model: Any, change: Callable[[Any], Any]) -> None:
    """Makes of `model` what `change` makes of it, which is given its outline. The big
    weights stay where they are."""
    changed = change(_outline(model))
    inputs = {value.name for value in model.graph.input}
    weights = {tensor.name for tensor in model.graph.initializer if _is_big(tensor)}
    # In the order of before, which the order of constants in the program follows.
    small = {tensor.name: tensor for tensor in changed.graph.initializer}
    for index in reversed(range(len(model.graph.initializer))):
        tensor = model.graph.initializer[index]
        if tensor.name in small:
            tensor.CopyFrom(small.pop(tensor.name))
        elif not _is_big(tensor):
            del model.graph.initializer[index]
    model.graph.initializer.extend(small.values())
    for name in _SMALL_PARTS:
        part = getattr(model.graph, name)
        del part[:]
        part.extend(getattr(changed.graph, name))
    for index in reversed(range(len(model.graph.input))):
        if model.graph.input[index].name in weights - inputs:
            del model.graph.input[index]
    for name in ("opset_import", "functions"):
        part = getattr(model, name)
        del part[:]
        part.extend(getattr(changed, name))
    model.ir_version = changed.ir_version


def _check_weights(model: Any) -> None:
    """Raises a `ValidationError` or a `ValueError` if a weight is not sound. Big ones are
    bytes, of which only the number can be wrong."""
    import onnx

    for tensor in model.graph.initializer:
        if not tensor.HasField("raw_data") or onnx.TensorProto.DataType.Name(tensor.data_type) not in _WHOLE_BYTES:
            onnx.checker.check_tensor(tensor)
            continue
        needed = math.prod(tensor.dims) * onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
        if len(tensor.raw_data) < needed:
            raise ValueError(f"weight {tensor.name} has less than the {needed} bytes that its shape takes")


def _note_uniform_weights(model: Any, channel: Channel) -> None:
    """Says so if weights were left out of the file and made of one number each."""
    made = {name for node in model.graph.node if node.op_type == "ConstantOfShape" for name in node.output}
    layers = ("Conv", "ConvTranspose", "Gemm", "MatMul")
    count = sum(node.op_type in layers and node.input[1] in made for node in model.graph.node)
    if count:
        channel.note(
            f"{count} layers have weights that are one number throughout (ConstantOfShape); Scope counts such a "
            "weight as one element, so the plan moves less than that of the network with its weights"
        )


def _fix_dims(model: Any, dims: dict[str, int], channel: Channel) -> None:
    """Gives the open dimensions of inputs the sizes in `dims`. The first dimension of
    an input is 1 if nothing else is said."""
    weights = {tensor.name for tensor in model.graph.initializer}
    changed, used = False, set()
    for value in model.graph.input:
        if value.name in weights:
            continue
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if dim.HasField("dim_value") and dim.dim_value > 0:
                continue
            name = dim.dim_param or f"{value.name}.{axis}"
            if name in dims:
                used.add(name)
            elif axis == 0:
                channel.note(f"dimension {name} of input {value.name} is open and taken as 1")
            else:
                raise Refused(
                    f"dimension {axis} ({name}) of input {value.name} is open, and plans need sizes",
                    f"say --dim {name}=SIZE",
                )
            dim.dim_value = dims.get(name, 1)
            changed = True
    unknown = set(dims) - used
    if unknown:
        raise Refused(f"no input has an open dimension {min(unknown)}", "correct --dim")
    if changed:
        # What was inferred with open sizes does not hold any more.
        del model.graph.value_info[:]
        for value in model.graph.output:
            value.type.tensor_type.ClearField("shape")


def _fold_batch_norms(model: Any, channel: Channel) -> Any:
    def count(graph: Any) -> int:
        return sum(node.op_type == "BatchNormalization" for node in graph.node)

    import onnx_ir
    from onnxscript import optimizer, rewriter
    from onnxscript.rewriter.rules.common import fuse_batchnorm_into_conv_rule

    before = count(model.graph)
    # A weight that is an input as well could be given another value.
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    graph = onnx_ir.from_proto(model)
    channel.timed(optimizer.optimize, graph, input_size_limit=_ANY_SIZE, output_size_limit=_ANY_SIZE)
    rewriter.rewrite(graph, pattern_rewrite_rules=[fuse_batchnorm_into_conv_rule])
    model = onnx_ir.to_proto(graph)
    channel.note(f"{before - count(model.graph)} of {before} batch norms folded")
    return model


def _import(model: Any) -> Any:
    from torch_mlir.dialects import torch as torch_dialect
    from torch_mlir.extras import onnx_importer
    from torch_mlir.ir import Context

    context = Context()
    torch_dialect.register_dialect(context)
    info = onnx_importer.ModelInfo(model, config=onnx_importer.Config())
    module = info.create_module(context=context)
    importer = onnx_importer.NodeImporter.define_function(info.main_graph, module.operation)
    try:
        importer.import_all()
    except onnx_importer.OnnxImportError as error:
        raise Refused(
            f"torch-mlir cannot import the model: {error}; the refusal is the importer's, not Scope's",
            "replace the operation in the model, or report it to torch-mlir",
        ) from None
    return module
