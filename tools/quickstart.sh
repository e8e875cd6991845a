#!/usr/bin/env bash
# From a bare Debian 12 to the first plan: installs LLVM/MLIR 22 and what the
# build needs, builds Scope in build/, plans ResNet-50 on the default package
# and prints the report. May be run again at any time.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/setup/packages.sh
. "$here/setup/packages.sh"
# shellcheck source=tools/setup/build.sh
. "$here/setup/build.sh"

usage() {
  cat <<END
usage: tools/quickstart.sh [-j N]

Installs LLVM/MLIR 22 and what the build needs (apt-get, with sudo when not
root), builds Scope in build/ and prints the plan of ResNet-50.

  -j N   build with N processes (default: one a core)

MLIR_DIR=<prefix>/lib/cmake/mlir uses another LLVM/MLIR 22.1 than Debian's.
CC and CXX name another compiler.
END
}

jobs=$(nproc)
while (($#)); do
  case $1 in
  -j) jobs=${2:?-j needs a number} && shift ;;
  -j*) jobs=${1#-j} ;;
  -h | --help) usage && exit ;;
  *) die "unknown option $1" "See tools/quickstart.sh --help." ;;
  esac
  shift
done

# It takes packages of its own, not the arguments of this script.
# shellcheck disable=SC2119
prepareBuild
configure release "$root/build"
cmake --build "$root/build" -j "$jobs"

cd "$root"
command=(build/bin/scope-opt --scope-merge-pipeline --scope-report -o /dev/null
  test/Networks/resnet50.mlir)
say "${command[*]}"
"${command[@]}"
