#!/usr/bin/env bash
# Installs what a run and the tests need and the machine lacks; does nothing when all is there.
#   envs/setup.sh          Python environment, command-line tools, GATK
#   envs/setup.sh slow     also what the slow tests need (R with survival, Chromium, snpEff, Slurm, Nextflow)
#   envs/setup.sh bench    also what the benchmarks need (a simulator of reads)
set -euo pipefail
cd "$(dirname "$0")/.."

# command:Debian package. Debian's mosdepth loads libhts.so, which only libhts-dev provides.
tools="bwa:bwa samtools:samtools bcftools:bcftools bgzip:tabix fastp:fastp mosdepth:mosdepth curl:curl shellcheck:shellcheck java:openjdk-17-jre-headless mvn:maven"
[ "${1:-}" = slow ] && tools="$tools Rscript:r-base-core chromium-headless-shell:chromium-headless-shell snpEff:snpeff sbatch:slurm-wlm munge:munge"
[ "${1:-}" = bench ] && tools="$tools art_illumina:art-nextgen-simulation-tools"

have_conda() { command -v conda >/dev/null || command -v mamba >/dev/null; }

packages=""
python=.venv/bin/python
[ -x $python ] || python=$(envs/python.sh)
"$python" -c 'import ensurepip' 2>/dev/null || packages="python3-venv"
if ! have_conda || [ -n "${1:-}" ]; then
    for pair in $tools; do
        command -v "${pair%%:*}" >/dev/null || packages="$packages ${pair##*:}"
    done
    if ! ldconfig -p | grep -q 'libhts\.so '; then packages="$packages libhts-dev"; fi
fi
if [ "${1:-}" = slow ]; then
    for package in survival jsonlite exactranktests coin proc brglm2; do
        dpkg-query -W "r-cran-$package" >/dev/null 2>&1 || packages="$packages r-cran-$package"
    done
fi
if [ -n "${packages// /}" ]; then
    # shellcheck disable=SC2086 # several words
    install="apt-get update && apt-get install --yes --no-install-recommends$(printf ' %s' $packages)"
    if [ "$(id -u)" != 0 ]; then
        # shellcheck disable=SC2016 # `make setup` is to be read, not run
        printf 'Some tools are missing. Have an administrator run\n\n    %s\n\nand then run `make setup` again. With conda on the PATH only Python is needed.\n' "$install" >&2
        exit 1
    fi
    # shellcheck disable=SC2086
    echo "setup: installing$(printf ' %s' $packages)"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    { apt-get update -qq && apt-get install -qq --yes --no-install-recommends $packages; } >/tmp/biomarkers-setup.$$.log 2>&1 ||
        { tail -n 20 /tmp/biomarkers-setup.$$.log >&2; exit 1; }
    rm -f /tmp/biomarkers-setup.$$.log
fi

current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

wanted=$(cat requirements.lock pyproject.toml | md5sum)
if ! current .venv/.installed "$wanted"; then
    echo "setup: Python environment in .venv"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
    # Under its earlier name it would stand beside itself.
    .venv/bin/python -m pip uninstall --quiet --yes biomarkers 2>/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
    # A copy of the folder by hard links has a file of its own from here on.
    rm -f .venv/.installed
    printf '%s\n' "$wanted" >.venv/.installed
fi

# jars NAME TITLE: a program of Java as its published artifact, by the pom and the launcher in envs/NAME.
jars() {
    wanted=$(md5sum <"envs/$1/pom.xml")
    if ! current ".tools/$1/.installed" "$wanted"; then
        echo "setup: $2 in .tools"
        rm -rf ".tools/$1"
        mkdir -p ".tools/$1"
        mvn --batch-mode --quiet -f "envs/$1/pom.xml" dependency:copy-dependencies \
            -DincludeScope=runtime -DoutputDirectory="$PWD/.tools/$1/jars"
        printf '%s\n' "$wanted" >".tools/$1/.installed"
    fi
    cp "envs/$1/$1" ".tools/$1/$1"
}

if ! have_conda; then
    jars gatk GATK
    mkdir -p .tools/bin
    ln -sf ../gatk/gatk .tools/bin/gatk
    # What every GATK tool loads when it starts, kept as Java's class-data archive: a short tool then takes 40 % less CPU.
    # It is moved into place whole, because Java would fail on a part of one; without it all works, only slower.
    wanted=$(java -version 2>&1 | md5sum)
    if ! current .tools/gatk/.archived "$wanted"; then
        rm -f .tools/gatk/classes.jsa .tools/gatk/classes.jsa.new
        if .tools/bin/gatk --java-options "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit=$PWD/.tools/gatk/classes.jsa.new" \
            Mutect2 --help >/dev/null 2>&1; then
            mv .tools/gatk/classes.jsa.new .tools/gatk/classes.jsa
            printf '%s\n' "$wanted" >.tools/gatk/.archived
        fi
    fi
fi
# Runs have .tools/bin before their PATH. This Nextflow downloads nothing, so that it must not stand in the way of a user's,
# which fetches sarek.
rm -f .tools/bin/nextflow
if [ "${1:-}" = slow ] && ! have_conda; then jars nextflow Nextflow; fi
