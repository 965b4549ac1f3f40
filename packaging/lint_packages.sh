#!/bin/sh
# Look at the .deb and the .rpm as their families' linters do; every exception has its reason in
# packaging/linux/lintian-overrides or packaging/linux/rpmlint.toml: packaging/lint_packages.sh
set -eu
cd "$(dirname "$0")/.."
lintian --allow-root --fail-on error,warning dist/handfast_*.deb
# rpmlint exits with 0 after warnings too.
mkdir -p build
rpmlint -c packaging/linux/rpmlint.toml dist/handfast-*.rpm >build/rpmlint.txt 2>&1 || {
    cat build/rpmlint.txt
    exit 1
}
grep -q ' 0 errors, 0 warnings' build/rpmlint.txt || { cat build/rpmlint.txt; exit 1; }
echo "packaging: lintian and rpmlint find nothing that has no reason"
