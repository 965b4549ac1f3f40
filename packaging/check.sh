#!/bin/sh
# Make every package that can be made on this machine, install it and run it: packaging/check.sh
set -eu
cd "$(dirname "$0")/.."
PYTHON=$(command -v "${PYTHON:-python3}")
case "$PYTHON" in /*) ;; *) PYTHON="$PWD/$PYTHON" ;; esac
export PYTHON
"$PYTHON" packaging/guide_pictures.py --check
rm -rf dist build/freeze build/linux
# The second build, which must come out the same, runs beside all that follows.
again=$(mktemp -d)
log=$(mktemp)
packaging/check_reproducible.sh build "$again" >"$log" 2>&1 &
second=$!
trap 'kill "$second" 2>/dev/null || true; rm -rf "$again" "$log"' EXIT
packaging/wheel.sh
packaging/check_installs.sh
packaging/freeze.sh
packaging/linux_packages.sh
packaging/lint_packages.sh
packaging/check_linux.sh
packaging/check_rpm.sh
wait "$second" || {
    cat "$log" >&2
    echo "packaging: the second build failed" >&2
    exit 1
}
packaging/check_reproducible.sh compare "$again"
packaging/check_windows_installer.sh
packaging/sizes.sh
