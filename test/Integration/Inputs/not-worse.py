# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails if the second plan of a report takes more cycles than the first."""

import re
import sys
from pathlib import Path

figures = re.findall(r"samples/s: ([\d,]+) cycles", Path(sys.argv[1]).read_text())
cycles = [int(figure.replace(",", "")) for figure in figures]
if len(cycles) != 2 or cycles[1] > cycles[0]:
    sys.exit(f"{sys.argv[1]}: cycles of the plans: {cycles}")
