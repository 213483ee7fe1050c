"""Records of a VCF that bcftools selects, run as a program of its own, with its own words where it fails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from shutil import which
from signal import SIGPIPE
from subprocess import PIPE, Popen
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from biomarkers.errors import RunError
from biomarkers.io.vcf import Vcf

SPLIT, WHOLE = ("norm", "--multiallelics", "-any"), ("view",)
"""Commands before the selection: sites of several ALTs become several records, or nothing changes."""
ADDED = '##INFO=<ID={},Number=1,Type=String,Description="Dummy">'
"""How htslib declares a field of INFO, also one that is a flag, at which norm ends then."""
FLAG = '##INFO=<ID={},Number=0,Type=Flag,Description="">'
ALTS = "%CHROM\t%POS\t%REF\t%ALT\n"


class Answer(NamedTuple):
    """What `selected` finds. lines: contig, position, reference and ALTs of each record, as text.

    source, query: what that program of the pipe said last where it failed, else empty.
    """

    lines: list[list[str]]
    source: str
    query: str


def selected(source: Sequence[str], path: str, expression: str) -> Answer:
    """The records for which an expression holds, of those that `source`, a command of bcftools, makes of the file.

    In its pipe bcftools ends, without an error, at the first record with a contig or field that the header does not
    declare, so such lines are added. Raises RunError where bcftools is not found, InputError for a record that cannot
    be read.
    """
    if which("bcftools") is None:
        raise RunError("bcftools, which evaluates --somatic, is not found (make setup, or apt-get install bcftools)")
    with TemporaryFile("w+") as first_said, TemporaryFile("w+") as then_said, TemporaryFile("w+") as declared:
        file = "-" if _declare(path, declared) else path
        first = Popen(
            ["bcftools", *source, "--no-version", "-Ou", file], stdin=declared, stdout=PIPE, stderr=first_said
        )
        command = ["bcftools", "query", "--include", expression, "--format", ALTS, "-"]
        with Popen(command, stdin=first.stdout, stdout=PIPE, stderr=then_said) as query:
            if first.stdout:
                first.stdout.close()  # so that the first ends when the second does
            lines = [line.decode("utf-8", "replace").rstrip("\n").split("\t") for line in query.stdout or ()]
        ended, refused = first.wait(), query.returncode != 0
        # By a broken pipe the first is ended by the other, which refused the expression or ended at a record.
        # norm ends without an error, too, at a record that it cannot read (a genotype of VCF 4.4 before version 1.22).
        failed = ended not in (0, -SIGPIPE if refused else 0) or "[E::" in _text(first_said), refused
        words = [_last(said) if wrong else "" for said, wrong in zip((first_said, then_said), failed, strict=True)]
    return Answer(lines, *words)


def _declare(path: str, out: IO[str]) -> bool:
    """Write the VCF with a header that declares all that its records hold; False where it does as it stands."""
    source = Vcf(path)
    header = source.whole_header()
    if header == source.header:
        return False
    names = re.findall(re.escape(ADDED).replace(r"\{\}", "([^,]+)"), header)
    valued = {name for cells in Vcf(path) for name in names if f";{name}=" in f";{cells[7]}"} if names else set()
    for name in set(names) - valued:
        header = header.replace(ADDED.format(name), FLAG.format(name))
    out.write(header)
    out.writelines("\t".join(cells) + "\n" for cells in source)
    out.seek(0)
    return True


def _text(said: IO[str]) -> str:
    said.seek(0)
    return said.read()


def _last(said: IO[str]) -> str:
    """The last line that is no warning and no count; `it failed` where there is none."""
    lines = [line for line in _text(said).splitlines() if line and not line.startswith(("[W::", "Lines "))]
    return lines[-1].partition("] ")[2] or lines[-1] if lines else "it failed"
