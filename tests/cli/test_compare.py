"""`biomarkers compare` on real runs of the simulated trial: another cut, setting, plan, sheet, one patient less."""

import csv
import json
import os
import re
import shutil
from dataclasses import replace

import pytest

from biomarkers.cli.app import run
from biomarkers.demo import trial

CUT = "2023-12-31"
UNEXPLAINED = "nothing that it hangs on"


def rows(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def write(path, table):
    with open(path, "w", newline="") as handle:
        writer = csv.DictWriter(handle, list(table[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def command(*words):
    assert run([str(word) for word in words]) == 0


def results(folder):
    """Run what the workflow runs after the burdens."""
    config, out = folder / "config", folder / "results"
    cut = re.search(r'data_cutoff: "(.*?)"', (config / "config.yaml").read_text())[1]
    clinical = out / "clinical"
    tables = {"endpoints": clinical / "endpoints.tsv", "rates": clinical / "rates.tsv", "pdl1": clinical / "pdl1.tsv"}
    sheets = [word for name in ("patients", "assessments", "adverse_events") for word in sheet(folder, name)]
    said = ["--data-cutoff", cut, "--adverse-events-summary", clinical / "adverse_events.tsv"]
    command("endpoints", *sheets, *said, "--endpoints", tables["endpoints"], "--rates", tables["rates"])
    said = ["--assays", "JS311", "--assays", "22C3", "--rejected", clinical / "rejected.tsv"]
    command("pdl1", *sheet(folder, "pdl1"), *sheet(folder, "patients"), *said, "--selected", tables["pdl1"])
    said = ["--tmb", out / "burden/tmb.tsv", "--pdl1", tables["pdl1"], "--endpoints", tables["endpoints"]]
    said += [*sheet(folder, "patients"), *sheet(folder, "features"), "--plan", config / "analysis_plan.yaml"]
    command("cohort", *said, "--cohort", out / "cohort.tsv", "--flow", out / "flow.tsv")
    said = ["--cohort", out / "cohort.tsv", "--plan", config / "analysis_plan.yaml"]
    (out / "association").mkdir(exist_ok=True)
    command(
        "associate", *said, "--results", out / "association/results.tsv", "--groups", out / "association/groups.tsv"
    )


def sheet(folder, name):
    return [f"--{name.replace('_', '-')}", folder / "config" / f"{name}.tsv"]


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A run of 40 patients whose burdens are the true ones."""
    folder = tmp_path_factory.mktemp("first") / "run"
    made = trial.plan(patients=40, seed=3)
    for file in trial.files(replace(made, people=[replace(p, entry="none") for p in made.people])):
        if file.kind == "text":
            (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.path).write_bytes(file.content)
    for name in ("burden", "clinical"):
        (folder / "results" / name).mkdir(parents=True)
    truth = rows(folder / "truth/patients.tsv")
    burdens = [
        dict(
            patient=r["patient"], sample=f"{r['patient']}-T", definition="merino_wes", n_variants=r["n_variants"],
            callable_bp=1_060_000, callable_mb=1.06, denominator_source="assumed", tmb_per_mb=r["tmb_merino_wes"],
            ci_low=0, ci_high=99, tumor_only=0, status="ok", note="",
        )
        for r in truth
    ]  # fmt: skip
    write(folder / "results/burden/tmb.tsv", burdens)
    plan = folder / "config/analysis_plan.yaml"
    slow = ("data_driven", "prediction", "genes")
    plan.write_text("".join(s for s in plan.read_text().splitlines(True) if not s.startswith(slow)))
    edit(folder / "config/config.yaml", "samples: config/samples.tsv\n", "")
    results(folder)
    return folder


@pytest.fixture
def second(first, tmp_path):
    """A copy of the run, to be changed."""
    return shutil.copytree(first, tmp_path / "second")


def compared(capsys, old, new, table):
    capsys.readouterr()
    command("compare", old, new, "--changes", table)
    return capsys.readouterr().out, rows(table)


def brute_force(old, new, name, key):
    """Every cell that differs, by hand: (key, column) of the rows that both have; numbers to a relative 1e-9."""
    tables = [{tuple(r[k] for k in key): r for r in rows(run_ / "results" / name)} for run_ in (old, new)]
    found = set()
    for one in tables[0].keys() & tables[1].keys():
        for column, a in tables[0][one].items():
            b = tables[1][one].get(column, a)
            try:
                differ = abs(float(a) - float(b)) > 1e-9 * max(abs(float(a)), abs(float(b)))
            except ValueError:
                differ = a != b
            if differ and column not in key:
                found.add((one, column))
    return found


def test_a_run_is_the_same_as_itself_and_as_its_copy(first, second, tmp_path, capsys):
    for other in (first, second):
        said, changes = compared(capsys, first, other, tmp_path / "c.tsv")
        assert changes == [] and "Nothing changed." in said


def test_an_earlier_cut_changes_times_for_the_named_reason_and_each_cell_is_told(first, second, tmp_path, capsys):
    edit(second / "config/config.yaml", '"2024-06-30"', f'"{CUT}"')
    results(second)
    said, changes = compared(capsys, first, second, tmp_path / "c.tsv")
    assert f"settings: endpoints.data_cutoff 2024-06-30 -> {CUT}" in said
    cohort = [c for c in changes if c["table"] == "cohort"]
    assert {c["column"].split("_")[0] for c in cohort} >= {"pfs", "os"}
    assert all(f"setting endpoints.data_cutoff 2024-06-30 -> {CUT}" in c["why"] for c in cohort)
    assert not any(c["column"] in ("tmb_per_mb", "pdl1", "age") for c in cohort)
    found = {((c["patient"],), c["column"]) for c in cohort}
    assert found == brute_force(first, second, "cohort.tsv", ["patient"])
    tests = {(c["item"], c["column"]) for c in changes if c["table"] == "results" and c["what"] == "value"}
    key = ["endpoint", "marker", "test", "estimate_type", "contrast"]
    wanted = brute_force(first, second, "association/results.tsv", key)
    assert {(f"{k[2]} {k[3]}".strip(), column) for k, column in wanted if column != "contrast"} <= tests
    assert {column for _, column in tests} >= {"estimate", "p_value", "q_value", "n_events"}
    rates = {(c["item"], c["column"]) for c in changes if c["table"] == "rates"}
    assert {("os_median all_treated", "estimate"), ("os_median all_treated", "events")} <= rates
    assert all(c["why"] and UNEXPLAINED not in c["why"] for c in changes if c["what"] == "value")
    for old, new, note in ((c["old"], c["new"], c["note"]) for c in changes if c["column"] == "p_value"):
        crossed = (float(old) < 0.05) != (float(new) < 0.05)
        assert bool(note) == crossed and (not crossed or ("no longer" in note) == (float(new) >= 0.05))


def test_a_corrected_visit_changes_one_patient_and_the_tests_of_its_endpoints(first, second, tmp_path, capsys):
    path = second / "config/assessments.tsv"
    table = rows(path)
    alive = {
        r["patient"]
        for r in rows(first / "results/clinical/endpoints.tsv")
        if (r["pfs_event"], r["os_event"]) == ("1", "0")
    }
    row = next(r for r in table if r["response"] == "PD" and r["patient"] in alive)
    name, day = row["patient"], row["date"]
    row["response"] = "SD"
    write(path, table)
    results(second)
    said, changes = compared(capsys, first, second, tmp_path / "c.tsv")
    assert "config/assessments.tsv: rows of 1 patient differ" in said
    assert {c["patient"] for c in changes if c["what"] == "value" and c["patient"]} == {name}
    whys = {c["why"] for c in changes if c["patient"] == name and c["column"] == "pfs_event"}
    assert len(whys) == 1 and "config/assessments.tsv: response PD -> SD" in whys.pop()
    tests = [c for c in changes if c["table"] == "results" and c["column"] == "estimate"]
    assert any(c["item"].startswith("pfs/") for c in tests) and not any(c["item"].startswith("os/") for c in tests)
    assert all("patients: 1" in c["why"] for c in tests if c["item"].startswith("pfs/"))
    assert "primary response/tmb_per_mb" in said and day


def test_a_removed_patient_is_named_and_every_test_says_so(first, second, tmp_path, capsys):
    gone = rows(second / "config/patients.tsv")[4]["patient"]
    (second / "config/samples.tsv").unlink()
    for path in [*(second / "config").glob("*.tsv"), second / "results/burden/tmb.tsv"]:
        write(path, [r for r in rows(path) if r["patient"] != gone])
    results(second)
    said, changes = compared(capsys, first, second, tmp_path / "c.tsv")
    assert f"removed: 1 ({gone}): no longer in config/patients.tsv" in said
    removed = {(c["table"], c["patient"]) for c in changes if c["what"] == "patient_removed"}
    assert removed == {(name, gone) for name in ("cohort", "endpoints", "tmb", "pdl1_selected")}
    tests = [c for c in changes if c["table"] == "results"]
    assert tests and all("patients added or removed: 1" in c["why"] for c in tests)
    back, other = compared(capsys, second, first, tmp_path / "d.tsv")
    assert f"added: 1 ({gone}): new in config/patients.tsv" in back
    assert len(other) == len(changes)


def test_a_changed_burden_and_plan_are_told_with_tests_that_came_and_went(first, second, tmp_path, capsys):
    chain = {"biomarkers": "0.1.0", "settings": {"burden": {"vaf": 0.05}}, "command": "provenance"}
    chain["samples"] = {"DEMO-06-T": {}}
    table = "results/burden/tmb.tsv"
    files = {"x/DEMO-06-T.variants.tsv.gz": {"by": "biomarkers variants", "from": ["a.vcf"], "md5": "2" * 32}}
    old = shutil.copytree(first, tmp_path / "old")
    for folder, md5 in ((old, "0" * 32), (second, "1" * 32)):
        record = chain | {"files": files | {"a.vcf": {"by": "given", "md5": md5}}}
        (folder / f"{table}.json").write_text(json.dumps(record))
    burdens = rows(second / table)
    row = next(r for r in burdens if r["sample"] == "DEMO-06-T")
    row["tmb_per_mb"], row["n_variants"] = "33.5", "36"
    write(second / table, burdens)
    plan = second / "config/analysis_plan.yaml"
    edit(plan, "  myeloid_score: {kind: continuous}\n", "")
    edit(plan, "\ntitle: ", '\ntitle: "\\e]0;another window\\a\\u202E"  # ')
    edit(plan, "  sex: {kind: binary, levels: [F, M]}\n", "  sex: {kind: binary, levels: [M, F]}\n")
    results(second)
    said, changes = compared(capsys, old, second, tmp_path / "c.tsv")
    assert "a.vcf: content differs" in said and "plan: markers.myeloid_score.kind continuous -> (none)" in said
    assert r"-> \x1b]0;another window\x07\u202e" in said and not {"\x1b", "\x07", "\u202e"} & set(said)
    values = {(c["table"], c["column"]): c for c in changes if c["patient"] == "DEMO-06"}
    assert values["cohort", "tmb_per_mb"]["why"] == "changed files: a.vcf"
    assert values["tmb", "n_variants"]["item"] == "DEMO-06-T merino_wes"
    gone = [c for c in changes if c["what"] == "row_removed" and c["table"] == "results"]
    assert gone and all("myeloid_score" in c["item"] and "plan markers.myeloid_score" in c["why"] for c in gone)
    sex = [c for c in changes if "/sex/" in (c["item"] or "") and c["column"] == "estimate" and "ratio" in c["item"]]
    assert sex and all("plan markers.sex.levels F, M -> M, F" in c["why"] for c in sex)
    assert {c["note"] for c in sex} <= {"the other direction", ""} and any(c["note"] for c in sex)


def test_missing_tables_are_said_and_a_stale_sheet_too(first, second, tmp_path, capsys):
    (second / "results/clinical/pdl1.tsv").unlink()
    (second / "results/association/results.tsv").unlink()
    later = (second / "results/cohort.tsv").stat().st_mtime + 60
    os.utime(second / "config/features.tsv", (later, later))
    (second / "config/analysis_plan.yaml").unlink()
    said, changes = compared(capsys, first, second, tmp_path / "c.tsv")
    assert {c["table"] for c in changes if c["what"] == "table_missing"} == {"pdl1_selected", "results"}
    assert "pdl1_selected: only the old run has it" in said
    assert "features.tsv is newer than" in said and "analysis_plan.yaml: " in said


def test_what_is_no_run_is_refused_both_at_once(first, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert (
        run(["compare", str(tmp_path / "empty"), str(tmp_path / "nowhere"), "--changes", str(tmp_path / "c.tsv")]) == 2
    )
    said = capsys.readouterr().err
    assert "empty: folder has no tables of a run; expected" in said and "nowhere: folder does not exist" in said
    assert run(["compare", str(first), str(first), "--changes", str(tmp_path / "c.csv")]) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty"]
