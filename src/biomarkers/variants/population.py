"""Population allele frequency from a named field; a caller's own INFO/AF is never taken for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from biomarkers.errors import InputError, Problem, nearest
from biomarkers.variants.consequence import Interpreter
from biomarkers.variants.vcf import Header, info_value

IN_INFO = ("POPULATION_AF", "gnomADe_AF", "gnomAD_AF", "gnomad_AF", "gnomADg_AF", "POPAF")
IN_ANNOTATION = ("gnomADe_AF", "gnomAD_AF", "gnomAD_exomes_AF", "gnomADg_AF", "gnomAD_genomes_AF", "MAX_AF")
NEGATIVE_LOG10 = frozenset({"POPAF"})
"""Fields that hold -log10 of the frequency: Mutect2's POPAF, by its header line."""


RANGE = "an allele frequency from 0 to 1"


class Frequency:
    """Reads fields named `INFO/POPAF`, `CSQ/gnomADe_AF` and so on; the first that has a value for an ALT holds.

    fields: name -> place among the annotation's subfields, -1 for an INFO field. Empty: nothing is known. last: the
    furthest of these places.
    """

    def __init__(self, fields: Mapping[str, int]) -> None:
        self.names = list(fields)
        self.last = max(fields.values(), default=-1)
        self._fields = [(name, name.partition("/")[2], at) for name, at in fields.items()]

    def of(self, info: str, cells: Sequence[str], alts: int, alt: int, path: str, chrom: str, pos: int) -> float | None:
        """Frequency (fraction) of ALT number `alt` of `alts`; None when no field has it.

        cells: its annotation. path, chrom, pos: for messages.
        """
        for name, key, at in self._fields:
            if at >= 0:
                text = cells[at] if at < len(cells) else ""
                if text in ("", "."):
                    continue
                number = _number(text, key)
                if 0 <= number <= 1:
                    return number
                values = [text] if "&" not in text else text.split("&")
            else:
                values = (info_value(info, key) or "").split(",")
                if len(values) == alts:
                    values = [values[alt]]
            numbers = [_number(v, key) for v in values if v not in ("", ".")]
            if numbers:
                if not all(0 <= number <= 1 for number in numbers):
                    wrong = next(v for v in values if v not in ("", ".") and not 0 <= _number(v, key) <= 1)
                    raise InputError(Problem(path, name, wrong, RANGE, f"{chrom}:{pos}"))
                return max(numbers)
        return None


@lru_cache(maxsize=10_000)
def _number(text: str, key: str) -> float:
    """The frequency that a text means; -1 when it means none."""
    try:
        number = float(text)
        if key in NEGATIVE_LOG10:
            return 10.0**-number if number >= 0 else -1.0
    except ValueError:
        return -1.0
    return number


def frequency(header: Header, interpreter: Interpreter, asked: str) -> Frequency:
    """The fields to read: `auto` takes every known one that the header declares, `none` none.

    The interpreter is told to keep the subfields that are read. Raises InputError when the named field is not
    declared, or is the caller's own INFO/AF.
    """
    found = _frequency(header, interpreter, asked)
    interpreter.keep(found.last)
    return found


def _frequency(header: Header, interpreter: Interpreter, asked: str) -> Frequency:
    if asked == "none":
        return Frequency({})
    declared = {f"INFO/{name}": -1 for name in header.info}
    declared |= {f"{interpreter.source}/{name}": at for at, name in enumerate(interpreter.names)}
    if asked == "auto":
        wanted = [f"INFO/{IN_INFO[0]}", *(f"{interpreter.source}/{name}" for name in IN_ANNOTATION)]
        wanted += [f"INFO/{name}" for name in IN_INFO[1:]]
        return Frequency({name: declared[name] for name in wanted if name in declared})
    if asked == "INFO/AF":
        expected = "a population frequency; INFO/AF is the caller's own (rename it, such as to INFO/POPULATION_AF)"
        raise InputError(Problem(header.path, "--population-af-field", asked, expected))
    if asked not in declared:
        expected = f"a declared field, written INFO/NAME, CSQ/NAME or ANN/NAME{nearest(asked, declared)}"
        raise InputError(Problem(header.path, "--population-af-field", asked, expected))
    return Frequency({asked: declared[asked]})
