#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a chain of residual blocks as TOSA: two convolutions of 3 x 3 and an addition each.

The growth of a search with the depth of the network is measured on these:

    residual_chain.py 400 | scope-opt --scope-merge-pipeline="package=simba-8x8 assume-bits=8"
"""

import sys

from bench.generate import residual

if __name__ == "__main__":
    print(residual(int(sys.argv[1])), end="")
