"""Plans a network for many packages and checks what comes out.

usage: plan-network.py SCOPE_OPT NETWORK LAYERS FOLDER

For the default package, each package that users compare with, and the network's
own width on a large package: the plan is found twice with the same bytes, passes
scope-verify-plan, and reads back the same as text and as bytecode. The network
must have LAYERS layers. FOLDER is for temporary files.
"""

import pathlib
import subprocess
import sys

OPTIONS = ["", "package=simba-4x4 assume-bits=8", "package=simba-8x8 assume-bits=8",
           "package=simba-16x16 assume-bits=8", "package=set-8x8 assume-bits=8",
           "package=gemini-6x6 assume-bits=8", "package=simba-16x16"]


def run(scope_opt, *arguments):
    """Runs scope-opt and returns what it writes."""
    done = subprocess.run([scope_opt, *arguments], capture_output=True, check=False)
    if done.returncode or done.stderr:
        sys.exit(f"{' '.join(arguments)}: {done.stderr.decode()[:2000]}")
    return done.stdout


def check(scope_opt, network, layers, folder, options):
    """Plans `network` with `options`."""
    pipeline = f"--scope-merge-pipeline={options}" if options else "--scope-merge-pipeline"
    plan = run(scope_opt, pipeline, network)
    if plan != run(scope_opt, pipeline, network):
        sys.exit(f"{options}: two runs differ")
    if (found := plan.count(b"scope.layer ")) != layers:
        sys.exit(f"{options}: {found} layers, expected {layers}")
    text = folder / "plan.mlir"
    text.write_bytes(plan)
    if plan != run(scope_opt, "--scope-verify-plan", str(text)):
        sys.exit(f"{options}: the text reads back differently")
    bytecode = folder / "plan.mlirbc"
    bytecode.write_bytes(run(scope_opt, "--emit-bytecode", str(text)))
    if plan != run(scope_opt, str(bytecode)):
        sys.exit(f"{options}: the bytecode reads back differently")


def main(scope_opt, network, layers, folder):
    path = pathlib.Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for options in OPTIONS:
        check(scope_opt, network, int(layers), path, options)


main(*sys.argv[1:])
