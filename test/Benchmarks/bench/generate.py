# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks made of equal blocks, written as TOSA.

The growth of a search with the depth of a network is measured on them. Weights and
shapes are those of a block in the middle of a convolutional network; they have no
numbers, which plans do not need.
"""

from __future__ import annotations

from collections.abc import Callable


class Function:
    """A function of TOSA that grows operation by operation. Values are known by
    name; all of them are images of one size that differ in their channels."""

    def __init__(self, name: str, size: int, channels: int):
        self.size = size
        self.channels = {"%x": channels}
        self._constants: dict[str, str] = {}
        self._lines: list[str] = []
        self._name = name

    def convolution(self, image: str, channels: int, kernel: int) -> str:
        """A convolution with stride 1 that keeps the size of the image."""
        into = self.channels[image]
        pad = kernel // 2
        weight, bias = (f"tensor<{channels}x{kernel}x{kernel}x{into}xf32>", f"tensor<{channels}xf32>")
        operands = [image, self._weight(weight), self._weight(bias), self._zero(), self._zero()]
        kinds = [self._image(into), weight, bias, "tensor<1xf32>", "tensor<1xf32>"]
        attributes = (
            f"acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: {pad}, {pad}, {pad}, {pad}>, "
            "stride = array<i64: 1, 1>"
        )
        return self._operation("conv2d", operands, attributes, kinds, channels)

    def pooling(self, image: str) -> str:
        """The largest of every 3 x 3, which keeps the size of the image."""
        channels = self.channels[image]
        attributes = "kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>"
        return self._operation("max_pool2d", [image], attributes, [self._image(channels)], channels)

    def addition(self, left: str, right: str) -> str:
        channels = self.channels[left]
        return self._operation("add", [left, right], "", [self._image(channels)] * 2, channels)

    def concatenation(self, images: list[str]) -> str:
        """All channels of the images one after the other."""
        kinds = [self._image(self.channels[image]) for image in images]
        channels = sum(self.channels[image] for image in images)
        return self._operation("concat", images, "axis = 3 : i32", kinds, channels)

    def text(self, result: str) -> str:
        """The whole function, which returns the value `result`."""
        kind = self._image(self.channels[result])
        return "\n".join(
            [
                f"func.func @{self._name}(%x: {self._image(self.channels['%x'])}) -> {kind} {{",
                *self._constants.values(),
                *self._lines,
                f"  return {result} : {kind}",
                "}",
                "",
            ]
        )

    def _image(self, channels: int) -> str:
        return f"tensor<1x{self.size}x{self.size}x{channels}xf32>"

    def _zero(self) -> str:
        return self._constant("%zero", "tensor<1xf32>", "dense<0.0>")

    def _weight(self, kind: str) -> str:
        # Without numbers: one number for all elements would count as no weight.
        return self._constant(f"%c{len(self._constants)}", kind, "dense_resource<__elided__>")

    def _constant(self, name: str, kind: str, value: str) -> str:
        line = f'  {name} = "tosa.const"() <{{values = {value} : {kind}}}> : () -> {kind}'
        self._constants.setdefault(name, line)
        return name

    def _operation(self, name: str, operands: list[str], attributes: str, kinds: list[str], channels: int) -> str:
        result = f"%v{len(self._lines)}"
        braces = f" {{{attributes}}}" if attributes else ""
        arrow = f"({', '.join(kinds)}) -> {self._image(channels)}"
        self._lines.append(f"  {result} = tosa.{name} {', '.join(operands)}{braces} : {arrow}")
        self.channels[result] = channels
        return result


def residual(blocks: int) -> str:
    """Two convolutions of 3 x 3 and an addition a block."""
    function = Function("residual", size=28, channels=64)
    image = "%x"
    for _ in range(blocks):
        inner = function.convolution(image, 64, 3)
        inner = function.convolution(inner, 64, 3)
        image = function.addition(inner, image)
    return function.text(image)


def inception(blocks: int) -> str:
    """Four branches a block, as in Inception: 1 x 1; 1 x 1 and 3 x 3; 1 x 1 and twice
    3 x 3; pooling and 1 x 1. A concatenation joins them."""
    function = Function("inception", size=28, channels=128)
    image = "%x"
    for _ in range(blocks):
        first = function.convolution(image, 32, 1)
        second = function.convolution(function.convolution(image, 32, 1), 48, 3)
        third = function.convolution(image, 16, 1)
        third = function.convolution(function.convolution(third, 24, 3), 24, 3)
        fourth = function.convolution(function.pooling(image), 24, 1)
        image = function.concatenation([first, second, third, fourth])
    return function.text(image)


def dense(blocks: int) -> str:
    """Four layers a block, as in DenseNet: each reads the input of the block and what
    all earlier layers of it made. A convolution of 1 x 1 ends the block."""
    function = Function("dense", size=28, channels=64)
    image = "%x"
    for _ in range(blocks):
        parts = [image]
        for _ in range(4):
            joined = parts[0] if len(parts) == 1 else function.concatenation(parts)
            bottleneck = function.convolution(joined, 64, 1)
            parts.append(function.convolution(bottleneck, 32, 3))
        image = function.convolution(function.concatenation(parts), 64, 1)
    return function.text(image)


#: Layers with MACs in a block, by kind of network.
LAYERS_PER_BLOCK = {"residual": 2, "inception": 7, "dense": 9}

KINDS: dict[str, Callable[[int], str]] = {"residual": residual, "inception": inception, "dense": dense}
