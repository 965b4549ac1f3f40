#!/bin/sh
# Freeze Handfast into the folder dist/handfast, with its notices: packaging/freeze.sh
set -eu
cd "$(dirname "$0")/.."
. packaging/environment.sh
python=${PYTHON:-python3}
"$python" -m PyInstaller --noconfirm --clean --log-level WARN \
    --distpath dist --workpath build/freeze packaging/handfast.spec
"$python" packaging/third_party.py --write dist/handfast
if [ -d dist/Handfast.app ]; then
    # The bundle was made before; what changes it takes a new signature, though it is nobody's.
    find dist/Handfast.app -type d -path '*/handfast/resources' \
        -exec cp -R dist/handfast/_internal/handfast/resources/notices {} \;
    codesign --force --deep --sign - dist/Handfast.app
fi
[ "$(uname -s)" != Linux ] || "$python" packaging/linux/tidy.py dist/handfast
du -sh dist/handfast
