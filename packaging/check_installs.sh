#!/bin/bash
# Install the wheel as people do, and run what was installed: packaging/check_installs.sh
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wheel=$(ls "$PWD"/dist/handfast-*.whl)
sdist=$(ls "$PWD"/dist/handfast-*.tar.gz)
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/handfast/__init__.py)
unset PYTHONPATH

runs() {
    (
        cd "$work"
        [ "$("$1" --version)" = "handfast $version" ]
        "$1" demo demo --no-window >/dev/null
        "$1" list "$(find demo -name '*.p12' | sort | head -1)" >/dev/null
    ) || { echo "packaging: $1 does not run" >&2; exit 1; }
}

"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check pipx uv
"$python" -m venv "$work/pip"
"$work/pip/bin/pip" install --quiet --disable-pip-version-check "$wheel"
runs "$work/pip/bin/handfast"
# From the sdist too; what it needs is there already.
"$work/pip/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "$sdist"
runs "$work/pip/bin/handfast"
PIPX_HOME="$work/pipx" PIPX_BIN_DIR="$work/pipx-bin" \
    "$work/tools/bin/pipx" install --quiet "$wheel" >/dev/null
runs "$work/pipx-bin/handfast"
UV_TOOL_DIR="$work/uv" UV_TOOL_BIN_DIR="$work/uv-bin" \
    "$work/tools/bin/uv" tool install --quiet --python "$(command -v "$python")" "$wheel"
runs "$work/uv-bin/handfast"
echo "packaging: the wheel and the sdist install with pip, pipx and uv"
