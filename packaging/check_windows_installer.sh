#!/bin/bash
# Install and remove the Windows installer under Wine, with stand-ins for the programs in it, and see
# that nothing is left: packaging/check_windows_installer.sh. Skips where there is no Wine.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "packaging: $*" >&2; exit 1; }
wine=$(command -v wine || command -v wine64 || true)
if [ -z "$wine" ] || ! command -v makensis >/dev/null 2>&1; then
    [ "${HANDFAST_REQUIRE_TOOLS:-0}" = 0 ] || fail "wine or makensis is missing"
    echo "packaging: the Windows installer is not tried, as wine or makensis is missing"
    exit 0
fi
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/handfast/__init__.py)
work=$(mktemp -d)
export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=" HOME="$work"
unset DISPLAY WAYLAND_DISPLAY
clean() {
    wineserver -k 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT

mkdir -p "$work/frozen/_internal"
printf 'MZ' | tee "$work/frozen/handfast.exe" "$work/frozen/handfast-window.exe" >/dev/null
echo part >"$work/frozen/_internal/part.txt"
[ -d /usr/lib/i386-linux-gnu/wine ] && target=x86-unicode || target=amd64-unicode
makensis -V1 "-DTARGET=$target" -WX "-DVERSION=$version" "-DFROZEN=$work/frozen" "-DOUTPUT=$work/handfast-setup.exe" \
    packaging/windows/handfast.nsi
timeout 240 "$wine" wineboot --init >/dev/null 2>&1 || fail "Wine does not start"
wineserver -w

registry() { timeout 60 "$wine" reg query "$@" 2>/dev/null | tr -d '\r'; }
all_of_ours() {
    find "$WINEPREFIX/drive_c" -iname '*handfast*' | sort
    timeout 60 "$wine" reg export 'HKCU\Software' "$work/registry.txt" /y >/dev/null 2>&1
    iconv -f UTF-16 -t UTF-8 "$work/registry.txt" | grep -i handfast || true
}
[ -z "$(all_of_ours)" ] || fail "there is something of ours before the installation"

timeout 120 "$wine" "$work/handfast-setup.exe" /S >/dev/null 2>&1 || fail "the installer fails"
wineserver -w
installed=$(find "$WINEPREFIX/drive_c" -path '*Programs/Handfast' -type d)
[ -n "$installed" ] || fail "the installer creates no folder"
for file in handfast.exe handfast-window.exe _internal/part.txt uninstall.exe; do
    [ -f "$installed/$file" ] || fail "the installer does not bring $file"
done
[ -n "$(find "$WINEPREFIX/drive_c" -name 'Handfast.lnk')" ] || fail "the Start menu has no entry"
registry 'HKCU\Software\Classes\.jks\OpenWithProgids' | grep -q Handfast.Keystore ||
    fail "Windows does not offer Handfast for .jks"
registry 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Handfast' |
    grep -q "DisplayVersion.*$version" || fail "Windows does not list the program"
echo mine >"$installed/notes-of-somebody.txt"

timeout 120 "$wine" "$installed/uninstall.exe" /S "_?=$(winepath -w "$installed")" >/dev/null 2>&1 ||
    fail "the uninstaller fails"
wineserver -w
[ -f "$installed/notes-of-somebody.txt" ] || fail "removing it takes files of others along"
rm -r "$installed"
left=$(all_of_ours)
[ -z "$left" ] || fail "removing it leaves something behind: $left"
echo "packaging: the Windows installer installs and removes under Wine, and nothing is left"
