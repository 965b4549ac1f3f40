#!/bin/bash
# Build the frozen folder, the .deb and the .rpm once more, in another folder, and see that they are
# what is in dist/, byte for byte: packaging/check_reproducible.sh
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
. packaging/environment.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/elsewhere"
git ls-files -z | xargs -0 cp --parents -t "$work/elsewhere"
(
    cd "$work/elsewhere"
    PYTHON=$(command -v "$python") packaging/linux_packages.sh >/dev/null
)
fail() { echo "packaging: two builds differ: $*" >&2; exit 1; }
diff -r dist/handfast "$work/elsewhere/dist/handfast" || fail "the frozen folder"
for path in dist/handfast_*.deb dist/handfast-*.rpm dist/*.cdx.json; do
    cmp "$path" "$work/elsewhere/$path" || fail "$path"
done
sha256sum dist/handfast_*.deb dist/handfast-*.rpm
echo "packaging: two builds in two folders are equal, byte for byte"
