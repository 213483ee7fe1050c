"""A run whose clinical sheets are made of other people's tables."""

from __future__ import annotations

from builders import RunFolder, tells

MAPPING = """
patients:
  file: clinic.csv
  columns:
    patient: Pat
    best_response: {from: BOR, values: {Teilremission: PR, Progress: PD}}
    pfs_months: {from: Tage, unit: days}
    pfs_event: {from: Zensiert, cnsr: true}
pdl1:
  file: clinic.csv
  columns: {patient: Pat, score_type: {value: TPS}, value: TPS, assay: {value: 22C3}}
"""


def test_a_run_from_a_mapping_to_the_cohort(run_folder: RunFolder) -> None:
    config = run_folder.folder / "config"
    config.mkdir()
    (config / "mapping.yaml").write_text(MAPPING)
    (config / "clinic.csv").write_text(
        "Pat;BOR;Tage;Zensiert;TPS\nA;Teilremission;304,375;1;50\nB;Progress;70,5;0;<1\n"
    )
    run_folder.config = {"clinical": {"mapping": "config/mapping.yaml"}}
    done = run_folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert [(row["patient"], row["pfs_months"], row["pdl1_low"]) for row in run_folder.tsv("results/cohort.tsv")] == [
        ("A", "10.0", "50.0"),
        ("B", str(70.5 / 30.4375), "0.0"),
    ]
    assert (run_folder.folder / "results/clinical/sheets/import.tsv").exists()
    # A changed table makes the sheets anew; a broken one is told of its own line before anything runs.
    (config / "clinic.csv").write_text("Pat;BOR;Tage;Zensiert;TPS\nA;Teilremission;30,4375;1;50\n;Progress;60;0;<1\n")
    done = run_folder.run()
    assert done.returncode != 0
    assert tells(done, "config/clinic.csv:3: Pat is empty")
