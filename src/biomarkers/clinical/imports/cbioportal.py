"""`cbioportal` (import): a study folder of cBioPortal, or the table of clinical data that its page gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biomarkers.clinical.imports import cbioportal_files as files
from biomarkers.clinical.imports import cbioportal_genes, grammar
from biomarkers.clinical.imports import cbioportal_words as words
from biomarkers.clinical.imports.cbioportal_files import Clinical, Study
from biomarkers.clinical.imports.cbioportal_genes import Genes
from biomarkers.clinical.imports.registry import Prepared, reserved
from biomarkers.errors import Problem, Problems, count, first_few, log
from biomarkers.io.cells import Cells
from biomarkers.io.headers import IDENTIFYING
from biomarkers.io.spellings import NUMBER
from biomarkers.io.yamls import Settings

NORMAL = re.compile(r"\b(normal|germline|control)\b", re.IGNORECASE)
TCGA_NORMAL = re.compile(r"TCGA-..-....-1")
KINDS = ("SAMPLE_TYPE", "SAMPLE_CLASS", "TISSUE_TYPE")
DIAGNOSIS = re.compile(r"diag(?:n|on)os|surgery|resection|birth|sequenc", re.IGNORECASE)
"""Words of a description after which a time does not count from the start of the treatment; TCGA's studies write
"diagonosis"."""
STATED = ("pdl1", "tmb_per_mb")
"""Columns of the cohort that a study may state itself."""


@dataclass
class _Source:
    """A clinical file as it enters the mapping: `name` there, its table, and which headings are taken."""

    name: str
    clinical: Clinical
    cells: Cells
    taken: set[str] = field(default_factory=lambda: {"PATIENT_ID", "SAMPLE_ID"})

    def display(self, heading: str) -> str:
        """Display name of a column."""
        return self.clinical.told.get(heading, files.Attribute()).name


def prepare(source: Path, problems: Problems) -> Prepared | None:
    """The study's mapping, made of the headings and words that stand in it, and its tables."""
    study = files.find(source, problems)
    if study is None:
        return None
    patient = None if study.patient is None else files.read(study.patient, problems)
    sample = None if study.sample is None else files.read(study.sample, problems)
    if problems.found:
        return None
    expected = "this heading, as every clinical file of cBioPortal has"
    for clinical, needed in ((patient, ("PATIENT_ID",)), (sample, ("PATIENT_ID", "SAMPLE_ID"))):
        if clinical is not None:
            lacking = [heading for heading in needed if heading not in clinical.cells.header]
            problems.add(*[Problem(clinical.cells.path, heading, None, expected) for heading in lacking])
    if problems.found:
        return None
    return _Maker(study, patient, sample, problems).prepared(source)


class _Maker:
    """Puts the mapping together."""

    def __init__(self, study: Study, patient: Clinical | None, sample: Clinical | None, problems: Problems) -> None:
        self.study, self.problems = study, problems
        self.tables: dict[str, Cells] = {}
        self.notes: list[str] = []
        self.whose: dict[str, str] = {}
        self.stated: list[str] = []
        self.patients: list[_Source] = []
        self.names: set[str] = set()
        if patient is not None:
            name = Path(patient.cells.path).name
            self.patients.append(_Source(name, patient, patient.cells))
        if sample is not None:
            cbioportal_genes.add_to(sample, study)
            self.patients.append(self.of_samples(sample))
        for each in self.patients:
            self.tables[each.name] = each.cells
        if len(self.patients) == 2:
            self.drop_shared(*self.patients)
        self.reserved = reserved()

    def of_samples(self, sample: Clinical) -> _Source:
        """The sample file without normals, one row a patient; fills `whose`."""
        header = sample.cells.header
        kinds = [header.index(kind) for kind in KINDS if kind in header]
        own, key = header.index("SAMPLE_ID"), header.index("PATIENT_ID")
        if "SEQUENCED" in header:
            said = header.index("SEQUENCED")
            self.stated = [row[own] for row in sample.cells.rows if row[said].casefold() in ("yes", "y", "1", "true")]
        tumors, normals = [], 0
        for place, row in enumerate(sample.cells.rows):
            if any(NORMAL.search(row[kind]) for kind in kinds) or TCGA_NORMAL.match(row[own]):
                normals += 1
                continue
            tumors.append(place)
            self.whose[row[own]] = row[key]
        if normals:
            left_out = count(normals, "sample is a normal and is", "samples are normals and are")
            self.notes.append(f"{sample.cells.path}: {left_out} left out")
        cells, differ = files.agreed(sample, tumors, key)
        told = {heading: len(patients) for heading, patients in differ.items() if heading not in ("SAMPLE_ID", *KINDS)}
        if told:
            shown = ", ".join(f"{heading} ({n})" for heading, n in told.items())
            sentence = "%s: columns that differ between the samples of a patient are missing for that patient: %s"
            log.warning(sentence, sample.cells.path, shown)
        return _Source(Path(sample.cells.path).name, sample, cells)

    def drop_shared(self, patient: _Source, sample: _Source) -> None:
        """Columns of both files are taken from the patients'."""
        for heading in set(patient.cells.header) & set(sample.cells.header) - {"PATIENT_ID"}:
            at = sample.cells.header.index(heading)
            sample.cells.header[at] = ""
            sample.clinical.told.pop(heading, None)

    def prepared(self, source: Path) -> Prepared:
        """Mapping, tables and notes."""
        data: dict[str, Any] = {"patients": self.patients_block()}
        if scores := [*self.pdl1_blocks()]:
            data["pdl1"] = scores
        if len(self.patients) == 2 and (features := self.features_block(self.patients[1])):
            data["features"] = features
        genes = Genes(self.study, self.whose, self.stated)
        data |= genes.blocks(self.problems)
        self.tables |= genes.tables
        self.notes += genes.notes
        if self.study.timelines:
            named = ", ".join(path.name for path in self.study.timelines)
            self.notes.append(f"timelines are not read (their days count from a day that the study chose): {named}")
        mapping = grammar.read(source, Settings(data, {}))
        listed = cbioportal_genes.table(self.study)
        clinical = {"gene_panels": cbioportal_genes.FILE} if listed and genes.mutated else {}
        beside = {cbioportal_genes.FILE: listed} if clinical else {}
        return Prepared(mapping, self.study.folder, self.tables, tuple(self.notes), clinical, beside)

    def patients_block(self) -> dict[str, Any]:
        """Patients: endpoints and response from either file, covariates of the patients' own."""
        base, *further = self.patients
        columns: dict[str, Any] = {"patient": "PATIENT_ID"}
        keep: dict[str, Any] = {}
        for each in self.patients:
            self.endpoints(each, columns, keep)
        for each in self.patients:
            if "best_response" not in columns:
                self.response(each, columns)
            if "durable_benefit" not in keep:
                self.benefit(each, keep)
        self.pdl1 = [(each, heading) for each in self.patients for heading in self.scores(each)]
        self.names |= {*columns, *keep}
        keep |= self.covariates(base)
        block: dict[str, Any] = {"file": base.name, "columns": columns, "keep": keep, "clean": True}
        if further:
            block["join"] = [{"file": further[0].name, "by": "PATIENT_ID"}]
        return block

    def endpoints(self, source: _Source, columns: dict[str, Any], keep: dict[str, Any]) -> None:
        """Times and events; what is neither overall nor progression-free survival is kept as a covariate."""
        for time in words.times([name for name in source.cells.header if name]):
            target = columns if time.endpoint in ("os", "pfs") else keep
            if f"{time.endpoint}_months" in target:
                continue
            known = words.events(source.cells.column(time.status))
            if not known:
                shown = first_few(f"'{word}'" for word in words.filled(source.cells.column(time.status)))
                said = "%s: no word of %s is known as an event or its absence (%s); it is kept as it stands"
                if shown:
                    log.warning(said, source.cells.path, time.status, shown)
                continue
            unit = {"unit": time.unit} if time.unit != "months" or target is keep else {}
            to = {"to": "months"} if target is keep else {}
            target[f"{time.endpoint}_months"] = {"from": time.time, **unit, **to}
            target[f"{time.endpoint}_event"] = {"from": time.status, "values": known}
            source.taken |= {time.time, time.status}
            told = source.clinical.told.get(time.time, files.Attribute())
            if DIAGNOSIS.search(f"{told.name} {told.description}"):
                said = "%s: %s counts by its description from another day than the start of treatment: %s"
                log.warning(said, source.cells.path, time.time, told.description or told.name)

    def response(self, source: _Source, columns: dict[str, Any]) -> None:
        """The first column of responses, and the first of confirmed ones; a lone confirmed one is both."""
        found = [name for name in words.responses(source.cells.header) if words.is_response(source.cells.column(name))]
        confirmed = [name for name in found if "CONFIRMED" in name and "UNCONFIRMED" not in name]
        others = [name for name in found if name not in confirmed] or confirmed
        for name in words.table()["response"] if not found else ():
            every = words.filled(source.cells.column(name)) if name in source.cells.header else []
            if any(words.is_response([word]) for word in every):
                said = "%s: %s is no best response: more than half of its different words are none (%s)"
                shown = first_few(f"'{word}'" for word in every if not words.is_response([word]))
                log.warning(said, source.cells.path, name, shown)
        for target, headings in (("best_response", others), ("confirmed_best_response", confirmed)):
            if not headings:
                continue
            columns[target] = heading = headings[0]
            source.taken.add(heading)
            told = source.clinical.told.get(heading, files.Attribute())
            described = f" ({told.description or told.name})" if told.description or told.name else ""
            self.notes.append(f"{source.cells.path}: {heading}{described} is taken as {target}")

    def benefit(self, source: _Source, keep: dict[str, Any]) -> None:
        """A durable benefit as 1 and 0."""
        for heading in words.table()["benefit"]:
            if heading not in source.cells.header or heading in source.taken:
                continue
            known = words.benefits(source.cells.column(heading))
            if known:
                keep["durable_benefit"] = {"from": heading, "values": known}
                source.taken.add(heading)
                return

    def scores(self, source: _Source) -> list[str]:
        """Headings of PD-L1 scores of a stated type."""
        found = [name for name in source.cells.header if name and words.score_of(name, source.display(name))]
        found = [name for name in found if any(NUMBER.search(cell) for cell in source.cells.column(name))]
        source.taken |= set(found)
        return found

    def pdl1_blocks(self) -> Any:
        """PD-L1 scores, one block a file."""
        for source in self.patients:
            rows = []
            for own, heading in self.pdl1:
                stated = words.score_of(heading, own.display(heading))
                if own is source and stated is not None:
                    assay = {"assay": {"value": stated[1]}} if stated[1] else {}
                    rows.append({"score_type": {"value": stated[0]}, "value": heading} | assay)
            if rows:
                yield {"file": source.name, "columns": {"patient": "PATIENT_ID"}, "rows": rows, "clean": True}

    def features_block(self, source: _Source) -> dict[str, Any] | None:
        """What the sample file says of a patient's tumors."""
        keep = self.covariates(source)
        if not keep:
            return None
        return {"file": source.name, "columns": {"patient": "PATIENT_ID"}, "keep": keep, "clean": True}

    def covariates(self, source: _Source) -> dict[str, str]:
        """Columns that are kept, by the name that they get."""
        left_out = {*words.table()["left_out"], *source.taken}
        kept = {}
        known = {heading: name for name, every in words.table()["names"].items() for heading in every}
        lone = self.lone_pdl1(source)
        for heading in source.cells.header:
            if not heading or heading in left_out or IDENTIFYING.search(heading):
                continue
            name = "pdl1" if heading == lone else known.get(heading, heading.lower())
            if name in self.names or (name in self.reserved and name not in STATED):
                own = heading.lower()
                name = f"{own}_stated" if own in self.names | self.reserved else own
            if name[0].isdecimal():
                name = f"x_{name}"
            self.names.add(name)
            kept[name] = heading
            if name in STATED:
                self.notes.append(f"{source.cells.path}: {heading} is kept as {name}, as the study states it")
        return kept

    def lone_pdl1(self, source: _Source) -> str | None:
        """The one column of PD-L1 numbers without a score type; it is kept under the name pdl1."""
        if self.pdl1:
            return None
        found = [name for name in source.cells.header if words.PDL1.search(name) and name not in source.taken]
        filled = {name: words.filled(source.cells.column(name)) for name in found}
        found = [name for name, cells in filled.items() if cells and all(map(_is_number, cells))]
        return found[0] if len(found) == 1 else None


def _is_number(cell: str) -> bool:
    return NUMBER.fullmatch(cell.removesuffix("%").strip()) is not None
