"""What burdens are worked out from: every file of `biomarkers tmb`, read and held against the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.burden import inputs
from biomarkers.burden.inputs import Variants
from biomarkers.burden.tmb import Calibration, Sample
from biomarkers.errors import InputError, Problem, Problems
from biomarkers.genome import tmb_definitions as defined
from biomarkers.io import schemas


class Given(NamedTuple):
    """The samples of the tables, the definitions to report of them, and the record that stands beside the burdens."""

    tables: list[Variants]
    samples: list[Sample]
    definitions: list[defined.Definition]
    calibration: Calibration | None
    record: dict[str, Any]


def read(
    variants: Sequence[Path],
    *,
    denominators: Sequence[Path],
    shared_denominator: Path | None,
    assumed_bp: int | None,
    definitions: Sequence[str] | None,
    custom: Path | None,
    qc: Path | None,
    purity: Path | None,
    calibration: Path | None,
    assay: str | None,
    genes: bool,
) -> Given:
    """All of it, as the options of `biomarkers tmb` name it. Raises InputError with every problem of every file.

    genes: whether the table of genes that are hit is asked for.
    """
    problems = Problems()
    if not denominators and shared_denominator is None and assumed_bp is None:
        expected = "--denominator, --shared-denominator or --assumed-bp"
        problems.add(Problem("command line", "--denominator", None, expected))
    territory = schemas.load("config")["properties"]["reference"]["properties"]["assumed_bp"]
    if not schemas.validator(territory).is_valid(assumed_bp):
        problems.add(Problem("command line", "--assumed-bp", assumed_bp, schemas.expected(territory)))
    if (calibration is None) != (assay is None):
        problems.add(Problem("command line", "--assay", assay, "--calibration and --assay together"))
    own = problems.catch(defined.read_custom, custom) if custom else None
    listed = inputs.read_variants(variants, problems, (*inputs.READ, *(["gene"] if genes else [])))
    wanted = problems.catch(defined.choose, definitions or inputs.default_definitions(listed), own) or []
    sizes = problems.catch(inputs.read_denominators, denominators)
    if shared_denominator is not None and sizes is not None:
        sizes = problems.catch(inputs.shared, shared_denominator, listed, sizes)
    status = problems.catch(inputs.read_status, qc) if qc else None
    stated = problems.catch(inputs.read_purity, purity) if purity else None
    rule = problems.catch(inputs.read_calibration, calibration, assay) if calibration and assay else None
    problems.stop_if_any()
    sizes = sizes or {}
    samples = inputs.samples(listed, wanted, sizes=sizes, assumed_bp=assumed_bp, status=status, purity=stated)
    if purity is not None and stated and stated.keys().isdisjoint(one.sample for one in samples):
        expected = f"a sample of the variants tables, such as {samples[0].sample}" if samples else "a sample"
        raise InputError(Problem(str(purity), "sample", next(iter(stated)), expected))
    further = (shared_denominator, custom, qc, purity, calibration)
    used = [*variants, *denominators, *(path for path in further if path is not None)]
    record = inputs.origin(listed, wanted, used, sizes=sizes, assumed_bp=assumed_bp, calibration=rule)
    return Given(listed, samples, wanted, rule, record)
