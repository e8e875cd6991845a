#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a network in TOSA for tests of execution; its weights are elided.

usage: networks.py mobilenet | quantized | random SEED

`mobilenet` is MobileNet v1 with half its channels for an image of 96 x 96; `quantized` is a residual
network in int8 for 64 x 64 with rescales per tensor and per channel; `random` is a small network of
operations, sizes and an element type that follow from the seed.
"""

from __future__ import annotations

import random
import re
import sys
from dataclasses import dataclass
from math import prod, sqrt


@dataclass(frozen=True)
class Tensor:
    """A value of the function."""

    name: str
    shape: tuple[int, ...]
    element: str

    @property
    def type(self) -> str:
        return f"tensor<{'x'.join(map(str, self.shape))}x{self.element}>"


class Network:
    """A function that is written operation by operation. Convolutions and matrix products of int8 are
    scaled back to int8."""

    def __init__(self, name: str, element: str, shape: tuple[int, ...]) -> None:
        self.name = name
        self.element = element
        self.input = Tensor("%x", shape, element)
        self.lines: list[str] = []
        self.count = 0

    def write(self, shape: tuple[int, ...], element: str, text: str) -> Tensor:
        """Adds an operation; `text` is all of it but the type of the result."""
        self.count += 1
        result = Tensor(f"%{self.count}", shape, element)
        self.lines.append(f"  {result.name} = {text} -> {result.type}")
        return result

    def constant(self, shape: tuple[int, ...], element: str, value: str | None = None) -> Tensor:
        data = "dense_resource<__elided__>" if value is None else f"dense<{value}>"
        kind = Tensor("", shape, element).type
        return self.write(shape, element, f'"tosa.const"() <{{values = {data} : {kind}}}> : ()')

    def zero(self, element: str) -> Tensor:
        return self.constant((1,), element, "0.0" if element.startswith("f") else "0")

    def sizes(self, values: tuple[int, ...]) -> tuple[str, str]:
        """The name and the type of a constant shape."""
        self.count += 1
        name, kind = f"%{self.count}", f"!tosa.shape<{len(values)}>"
        self.lines.append(
            f"  {name} = tosa.const_shape {{values = dense<{list(values)}> : tensor<{len(values)}xindex>}} : () -> {kind}"
        )
        return name, kind

    def apply(self, op: str, operands: list[Tensor], shape: tuple[int, ...], attributes: str = "", element: str = "") -> Tensor:
        names = ", ".join(operand.name for operand in operands)
        types = ", ".join(operand.type for operand in operands)
        braces = f" {{{attributes}}}" if attributes else ""
        return self.write(shape, element or operands[0].element, f"tosa.{op} {names}{braces} : ({types})")

    def window(self, x: Tensor, op: str, kernel, stride, dilation, channels: int = 0) -> Tensor:
        """A convolution (`conv2d`, `depthwise_conv2d`) or a pooling (`max_pool2d`, `avg_pool2d`) of what is
        padded to keep its size. Rows and columns that no step reaches are cut off, as TOSA wants it."""
        batch, *image, depth = x.shape
        reach = [gap * (taps - 1) for taps, gap in zip(kernel, dilation)]
        pads = [pad for total in reach for pad in (total // 2, total - total // 2)]
        used = [size - (size - 1) % step for size, step in zip(image, stride)]
        if used != image:
            x = self.slice(x, (0, 0, 0, 0), (batch, *used, depth))
        made = [(size - 1) // step + 1 for size, step in zip(used, stride)]
        text = f"kernel = array<i64: {kernel[0]}, {kernel[1]}>, " if "pool" in op else ""
        text += f"pad = array<i64: {', '.join(map(str, pads))}>, stride = array<i64: {stride[0]}, {stride[1]}>"
        if op == "max_pool2d":
            return self.apply(op, [x], (batch, *made, depth), text)
        isInteger = x.element == "i8"
        accumulator = "i32" if isInteger else "f32"
        text = f"acc_type = {accumulator}, " + text
        zero = self.zero(x.element)
        if op == "avg_pool2d":
            return self.apply(op, [x, zero, zero], (batch, *made, depth), text)
        text += f", dilation = array<i64: {dilation[0]}, {dilation[1]}>"
        isDepthwise = op == "depthwise_conv2d"
        shape = (*kernel, depth, channels) if isDepthwise else (channels, *kernel, depth)
        result = depth * channels if isDepthwise else channels
        element = "i32" if isInteger else x.element
        weight, bias = self.constant(shape, x.element), self.constant((result,), element)
        y = self.apply(op, [x, weight, bias, zero, zero], (batch, *made, result), text, element)
        return self.rescale(y, prod(kernel) * (1 if isDepthwise else depth)) if isInteger else y

    def rescale(self, x: Tensor, products: int) -> Tensor:
        """Sums of `products` products of int8 as int8."""
        scale = 40 / (5400 * sqrt(products))
        shift = 30
        while scale * 2**shift < 2**30:
            shift += 1
        each = [min(2**31 - 1, int(scale * 2**shift) + 1000003 * channel) for channel in range(x.shape[-1])]
        per_channel = x.shape[-1] % 2 == 0
        values, count = (str(each), len(each)) if per_channel else (str(each[0]), 1)
        multiplier = self.constant((count,), "i32", values)
        shifts = self.constant((count,), "i8", str(shift))
        zeros = [self.zero("i32"), self.constant((1,), "i8", "3")]
        return self.apply("rescale", [x, multiplier, shifts, *zeros], x.shape,
                          "input_unsigned = false, output_unsigned = false, "
                          f"per_channel = {str(per_channel).lower()}, rounding_mode = SINGLE_ROUND, scale32 = true", "i8")

    def widen(self, x: Tensor) -> Tensor:
        """int8 as int32, times about 2^20."""
        operands = [x, self.constant((1,), "i32", str(2**30)), self.constant((1,), "i8", "10"),
                    self.constant((1,), "i8", "3"), self.zero("i32")]
        return self.apply("rescale", operands, x.shape, "input_unsigned = false, output_unsigned = false, "
                          "per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true", "i32")

    def add(self, a: Tensor, b: Tensor) -> Tensor:
        if a.element != "i8":
            return self.apply("add", [a, b], a.shape)
        total = self.apply("add", [self.widen(a), self.widen(b)], a.shape)
        operands = [total, self.constant((1,), "i32", str(2**30)), self.constant((1,), "i8", "51"), self.zero("i32"),
                    self.constant((1,), "i8", "3")]
        return self.apply("rescale", operands, a.shape, "input_unsigned = false, output_unsigned = false, "
                          "per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true", "i8")

    def clamp(self, x: Tensor) -> Tensor:
        bounds = "max_val = 120 : i8, min_val = -100 : i8" if x.element == "i8" else \
            f"max_val = 6.0 : {x.element}, min_val = 0.0 : {x.element}"
        return self.apply("clamp", [x], x.shape, bounds)

    def concat(self, parts: list[Tensor], axis: int) -> Tensor:
        shape = list(parts[0].shape)
        shape[axis] = sum(part.shape[axis] for part in parts)
        return self.apply("concat", parts, tuple(shape), f"axis = {axis} : i32")

    def slice(self, x: Tensor, start: tuple[int, ...], size: tuple[int, ...]) -> Tensor:
        (begin, kind), (extent, _) = self.sizes(start), self.sizes(size)
        return self.write(size, x.element, f"tosa.slice {x.name}, {begin}, {extent} : ({x.type}, {kind}, {kind})")

    def reshape(self, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        name, kind = self.sizes(shape)
        return self.write(shape, x.element, f"tosa.reshape {x.name}, {name} : ({x.type}, {kind})")

    def transpose(self, x: Tensor, order: tuple[int, ...]) -> Tensor:
        shape = tuple(x.shape[dim] for dim in order)
        return self.apply("transpose", [x], shape, f"perms = array<i32: {', '.join(map(str, order))}>")

    def multiply(self, a: Tensor, b: Tensor) -> Tensor:
        return self.apply("mul", [a, b, self.zero("i8")], a.shape)

    def softmax(self, x: Tensor) -> Tensor:
        axis, shape = len(x.shape) - 1, (*x.shape[:-1], 1)
        most = self.apply("reduce_max", [x], shape, f"axis = {axis} : i32")
        power = self.apply("exp", [self.apply("sub", [x, most], x.shape)], x.shape)
        total = self.apply("reduce_sum", [power], shape, f"axis = {axis} : i32")
        return self.multiply(power, self.apply("reciprocal", [total], shape))

    def matmul(self, x: Tensor, columns: int) -> Tensor:
        """All of `x` times a matrix."""
        rows = prod(x.shape)
        flat, zero = self.reshape(x, (1, 1, rows)), self.zero(x.element)
        weight = self.constant((1, rows, columns), x.element)
        element = "i32" if x.element == "i8" else x.element
        return self.apply("matmul", [flat, weight, zero, zero], (1, 1, columns), element=element)

    def text(self, results: list[Tensor]) -> str:
        types = ", ".join(result.type for result in results)
        names = ", ".join(result.name for result in results)
        head = f"func.func @{self.name}({self.input.name}: {self.input.type}) -> ({types}) {{"
        return "\n".join([head, *self.lines, f"  return {names} : {types}", "}"])


def mobilenet() -> str:
    net = Network("mobilenet", "f32", (1, 96, 96, 3))
    x = net.clamp(net.window(net.input, "conv2d", (3, 3), (2, 2), (1, 1), 16))
    channels = [(32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2), *[(256, 1)] * 5, (512, 2), (512, 1)]
    for width, stride in channels:
        x = net.clamp(net.window(x, "depthwise_conv2d", (3, 3), (stride, stride), (1, 1), 1))
        x = net.clamp(net.window(x, "conv2d", (1, 1), (1, 1), (1, 1), width))
    x = net.window(x, "avg_pool2d", (3, 3), (3, 3), (1, 1))
    return net.text([net.matmul(x, 100)])


def quantized() -> str:
    net = Network("quantized", "i8", (1, 64, 64, 3))
    x = net.clamp(net.window(net.input, "conv2d", (3, 3), (2, 2), (1, 1), 16))
    for width, stride in [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1)]:
        y = net.clamp(net.window(x, "conv2d", (3, 3), (stride, stride), (1, 1), width))
        y = net.window(y, "depthwise_conv2d", (3, 3), (1, 1), (1, 1), 1)
        if y.shape != x.shape:
            x = net.window(x, "conv2d", (1, 1), (stride, stride), (1, 1), width)
        x = net.clamp(net.add(y, x))
    x = net.apply("table", [x, net.constant((256,), "i8")], x.shape)
    x = net.window(x, "max_pool2d", (2, 2), (2, 2), (1, 1))
    x = net.window(x, "avg_pool2d", (2, 2), (2, 2), (1, 1))
    return net.text([net.matmul(x, 11)])


class RandomNetwork:
    """Draws operations one after the other."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        draw = self.draw
        self.element = draw.choice(["f32", "f32", "f32", "f16", "i8", "i8"])
        shape = (1, draw.randint(3, 17), draw.randint(3, 17), draw.randint(1, 14))
        self.net = Network("random", self.element, shape)
        self.values = [self.net.input]

    def pair(self) -> tuple[int, int]:
        return self.draw.choice([1, 2, 3, 3, 5]), self.draw.choice([1, 2, 3, 3, 5])

    def strides(self) -> tuple[int, int]:
        return self.draw.choice([(1, 1), (1, 1), (2, 2), (2, 1), (1, 3)])

    def conv2d(self, x: Tensor) -> Tensor:
        dilation = self.draw.choice([(1, 1), (1, 1), (2, 1)])
        return self.net.window(x, "conv2d", self.pair(), self.strides(), dilation, self.draw.randint(1, 24))

    def depthwise(self, x: Tensor) -> Tensor:
        return self.net.window(x, "depthwise_conv2d", self.pair(), self.strides(), (1, 1), self.draw.choice([1, 1, 2]))

    def pool(self, x: Tensor) -> Tensor:
        kind = self.draw.choice(["max_pool2d", "avg_pool2d"])
        kernel = tuple(min(taps, size) for taps, size in zip(self.pair(), x.shape[1:3]))
        return self.net.window(x, kind, kernel, self.strides(), (1, 1))

    def join(self, x: Tensor) -> Tensor:
        """With another value: an addition, a product, or side by side."""
        same = [value for value in self.values if value.shape == x.shape and value != x]
        beside = [value for value in self.values if value.shape[:3] == x.shape[:3]]
        if same and self.draw.random() < 0.7:
            other = self.draw.choice(same)
            if self.element != "i8" and self.draw.random() < 0.3:
                return self.net.multiply(x, other)
            return self.net.add(x, other)
        if beside and x.shape[3] < 30:
            return self.net.concat([x, self.draw.choice(beside)], 3)
        return self.net.clamp(x)

    def pointwise(self, x: Tensor) -> Tensor:
        if self.element == "i8":
            return self.net.apply("table", [x, self.net.constant((256,), "i8")], x.shape)
        return self.net.apply(self.draw.choice(["tanh", "sigmoid", "abs", "floor"]), [x], x.shape) \
            if self.draw.random() < 0.6 else self.net.clamp(x)

    def cut(self, x: Tensor) -> Tensor:
        start, size = [0], [1]
        for extent in x.shape[1:]:
            start.append(self.draw.randint(0, extent // 3))
            size.append(self.draw.randint(max(1, extent // 2), extent - start[-1]))
        return self.net.slice(x, tuple(start), tuple(size))

    def turn(self, x: Tensor) -> Tensor:
        return self.net.transpose(x, self.draw.choice([(0, 2, 1, 3), (0, 3, 1, 2), (0, 1, 3, 2)]))

    def soften(self, x: Tensor) -> Tensor:
        return self.net.softmax(x) if self.element != "i8" else self.net.clamp(x)

    def scale(self, x: Tensor) -> Tensor:
        if self.element == "i8":
            return self.net.clamp(x)
        return self.net.multiply(x, self.net.constant((1, 1, 1, x.shape[3]), x.element))

    def write(self) -> str:
        draw = self.draw
        kinds = [self.conv2d] * 4 + [self.depthwise] * 2 + [self.pool] * 2 + [self.join] * 4
        kinds += [self.pointwise, self.pointwise, self.cut, self.turn, self.soften, self.scale]
        for _ in range(draw.randint(3, 9)):
            x = self.values[-1] if draw.random() < 0.8 else draw.choice(self.values)
            self.values.append(draw.choice(kinds)(x))
        results = [self.values[-1]]
        if results[0] == self.net.input:
            results = [self.net.clamp(results[0])]
        if draw.random() < 0.5:
            results = [self.net.matmul(results[0], draw.randint(1, 20))]
        # Nothing is made in vain; sometimes a value in the middle is a result as well.
        body = "\n".join(self.net.lines)
        for value in self.values[1:]:
            isRead = len(re.findall(rf"{value.name}\b", body)) > 1
            if value not in results and (not isRead or draw.random() < 0.1):
                results.append(value)
        return self.net.text(results)


def main() -> None:
    match sys.argv[1:]:
        case ["mobilenet"]:
            print(mobilenet())
        case ["quantized"]:
            print(quantized())
        case ["random", seed]:
            print(RandomNetwork(int(seed)).write())
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
