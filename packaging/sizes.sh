#!/bin/sh
# Say how large each package in dist/ is, in megabytes: packaging/sizes.sh
set -eu
cd "$(dirname "$0")/.."
for path in dist/handfast-*.whl dist/handfast-*.tar.gz dist/handfast_*.deb dist/handfast-*.rpm \
    dist/handfast; do
    [ -e "$path" ] || { echo "packaging: $path was not made" >&2; exit 1; }
    # Of the folder what its files hold, whatever the blocks of the disk.
    find "$path" -type f -printf '%s\n' |
        awk -v name="$(basename "$path")" '{ all += $1 } END { printf "%-36s %7.1f MB\n", name, all / 1e6 }'
done
