"""Writes a small TFLite network: two convolutions, a pooling, a fully connected layer
and a softmax, in float32 with weights from a seed.

usage: make_tflite.py FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import flatbuffers
import numpy as np
import tflite


class Writer:
    """The tables of a TFLite file, from the leaves up."""

    def __init__(self) -> None:
        self.builder = flatbuffers.Builder(1 << 16)
        self.random = np.random.default_rng(1)
        self.buffers: list[bytes] = [b""]
        self.tensors: list[int] = []
        self.codes: list[int] = []
        self.operators: list[int] = []

    def offsets(self, start, offsets: list[int]) -> int:
        start(self.builder, len(offsets))
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        return self.builder.EndVector()

    def numbers(self, values, kind=np.int32) -> int:
        return self.builder.CreateNumpyVector(np.asarray(values, dtype=kind))

    def tensor(self, name: str, shape: tuple[int, ...], data: np.ndarray | None = None, integers: bool = False) -> int:
        buffer = 0
        if data is not None:
            self.buffers.append(data.tobytes())
            buffer = len(self.buffers) - 1
        text, dims = self.builder.CreateString(name), self.numbers(shape)
        tflite.TensorStart(self.builder)
        tflite.TensorAddShape(self.builder, dims)
        tflite.TensorAddType(self.builder, tflite.TensorType.INT32 if integers else tflite.TensorType.FLOAT32)
        tflite.TensorAddBuffer(self.builder, buffer)
        tflite.TensorAddName(self.builder, text)
        self.tensors.append(tflite.TensorEnd(self.builder))
        return len(self.tensors) - 1

    def weight(self, name: str, shape: tuple[int, ...]) -> int:
        return self.tensor(name, shape, self.random.standard_normal(shape).astype(np.float32))

    def operator(self, code: int, options: tuple[int, int], inputs: list[int], output: int) -> None:
        if code not in self.codes:
            self.codes.append(code)
        ins, outs = self.numbers(inputs), self.numbers([output])
        tflite.OperatorStart(self.builder)
        tflite.OperatorAddOpcodeIndex(self.builder, self.codes.index(code))
        tflite.OperatorAddInputs(self.builder, ins)
        tflite.OperatorAddOutputs(self.builder, outs)
        tflite.OperatorAddBuiltinOptionsType(self.builder, options[0])
        tflite.OperatorAddBuiltinOptions(self.builder, options[1])
        self.operators.append(tflite.OperatorEnd(self.builder))

    def conv(self, source: int, channels: tuple[int, int], size: int, name: str) -> int:
        weight, bias = (
            self.weight(f"{name}/w", (channels[1], 3, 3, channels[0])),
            self.weight(f"{name}/b", channels[1:]),
        )
        result = self.tensor(name, (1, size, size, channels[1]))
        tflite.Conv2DOptionsStart(self.builder)
        tflite.Conv2DOptionsAddPadding(self.builder, tflite.Padding.SAME)
        for add in (
            tflite.Conv2DOptionsAddStrideW,
            tflite.Conv2DOptionsAddStrideH,
            tflite.Conv2DOptionsAddDilationWFactor,
            tflite.Conv2DOptionsAddDilationHFactor,
        ):
            add(self.builder, 1)
        tflite.Conv2DOptionsAddFusedActivationFunction(self.builder, tflite.ActivationFunctionType.RELU)
        options = (tflite.BuiltinOptions.Conv2DOptions, tflite.Conv2DOptionsEnd(self.builder))
        self.operator(tflite.BuiltinOperator.CONV_2D, options, [source, weight, bias], result)
        return result

    def finish(self, inputs: list[int], outputs: list[int]) -> bytes:
        ins, outs = self.numbers(inputs), self.numbers(outputs)
        tensors = self.offsets(tflite.SubGraphStartTensorsVector, self.tensors)
        operators = self.offsets(tflite.SubGraphStartOperatorsVector, self.operators)
        name = self.builder.CreateString("main")
        tflite.SubGraphStart(self.builder)
        tflite.SubGraphAddTensors(self.builder, tensors)
        tflite.SubGraphAddInputs(self.builder, ins)
        tflite.SubGraphAddOutputs(self.builder, outs)
        tflite.SubGraphAddOperators(self.builder, operators)
        tflite.SubGraphAddName(self.builder, name)
        graphs = self.offsets(tflite.ModelStartSubgraphsVector, [tflite.SubGraphEnd(self.builder)])
        codes = []
        for code in self.codes:
            tflite.OperatorCodeStart(self.builder)
            tflite.OperatorCodeAddDeprecatedBuiltinCode(self.builder, code)
            tflite.OperatorCodeAddBuiltinCode(self.builder, code)
            tflite.OperatorCodeAddVersion(self.builder, 1)
            codes.append(tflite.OperatorCodeEnd(self.builder))
        code_vector = self.offsets(tflite.ModelStartOperatorCodesVector, codes)
        buffers = []
        for data in self.buffers:
            vector = self.numbers(np.frombuffer(data, dtype=np.uint8), np.uint8) if data else None
            tflite.BufferStart(self.builder)
            if vector is not None:
                tflite.BufferAddData(self.builder, vector)
            buffers.append(tflite.BufferEnd(self.builder))
        buffer_vector = self.offsets(tflite.ModelStartBuffersVector, buffers)
        tflite.ModelStart(self.builder)
        tflite.ModelAddVersion(self.builder, 3)
        tflite.ModelAddOperatorCodes(self.builder, code_vector)
        tflite.ModelAddSubgraphs(self.builder, graphs)
        tflite.ModelAddBuffers(self.builder, buffer_vector)
        self.builder.Finish(tflite.ModelEnd(self.builder), file_identifier=b"TFL3")
        return bytes(self.builder.Output())


def make() -> bytes:
    """The file's bytes."""
    writer = Writer()
    image = writer.tensor("image", (1, 16, 16, 3))
    first = writer.conv(image, (3, 16), 16, "first")
    second = writer.conv(first, (16, 32), 16, "second")
    pooled = writer.tensor("pooled", (1, 8, 8, 32))
    tflite.Pool2DOptionsStart(writer.builder)
    for add in (
        tflite.Pool2DOptionsAddStrideW,
        tflite.Pool2DOptionsAddStrideH,
        tflite.Pool2DOptionsAddFilterWidth,
        tflite.Pool2DOptionsAddFilterHeight,
    ):
        add(writer.builder, 2)
    tflite.Pool2DOptionsAddPadding(writer.builder, tflite.Padding.VALID)
    options = (tflite.BuiltinOptions.Pool2DOptions, tflite.Pool2DOptionsEnd(writer.builder))
    writer.operator(tflite.BuiltinOperator.MAX_POOL_2D, options, [second], pooled)
    flat = writer.tensor("flat", (1, 2048))
    shape = writer.tensor("shape", (2,), np.asarray([1, 2048], dtype=np.int32), integers=True)
    tflite.ReshapeOptionsStart(writer.builder)
    options = (tflite.BuiltinOptions.ReshapeOptions, tflite.ReshapeOptionsEnd(writer.builder))
    writer.operator(tflite.BuiltinOperator.RESHAPE, options, [pooled, shape], flat)
    logits = writer.tensor("logits", (1, 10))
    weight, bias = writer.weight("dense/w", (10, 2048)), writer.weight("dense/b", (10,))
    tflite.FullyConnectedOptionsStart(writer.builder)
    options = (tflite.BuiltinOptions.FullyConnectedOptions, tflite.FullyConnectedOptionsEnd(writer.builder))
    writer.operator(tflite.BuiltinOperator.FULLY_CONNECTED, options, [flat, weight, bias], logits)
    result = writer.tensor("probabilities", (1, 10))
    tflite.SoftmaxOptionsStart(writer.builder)
    tflite.SoftmaxOptionsAddBeta(writer.builder, 1.0)
    options = (tflite.BuiltinOptions.SoftmaxOptions, tflite.SoftmaxOptionsEnd(writer.builder))
    writer.operator(tflite.BuiltinOperator.SOFTMAX, options, [logits], result)
    return writer.finish([image], [result])


def make_chain(convolutions: int, channels: int) -> bytes:
    """A chain of convolutions of 3 x 3 on an image of 14 x 14."""
    writer = Writer()
    image = last = writer.tensor("image", (1, 14, 14, channels))
    for number in range(convolutions):
        last = writer.conv(last, (channels, channels), 14, f"conv{number}")
    return writer.finish([image], [last])


def make_foreign() -> bytes:
    """A network with an operation that there is no TOSA for."""
    writer = Writer()
    image = writer.tensor("image", (1, 14, 14, 16))
    last = writer.conv(image, (16, 16), 14, "conv")
    result = writer.tensor("normalized", (1, 14, 14, 16))
    tflite.LocalResponseNormalizationOptionsStart(writer.builder)
    tflite.LocalResponseNormalizationOptionsAddRadius(writer.builder, 2)
    options = tflite.LocalResponseNormalizationOptionsEnd(writer.builder)
    options = (tflite.BuiltinOptions.LocalResponseNormalizationOptions, options)
    writer.operator(tflite.BuiltinOperator.LOCAL_RESPONSE_NORMALIZATION, options, [last], result)
    return writer.finish([image], [result])


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(make())
