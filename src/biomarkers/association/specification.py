"""What an analysis plan says, as frozen records, and which method fits which kinds of marker and endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from biomarkers.errors import count
from biomarkers.io.subset import Restriction

POINT_COLUMNS = {name: (f"{name}_low", f"{name}_high") for name in ("pdl1", "serum_afp", "serum_ca19_9")}
"""Markers that may be known as an interval only: cuts use these columns where present (contract, cohort.tsv)."""

LEVEL_COLUMNS = {"pdl1": "pdl1_level"}
"""Markers that are levels in a further column: an ordinal marker whose levels stand there is read from it."""

TIME_OF_RESPONSE = "ttr_months"
"""Column with the months from the start to the first response that counts."""

TIME_OF_CONFIRMATION = "confirmation_months"
"""Column with the months from the start to the visit that confirmed it."""

METHODS = {
    ("continuous", "binary"): ("mann_whitney", "logistic"),
    ("continuous", "time_to_event"): ("cox",),
    ("continuous", "categorical"): ("kruskal_wallis",),
    ("continuous", "continuous"): ("spearman",),
    ("groups", "binary"): ("fisher",),
    ("groups", "time_to_event"): ("cox", "logrank"),
    ("groups", "categorical"): ("fisher",),
    ("groups", "continuous"): ("mann_whitney",),
    ("categorical", "binary"): ("fisher",),
    ("categorical", "time_to_event"): ("logrank",),
    ("categorical", "categorical"): ("fisher",),
    ("categorical", "continuous"): ("kruskal_wallis",),
    ("ordinal", "binary"): ("cochran_armitage",),
    ("ordinal", "time_to_event"): ("cox", "logrank"),
    ("ordinal", "categorical"): ("kruskal_wallis",),
    ("ordinal", "continuous"): ("spearman",),
}
"""Methods that fit a kind of marker (`groups`: binary or cut) and of endpoint; the first is the default."""


@dataclass(frozen=True)
class Cut:
    """A threshold on the marker's own scale: a number or `median`; side `>` or `>=` says where equals go."""

    at: float | str
    side: str


@dataclass(frozen=True)
class Marker:
    """A marker of the plan; `name` is its column. `levels`: as text, lowest or reference first; may be empty."""

    name: str
    kind: str
    transform: str = "none"
    cutpoints: tuple[Cut, ...] = ()
    levels: tuple[str, ...] = ()
    feature: bool = False
    per: float | str = "sd"
    """Second unit of a continuous marker's ratio, on the scale of models: a number, or `sd`."""
    score: str = ""
    """Formula of columns that gives its values; empty for a marker that is a column."""

    @property
    def marker_class(self) -> str:
        """As the tables name it: declared, or feature (one of many)."""
        return "feature" if self.feature else "declared"


@dataclass(frozen=True)
class Endpoint:
    """An endpoint of the plan; `column` for all kinds but time_to_event, which has `time` and `event`.

    milestones, rmst: months at which and up to which groups are compared besides.
    """

    name: str
    kind: str
    column: str = ""
    time: str = ""
    event: str = ""
    milestones: tuple[float, ...] = ()
    rmst: tuple[float, ...] = ()


@dataclass(frozen=True)
class Named:
    """A test named in advance (primary or secondary); `method` is always filled."""

    marker: str
    endpoint: str
    method: str
    cut: Cut | None = None


@dataclass(frozen=True)
class Genes:
    """What makes a gene a marker, and what is tested of it.

    sets: files and names of sets, or a set itself as (name, genes). adjust_for: columns that a model adjusts for.
    pairs_from: fewest carriers of genes that are tested in pairs, None for no pairs.
    """

    min_carriers: int
    consequences: tuple[str, ...] | str
    sets: tuple[str | tuple[str, tuple[str, ...]], ...] = ()
    adjust_for: tuple[str, ...] = ()
    pairs_from: int | None = None


@dataclass(frozen=True)
class Landmark:
    """A comparison from a month on of who had something by then; since: column with the month from which one has it.

    since is empty for what is known at the start. endpoints: names of times to an event.
    """

    at: float
    marker: str
    since: str
    endpoints: tuple[str, ...]

    @property
    def name(self) -> str:
        """The marker as the result table has it."""
        return f"{self.marker} by {count(self.at, 'month')}"


@dataclass(frozen=True)
class Prediction:
    """The model that is judged by nested cross-validation; most_fits bounds the work of its permutations."""

    features: tuple[str, ...]
    endpoint: str
    repeats: int
    permutations: int
    most_fits: int = 200_000


@dataclass(frozen=True)
class Correction:
    """Families over all endpoints instead of each; the order in which secondary tests follow the primary one."""

    across_endpoints: bool = False
    gatekeeping: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Plan:
    """An analysis plan whose every name exists."""

    title: str
    seed: int
    primary: Named
    secondary: tuple[Named, ...]
    endpoints: dict[str, Endpoint]
    markers: dict[str, Marker]
    covariates: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    genes: Genes | None = None
    mann_whitney: str = "auto"
    data_driven_cutpoints: tuple[str, ...] = ()
    interactions: tuple[tuple[str, str], ...] = ()
    prediction: Prediction | None = None
    subset: tuple[Restriction, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    subgroups: tuple[str, ...] = ()
    imputations: int = 20
    imputation_seed: int | None = None
    correction: Correction = Correction()
    permutations: int = 0


def default_method(marker_kind: str, endpoint_kind: str, *, cut: bool) -> str:
    """The test that the kinds call for when the plan names none (contract, `primary.method`)."""
    return METHODS[comparison_class(marker_kind, cut), endpoint_kind][0]


def comparison_class(kind: str, cut: bool) -> str:
    """The kind of comparison that a kind of marker makes, as `METHODS` knows it."""
    return "groups" if cut or kind == "binary" else kind
