#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How far `search=linear` is from the best plan known: `run.py linear_vs_exact`."""

import sys

import run

if __name__ == "__main__":
    run.main(["linear_vs_exact", *sys.argv[1:]])
