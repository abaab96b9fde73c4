# Sourced by scripts/assistant and scripts/check: system packages, uv and the locked environment.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
env_folder="$root/.venv"
tools_folder="${XDG_CACHE_HOME:-$HOME/.cache}/hearth/tools"

step() { printf '\033[1m·\033[0m %s\n' "$*" >&2; }
fail() { printf 'assistant: %s\n' "$*" >&2; exit 1; }

# need_packages PROGRAM-OR-LIBRARY:PACKAGE … installs the Debian packages whose program or library is missing.
need_packages() {
  local pair probe missing=()
  for pair in "$@"; do
    probe=${pair%%:*}
    case "$probe" in
      lib*) ldconfig -p 2>/dev/null | grep -q "$probe" || PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q "$probe" || missing+=("${pair#*:}") ;;
      /*) [ -e "$probe" ] || missing+=("${pair#*:}") ;;
      *) command -v "$probe" >/dev/null 2>&1 || missing+=("${pair#*:}") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null 2>&1 || fail "these programs are missing and there is no apt-get here to install them: ${missing[*]}"
  local install=(apt-get install -y --no-install-recommends "${missing[@]}") sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      sudo=(sudo)
    else
      fail "system packages are missing and installing them needs root. Run this, then try again:
    sudo apt-get update && sudo ${install[*]}"
    fi
  fi
  step "Installing system packages: ${missing[*]}"
  # An old package list is refreshed only when the install fails with it.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null 2>&1 ||
    { "${sudo[@]}" apt-get update -q >&2 && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2; } ||
    fail "apt-get could not install: ${missing[*]}$(universe_hint)"
}

# What this box runs, when Hearth can be installed there; else it says why not and fails. A family member reads it.
supported_system() {
  local file=${HEARTH_OS_RELEASE:-/etc/os-release} name bits
  name=$(. "$file" 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}" || echo "unknown ")
  bits=${HEARTH_ARCHITECTURE:-$(dpkg --print-architecture 2>/dev/null || uname -m)}
  local known="Debian 12 or 13, Raspberry Pi OS (64-bit, from 2023 on) or Ubuntu 24.04"
  case "$bits" in
    amd64 | arm64 | x86_64 | aarch64) ;;
    armhf | armel) fail "this system is a 32-bit one, even if the processor is not; install $known" ;;
    *) fail "this processor ($bits) is not one Hearth's engines run on; x86-64 or 64-bit Arm is needed" ;;
  esac
  case "$name" in
    "debian 12"* | "debian 13"* | "ubuntu 24."* | "ubuntu 25."* | "raspbian 12"* | "raspbian 13"*) ;;
    debian* | raspbian* | ubuntu*) fail "this is $name, which is too old for Hearth or not known to it; install $known" ;;
    *) command -v apt-get >/dev/null 2>&1 || fail "this is $name; Hearth installs on $known" ;;
  esac
  echo "$name, $bits"
}

# Ubuntu's small images leave out the archive section that most of our packages come from.
universe_hint() {
  [ "$(. "${HEARTH_OS_RELEASE:-/etc/os-release}" 2>/dev/null && echo "${ID:-}")" = ubuntu ] || return 0
  echo ". On Ubuntu they come from \"universe\": sudo add-apt-repository universe"
}

# What systemd/hearth.sysusers says, where systemd-sysusers is absent. make_accounts HOME
make_accounts() {
  local account
  getent group input >/dev/null || groupadd --system input >&2
  for account in hearth hearth-engine hearth-update; do
    id "$account" >/dev/null 2>&1 ||
      useradd --system --user-group --home-dir "$1" --no-create-home --shell /usr/sbin/nologin "$account" >&2
  done
}

# The newest supported Python on this box.
find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  fail "Python 3.11, 3.12 or 3.13 is needed and none is installed. Run: sudo apt-get install python3"
}

find_uv() {
  local python
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then command -v uv; return; fi
  if [ ! -x "$tools_folder/bin/uv" ]; then
    python=$(find_python)
    step "Fetching uv, the package installer"
    "$python" -c 'import ensurepip' 2>/dev/null || need_packages "/nonexistent:$(basename "$("$python" -c 'import os, sys; print(os.path.realpath(sys.executable))')")-venv"
    "$python" -m venv "$tools_folder" >&2 && "$tools_folder/bin/python" -m pip install --quiet uv >&2 ||
      fail "uv could not be installed with pip; is the package index reachable?"
  fi
  echo "$tools_folder/bin/uv"
}

# sync_environment NAME [uv sync arguments …]: the locked environment, once per lock file and profile.
sync_environment() {
  local name=$1 uv lock
  shift
  lock=$(cat "$root/uv.lock" "$root/pyproject.toml" | sha256sum | cut -c1-16)
  local stamp="$env_folder/.hearth-$name-$lock"
  if [ -e "$stamp" ] && [ -x "$env_folder/bin/python" ]; then return 0; fi
  uv=$(find_uv) || exit 1
  step "Setting up the Python environment ($name); the first time takes a minute or more"
  # A portable build runs on every x86-64 since 2013; on Arm the native one is many times faster.
  [ "$(uname -m)" = x86_64 ] && export CMAKE_ARGS="${CMAKE_ARGS:--DGGML_NATIVE=OFF}"
  # An environment that is there keeps its Python: another one would build it anew.
  local python="$env_folder/bin/python"
  [ -x "$python" ] || python=$(find_python)
  UV_PYTHON_DOWNLOADS=never "$uv" sync --project "$root" --locked --inexact --python "$python" "$@" >&2 ||
    fail "the environment could not be set up; the lines above say why"
  touch "$stamp"
}
