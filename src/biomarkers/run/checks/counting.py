"""Settings of the burden that must fit one another, and the files and annotators that they ask something of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from biomarkers.errors import Problems, nearest
from biomarkers.genome import tmb_definitions
from biomarkers.io import yamls
from biomarkers.io.lines import numbered
from biomarkers.run.annotators import ANNOTATORS
from biomarkers.run.run import Run
from biomarkers.settings import Annotation
from biomarkers.variants import hotspots

FREQUENCIES = "frequencies of reference.germline_resource"


def check(path: str | Path, run: Run, settings: yamls.Settings, problems: Problems) -> None:
    """What the block `burden` asks for must be there: files that it needs, and fields that the annotation will have."""
    burden = run.config["burden"]

    def refuse(key: str, value: object, expected: str) -> None:
        problems.add(yamls.problem(path, settings, ("burden", key), value, expected, at=("burden",)))

    if tmb_definitions.CUSTOM in burden["definitions"] and not burden["custom"]:
        refuse("custom", None, "a YAML file with `terms`, for the definition custom of burden.definitions")
    if burden["custom"] and Path(burden["custom"]).is_file():
        problems.catch(tmb_definitions.read_custom, Path(burden["custom"]))
    if burden["exclude_hotspots"] and not burden["hotspots"]:
        refuse("hotspots", None, "the list that burden.exclude_hotspots leaves out")
    if burden["hotspots"] and Path(burden["hotspots"]).is_file():
        problems.catch(lambda: hotspots.parse(burden["hotspots"], numbered(burden["hotspots"])))
    asked = Annotation.of(run.config)
    _check_frequency(asked.population_af_field, run, refuse)
    annotator = ANNOTATORS[run.config["annotation"]["tool"]]
    unannotated = [tumor.sample for tumor in run.samples.tumors if not tumor.is_annotated]
    if unannotated and asked.transcripts not in annotator.transcripts:
        able = [name for name, one in ANNOTATORS.items() if asked.transcripts in one.transcripts]
        other = (
            f"; {' and '.join(able)} tells it (annotation.tool)" if able else "; only a VCF with VEP's PICK tells it"
        )
        refuse(
            "transcripts", asked.transcripts, f"one of {', '.join(annotator.transcripts)} with {annotator.name}{other}"
        )


def _check_frequency(asked: str, run: Run, refuse: Callable[[str, object, str], None]) -> None:
    """The field with the population frequency: what calls that are annotated here will have; of others `vcf_entry`."""
    key, tool = "population_af_field", run.config["annotation"]["tool"]
    place, _, name = asked.partition("/")
    if asked in ("auto", "none"):
        return
    if place not in ("INFO", "CSQ", "ANN") or not name:
        refuse(key, asked, f"auto, none, INFO/NAME, CSQ/NAME or ANN/NAME{nearest(asked, ('auto', 'none'))}")
        return
    here = [tumor for tumor in run.samples.tumors if not tumor.is_annotated]
    if not here:
        return
    resource = bool(run.config["reference"]["germline_resource"])
    called = any(tumor.entry != "vcf" for tumor in here)
    if place != "INFO":
        if place != ANNOTATORS[tool].frequencies:
            refuse(key, asked, f"INFO/POPULATION_AF ({FREQUENCIES}), since {tool} writes no such field")
    elif name == "POPULATION_AF" or (called and name == "POPAF"):
        if not resource:
            refuse(key, asked, "reference.germline_resource beside it, whose frequencies it holds")
    elif called:
        refuse(key, asked, f"INFO/POPULATION_AF or INFO/POPAF, which calls from reads have ({FREQUENCIES})")
