#!/usr/bin/env bash
# Install Hearth on this box as a service: checks first, says what it will do, can be run again, can be undone.
#   sudo scripts/install.sh [--yes] [--starter] [--no-service]  install or bring up to date; --starter: without
#                                                               what runs downloaded models
#   sudo scripts/install.sh --satellite [--yes]                 only one room's microphone and loudspeaker
#   sudo scripts/install.sh --uninstall [--with-data]           take it away; lists and settings stay unless told
#   scripts/install.sh --check                                  only look whether this box will do
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/setup.sh"

place=${HEARTH_PLACE:-/opt/hearth}
command=${HEARTH_COMMAND:-/usr/local/bin/assistant}
data=/var/lib/hearth
yes= starter= satellite= service=1 uninstall= with_data= check=
for word in "$@"; do
  case "$word" in
    --yes) yes=1 ;; --starter) starter=1 ;; --no-service) service= ;; --uninstall) uninstall=1 ;;
    --with-data) with_data=1 ;; --check) check=1 ;; --satellite) satellite=1 starter=1 ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
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

system=$(supported_system) || exit 1
step "System: $system"
free_mb=$(df -Pm "$(dirname "$place")" | awk 'NR == 2 {print $4}')
[ "$free_mb" -ge 1500 ] || fail "$(dirname "$place") has only $free_mb MB free; 1500 are needed"
[ -z "$check" ] || { step "This box will do: $free_mb MB free"; exit 0; }
[ "$(id -u)" -eq 0 ] || fail "installing for the whole box needs root: sudo $0 $*"

# ── take away ────────────────────────────────────────────────────────────────────────────────────

if [ -n "$uninstall" ]; then
  agreed "Take away the service and $place${with_data:+, and all lists, settings and models in $data and /etc/hearth}?"
  [ ! -x "$place/bin/assistant" ] || "$place/bin/assistant" install-service --system --remove >&2 || true
  for unit in "$root"/systemd/assistant*; do  # what a broken program could not take away itself
    rm -f "/etc/systemd/system/$(basename "$unit")"
  done
  rm -rf "$place" /var/lib/hearth-releases /var/lib/hearth-update "$command"
  if [ -n "$with_data" ]; then
    rm -rf "$data" /etc/hearth
    for account in hearth hearth-engine hearth-update; do
      ! id "$account" >/dev/null 2>&1 || userdel "$account" >/dev/null 2>&1 || true
    done
    getent group hearth >/dev/null && groupdel hearth >/dev/null 2>&1 || true
  fi
  step "Hearth is gone${with_data:-; its data stays in $data and /etc/hearth}"
  exit 0
fi

# ── install ──────────────────────────────────────────────────────────────────────────────────────

if command -v python3 >/dev/null 2>&1; then python=$(find_python); else python="the system's, to be installed"; fi
more=(espeak-ng:espeak-ng g++:g++ make:make) named=", espeak-ng, g++ and make"
[ -z "$starter" ] || more=(espeak-ng:espeak-ng) named=" and espeak-ng"
[ -z "$satellite" ] || more=() named=  # its hub speaks
cat >&2 <<PLAN
This will
  install the system packages python3, libportaudio2$named where they are missing
  put Hearth and its Python packages into $place (python: $python)
${service:+  make three accounts without login (hearth, hearth-engine, hearth-update) and start the service with the box
}Settings are /etc/hearth/assistant.yaml, lists and models lie in $data; what is there already stays.
PLAN
agreed "Go on?"
need_packages python3:python3 libportaudio.so.2:libportaudio2 "${more[@]}"
python=$(find_python)
uv=$(find_uv) || exit 1
extra=(--extra models)
[ -z "$starter" ] || extra=()
step "Installing Hearth into $place"
UV_PROJECT_ENVIRONMENT=$place UV_PYTHON_DOWNLOADS=never "$uv" sync --project "$root" --locked --no-editable \
  --reinstall-package hearth-assistant --no-default-groups --python "$python" "${extra[@]}" >&2 ||
  fail "the packages could not be installed; the lines above say why. Nothing was started"
"$place/bin/assistant" --version >&2
mkdir -p /etc/hearth
[ -z "$service" ] || "$place/bin/assistant" install-service --system ${satellite:+--satellite} >&2
# Without systemd at work the accounts are still made, so that nothing of the house ever runs as root.
if [ -n "$service" ] && ! id hearth >/dev/null 2>&1; then
  systemd-sysusers /etc/sysusers.d/hearth.conf >&2 2>/dev/null || make_accounts "$data"
fi
if id hearth >/dev/null 2>&1; then
  install -d -o hearth -g hearth -m 0750 "$data" /etc/hearth
  chown -R hearth:hearth /etc/hearth "$data"
fi
install -D -m 0755 "$root/scripts/hearth-command" "$command"
sed -i "s|@PLACE@|$place|; s|@DATA@|$data|" "$command"
if [ -n "$satellite" ]; then
  step "Done. On the hub: assistant rooms pair ROOM. Then here: sudo assistant satellite pair HUB CODE"
else
  step "Done. Set it up, with a few questions: sudo assistant setup"
fi
