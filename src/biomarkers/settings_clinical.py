"""Settings of response, time to event and PD-L1; see `biomarkers.settings`, which hands them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from biomarkers.declared import Group, setting

DAYS = 36_500
"""The longest time in days that a setting may name, a century: dates of pandas end in 2262."""
MISSING_WORDS = (
    *("-", ".", "?"),
    *("NA", "N/A", "n.a.", "#N/A", "#NV", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "NaN", "NaT"),
    *("null", "unknown", "unk", "missing", "pending", "withheld", "redacted", "discrepancy", "no data", "unbekannt"),
    *("not applicable", "not available", "not allowed to collect", "not asked", "not assessed", "not collected"),
    *("not determined", "not documented", "not done", "not entered", "not evaluated", "not given", "not known"),
    *("not performed", "not provided", "not recorded", "not released", "not reported", "not specified", "not stated"),
    *("not tested", "data not available", "information not available", "keine Angabe", "k.A."),
    *("不详", "未知", "不明", "缺失", "无数据", "无资料", "不适用", "未查", "未做", "未测", "未检", "未检测", "未检查"),
    *("未评价", "未评估", "未提供", "未填", "未记录", "未报告", "待查", "待定", "待回报", "/"),
    *(f"##USER_MISSING_{reason}##" for reason in range(95, 100)),
)
"""What people write where there is nothing: spreadsheets, R and pandas, SAS, cBioPortal, GDC, CDISC's flavours of null,
Castor (docs/methods.md, 11.4). Not here: `none`, `negative`, `ND` and `NR`, which are results elsewhere."""
MOST_MONTHS = 1200
"""The longest time in months that a setting may name, a century."""
MOST_PATIENTS = 10_000
"""The most patients that a design may name; its probabilities are sums over them."""
Censoring = Literal["ema_itt", "fda"]
Unit = Literal["auto", "percent", "fraction", "level"]


@dataclass(frozen=True, kw_only=True)
class Sheets(Group):
    """How every sheet is read that people write (rule 11.4)."""

    BLOCK = ""

    missing_words: tuple[str, ...] = setting(
        MISSING_WORDS,
        "Words that mean missing in every sheet, whatever their case and brackets; they are counted on the log where"
        " they stand. A word that a column knows (NE, MISSING) is none.",
        rule="11.4",
        key="missing_words",
        is_long=True,
    )


def milestones(name: str, label: str, usual: str) -> Any:
    """The months at which the rate of an endpoint is given: `endpoints.milestones.pfs`."""
    about = f"Months at which the rate of {label} is given, with the number at risk; by default {usual}."
    return setting(None, about, rule="4.15", least=0, most=MOST_MONTHS, key=f"endpoints.milestones.{name}")


def horizon(label: str) -> Any:
    """The month at which an endpoint is censored: `endpoints.horizon_months.pfs`."""
    about = f"Month at which {label} is censored for everybody who is followed longer; no limit without it."
    return setting(
        None, about, rule="4.16", least=0.1, most=MOST_MONTHS, key=f"endpoints.horizon_months.{label.lower()}"
    )


def simon(name: str, about: str, *, least: int) -> Any:
    """A number of Simon's two-stage design: `endpoints.simon.n1`."""
    return setting(None, about, rule="3.9", least=least, most=MOST_PATIENTS, key=f"endpoints.simon.{name}")


@dataclass(frozen=True, kw_only=True)
class Endpoints(Group):
    """How response and time to event are derived (sections 3 to 5)."""

    BLOCK = "endpoints"

    confirmed: bool = setting(
        True,
        "Count as responders only patients whose CR or PR was confirmed by a later visit, as a single-arm trial must.",
        rule="3.4",
        off="unconfirmed",
    )
    censoring: Censoring = setting(
        "ema_itt",
        "When PFS and duration of response end without an event. ema_itt: every PD or death counts. fda: a new therapy,"
        " or two missed visits, before the event censors at the last evaluable assessment before it.",
        rule="4.5",
    )
    data_cutoff: str | None = setting(
        None,
        "Last day of follow-up, such as 2024-03-31; later events and visits are not used.",
        rule="4.8",
        is_date=True,
    )
    visit_interval_days: int | None = setting(
        None,
        "Planned days between tumor assessments; fda needs it to see missed visits.",
        rule="4.5",
        least=1,
        most=DAYS,
    )
    response_within_days: int | None = setting(
        None,
        "Days after the start of treatment up to which assessments count for response.",
        rule="3.2",
        least=0,
        most=DAYS,
    )
    pfs_milestones: list[float] | None = milestones("pfs", "PFS", "3 and 6")
    os_milestones: list[float] | None = milestones("os", "OS", "6 and 12")
    dor_milestones: list[float] | None = milestones("dor", "duration of response", "none")
    ttp_milestones: list[float] | None = milestones("ttp", "time to progression", "none")
    pfs_horizon_months: float | None = horizon("PFS")
    os_horizon_months: float | None = horizon("OS")
    orr_null: float | None = setting(
        None,
        "Response rate of the null hypothesis of the design, 0 to 1; the response rate is tested against it.",
        rule="3.9",
        least=0,
        most=1,
    )
    simon_n1: int | None = simon("n1", "Patients of the first stage of Simon's design.", least=1)
    simon_r1: int | None = simon("r1", "Responders up to which Simon's design stops after its first stage.", least=0)
    simon_n: int | None = simon("n", "Patients of both stages of Simon's design.", least=2)
    simon_r: int | None = simon("r", "Responders of both stages up to which the null hypothesis stands.", least=0)
    evaluator: str = setting(
        "investigator", "Reader whose assessments are used, where the sheet has a column `evaluator`.", rule="3.2"
    )
    minimum_sd_days: int = setting(
        42, "Days from the start before which a stable disease does not count as SD.", rule="3.3", least=0, most=DAYS
    )
    confirmation_days: int = setting(
        28, "Days from a CR or PR after which another confirms it.", rule="3.4", least=0, most=DAYS
    )
    allow_pr_sd_pr: bool = setting(False, "Let one SD stand between a PR and its confirmation.", rule="3.4")
    exclude_non_cr_non_pd: bool = setting(False, "Do not count NON-CR/NON-PD as disease control.", rule="3.5")
    largest_lesion_mm: float = setting(
        500.0, "Diameter in mm above which the sheet of lesions is refused.", rule="3.1", least=0
    )
    adverse_event_days: int = setting(
        30,
        "Days after the last dose up to which an adverse event counts as treatment-emergent.",
        rule="5.1",
        least=0,
        most=DAYS,
    )


@dataclass(frozen=True, kw_only=True)
class Pdl1(Group):
    """Which PD-L1 score stands for a patient (section 2)."""

    BLOCK = "pdl1"

    score_type: Literal["TPS", "CPS", "IC", "TC", "TAP"] = setting(
        "TPS", "Kind of score; TPS, CPS, IC, TC and TAP are never pooled.", rule="2.6"
    )
    assays: list[str] | None = setting(
        None,
        "Assays that may stand in one column, preferred first. By default, of TPS 22C3, 28-8 and SP263 if the sheet has"
        " one of them, else its only assay. SP142 is never pooled; other assays, and scores but TPS, only when named"
        " here.",
        rule="2.6",
    )
    window_days: int | None = setting(
        None,
        "Longest time in days from collection to the start of treatment; no limit without it.",
        rule="2.5",
        least=0,
        most=DAYS,
    )
    undated: Literal["reject", "accept"] = setting(
        "reject", "What to do with specimens without a collection date.", rule="2.5"
    )
    ties: Literal["max", "min"] = setting(
        "max", "Which value to take of specimens equally near to the start.", rule="2.5"
    )
    unit: Unit = setting(
        "auto",
        "How TPS, TC, IC and TAP are written. auto: percent, but stops when all are at most 1 and some lie between 0"
        " and 1, and when every IC or TC is a whole number from 0 to 3. level: bare numbers of IC and TC are levels.",
        rule="2.3",
    )
    cutoffs: list[float] | None = setting(
        None,
        "Cutoffs at which specimens of a patient are compared; by default 1 and 50 for TPS and TC, 1 and 10 for CPS,"
        " 1, 5 and 10 for IC and TAP.",
        rule="2.7",
        least=0,
        most=100,
    )
    old_block_years: float = setting(
        3.0, "Tissue older than this at the start of treatment is flagged, in years.", rule="2.7", least=0, most=100
    )
