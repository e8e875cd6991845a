#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a chain of residual blocks as TOSA: two convolutions of 3 x 3 and an addition each.

The growth of a search with the depth of the network is measured on these:

    residual_chain.py 400 | scope-opt --scope-merge-pipeline="package=simba-8x8 assume-bits=8"
"""

import sys

IMAGE, WEIGHT, BIAS = "tensor<1x28x28x64xf32>", "tensor<64x3x3x64xf32>", "tensor<64xf32>"
ATTRIBUTES = (
    "{acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, "
    "stride = array<i64: 1, 1>}"
)


def convolution(result: str, image: str) -> str:
    operands = f"{image}, %weight, %bias, %zero, %zero"
    types = f"({IMAGE}, {WEIGHT}, {BIAS}, tensor<1xf32>, tensor<1xf32>)"
    return f"  {result} = tosa.conv2d {operands} {ATTRIBUTES} : {types} -> {IMAGE}"


def chain(blocks: int) -> str:
    lines = [f"func.func @chain(%x0: {IMAGE}) -> {IMAGE} {{"]
    for name, kind, value in (("weight", WEIGHT, 0.5), ("bias", BIAS, 0.5), ("zero", "tensor<1xf32>", 0.0)):
        lines.append(f'  %{name} = "tosa.const"() <{{values = dense<{value}> : {kind}}}> : () -> {kind}')
    for block in range(blocks):
        lines += [
            convolution(f"%a{block}", f"%x{block}"),
            convolution(f"%b{block}", f"%a{block}"),
            f"  %x{block + 1} = tosa.add %b{block}, %x{block} : ({IMAGE}, {IMAGE}) -> {IMAGE}",
        ]
    return "\n".join([*lines, f"  return %x{blocks} : {IMAGE}", "}"])


if __name__ == "__main__":
    print(chain(int(sys.argv[1])))
