# shellcheck shell=bash
# Sourced by the other files: sets the variables that they declared from words like `--genome FILE`; what follows `--` is
# kept in $rest. An option that is not given leaves its variable unset, which `set -u` names when it is used.
rest=()
while [ $# != 0 ]; do
    case $1 in
    --)
        rest=("${@:2}")
        break
        ;;
    --?*)
        option=${1#--}
        option=${option//-/_}
        declare -p "$option" >/dev/null 2>&1 || { echo "${0##*/}: unknown option $1" >&2; exit 2; }
        [ $# -ge 2 ] || { echo "${0##*/}: $1 needs a value" >&2; exit 2; }
        printf -v "$option" %s "$2"
        shift 2
        ;;
    *)
        echo "${0##*/}: unexpected word $1" >&2
        exit 2
        ;;
    esac
done
unset option
