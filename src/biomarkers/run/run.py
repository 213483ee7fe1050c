"""What a run is: its config, its samples, and what stands for them before they are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from biomarkers.io import yamls
from biomarkers.run import mapped, presets, samples
from biomarkers.run.layout import USUAL, Layout
from biomarkers.run.sarek import handover


@dataclass(frozen=True)
class Run:
    """What the workflow needs to know of a run: the config with every default filled in, and the samples."""

    config: dict[str, Any]
    samples: samples.Samples
    stated: frozenset[str] = frozenset()
    """Samples whose denominator the user's table states."""
    preset: presets.Preset | None = None
    """What `reference.preset` stands for; its files are in `config` already."""
    mapping: mapped.Mapped | None = None
    """What `clinical.mapping` stands for; the sheets that it makes are in `config` already."""
    sarek: handover.Handover | None = None
    """How nf-core/sarek is run first."""
    given: yamls.Settings = field(default=yamls.Settings({}, {}), compare=False)
    """The config as it was given, with the line of each key."""
    layout: Layout = USUAL
    """Where the run's own folders are."""

    @property
    def awaits_sarek(self) -> bool:
        """Whether the samples are not known yet: sarek's results are awaited."""
        return self.sarek is not None and not self.sarek.is_done

    @property
    def has_burden(self) -> bool:
        """Whether variants are counted: of the samples, of a MAF or of both."""
        return bool(self.samples.tumors or self.config["clinical"]["maf"])

    @property
    def measures_maf(self) -> bool:
        """Whether the MAF's territory is that of the targets; else it is stated."""
        stated = self.config["reference"]["assumed_bp"] or self.config["burden"]["denominators"]
        return bool(self.config["clinical"]["maf"]) and not stated

    @property
    def preset_files(self) -> list[presets.File]:
        """Files of the preset that this run takes."""
        return presets.used(self.config, self.preset)

    def place(self, file: str) -> str:
        """Where a file that the config names is: the preset's move with a prefix, the user's do not."""
        return self.layout.place(file) if presets.is_awaited(file, self.preset_files) else file
