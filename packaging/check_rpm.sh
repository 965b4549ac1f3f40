#!/bin/bash
# Install the .rpm into a root of its own with all that it needs and with its scripts, run it there,
# remove it, and see that nothing is left: packaging/check_rpm.sh. Needs root, rpm and rpmbuild.
set -euo pipefail
cd "$(dirname "$0")/.."
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
fail() { echo "packaging: $*" >&2; exit 1; }

package=$(ls "$PWD"/dist/handfast-*.rpm)
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/handfast/__init__.py)
work=$(mktemp -d)
trap 'as_root rm -rf "$work"' EXIT
root=$work/root
mkdir "$root"
on_root() { as_root rpm --root "$root" --dbpath /var/lib/rpm "$@"; }
# Nothing but the name of the program is taken along.
inside() { as_root env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C.UTF-8 HOME=/tmp/home chroot "$root" "$@"; }

# A system of one package: a shell and the libraries of this machine that the .rpm needs, with what
# they need in turn. What the C library provides is found out by rpm itself. Each tool that the
# scripts call notes that it was called.
mkdir -p "$work/system/usr/bin" "$work/system/bin" "$work/system/tmp/home"
copied() { install -D "$1" "$work/system$1"; }
sh=$(readlink -f /bin/sh)
install "$sh" "$work/system/bin/sh"
needed=$(rpm -qp --requires "$package" 2>/dev/null | grep '(64bit)' | grep -v '^libc\.so') ||
    fail "the .rpm needs no library"
libraries=$(sed 's/(.*//' <<<"$needed" | sort -u | while IFS= read -r name; do
    ldconfig -p | sed -n "s|^\t$name (.*x86-64.*) => ||p;s|^\t$name (.*AArch64.*) => ||p" | head -1
done)
# shellcheck disable=SC2086  # several words are meant
for library in $libraries $(ldconfig -p | grep -o '/.*/\(librt\.so\.1\|libutil\.so\.1\|libresolv\.so\.2\)$') \
    $(ldd "$sh" "$(command -v cat)" $libraries | grep -o '/[^ ]*\.so[^ ]*' | tr -d : | sort -u); do
    copied "$library"
done
for called in update-mime-database update-desktop-database gtk-update-icon-cache; do
    printf '#!/bin/sh\necho "$0 $*" >>/called\n' >"$work/system/usr/bin/$called"
    chmod 755 "$work/system/usr/bin/$called"
done
{
    printf '%s\n' "Name: system" "Version: 1" "Release: 1" "Summary: A system" "License: MIT" \
        "Provides: /bin/sh" "AutoReq: no"
    while IFS= read -r each; do echo "Provides: $each"; done <<<"$needed"
    printf '%s\n' "%description" "A system." "%install" "cp -a '$work/system/.' %{buildroot}" "%files" "/*"
} >"$work/system.spec"
rpmbuild -bb --quiet --define "_topdir $work/build" --define "_build_id_links none" \
    --define "__brp_strip true" --define "debug_package %{nil}" "$work/system.spec" >/dev/null 2>"$work/told" ||
    fail "no system to install it on: $(cat "$work/told")"
on_root --initdb

# Without what it needs it is refused, and says what.
if on_root -i "$package" 2>"$work/refused"; then fail "it installs where nothing is that it needs"; fi
for each in 'libc\.so\.6(GLIBC_2\.' 'libEGL\.so\.1' 'libxcb-cursor\.so\.0' /bin/sh; do
    grep -q "$each" "$work/refused" || fail "it does not say that it needs $each"
done
on_root -i "$work"/build/RPMS/*/system-1-1.*.rpm
# Made by the kernel elsewhere; a file does as well.
as_root install -D -m 666 /dev/null "$root/dev/null"
on_root -i "$package"
[ "$(on_root -q --qf '%{VERSION}' handfast)" = "$version" ] || fail "the .rpm is not of $version"
# Sizes, modes and digests of every file are what the package says, and what it needs is there.
on_root -V handfast || fail "the files are not what the .rpm says"
[ "$(wc -l <"$root/called")" = 3 ] || fail "installing it did not call all that the desktop needs"
as_root rm "$root/called"

inside handfast --version >"$work/version" || fail "what the .rpm installs does not run"
[ "$(cat "$work/version")" = "handfast $version" ] || fail "what the .rpm installs is another version"
inside handfast demo /tmp/demo --no-window >/dev/null
for store in "$root"/tmp/demo/*.p12 "$root"/tmp/demo/*.jks; do
    inside handfast list "/tmp/demo/$(basename "$store")" >/dev/null || fail "it does not list $store"
done
# What the program notes for the person who runs it stays when the package goes.
as_root rm -rf "$root/tmp/demo" "$root/tmp/home/.local" "$root/tmp/home/.config" "$root/tmp/home/.cache"
[ -f "$root/usr/lib/handfast/_internal/handfast/resources/guide/index.md" ] ||
    fail "the .rpm has no user guide"
[ -f "$root/usr/share/zsh/site-functions/_handfast" ] || fail "the .rpm has no completion for zsh"
desktop-file-validate "$root/usr/share/applications/handfast.desktop"
gzip -t "$root/usr/share/man/man1/handfast.1.gz"

on_root -e handfast
[ "$(wc -l <"$root/called")" = 3 ] || fail "removing it did not call all that the desktop needs"
as_root rm "$root/called"
left=$(as_root find "$root" -name '*handfast*' -not -path "$root/var/lib/rpm/*")
[ -z "$left" ] || fail "removing the .rpm leaves something behind: $left"
on_root -V system || fail "removing the .rpm took something of others along"
echo "packaging: the .rpm installs with what it needs, runs and goes without a trace"
