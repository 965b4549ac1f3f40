#!/bin/bash
# Build the frozen folder, the .deb and the .rpm once more, in another folder, and see that they are
# what is in dist/, byte for byte: packaging/check_reproducible.sh
# The second build needs nothing of the first, so that both can run at once:
# packaging/check_reproducible.sh build FOLDER, and later packaging/check_reproducible.sh compare FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
. packaging/environment.sh
fail() { echo "packaging: two builds differ: $*" >&2; exit 1; }

build() {
    git ls-files -z | xargs -0 cp --parents -t "$1"
    (
        cd "$1"
        PYTHON=$(command -v "$python") packaging/linux_packages.sh >/dev/null
    )
}

compare() {
    diff -r dist/handfast "$1/dist/handfast" || fail "the frozen folder"
    for path in dist/handfast_*.deb dist/handfast-*.rpm dist/*.cdx.json; do
        cmp "$path" "$1/$path" || fail "$path"
    done
    sha256sum dist/handfast_*.deb dist/handfast-*.rpm
    echo "packaging: two builds in two folders are equal, byte for byte"
}

case "${1:-}" in
    build) build "$2" ;;
    compare) compare "$2" ;;
    *)
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        mkdir "$work/elsewhere"
        build "$work/elsewhere"
        compare "$work/elsewhere"
        ;;
esac
