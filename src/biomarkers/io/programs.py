"""Which programs, in which versions, made a file, by what they wrote into it."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from biomarkers.io import alignments, jsons

GATK = re.compile(r'##GATKCommandLine[^=]*=<ID=([^,]+),.*?Version="?([^",>]+)')
OTHERS = (
    (re.compile(r"##bcftools_(\w+)Version=(.+)"), "bcftools {}"),
    (re.compile(r"##bcftools/(\w+)Version=(.+)"), "bcftools {}"),
    (re.compile(r'##(VEP)="?v?([^" ]+)'), "{}"),
    (re.compile(r'##(SnpEff)Version="?([^"( ]+)'), "{}"),
    (re.compile(r'##(DRAGEN)Version=.*Version="?(?:SW: )?([^",>]+)'), "{}"),
    (re.compile(r'##(octopus|freebayes|strelka|varscan|vardict|lofreq)_?version="?([^"]+)', re.IGNORECASE), "{}"),
)
SOURCE = re.compile(r'##source="?((?:(?! -)[^"])+)')
"""Up to the options, where a caller writes its command line there."""
SOURCE_VERSION = re.compile(r'##source_version="?([^"]+)')
PACKAGES = ("numpy", "pandas", "pysam", "scipy", "snakemake")
"""What our own commands lean on."""


def of_alignment(file: str) -> dict[str, str]:
    """Versions by name from the @PG lines of a BAM or CRAM; of several of one program all, in order."""
    found: dict[str, dict[str, None]] = {}
    with suppress(OSError, ValueError):
        for line in alignments.header(file).get("PG", []):
            found.setdefault(line.get("PN") or line["ID"], {})[line.get("VN") or "version not told"] = None
    return {name: ", ".join(versions) for name, versions in found.items()}


def of_vcf(header: str) -> dict[str, str]:
    """Versions by name from the header of a VCF, in its order; `source` is a caller's own word on itself."""
    found: dict[str, str] = {}
    for line in header.splitlines():
        if not line.startswith("##"):
            break
        if match := GATK.match(line):
            found[f"GATK {match[1]}"] = match[2]
        for pattern, name in OTHERS:
            if match := pattern.match(line):
                found[name.format(match[1])] = match[2].strip()
        if match := SOURCE.match(line):
            found["source"] = match[1].strip()
        if match := SOURCE_VERSION.match(line):
            found["source"] = f"{found.get('source', '')} {match[1].strip()}".strip()
    return found


def of_trimming(folder: str | Path) -> dict[str, str]:
    """Version of fastp as its JSON reports in a folder tell it; empty without one."""
    for file in sorted(Path(folder).glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            return {"fastp": str(jsons.parsed(file.read_text("utf-8"))["summary"]["fastp_version"])}
    return {}


def of_lines(file: str | Path) -> dict[str, str]:
    """Versions from a file of lines such as `mosdepth 0.3.8`; empty without the file."""
    try:
        lines = Path(file).read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    return {name: version.strip() for name, _, version in (line.partition(" ") for line in lines) if version}


def ours(packages: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Versions of Python and of the packages that are installed."""
    found = {"python": platform.python_version()}
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found
