"""What config.yaml says of a setting stands on the command line of its rule."""

from __future__ import annotations

import re

import pytest

from builders import hcc1395

CHANGED = {
    "endpoints": {
        "confirmed": False,
        "minimum_sd_days": 35,
        "confirmation_days": 21,
        "allow_pr_sd_pr": True,
        "exclude_non_cr_non_pd": True,
        "largest_lesion_mm": 400,
        "adverse_event_days": 90,
    },
    "pdl1": {
        "undated": "accept",
        "unit": "percent",
        "cutoffs": [1, 50],
        "old_block_years": 5,
        "assays": ["22C3", "SP263"],
    },
    "burden": {
        "mnv": "bases",
        "population_af_field": "INFO/XAF",
        "tumor_depth": 20,
        "normal_depth": 8,
        "normal_share": 0.1,
    },
    "calling": {"somatic": "INFO/SS=2 & FORMAT/DP[0]>9", "accept_filters": ["wga", "Tier1"]},
    "qc": {"ffpe": {"least": 30}},
}
SAID = [
    "--accept-filters wga Tier1 --somatic 'INFO/SS=2 & FORMAT/DP[0]>9' --normal-vaf 0.2 --normal-alt-reads 5"
    " --normal-share 0.1",
    "--unconfirmed --censoring ema_itt --evaluator investigator --minimum-sd-days 35 --confirmation-days 21"
    " --allow-pr-sd-pr --exclude-non-cr-non-pd --largest-lesion-mm 400 --adverse-event-days 90",
    "--score-type TPS --assays 22C3 SP263 --undated accept --ties max --unit percent --cutoffs 1 50"
    " --old-block-years 5",
    "--mnv bases --transcripts worst --population-af-field INFO/XAF",
    "--tumor-depth 20 --normal-depth 8 --ffpe-vaf 0.1 --ffpe-excess 0.6 --ffpe-least 30",
    "--limit tumor_mean_depth=40,10.0",
    "--limit normal_mean_depth=16,4.0",
]


def test_the_config_reaches_the_command_lines(run_folder):
    lines = ["##fileformat=VCFv4.2", "##contig=<ID=chr1,length=1000>"]
    lines.append('##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|SYMBOL">')
    lines += [
        '##INFO=<ID=XAF,Number=A,Type=Float,Description="x">',
        '##INFO=<ID=SS,Number=1,Type=Integer,Description="x">',
    ]
    lines.append('##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">')
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT")
    (run_folder.folder / "t.vcf").write_text("\n".join(lines) + "\n")
    pdl1 = ["patient", "specimen", "collected", "assay", "score_type", "value"]
    run_folder.config = CHANGED | {
        "samples": run_folder.sheet(
            "samples.tsv", [["patient", "sample", "status", "vcf"], ["P", "T", "tumor", "t.vcf"]]
        ),
        "clinical": {
            "patients": run_folder.sheet("patients.tsv", [["patient", "treatment_start"], ["P", "2024-01-01"]]),
            "pdl1": run_folder.sheet("pdl1.tsv", [pdl1, ["P", "s", "2023-12-01", "22C3", "TPS", "5"]]),
        },
        "reference": {"assumed_bp": 1_000_000},
    }
    done = run_folder.run("--workflow-profile", "none", "--dry-run", "--printshellcmds")
    assert done.returncode == 0, done.stdout + done.stderr
    words = " ".join((done.stdout + done.stderr).replace("\\\n", " ").split())
    for said in SAID:
        assert said in words, said


@pytest.mark.parametrize(
    ("calling", "said"),
    [
        ({}, "--pruning-lod-threshold 2.302585092994046 --dont-use-soft-clipped-bases true"),
        ({"pruning_lod": 1.5}, "--pruning-lod-threshold 1.5 --dont-use-soft-clipped-bases true"),
        ({"pruning_lod": 0, "soft_clips": True}, "--pruning-lod-threshold 0 >"),
    ],
)
def test_settings_of_the_assembly_reach_mutect2(run_folder, shared_data, calling, said):
    folder = hcc1395(run_folder, shared_data)
    folder.config["calling"] = calling
    done = folder.run(
        "--workflow-profile", "none", "--dry-run", "--printshellcmds", "results/calling/HCC1395.unfiltered.vcf.gz"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    words = " ".join((done.stdout + done.stderr).replace("\\\n", " ").split())
    assert re.search(rf" -- --germline-resource \S+ {re.escape(said)}", words)


@pytest.mark.parametrize("value", [-0.5, 101, "low", True, None])
def test_wrong_settings_of_the_assembly_are_refused(run_folder, shared_data, value):
    folder = hcc1395(run_folder, shared_data)
    folder.config["calling"] = {"pruning_lod": value}
    done = folder.run("--dry-run")
    assert done.returncode == 2 and "calling.pruning_lod" in done.stderr
    assert "expected a number from 0 to 100" in done.stderr


def test_the_users_rule_is_not_asked_of_the_runs_own_calls(run_folder, shared_data):
    folder = hcc1395(run_folder, shared_data)
    folder.config["calling"] = {"somatic": "INFO/SS=2", "accept_filters": ["Tier1"]}
    table = "results/variants/HCC1395.variants.tsv.gz"
    done = folder.run("--workflow-profile", "none", "--dry-run", "--printshellcmds", table)
    assert done.returncode == 0, done.stdout + done.stderr
    words = " ".join((done.stdout + done.stderr).replace("\\\n", " ").split())
    command = words[words.index("biomarkers variants --vcf") :]
    assert "--target-regions resources/coding_targets.bed" in command
    assert "--somatic" not in command and "--accept-filters" not in command
