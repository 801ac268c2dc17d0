#!/bin/sh
# Chromium from npm with the libraries and fonts it came with.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
export LD_LIBRARY_PATH="$here/unpacked/al2023/lib"
export FONTCONFIG_PATH="$here/unpacked/fonts" FONTCONFIG_FILE="$here/unpacked/fonts/fonts.conf"
exec "$here/unpacked/chromium" "$@"
