#!/bin/bash
# Try the README in new Debian systems that have nothing: packaging/check_bare_roots.sh [SUITE...]
#
# For each suite (bookworm and trixie unless others are named) debootstrap makes a root without a
# compiler. In it, the commands of the README's section "Start" run as printed, but for the tests;
# then the wheel is installed by pip, pipx and uv, and what was installed does its main job. A .deb in
# dist/ is installed too.
#
# Needs root and debootstrap, and skips elsewhere. DEBIAN_MIRROR names another mirror. Where pip is
# configured for this machine (an index, certificates), the roots get the same configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "packaging: $*" >&2; exit 1; }
skip() {
    [ "${HANDFAST_REQUIRE_TOOLS:-0}" = 0 ] || fail "$*"
    echo "packaging: the README is not tried in bare systems, as $*"
    exit 0
}
[ "$(uname -s)" = Linux ] || skip "this is not Linux"
[ "$(id -u)" = 0 ] || skip "only root can make them"
command -v debootstrap >/dev/null 2>&1 || skip "debootstrap is missing"

suites=("$@")
[ "${#suites[@]}" -gt 0 ] || suites=(bookworm trixie)
work=$(mktemp -d)
clean() {
    for mounted in "$work"/*/proc "$work"/*/dev/pts; do
        ! mountpoint -q "$mounted" || umount "$mounted"
    done
    # Never into something that is still mounted.
    rm -rf --one-file-system "$work"
}
trap clean EXIT

mkdir "$work/dist"
"${PYTHON:-python3}" -m hatchling build -t wheel -d "$work/dist" >/dev/null
! ls dist/handfast_*.deb >/dev/null 2>&1 || cp dist/handfast_*.deb "$work/dist/"

# The blocks of shell in a section of the README, in order, those of the tests left out.
blocks() {
    awk -v section="## $1" '
        /^## / { inside = ($0 == section) }
        /^```/ {
            if (open && block !~ /pytest|jdk/) printf "%s", block
            open = (inside && !open && $0 == "```sh"); block = ""; next
        }
        open { block = block $0 "\n" }
    ' README.md
}
start=$(blocks Start)
grep -q 'handfast demo' <<<"$start" || fail "the README's section Start does not run the main job"

# What reaches the package index of this machine, if that is anything but the usual.
configuration() {
    local root=$1 file name folder
    for file in /etc/pip.conf "${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf" "$HOME/.pip/pip.conf"; do
        [ ! -f "$file" ] || install -Dm644 "$file" "$root/etc/pip.conf"
    done
    for file in /etc/xdg/pip/pip.conf /etc/ssl/certs/ca-certificates.crt; do
        [ ! -f "$file" ] || install -Dm644 "$file" "$root$file"
    done
    for name in $(compgen -e | grep -E '^(PIP|UV)_|_(CERT|CA_BUNDLE|proxy|PROXY)$|^SSL_CERT_FILE$'); do
        printf 'export %s=%q\n' "$name" "${!name}"
    done >"$root/etc/environment.sh"
    # Indexes and wheels that are folders of this machine.
    { cat "$root/etc/pip.conf" "$root/etc/xdg/pip/pip.conf" "$root/etc/environment.sh" 2>/dev/null || true; } |
        grep -o "\(file://\|[= ']\)/[^ ']*" | sed "s|^file://||;s|^[= ']||" | sort -u |
        while IFS= read -r folder; do
            # An index on a disk has its files beside its pages.
            [ "${folder##*/}" != simple ] || folder=${folder%/*}
            if [ -e "$folder" ] && [ ! -e "$root$folder" ]; then
                mkdir -p "$root${folder%/*}"
                # Links rather than mounts, so that removing the root cannot reach what is here.
                cp -al "$folder" "$root$folder" 2>/dev/null || cp -R "$folder" "$root${folder%/*}/"
            fi
        done
}

try() {
    local suite=$1 root="$work/$1"
    echo "== Debian $suite"
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" \
        "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$work/$suite.log" 2>&1 ||
        { tail -5 "$work/$suite.log"; fail "debootstrap fails for $suite"; }
    mount -t proc proc "$root/proc"
    mkdir -p "$root/dev/pts"
    mount -t devpts devpts "$root/dev/pts"
    configuration "$root"
    mkdir "$root/handfast"
    git ls-files -z | xargs -0 cp --parents -t "$root/handfast"
    cp "$work"/dist/* "$root/tmp/"
    # apt asks before it installs; the answer is yes.
    echo 'APT::Get::Assume-Yes "true";' >"$root/etc/apt/apt.conf.d/90yes"
    # There is no sudo in a bare system, and its root needs none.
    {
        cat "$root/etc/environment.sh"
        printf '%s\n' 'sudo() { "$@"; }' 'export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8' \
            'unset DISPLAY WAYLAND_DISPLAY' 'apt-get update -q >/dev/null'
    } >"$root/tmp/before.sh"
    printf '%s\n' "$start" >"$root/tmp/start.sh"
    cat >"$root/tmp/after.sh" <<'AFTER'
runs() {
    local folder
    folder=$(mktemp -d)
    "$1" --version >/dev/null
    (cd "$folder" && "$1" demo demo --no-window >/dev/null && "$1" check demo/*.p12 >/dev/null)
    (cd "$folder" && [ "$("$1" list "$(ls demo/*.p12 | head -1)" | wc -l)" -gt 1 ])
}
seconds() {
    local begun=$SECONDS
    "${@:2}" >/tmp/told 2>&1 || { tail -20 /tmp/told; echo "   $1 FAILS"; exit 1; }
    echo "   $1: works, $((SECONDS - begun)) s"
}
with_pip() { python3 -m venv /tmp/pip && /tmp/pip/bin/pip install /tmp/handfast-*.whl; }
with_pipx() { /tmp/pip/bin/pip install pipx uv && PIPX_HOME=/tmp/px PIPX_BIN_DIR=/tmp/px/bin /tmp/pip/bin/pipx install /tmp/handfast-*.whl; }
with_uv() { UV_TOOL_DIR=/tmp/uv UV_TOOL_BIN_DIR=/tmp/uv/bin /tmp/pip/bin/uv tool install --python "$(command -v python3)" /tmp/handfast-*.whl; }
window() {
    QT_QPA_PLATFORM=offscreen DISPLAY=:none timeout 20 /tmp/pip/bin/python -c '
from handfast.ui.app import run
from PySide6.QtCore import QTimer
from handfast.ui.program.external_open import Application
import sys
application = Application(["handfast"])
QTimer.singleShot(2000, application.quit)
sys.exit(run([]))'
}
package() { apt-get install -y -q --no-install-recommends /tmp/handfast_*.deb; }
! command -v gcc >/dev/null 2>&1 || { echo "   there is a compiler"; exit 1; }
seconds "pip install of the wheel" with_pip
runs /tmp/pip/bin/handfast
seconds "a window, without a screen" window
seconds "pipx install of the wheel" with_pipx
runs /tmp/px/bin/handfast
seconds "uv tool install of the wheel" with_uv
runs /tmp/uv/bin/handfast
if ls /tmp/handfast_*.deb >/dev/null 2>&1; then
    seconds "the .deb" package
    runs /usr/bin/handfast
fi
! command -v gcc >/dev/null 2>&1 || { echo "   something brought a compiler"; exit 1; }
AFTER
    chroot "$root" bash -euc '
        . /tmp/before.sh
        cd /handfast
        begun=$SECONDS
        # As printed: each line as somebody would paste it.
        . /tmp/start.sh >/tmp/told 2>&1 </dev/null || { tail -20 /tmp/told; echo "   the README FAILS"; exit 1; }
        echo "   the README as printed: works, $((SECONDS - begun)) s"
        tail -4 /tmp/told | sed "s/^/      /"
        . /tmp/after.sh
    ' || fail "Debian $suite: see above"
    echo "   $(chroot "$root" python3 --version), $(chroot "$root" ldd --version | head -1)"
    umount "$root/proc" "$root/dev/pts"
    rm -rf --one-file-system "$root"
}
for suite in "${suites[@]}"; do try "$suite"; done
echo "packaging: the README and the wheel work in ${suites[*]} without a compiler"
