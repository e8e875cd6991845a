# shellcheck shell=bash
# Finds the compiler, MLIR and Python, and configures builds with the presets of
# CMakePresets.json. Sourced by quickstart.sh and check.sh, after packages.sh.
#
# From the environment, all optional:
#   MLIR_DIR  folder of MLIRConfig.cmake; then no part of LLVM comes from apt
#   CC, CXX   the compiler
#   PYTHON    the Python that runs the tests' scripts

# What a build needs besides LLVM, and the parts of LLVM/MLIR 22.
readonly buildPackages=(cmake ninja-build ccache libgtest-dev libgmock-dev
  libmpich-dev mpich python3)
readonly llvmPackages=(libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools
  clang-22 lld-22)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# prepareBuild PACKAGE...: installs what a build needs, and the further packages
# named; sets llvmBin, python and configureArgs.
prepareBuild() {
  if [[ -n ${MLIR_DIR:-} ]]; then
    [[ -f $MLIR_DIR/MLIRConfig.cmake ]] ||
      die "MLIR_DIR=$MLIR_DIR holds no MLIRConfig.cmake" \
        "Set it to <prefix>/lib/cmake/mlir of an LLVM/MLIR 22.1, or unset it to use Debian's packages."
    if haveApt; then
      local name wanted=()
      for name in "$@"; do
        [[ $name == *-22* ]] || wanted+=("$name")
      done
      installPackages "${buildPackages[@]}" "${wanted[@]}"
    fi
  else
    haveApt ||
      die "$(distribution) has no apt-get to install LLVM/MLIR 22 with" \
        "Build or install LLVM/MLIR 22.1 with its shared libraries and set" \
        "  MLIR_DIR=<prefix>/lib/cmake/mlir" \
        "CMake, Ninja, a C++17 compiler, GoogleTest and Python 3 are needed as well."
    installPackages "${buildPackages[@]}" "${llvmPackages[@]}" "$@"
  fi
  requireCommands cmake ninja

  local mlirDir=${MLIR_DIR:-/usr/lib/llvm-22/lib/cmake/mlir}
  llvmBin=$(cd "$mlirDir/../../../bin" && pwd)
  configureArgs=("-DMLIR_DIR=$mlirDir")
  chooseCompiler
  choosePython
  if command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
    # The wheel is built in another folder, from the same sources.
    export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  fi
}

requireCommands() {
  local name missing=()
  for name in "$@"; do
    command -v "$name" >/dev/null || missing+=("$name")
  done
  ((${#missing[@]} == 0)) ||
    die "not found: ${missing[*]}" "Install them and run this again."
}

# The presets name Debian's clang-22 with lld. Another compiler comes from CC
# and CXX, or stands beside the MLIR that MLIR_DIR names, or is the system's.
chooseCompiler() {
  local cc cxx linker=''
  if [[ -n ${CXX:-} || -n ${CC:-} ]]; then
    cc=${CC:-cc} cxx=${CXX:-c++}
  elif [[ -x $llvmBin/clang++ ]]; then
    cc=$llvmBin/clang cxx=$llvmBin/clang++
    [[ ! -x $llvmBin/ld.lld ]] || linker=-fuse-ld=lld
  else
    cc=cc cxx=c++
    command -v c++ >/dev/null || ! haveApt || installPackages g++
  fi
  requireCommands "$cc" "$cxx"
  configureArgs+=("-DCMAKE_C_COMPILER=$cc" "-DCMAKE_CXX_COMPILER=$cxx"
    "-DCMAKE_EXE_LINKER_FLAGS=$linker" "-DCMAKE_MODULE_LINKER_FLAGS=$linker"
    "-DCMAKE_SHARED_LINKER_FLAGS=$linker")
}

# Debian's Python owns Debian's modules; another one that stands in front of it
# in PATH does not.
choosePython() {
  if [[ -z ${PYTHON:-} ]] && haveApt; then
    python=/usr/bin/python3
  else
    python=${PYTHON:-python3}
  fi
  requireCommands "$python"
  python=$(command -v "$python")
  configureArgs+=("-DPython3_EXECUTABLE=$python")
}

# configure PRESET FOLDER
configure() {
  say "configuring $2 (preset $1)"
  (cd "$root" && cmake --preset "$1" -B "$2" --log-level=WARNING "${configureArgs[@]}") ||
    die "CMake could not configure $2" \
      "If the folder was configured by other means before, remove it and run this again."
}
