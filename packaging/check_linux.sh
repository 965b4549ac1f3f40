#!/bin/bash
# Install the .deb on this machine, open stores with it as a desktop does, remove it, and see that
# nothing is left: packaging/check_linux.sh. Needs root, Xvfb, xdotool, xdg-utils,
# gio, appstreamcli, gnome-keyring, secret-tool and dbus-run-session.
set -euo pipefail
cd "$(dirname "$0")/.."
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
fail() { echo "packaging: $*" >&2; exit 1; }

deb=$(ls dist/handfast_*.deb)
work=$(mktemp -d)
display=
installed=
opened=()
clean() {
    for each in "${opened[@]}"; do kill "$each" 2>/dev/null || true; done
    [ -z "$display" ] || kill "$display" 2>/dev/null || true
    [ -z "$installed" ] || as_root dpkg --purge handfast >/dev/null
    rm -rf "$work"
}
trap clean EXIT

# What a desktop keeps made up from the files of all packages is compared by what it says of ours.
places=(/usr/bin /usr/lib/handfast /usr/share/applications /usr/share/bash-completion
    /usr/share/doc/handfast /usr/share/fish /usr/share/icons /usr/share/man/man1
    /usr/share/lintian/overrides /usr/share/metainfo /usr/share/mime /usr/share/zsh /var/lib/dpkg/info)
listing() {
    { find "${places[@]}" 2>/dev/null || true; } |
        grep -v 'mimeinfo.cache\|icon-theme.cache' | sort
}
! dpkg-query -W handfast >/dev/null 2>&1 || fail "handfast is installed already; remove it first"

# The types of the other packages are the same before and after, however old the database was.
as_root update-mime-database /usr/share/mime 2>/dev/null
# Packages that ours needs stay; they are not what is looked at.
needed=$(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g' | tr ',' ' ')
# shellcheck disable=SC2086  # several words are meant
dpkg-query -W $needed >/dev/null 2>&1 ||
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $needed
listing >"$work/before"
installed=yes
as_root dpkg -i "$deb" >/dev/null

[ "$(handfast --version)-1" = "handfast $(dpkg-query -W -f '${Version}' handfast)" ] ||
    fail "the command does not run"
# A long derivation is done by the program itself, as its own helper, while somebody listens.
asked='{"password": "70", "salt": "73", "size": 4, "digest": "sha256", "rounds": 1}'
[ "$({ echo "$asked"; sleep 5; } | handfast --derive-one-key)" = 372cc981 ] ||
    fail "the program is no helper of its own"
appstreamcli validate --no-net /usr/share/metainfo/handfast.metainfo.xml >/dev/null ||
    fail "the AppStream data is not valid"
man -w handfast >/dev/null || fail "the manual is not found"

export HOME="$work/home" XDG_CURRENT_DESKTOP=GNOME QT_QPA_PLATFORM=xcb
export XDG_RUNTIME_DIR="$work/run"
unset XDG_DATA_HOME XDG_CONFIG_HOME PYTHONPATH
mkdir -p "$HOME" -m 700 "$XDG_RUNTIME_DIR"
handfast demo "$work/demo" --no-window >/dev/null
store=$(find "$work/demo" -name '*.p12' | sort | head -1)
keytool -importkeystore -srckeystore "$store" -srcstorepass "${CHECK_PASSWORD:-changeit}" \
    -destkeystore "$work/partner.jks" -deststoretype JKS -deststorepass changeit \
    -noprompt >/dev/null 2>&1
cp "$work/partner.jks" "$work/any.truststore"
cp "$work/partner.jks" "$work/without-a-suffix"

type_is() {
    local found
    found=$(gio info -a standard::content-type "$1" | sed -n 's/.*content-type: //p')
    [ "$found" = "$2" ] || fail "$(basename "$1") is taken for $found"
    [ "$(xdg-mime query default "$2")" = handfast.desktop ] || fail "$2 is not opened by Handfast"
}
type_is "$work/partner.jks" application/x-java-keystore
type_is "$work/without-a-suffix" application/x-java-keystore
type_is "$work/any.truststore" application/x-keystore
# Where GNOME's certificate viewer is, PKCS#12 has another name and may have another program.
pkcs12=$(gio info -a standard::content-type "$store" | sed -n 's/.*content-type: //p')
case "$pkcs12" in application/pkcs12 | application/x-pkcs12) ;; *) fail "$store is $pkcs12" ;; esac
gio mime "$pkcs12" >"$work/offered"
grep -qw handfast.desktop "$work/offered" || fail "Handfast does not offer to open $pkcs12"

Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp -noreset 3>"$work/display" 2>/dev/null &
display=$!
for _ in $(seq 100); do [ -s "$work/display" ] && break; sleep 0.1; done
DISPLAY=":$(cat "$work/display")"
export DISPLAY

opens() {
    xdg-open "$1" >/dev/null 2>&1 &
    local window
    window=$(timeout 30 xdotool search --sync --onlyvisible --name "$(basename "$1")" | head -1) ||
        fail "no window shows $(basename "$1")"
    opened+=("$(xdotool getwindowpid "$window")")
    tr '\0' '\n' <"/proc/${opened[-1]}/cmdline" | grep -qxF "$1" ||
        fail "the window was not started with $1"
}
opens "$work/partner.jks"
kill "${opened[-1]}"
tail --pid="${opened[-1]}" -f /dev/null
opens "$work/any.truststore"
kill "${opened[-1]}"
tail --pid="${opened[-1]}" -f /dev/null

# A password that the keyring of the desktop keeps opens a store unasked, and another one does not.
# What the store holds is noted for the start page once it is open.
keytool -importkeystore -srckeystore "$store" -srcstorepass "${CHECK_PASSWORD:-changeit}" \
    -destkeystore "$work/kept.p12" -deststoretype PKCS12 -deststorepass not-to-be-guessed \
    -noprompt >/dev/null 2>&1
settings="$HOME/.config/Handfast/Handfast.conf"
with_keyring() {
    rm -f "$settings"
    mkdir -p "${settings%/*}"
    printf '[keyring]\npaths="[\\"%s\\"]"\n' "$work/kept.p12" >"$settings"
    PASSWORD="$1" PATIENCE="$2" SETTINGS="$settings" STORE="$work/kept.p12" timeout 90 dbus-run-session -- bash -euc '
        printf unlocks | gnome-keyring-daemon --unlock --components=secrets >/dev/null
        printf %s "$PASSWORD" |
            secret-tool store --label=Handfast service Handfast username "$STORE"
        handfast --new-instance "$STORE" &
        timeout 30 xdotool search --sync --onlyvisible --name kept.p12
        # Longer on a machine that does other things as well, unless it is open before.
        for _ in $(seq "$PATIENCE"); do
            ! grep -q "kept.p12.*entries" "$SETTINGS" || break
            sleep 1
        done
        kill "$!"
    ' >/dev/null 2>&1 || fail "the window did not start beside a keyring"
}
with_keyring not-to-be-guessed 40
grep -q 'kept.p12.*entries' "$settings" || fail "the password in the keyring opens nothing"
with_keyring something-else 5
! grep -q 'kept.p12.*entries' "$settings" || fail "a wrong password in the keyring opens a store"

as_root dpkg --purge handfast >/dev/null
installed=
listing >"$work/after"
diff "$work/before" "$work/after" || fail "removing it leaves something behind"
if grep -rqs 'handfast\|x-bks-keystore' /usr/share/mime /usr/share/applications/mimeinfo.cache; then
    fail "the desktop still knows its types"
fi
echo "packaging: the .deb installs, opens stores and goes without a trace"
