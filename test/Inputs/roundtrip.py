"""Runs scope-opt and reads back what it wrote, as text and as bytecode.

usage: roundtrip.py SCOPE-OPT ARGUMENT...

Runs SCOPE-OPT with the arguments. What it writes to its standard output is
parsed again with --verify-roundtrip, is written as bytecode, is parsed from
that, and must come out as it went in. Prints the text from bytecode. A run that
fails, or that writes something else than a module to its standard output, is
passed on as it is.
"""

import difflib
import re
import subprocess
import sys

# What changes how a module is parsed and printed.
SYNTAX = re.compile(
    r"--?(mlir-print-op-generic|mlir-print-local-scope|mlir-print-debuginfo"
    r"|mlir-use-nameloc-as-prefix|allow-unregistered-dialect)(=.*)?$")
# With these, no text of a module goes to the standard output.
OTHER_OUTPUT = re.compile(
    r"(-o|--?(o=|emit-bytecode|verify-diagnostics|help|version|show-dialects).*)$")
SPLIT = re.compile(r"--?split-input-file(=.*)?$")
SEPARATOR = b"// -----\n"


def run(command, text):
    """The standard output of `command`, or the end of this program."""
    result = subprocess.run(command, input=text, stdout=subprocess.PIPE)
    if result.returncode != 0:
        sys.stderr.write("roundtrip.py: %s failed on what scope-opt wrote\n" % command)
        sys.exit(1)
    return result.stdout


def roundtrip(tool, syntax, text):
    """`text`, parsed and printed on two ways; ends the program if they differ."""
    command = [tool] + syntax
    printed = run(command + ["--verify-roundtrip"], text)
    bytecode = run(command + ["--emit-bytecode"], text)
    from_bytecode = run(command + ["--verify-roundtrip"], bytecode)
    for name, other in (("text", printed), ("bytecode", from_bytecode)):
        if other.strip() != text.strip():
            lines = [part.decode().splitlines() for part in (text, other)]
            sys.stderr.write("roundtrip.py: the module is another one after %s\n" % name)
            sys.stderr.writelines(line + "\n" for line in difflib.unified_diff(*lines))
            sys.exit(1)
    return from_bytecode


def main(tool, arguments):
    first = subprocess.run([tool] + arguments, stdout=subprocess.PIPE)
    output = first.stdout
    if first.returncode == 0 and not any(map(OTHER_OUTPUT.match, arguments)):
        syntax = list(filter(SYNTAX.match, arguments))
        parts = output.split(SEPARATOR) if any(map(SPLIT.match, arguments)) else [output]
        output = SEPARATOR.join(roundtrip(tool, syntax, part) for part in parts)
    sys.stdout.buffer.write(output)
    return first.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
