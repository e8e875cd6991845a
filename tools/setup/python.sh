# shellcheck shell=bash disable=SC2154
# Virtual environments of the tests. Sourced by check.sh, after build.sh, whose
# variables it uses.

# preparePython FOLDER REQUIREMENT...: installs them in the environment FOLDER; sets
# environment. The tools in a wheel are built in build-wheel/, again only where the
# sources changed.
preparePython() {
  environment=$1
  shift
  say "installing Python packages in $environment"
  # One that was made by another Python, or moved, does not work any more.
  "$environment/bin/python" -c 'import pip' 2>/dev/null || "$python" -m venv --clear "$environment" ||
    die "$python could not make a virtual environment" "Install its module venv (on Debian: python3-venv)."
  SKBUILD_BUILD_DIR=$root/build-wheel CMAKE_BUILD_PARALLEL_LEVEL=$jobs \
    CMAKE_ARGS=$(printf "%q " "${configureArgs[@]}") \
    "$environment/bin/pip" install --quiet --disable-pip-version-check "$@" ||
    die "pip could not install $*" "Check the network, then run this again."
}
