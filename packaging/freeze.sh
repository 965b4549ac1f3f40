#!/bin/sh
# Make the frozen folder, dist/handfast: packaging/freeze.sh
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m PyInstaller --noconfirm --log-level WARN \
    --distpath dist --workpath build/freeze packaging/handfast.spec
du -sh dist/handfast
