"""Where a run's own folders are: elsewhere when another workflow takes this one with a prefix."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """The two folders that a run writes into, from the folder where Snakemake runs."""

    results: str = "results"
    resources: str = "resources"

    def place(self, path: str) -> str:
        """Where a file of the run is.

        >>> Layout("exome/results", "exome/resources").place("results/burden/tmb.tsv")
        'exome/results/burden/tmb.tsv'
        """
        top, _, rest = path.partition("/")
        own = {"results": self.results, "resources": self.resources}
        return f"{own[top]}/{rest}" if rest and top in own else path

    def seen(self, path: str) -> str:
        """A path, also one of the user's, as seen from the folder that `results` stands in.

        >>> Layout("exome/results", "exome/resources").seen("data/T1.vcf"), Layout().seen("data/T1.vcf")
        ('../data/T1.vcf', 'data/T1.vcf')
        """
        folder = os.path.dirname(self.results)
        return path if not folder or os.path.isabs(path) else os.path.relpath(path, folder)


USUAL = Layout()
