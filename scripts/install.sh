#!/usr/bin/env bash
# Install Hearth on this box as a service: checks first, says what it will do, can be run again, can be undone.
#   sudo scripts/install.sh [--yes] [--full] [--no-service]     install or bring up to date
#   sudo scripts/install.sh --uninstall [--with-data]           take it away; lists and settings stay unless told
#   scripts/install.sh --check                                  only look whether this box will do
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/setup.sh"

place=${HEARTH_PLACE:-/opt/hearth}
data=/var/lib/hearth
yes= full= service=1 uninstall= with_data= check=
for word in "$@"; do
  case "$word" in
    --yes) yes=1 ;; --full) full=1 ;; --no-service) service= ;; --uninstall) uninstall=1 ;;
    --with-data) with_data=1 ;; --check) check=1 ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown word $word; --help tells what there is" ;;
  esac
done

agreed() {
  [ -n "$yes" ] && return 0
  [ -t 0 ] || fail "nobody can be asked here; add --yes"
  read -r -p "$1 [Y/n] " answer
  case "$answer" in "" | y | Y | yes) ;; *) fail "nothing was changed" ;; esac
}

# ── does this box do? ────────────────────────────────────────────────────────────────────────────

system=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}" || echo unknown)
case "$(uname -m)" in
  x86_64 | aarch64) ;;
  *) fail "this processor ($(uname -m)) is not one Hearth's engines run on; x86-64 or 64-bit Arm is needed" ;;
esac
command -v apt-get >/dev/null 2>&1 || fail "this is $system; Hearth installs on Debian 12 and 13, Raspberry Pi OS and Ubuntu 24.04"
step "System: $system, $(uname -m)"
free_mb=$(df -Pm "$(dirname "$place")" | awk 'NR == 2 {print $4}')
[ "$free_mb" -ge 1500 ] || fail "$(dirname "$place") has only $free_mb MB free; 1500 are needed"
[ -z "$check" ] || { step "This box will do: $free_mb MB free"; exit 0; }
[ "$(id -u)" -eq 0 ] || fail "installing for the whole box needs root: sudo $0 $*"

# ── take away ────────────────────────────────────────────────────────────────────────────────────

if [ -n "$uninstall" ]; then
  agreed "Take away the service and $place${with_data:+, and all lists, settings and models in $data and /etc/hearth}?"
  [ ! -x "$place/bin/assistant" ] || "$place/bin/assistant" install-service --system --remove >&2 || true
  rm -rf "$place" /var/lib/hearth-releases
  [ -z "$with_data" ] || rm -rf "$data" /etc/hearth
  step "Hearth is gone${with_data:-; its data stays in $data and /etc/hearth}"
  exit 0
fi

# ── install ──────────────────────────────────────────────────────────────────────────────────────

python=$(find_python)
cat >&2 <<PLAN
This will
  install the system packages libportaudio2 and espeak-ng where they are missing
  put Hearth and its Python packages into $place (python: $python)
${service:+  make two accounts without login (hearth, hearth-engine) and start the service with the box
}Settings are /etc/hearth/assistant.yaml, lists and models lie in $data; what is there already stays.
PLAN
agreed "Go on?"
need_packages libportaudio.so.2:libportaudio2 espeak-ng:espeak-ng
uv=$(find_uv) || exit 1
extra=()
if [ -n "$full" ]; then
  need_packages g++:g++ make:make
  extra=(--extra full)
  [ "$(uname -m)" = x86_64 ] && export CMAKE_ARGS="${CMAKE_ARGS:--DGGML_NATIVE=OFF}"
fi
step "Installing Hearth into $place"
UV_PROJECT_ENVIRONMENT=$place UV_PYTHON_DOWNLOADS=never "$uv" sync --project "$root" --locked --no-editable \
  --no-default-groups --python "$python" "${extra[@]}" >&2 ||
  fail "the packages could not be installed; the lines above say why. Nothing was started"
"$place/bin/assistant" --version >&2
mkdir -p /etc/hearth
[ -z "$service" ] || "$place/bin/assistant" install-service --system >&2
step "Done. Set it up: sudo HEARTH_CONFIG=/etc/hearth HEARTH_DATA=$data $place/bin/assistant setup"
