#!/bin/sh
# Freeze Handfast into the folder dist/handfast, with its notices: packaging/freeze.sh
set -eu
cd "$(dirname "$0")/.."
. packaging/environment.sh
python=${PYTHON:-python3}
"$python" -m PyInstaller --noconfirm --clean --log-level WARN \
    --distpath dist --workpath build/freeze packaging/handfast.spec
"$python" packaging/third_party.py --write dist/handfast
[ "$(uname -s)" != Linux ] || "$python" packaging/linux/tidy.py dist/handfast
du -sh dist/handfast
