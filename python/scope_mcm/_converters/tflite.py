"""TFLite files, by Arm's tosa-converter-for-tflite."""

from __future__ import annotations

from .protocol import Channel, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What a TFLite file has at its fifth byte.
_MAGIC = b"TFL3"


def convert(request: dict[str, Any], channel: Channel) -> str:
    """Converts `request["model"]` to `request["output"]`."""
    from tosa_converter_for_tflite import TosaConverterOutputFormat, tflite_flatbuffer_to_tosa_mlir

    path = request["model"]
    if request.get("dialect") == "linalg":
        raise Refused("TFLite files come in TOSA only", "leave --dialect away")
    with open(path, "rb") as stream:  # noqa: PTH123
        head = stream.read(8)
    if head[4:] != _MAGIC:
        raise Refused(f"{path} is no TFLite file", "export the model anew, and copy the whole file")
    if request.get("fold_batch_norm"):
        channel.note("TFLite files have their batch norms folded already")
    channel.step("converting to TOSA")
    try:
        channel.timed(tflite_flatbuffer_to_tosa_mlir, path, request["output"], TosaConverterOutputFormat.Bytecode)
    except (RuntimeError, ValueError) as error:
        text = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise Refused(
            f"tosa-converter-for-tflite cannot convert {path}: {text}; the refusal is the importer's, not Scope's",
            "if the file is whole, report it to tosa-converter-for-tflite",
        ) from None
    return "tosa"
