#!/usr/bin/env bash
# Runs every test of Scope: installs what they need, builds, runs the unit tests
# and the lit suite, and ends with the line "N passed, M failed". Exits with 0
# only if nothing failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/setup/packages.sh
. "$here/setup/packages.sh"
# shellcheck source=tools/setup/build.sh
. "$here/setup/build.sh"
# shellcheck source=tools/setup/python.sh
. "$here/setup/python.sh"

usage() {
  cat <<END
usage: tools/check.sh [--asan | --heavy | --tidy] [-j N]

Installs what the tests need (apt-get, with sudo when not root), builds Scope in
build/ and runs every test. Ends with the line "N passed, M failed".

  --asan   the same with Scope's code built for the address and the
           undefined-behaviour sanitizer, in build-asan/
  --heavy  the tests of the Python package that need PyTorch, which is a download
           of several gigabytes, instead of the others
  --tidy   clang-tidy and clang-format over the sources, ruff and mypy over the
           Python package and shellcheck over the scripts, instead of the tests
  -j N     build and test with N processes (default: one a core)

MLIR_DIR=<prefix>/lib/cmake/mlir uses another LLVM/MLIR 22.1 than Debian's.
CC and CXX name another compiler, PYTHON the Python of the tests.
END
}

testPackages=(python3-jsonschema python3-venv chromium graphviz)

passed=0 failed=0 skipped=0
tally() { passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3)); }

# runSuite PRESET FOLDER: builds and runs the target check-scope and counts
# lit's results.
runSuite() {
  local preset=$1 folder=$2 results=$2/check-scope.json
  [[ -x $llvmBin/FileCheck ]] ||
    die "there is no FileCheck in $llvmBin" "The tests need an LLVM built with LLVM_INSTALL_UTILS=ON."
  "$python" -c 'import jsonschema' 2>/dev/null ||
    die "$python has no module jsonschema" "Install it, or set PYTHON to a Python that has it."
  configure "$preset" "$folder"
  cmake --build "$folder" -j "$jobs" --target all check-scope-depends
  rm -f "$results"
  # What failed is in the results, which decide.
  LIT_OPTS="${LIT_OPTS:-} -j$jobs --output=$(printf %q "$results")" \
    cmake --build "$folder" --target check-scope || true
  [[ -s $results ]] || die "the test runner left no results in $results"
  local counts
  counts=$("$python" "$here/setup/count-results.py" "$results")
  # shellcheck disable=SC2086
  tally $counts
}

# runPython EXTRAS MARKER REQUIREMENT...: installs the Python package with these
# extras, as a user does, runs its tests with this marker and counts them.
runPython() {
  local extras=$1 marker=$2 results=$root/build/check-python.xml counts
  shift 2
  mkdir -p "$root/build"
  preparePython "$root/build/python-${marker// /-}" "${root}[$extras]" -r "$root/test/Python/requirements.txt" "$@"
  say "testing the Python package"
  rm -f "$results"
  # What failed is in the results, which decide.
  (cd "$root/test/Python" && "$environment/bin/python" -m pytest -q -c "$root/pyproject.toml" --rootdir "$root" \
    -m "$marker" --junitxml "$results" --durations=5 .) || true
  [[ -s $results ]] || die "the test runner left no results in $results"
  counts=$("$python" "$here/setup/count-results.py" "$results")
  # shellcheck disable=SC2086
  tally $counts
}

# runCheck NAME COMMAND...: one check that passes or fails as a whole.
runCheck() {
  local name=$1
  shift
  say "$name"
  if "$@"; then
    tally 1 0 0
  else
    printf 'FAIL: %s\n' "$name"
    tally 0 1 0
  fi
}

# llvmTool NAME: LLVM's tool beside MLIR, or by Debian's name.
llvmTool() {
  if [[ -x $llvmBin/$1 ]]; then
    printf '%s' "$llvmBin/$1"
  else
    command -v "$1-22" || command -v "$1" || die "not found: $1"
  fi
}

runTidy() {
  local tidy format sources scripts
  tidy=$(llvmTool run-clang-tidy)
  format=$(llvmTool clang-format)
  configure release "$root/build"
  # The sources include what TableGen makes.
  cmake --build "$root/build" -j "$jobs"
  cd "$root"
  mapfile -t sources < <(find include lib tools test -name '*.h' -o -name '*.cpp')
  mapfile -t scripts < <(find tools .ci -name '*.sh' -o -path .ci/run)
  runCheck clang-format "$format" --dry-run -Werror "${sources[@]}"
  runCheck clang-tidy "$tidy" -p build -quiet -j "$jobs" "^$root/(lib|tools|test)/"
  runCheck shellcheck shellcheck -x "${scripts[@]}"
  preparePython "$root/build/python-lint" jsonschema-rs mypy numpy pydantic rich ruff typer
  runCheck ruff "$environment/bin/ruff" check python test/Python test/Benchmarks docs/conf.py
  runCheck "ruff format" "$environment/bin/ruff" format --check python test/Python test/Benchmarks docs/conf.py
  runCheck mypy "$environment/bin/mypy"
}

mode=release
jobs=$(nproc)
while (($#)); do
  case $1 in
  --asan) mode=asan ;;
  --heavy) mode=heavy ;;
  --tidy) mode=tidy ;;
  -j) jobs=${2:?-j needs a number} && shift ;;
  -j*) jobs=${1#-j} ;;
  -h | --help) usage && exit ;;
  *) die "unknown option $1" "See tools/check.sh --help." ;;
  esac
  shift
done

case $mode in
release)
  prepareBuild "${testPackages[@]}"
  runSuite release "$root/build"
  runPython onnx,tflite,sweep,docs,test "not heavy"
  ;;
heavy)
  prepareBuild "${testPackages[@]}"
  runPython onnx,torch,sweep,docs,test heavy torchvision transformers
  ;;
asan)
  prepareBuild python3-jsonschema libclang-rt-22-dev
  export LLVM_SYMBOLIZER_PATH=$llvmBin/llvm-symbolizer
  export UBSAN_OPTIONS=print_stacktrace=1
  # LLVM's allocators poison memory that they have not given out, and only code
  # built for the sanitizer takes that back; LLVM's libraries are not.
  export ASAN_OPTIONS=allow_user_poisoning=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
  runSuite asan-ubsan "$root/build-asan"
  ;;
tidy)
  prepareBuild clang-tidy-22 clang-format-22 shellcheck python3-venv
  runTidy
  ;;
esac

if ((skipped)); then
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
else
  printf '%d passed, %d failed\n' "$passed" "$failed"
fi
((failed == 0 && passed > 0))
