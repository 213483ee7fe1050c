#!/usr/bin/env bash
# Says which python3 the environment is made of: the first on the PATH, of at least 3.11, that every user of this machine may
# run. One in a home folder that others may not enter makes a .venv that only its owner can use; it is taken where there is
# no other, with a word. Debian's may be without ensurepip as yet: `make setup` installs that.
set -euo pipefail

# Prints where the Python really is; status 0 where others may run it, 3 where not, 1 for one that is too old.
look='
import os, sys
if sys.version_info < (3, 11):
    sys.exit(1)
place = os.path.realpath(sys.executable)
print(place)
while place != "/":
    if not os.stat(place).st_mode & 1:
        sys.exit(3)
    place = os.path.dirname(place)
'
own=
while IFS= read -r candidate; do
    status=0
    place=$("$candidate" -c "$look" 2>/dev/null) || status=$?
    if [ "$status" = 0 ]; then
        echo "$place"
        exit
    fi
    if [ "$status" = 3 ]; then own=${own:-$place}; fi
done < <(type -aP python3 python3.14 python3.13 python3.12 python3.11)
if [ -z "$own" ]; then
    echo "setup: no python3 of at least 3.11 is on the PATH; install one, such as Debian's python3" >&2
    exit 1
fi
echo "setup: other users of this machine cannot run $own, and so not what is installed with it" >&2
echo "$own"
