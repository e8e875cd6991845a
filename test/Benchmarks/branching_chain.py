#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a network whose blocks branch and join, as TOSA:

branching_chain.py inception 9 | scope-opt --scope-merge-pipeline="package=simba-8x8 assume-bits=8"
branching_chain.py dense 8 | scope-opt --scope-merge-pipeline="package=simba-8x8 assume-bits=8"
"""

import sys

from bench.generate import KINDS

if __name__ == "__main__":
    print(KINDS[sys.argv[1]](int(sys.argv[2])), end="")
