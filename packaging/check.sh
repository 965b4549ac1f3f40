#!/bin/sh
# Make every package that can be made on this machine, install it and run it: packaging/check.sh
set -eu
cd "$(dirname "$0")/.."
PYTHON=$(command -v "${PYTHON:-python3}")
case "$PYTHON" in /*) ;; *) PYTHON="$PWD/$PYTHON" ;; esac
export PYTHON
"$PYTHON" packaging/guide_pictures.py --check
rm -rf dist build/freeze build/linux
packaging/wheel.sh
packaging/check_installs.sh
packaging/freeze.sh
packaging/linux_packages.sh
packaging/lint_packages.sh
packaging/check_linux.sh
packaging/check_rpm.sh
packaging/check_reproducible.sh
packaging/check_windows_installer.sh
packaging/sizes.sh
