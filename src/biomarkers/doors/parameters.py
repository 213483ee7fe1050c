"""Parameters of the pipeline of Nextflow as nf-schema describes them: the config's own, and two of the pipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from biomarkers.io import schemas

FILE = Path("nextflow") / "nextflow_schema.json"
OWN: dict[str, dict[str, Any]] = {
    "outdir": {
        "type": "string",
        "format": "directory-path",
        "default": "results",
        "description": "Folder of the results; paths in it are those of a run of Snakemake.",
    },
    "publish_dir_mode": {
        "type": "string",
        "enum": ["copy", "copyNoFollow", "link", "move", "rellink", "symlink"],
        "default": "copy",
        "description": "How results get there from the folder of work.",
    },
}
"""What is no setting of a run."""
FILES = {
    "": ("samples", "plan"),
    "clinical": tuple(schemas.load("config")["properties"]["clinical"]["properties"]),
    "reference": ("fasta", "targets", "genes", "germline_resource"),
    "burden": ("custom", "hotspots", "calibration", "denominators"),
}
"""Settings that name one file, by block."""
FOLDERS = ("preset_folder", "vep_cache", "snpeff_data")


def text() -> str:
    """The schema as JSON, draft 2020-12, in the groups of the config."""
    config = schemas.load("config")
    plain = {name: rule for name, rule in config["properties"].items() if "properties" not in rule}
    groups = {
        "input_output_options": _group("Input and output", "Sheets of the run, and where results go.", plain | OWN)
    }
    for name, rule in config["properties"].items():
        if "properties" in rule:
            groups[f"{name}_options"] = _group(name, rule["description"], {name: rule})
    made = {
        "$schema": config["$schema"],
        "title": "biomarkers pipeline parameters",
        "description": "The config of a run, taken by -params-file. Made from the config's schema by `make doors`.",
        "type": "object",
        "$defs": groups,
        "allOf": [{"$ref": f"#/$defs/{name}"} for name in groups],
        "unevaluatedProperties": False,
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _group(title: str, about: str, properties: dict[str, Any]) -> dict[str, Any]:
    rules = {name: _rule(rule, "", name) for name, rule in properties.items()}
    return {"title": title, "type": "object", "description": " ".join(about.split()), "properties": rules}


def _rule(rule: dict[str, Any], block: str, name: str) -> dict[str, Any]:
    """A rule without the notes for our own readers (x-...), and with what nf-schema calls the kind of a path."""
    found = {word: value for word, value in rule.items() if not word.startswith("x-")}
    if "properties" in found:
        found["properties"] = {key: _rule(inner, name, key) for key, inner in found["properties"].items()}
    if name in FOLDERS:
        found["format"] = "directory-path"
    elif rule["type"] == ["string", "null"] and name in FILES.get(block, ()):
        found["format"] = "file-path"
    return found
