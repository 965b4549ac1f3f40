# Sourced by the scripts that build packages: what makes two builds of one commit the same.
# A release sets the date itself; otherwise it is that of the commit.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null) || SOURCE_DATE_EPOCH=315532800
fi
PYTHONHASHSEED=0
TZ=UTC
LC_ALL=C.UTF-8
export SOURCE_DATE_EPOCH PYTHONHASHSEED TZ LC_ALL
umask 022
HANDFAST_VERSION=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/handfast/__init__.py)
export HANDFAST_VERSION
