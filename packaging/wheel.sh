#!/bin/sh
# Make the wheel and the sdist in dist/: packaging/wheel.sh
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m hatchling build -t sdist -t wheel -d dist
ls -l dist/*.whl dist/*.tar.gz
