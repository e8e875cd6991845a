# shellcheck shell=bash
# Installs Debian packages, and says what to do where that is not possible.
# Sourced by quickstart.sh and check.sh.

say() { printf '%s: %s\n' "${0##*/}" "$*"; }

die() {
  printf '%s: error: %s\n' "${0##*/}" "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

haveApt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

distribution() {
  # shellcheck source=/dev/null
  (. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-this system}") ||
    printf 'this system'
}

# asRoot COMMAND...: runs it as root, through sudo when that is needed. sudo may
# ask for the password where somebody can give it; the command's own input is not
# the terminal, so that cannot be told from it.
interactive=no
[[ ! -t 0 ]] || interactive=yes
asRoot() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif [[ $interactive == yes ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

isInstalled() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

hasCandidate() {
  local candidate
  candidate=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p')
  [[ -n $candidate && $candidate != '(none)' ]]
}

# installPackages NAME...: installs those that are missing. Root rights and the
# network are needed only when one is.
installPackages() {
  local name missing=() unknown=()
  for name in "$@"; do
    isInstalled "$name" || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
    die "packages are missing, and this user may not install them (no sudo)" \
      "Run as root: apt-get install --no-install-recommends ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  asRoot apt-get -o DPkg::Lock::Timeout=600 -qq update </dev/null ||
    die "apt-get update failed" "Check the network and the sources of apt, then run this again."
  for name in "${missing[@]}"; do
    hasCandidate "$name" || unknown+=("$name")
  done
  ((${#unknown[@]} == 0)) || noCandidate "${unknown[@]}"
  asRoot env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 \
    -o Dpkg::Use-Pty=0 -qq -y --no-install-recommends install "${missing[@]}" </dev/null >/dev/null ||
    die "apt-get could not install ${missing[*]}"
}

noCandidate() {
  if [[ $* == *-22* ]]; then
    die "$(distribution) offers no LLVM/MLIR 22 (no package $*)" \
      "On Debian 12, enable the suite bookworm-security in the sources of apt." \
      "Elsewhere, build or install LLVM/MLIR 22.1 with its shared libraries and set" \
      "  MLIR_DIR=<prefix>/lib/cmake/mlir"
  fi
  die "$(distribution) offers no package $*" "Check the sources of apt."
}
