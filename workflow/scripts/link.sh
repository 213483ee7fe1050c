#!/usr/bin/env bash
# A link of a run to a file that holds where the run's folder, in which this is called, is moved or copied as a whole:
# what lies within it moves along, what lies elsewhere stays.
#
#   link.sh FILE LINK
set -euo pipefail
target=$(realpath -- "$1")
case $target in
"$(pwd -P)"/*) ln -sfr -- "$target" "$2" ;;
*) ln -sf -- "$target" "$2" ;;
esac
