"""TFLite files, by Arm's tosa-converter-for-tflite."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .protocol import Channel, Refused, serve

# What a TFLite file has at its fifth byte.
_MAGIC = b"TFL3"


def convert(request: dict[str, Any], channel: Channel) -> str:
    """Converts `request["model"]` to `request["output"]`."""
    from tosa_converter_for_tflite import TosaConverterOutputFormat, tflite_flatbuffer_to_tosa_mlir

    path = Path(request["model"])
    if request.get("dialect") == "linalg":
        raise Refused("TFLite files come in TOSA only", "leave --dialect away")
    data = path.read_bytes()
    if data[4:8] != _MAGIC:
        raise Refused(f"{path} is no TFLite file", "export the model anew, and copy the whole file")
    if request.get("fold_batch_norm"):
        channel.note("TFLite files have their batch norms folded already")
    channel.step("converting to TOSA")
    try:
        program = channel.timed(tflite_flatbuffer_to_tosa_mlir, data, TosaConverterOutputFormat.Bytecode)
    except (RuntimeError, ValueError) as error:
        raise Refused(
            f"tosa-converter-for-tflite cannot convert {path}: {str(error).strip().splitlines()[0]}; "
            "the refusal is the importer's, not Scope's",
            "if the file is whole, report it to tosa-converter-for-tflite",
        ) from None
    left = sorted(set(re.findall(rb"tfl\.[a-z0-9_]+", bytes(program))) - {b"tfl.entry_function"})
    channel.timed(Path(request["output"]).write_bytes, program)
    if left:
        channel.note("operations left by tosa-converter-for-tflite: " + ", ".join(op.decode() for op in left))
    return "tosa"


if __name__ == "__main__":
    serve(convert)
