#!/bin/bash
# Install the .rpm into a root of its own, run what is in it, remove it, and see that nothing is
# left: packaging/check_rpm.sh. Needs root and rpm. What it needs of a distribution is by the names of
# Fedora, which nobody here can resolve.
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

# The scripts are those of the .deb, which check_linux.sh runs; this root has no shell for them.
rpm -qp --scripts "$package" 2>/dev/null >"$work/scripts"
for when in postinstall postuninstall; do
    grep -q "^$when scriptlet" "$work/scripts" || fail "the .rpm has no $when script"
done
[ "$(grep -c 'update-desktop-database -q' "$work/scripts")" = 2 ] ||
    fail "the scripts of the .rpm are not packaging/linux/refresh.sh"
rpm -qpl "$package" 2>/dev/null >"$work/files"
for each in /usr/bin/handfast /usr/share/zsh/site-functions/_handfast; do
    grep -qxF "$each" "$work/files" || fail "the .rpm has no $each"
done

on_root --initdb
on_root -i --nodeps --noscripts "$package"
[ "$(on_root -q --qf '%{VERSION}' handfast)" = "$version" ] || fail "the .rpm is not of $version"
# Sizes, modes and digests of every file are what the package says.
on_root -V --nodeps --noscripts handfast || fail "the files are not what the .rpm says"
[ "$(readlink "$root/usr/bin/handfast")" = /usr/lib/handfast/handfast ] ||
    fail "the command of the .rpm leads elsewhere"
program=$root/usr/lib/handfast/handfast
[ "$("$program" --version)" = "handfast $version" ] || fail "what the .rpm holds does not run"
"$program" demo "$work/demo" --no-window >/dev/null
"$program" list "$work"/demo/*.p12 "$work"/demo/*.jks >/dev/null
[ -f "$root/usr/lib/handfast/_internal/handfast/resources/guide/index.md" ] ||
    fail "the .rpm has no user guide"
desktop-file-validate "$root/usr/share/applications/handfast.desktop"
gzip -t "$root/usr/share/man/man1/handfast.1.gz"

on_root -e --nodeps --noscripts handfast
left=$(as_root find "$root" -path "$root/var/lib/rpm" -prune -o ! -type d -print)
[ -z "$left" ] || fail "removing the .rpm leaves something behind: $left"
left=$(as_root find "$root" -name '*handfast*' -not -path "$root/var/lib/rpm/*")
[ -z "$left" ] || fail "removing the .rpm leaves a folder behind: $left"
echo "packaging: the .rpm installs, runs and goes without a trace"
