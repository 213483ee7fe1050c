"""MAFs as the field writes them: right, or refused with the reason; never zero by accident.

Forms seen in public files: maftools' APL (CR line ends), TCGA's GBM of 2008 (variant in either allele, `--`), GDC's
BRCA (normal named, its counts blank; the list of aliquots in a comment), vcf2maf's tests (NORMAL without reads), MSK's
pooled normal, Genome Nexus' minimal input, ICGC's simple somatic mutations. The records are made up.
"""
# ruff: noqa: E501, SIM905 (rows as they stand in files)

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

NAMES = "Hugo_Symbol Tumor_Sample_Barcode Matched_Norm_Sample_Barcode Variant_Classification NCBI_Build Chromosome Start_Position End_Position Reference_Allele Tumor_Seq_Allele1 Tumor_Seq_Allele2 Mutation_Status Validation_Status t_depth t_ref_count t_alt_count n_depth FILTER gnomADe_AF gnomADg_AF".split()
GOOD = dict(
    zip(
        NAMES,
        "TP53 S1 N1 Missense_Mutation GRCh38 17 7675088 7675088 C C T Somatic . 100 60 40 80 PASS . .".split(),
        strict=True,
    )
)
GOOD |= {name: "" for name, value in GOOD.items() if value == "."}


def row(**cells: object) -> dict[str, str]:
    """A good row but for these cells."""
    assert GOOD.keys() >= cells.keys()
    return GOOD | {name: str(value) for name, value in cells.items()}


def maf(
    path: Path,
    rows: list[dict[str, str]],
    *,
    names: list[str] = NAMES,
    head: str = "",
    end: str = "\n",
    encoding: str = "utf-8",
) -> Path:
    lines = [*([head] if head else []), "\t".join(names), *("\t".join(r[name] for name in names) for r in rows)]
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def read(path: Path, *options: str, definition: str = "merino_wes") -> pd.DataFrame:
    """The table `tmb` of a MAF, by sample; 1 Mb, so that the burden is the count."""
    folder = path.parent
    command = ["variants", "--maf", str(path), "--variants", str(folder / "v.variants.tsv"), "--definition", definition]
    assert run([*command, *options]) == 0
    assert (
        run(
            [
                "tmb",
                "--variants",
                str(folder / "v.variants.tsv"),
                "--assumed-bp",
                "1000000",
                "--tmb",
                str(folder / "t.tsv"),
            ]
        )
        == 0
    )
    return tables.read(folder / "t.tsv", "tmb").set_index("sample")


def counts(path: Path, *options: str, definition: str = "merino_wes") -> dict[str, float | None]:
    """Burden by sample, None where it is missing."""
    found = read(path, *options, definition=definition)["tmb_per_mb"]
    return {str(sample): None if pd.isna(value) else float(value) for sample, value in found.items()}


def variants(path: Path) -> pd.DataFrame:
    return tables.read(path.parent / "v.variants.tsv", "variants")


def refusal(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What is said of a file that is refused; nothing is written."""
    out = path.parent / "refused.variants.tsv"
    assert run(["variants", "--maf", str(path), "--variants", str(out), *options]) == 2
    assert not out.exists() and not out.with_suffix(".json").exists()
    return capsys.readouterr().err


@pytest.mark.parametrize("listed", [False, True])
def test_case_of_old_mac_line_ends(shared_data: Path, tmp_path: Path, listed: bool) -> None:
    case = shared_data / "field_cases" / "maf"
    (tmp_path / "m.maf").write_bytes((case / "maf_cr.maf").read_bytes())
    options = ["--samples", str(case / "maf_cr.samples.tsv")] if listed else []
    assert counts(tmp_path / "m.maf", *options) == {"S1": 1}


def test_case_of_a_sample_whose_every_row_fails_filter(
    shared_data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "m.maf").write_bytes((shared_data / "field_cases" / "maf" / "mc3_wga.maf").read_bytes())
    table = read(tmp_path / "m.maf")
    assert table.loc["PT0001-T", "status"] == "failed" and pd.isna(table.loc["PT0001-T", "n_variants"])
    assert "none of its 12 rows could be judged: FILTER wga (12)" in table.loc["PT0001-T", "note"]
    assert "1 sample is missing, not 0: PT0001-T" in caplog.text and "--accept-filters" in caplog.text
    assert table.loc["PT-05-0002-01A-01D", "tmb_per_mb"] == 8
    assert counts(tmp_path / "m.maf", "--accept-filters", "wga") == {"PT0001-T": 12, "PT-05-0002-01A-01D": 8}


def test_case_of_vcf2maf_without_a_normal(shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "m.maf").write_bytes((shared_data / "field_cases" / "maf" / "vcf2maf_tumoronly.maf").read_bytes())
    table = read(tmp_path / "m.maf")
    assert table.loc["P1", ["tmb_per_mb", "tumor_only"]].tolist() == [1, 1]
    assert "does not say whether a matched normal" not in table.loc["P1", "note"]
    found = variants(tmp_path / "m.maf")
    assert found["gene"][found["counted_in"].notna()].tolist() == ["TP53"]


def test_case_of_a_list_with_normals(shared_data: Path, tmp_path: Path) -> None:
    case = shared_data / "field_cases" / "clinic" / "normals"
    (tmp_path / "m.maf").write_bytes((case / "data_mutations.txt").read_bytes())
    options = [
        "--samples",
        str(case / "data_clinical_sample.txt"),
        "--tumor-depth",
        "0",
        "--alt-reads",
        "0",
        "--vaf",
        "0",
    ]
    table = read(tmp_path / "m.maf", *options)
    assert table["tmb_per_mb"].to_dict() == {"P1_T": 1, "P2_T": 2} and table["patient"].tolist() == ["P1", "P2"]


THREE = [row(), row(Start_Position=7675089), row(Tumor_Sample_Barcode="S2", Start_Position=5)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_end_is_one(tmp_path: Path, end: str) -> None:
    assert counts(maf(tmp_path / "m.maf", THREE, end=end, head="#version 2.4" + "\t" * 100)) == {"S1": 2, "S2": 1}


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    path = maf(tmp_path / "m.maf", THREE)
    text = path.read_text().splitlines()
    path.write_text(text[0] + "\r" + text[1] + "\n" + text[2] + "\r\n" + text[3], newline="")
    assert counts(path) == {"S1": 2, "S2": 1}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("Start_Position", "Start_position").replace("Hugo_Symbol", "HUGO_SYMBOL"),
        lambda text: "\n".join("\t".join(f'"{cell}"' for cell in line.split("\t")) for line in text.splitlines()),
        lambda text: "\ufeff" + text,
        lambda text: "## Oncotator v1.9\n#\n\n" + text + "\n\n",
        lambda text: text.replace("7675088", "7675088.0").replace("\t100\t", "\t100.0\t"),
        lambda text: "\n".join("\t".join(reversed(line.split("\t"))) for line in text.splitlines()),
    ],
)
def test_what_does_not_change_the_answer(tmp_path: Path, change) -> None:
    path = maf(tmp_path / "m.maf", THREE)
    path.write_text(change(path.read_text()))
    assert counts(path) == {"S1": 2, "S2": 1}
    assert variants(path)["pos"].tolist() == [7675088, 7675089, 5]


@pytest.mark.parametrize(
    ("text", "place"), [("16902876.0", 16902876), ("16902876.", 16902876), ("1.69e7", 16900000), ("1.69E+07", 16900000)]
)
def test_positions_of_spreadsheets(tmp_path: Path, text: str, place: int, caplog: pytest.LogCaptureFixture) -> None:
    path = maf(tmp_path / "m.maf", [row(Start_Position=text)])
    assert counts(path) == {"S1": 1} and variants(path)["pos"].tolist() == [place]
    assert ("position with an exponent, whose last digits may be lost (first: line 2)" in caplog.text) == (
        "e" in text.lower()
    )


@pytest.mark.parametrize(
    "text", ["16902876.5", "1.6902876e6x", "0", "0.0", "-5", "1e-3", "1e99", "1_000", "infinity", "chr1:5", "1,000"]
)
def test_positions_that_are_none(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = maf(tmp_path / "m.maf", [row(), row(Start_Position=text)])
    assert f"m.maf:3: Start_Position is '{text}'; expected a whole number of at least 1" in refusal(path, capsys)


def test_every_bad_line_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(
        maf(tmp_path / "m.maf", [row(Start_Position="x"), row(), row(t_alt_count="many"), row(Reference_Allele="Q")]),
        capsys,
    )
    assert [":2: Start_Position" in said, ":4: t_alt_count" in said, ":5: reference_allele" in said] == [True] * 3


@pytest.mark.parametrize(
    "status", ["Somatic", "SOMATIC", "somatic", "", ".", "-", "--", "NA", "Unknown", "UNKNOWN", "LikelySomatic"]
)
def test_statuses_that_count(tmp_path: Path, status: str) -> None:
    assert counts(maf(tmp_path / "m.maf", [row(Mutation_Status=status)])) == {"S1": 1}


@pytest.mark.parametrize(
    ("status", "exclusion"),
    [
        ("Germline", "germline"), ("GERMLINE", "germline"), ("LOH", "germline"), ("loh", "germline"),
        ("None", "filter"), ("none", "filter"), ("Wildtype", "filter"), ("Redacted", "filter"),
        ("Post-transcriptional modification", "filter"), ("Post-Transcriptional Modification", "filter"),
        ("RNAedit", "filter"), ("Artefact?", "filter"),
    ],
)  # fmt: skip
def test_statuses_that_do_not_count(
    tmp_path: Path, status: str, exclusion: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = maf(
        tmp_path / "m.maf",
        [row(), row(Start_Position=9, Mutation_Status=status), row(Start_Position=10, Mutation_Status=status)],
    )
    assert counts(path) == {"S1": 1}
    assert variants(path)["exclusion"].fillna("").tolist() == ["", exclusion, exclusion]
    unknown = f"values of Mutation_Status that are not understood, so that their rows do not count: '{status}' (2)"
    assert (unknown in caplog.text) == (status in ("RNAedit", "Artefact?"))


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("Germline", "Mutation_Status is that of germline or LOH in every row that passes"),
        ("None", "Mutation_Status is 'None'; expected another value, such as Somatic"),
        ("RNAedit", "Mutation_Status is 'RNAedit'; expected another value, such as Somatic"),
    ],
)
def test_a_file_without_a_somatic_row_is_no_zero(
    tmp_path: Path, status: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refusal(maf(tmp_path / "m.maf", [row(Mutation_Status=status)] * 2), capsys)


@pytest.mark.parametrize(
    ("ref", "first", "second", "alt", "n"),
    [
        ("C", "C", "T", "T", 1), ("C", "T", "C", "T", 1), ("C", "T", "T", "T", 1), ("C", "", "T", "T", 1), ("C", "T", "", "T", 1),
        ("C", "C", "C", "C", 0), ("C", "C", "", "C", 0), ("C", "", "C", "C", 0), ("c", "C", "t", "T", 1), ("AC", "AAC", "GT", "GT", 1),
        ("--", "--", "AC", "AC", 1), ("-", "-", "AC", "AC", 1), ("AC", "AC", "-", "-", 1), ("AC", "--", "AC", "-", 1), ("-", "-", "--", "-", 0),
        ("C", "C", "Y", "T", 1), ("C", "Y", "C", "T", 1), ("C", "C", "R", "R", 1), ("CA", "CA", "TG", "TG", 1), ("ACG", "ACG", "GTA", "GTA", 1),
    ],
)  # fmt: skip
def test_the_allele_that_differs(
    tmp_path: Path, ref: str, first: str, second: str, alt: str, n: int, caplog: pytest.LogCaptureFixture
) -> None:
    cells = {"Reference_Allele": ref, "Tumor_Seq_Allele1": first, "Tumor_Seq_Allele2": second, "Start_Position": 9}
    path = maf(tmp_path / "m.maf", [row(), row(**cells)])
    assert counts(path) == {"S1": 1 + n}
    found = variants(path).iloc[1]
    assert found["alt"] == alt and (found["filter"] == "no_variant") == (n == 0)
    assert ("1 row holds no variant" in caplog.text) == (n == 0)


def test_a_file_whose_alleles_are_all_the_reference_is_no_zero(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Tumor_Seq_Allele2 is the reference's in most rows" in refusal(
        maf(tmp_path / "m.maf", [row(Tumor_Seq_Allele2="C")]), capsys
    )


@pytest.mark.parametrize(
    ("normals", "depths", "expected"),
    [
        (["NORMAL", "NORMAL"], ["", ""], 1),
        (["NORMAL", "normal"], ["0", "."], 1),
        (["NORMAL", "NORMAL"], ["0", "35"], 0),
        (["TCGA-XX-0001-10A", "TCGA-XX-0001-10A"], ["", ""], 0),
        (["N1", ""], ["", ""], 0),
        (["S1", "S1"], ["100", "100"], 1),
        (["", ""], ["", ""], None),
        ([".", "__UNKNOWN__"], ["50", "50"], None),
        (["PoolNormal-N", "PoolNormal-N"], ["278", "489"], None),
        (["FROZENPOOLEDNORMAL_IMPACT", ""], ["278", "489"], None),
        (["Liverpool-12", ""], ["278", "489"], 0),
        (["unmatched", "UNMATCHED"], ["", ""], 1),
        (["Unmatched_Normal", "unpaired"], ["60", "60"], 1),
        (["no_normal", "tumor-only"], ["", ""], 1),
        (["unmatched", "N1"], ["", ""], 0),
        (["None", "-"], ["", ""], None),
        (["Unknown", ""], ["", ""], None),
        (["PON", "panel_of_normals"], ["", ""], None),
        (["PONT-12", "TUMORONLYX-1"], ["", ""], 0),
    ],
)
def test_with_or_without_a_normal(
    tmp_path: Path, normals: list[str], depths: list[str], expected: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    """The second row is common in the population: germline where the call is tumor-only."""
    rows = [
        row(Matched_Norm_Sample_Barcode=name, n_depth=depth, Start_Position=place, gnomADe_AF=af)
        for name, depth, place, af in zip(normals, depths, (5, 9), ("", 0.01), strict=True)
    ]
    path = maf(tmp_path / "m.maf", rows)
    table = read(path)
    assert table.loc["S1", "tmb_per_mb"] == (1 if expected == 1 else 2)
    assert table.loc["S1", "tumor_only"] == expected if expected is not None else pd.isna(table.loc["S1", "tumor_only"])
    assert ("does not say whether a matched normal" in str(table.loc["S1", "note"])) == (expected is None)
    assert ("give --tumor-only or --paired" in caplog.text) == (expected is None)
    assert ("is by its name a pool" in caplog.text) == (
        normals[0] in ("PoolNormal-N", "FROZENPOOLEDNORMAL_IMPACT", "PON")
    )
    for option, n in (("--tumor-only", 1), ("--paired", 2)):
        table = read(path, option)
        assert table.loc["S1", ["tmb_per_mb", "tumor_only"]].tolist() == [n, int(option == "--tumor-only")]


def test_one_file_with_both_kinds_of_samples(tmp_path: Path) -> None:
    common = {"gnomADe_AF": 0.01, "n_depth": ""}
    rows = [
        row(),
        row(Start_Position=9, **common),
        row(Tumor_Sample_Barcode="S2", Matched_Norm_Sample_Barcode="NORMAL", **common),
    ]
    table = read(maf(tmp_path / "m.maf", rows))
    assert table["tmb_per_mb"].tolist() == [2, 0] and table["tumor_only"].tolist() == [0, 1]


def test_without_n_depth_a_normal_called_normal_is_not_known(tmp_path: Path) -> None:
    path = maf(
        tmp_path / "m.maf",
        [row(Matched_Norm_Sample_Barcode="NORMAL")],
        names=[name for name in NAMES if name != "n_depth"],
    )
    assert pd.isna(read(path).loc["S1", "tumor_only"])


def test_the_two_flags_exclude_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = maf(tmp_path / "m.maf", [row()])
    assert "--tumor-only is given beside --paired" in refusal(path, capsys, "--paired", "--tumor-only")
    assert run(["variants", "--vcf", "a.vcf", "--tumor-sample", "T", "--tumor-only", "--variants", "o.tsv"]) == 2
    assert "--tumor-only is given without --maf" in capsys.readouterr().err


def test_a_normal_that_has_what_was_counted_is_warned_of(tmp_path: Path) -> None:
    """Rule 1.17 by n_depth and n_alt_count: 2 of 10 counted variants are in the normal."""
    names = [*NAMES, "n_ref_count", "n_alt_count"]
    rows = [row(Start_Position=p) | {"n_ref_count": "60", "n_alt_count": "0"} for p in range(1, 9)]
    rows += [row(Start_Position=9) | {"n_ref_count": "60", "n_alt_count": "20"}]
    rows += [row(Start_Position=10, n_depth="") | {"n_ref_count": "0", "n_alt_count": "50"}]
    table = read(maf(tmp_path / "m.maf", rows, names=names))
    assert table.loc["S1", ["tmb_per_mb", "status"]].tolist() == [10, "warn"]
    assert "2 of 10 counted variants are in the matched normal (17:9 C>T, 17:10 C>T)" in table.loc["S1", "note"]
    rows = [row(Start_Position=p) | {"n_ref_count": "", "n_alt_count": ""} for p in range(1, 9)]
    assert read(maf(tmp_path / "m.maf", rows, names=names)).loc["S1", "status"] == "ok"


@pytest.mark.parametrize(
    ("exomes", "genomes", "n"),
    [
        ("0", "0.02", 0),
        ("", "0.02", 0),
        ("0.02", "", 0),
        ("0.02", "0", 0),
        ("0.00001", "0", 1),
        ("", "", 1),
        ("0", "T:bad", 2),
    ],
)
def test_the_largest_frequency_decides(
    tmp_path: Path, exomes: str, genomes: str, n: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = maf(tmp_path / "m.maf", [row(gnomADe_AF=exomes, gnomADg_AF=genomes)])
    if n == 2:
        assert "gnomadg_af is 'T:bad'" in refusal(path, capsys, "--tumor-only")
        assert counts(path) == {"S1": 1}
    else:
        assert counts(path, "--tumor-only") == {"S1": n} and counts(path) == {"S1": 1}


@pytest.mark.parametrize(
    ("names", "values", "n"),
    [
        (["AF", "AFR_AF", "EUR_AF"], ["0.02", "", ""], 0),
        (["AF", "AFR_AF", "gnomAD_AF"], ["0.02", "", ""], 0),
        (["AF"], ["0.3"], 1),
        (["AF", "gnomAD_AF"], ["0.3", "0"], 1),
        (["GMAF", "ExAC_AF"], ["T:0.02", ""], 0),
        (["GMAF"], ["C:0.02"], 1),
        (["GMAF"], ["0.02"], 1),
        (["GMAF", "EUR_MAF"], ["C:0.3&T:0.02", ""], 0),
    ],
)
def test_frequencies_of_the_1000_genomes(
    tmp_path: Path, names: list[str], values: list[str], n: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Columns of vcf2maf: VEP's `AF` stands beside its populations; alone it may be the tumor's fraction. Before VEP 90
    `GMAF` names the allele whose frequency it is, here the T of C>T."""
    path = maf(tmp_path / "m.maf", [row() | dict(zip(names, values, strict=True))], names=[*NAMES[:-2], *names])
    assert counts(path, "--tumor-only") == {"S1": n} and counts(path) == {"S1": 1}
    assert ("without a population allele frequency" in caplog.text) == (n == 1 and "gnomAD_AF" not in names)


@pytest.mark.parametrize(
    ("text", "options", "passes"),
    [
        ("PASS", [], True), ("pass", [], True), ("PASS;PASS", [], True), ("wga", [], False), ("PASS,wga", [], False),
        ("wga", ["wga"], True), ("PASS,wga", ["wga"], True), ("native_wga_mix,wga", ["wga"], False), ("native_wga_mix,wga", ["wga", "native_wga_mix"], True),
        ("oxog;wga", ["wga"], False), ("common_variant", [], False), ("common_variant", ["common_variant"], True), (".", [], False), ("", [], False),
    ],
)  # fmt: skip
def test_values_of_filter(
    tmp_path: Path, text: str, options: list[str], passes: bool, caplog: pytest.LogCaptureFixture
) -> None:
    path = maf(tmp_path / "m.maf", [row(), row(Start_Position=9, FILTER=text)])
    assert counts(path, *(word for name in options for word in ("--accept-filters", name))) == {"S1": 1 + passes}
    assert ("1 row has no FILTER and does not count" in caplog.text) == (text in (".", ""))
    if text in (".", ""):
        assert counts(path, "--accept-unfiltered") == {"S1": 2}


def test_the_advice_on_filters_helps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = maf(tmp_path / "m.maf", [row(FILTER="PASS,wga;oxog")])
    advice = re.search(r"or ((?:--\S+ \w+ )+)where", refusal(path, capsys))
    assert advice is not None
    assert counts(path, *advice[1].split()) == {"S1": 1}


@pytest.mark.parametrize(("option", "told"), [("--paired", True), ("--tumor-only", False)])
def test_what_vcf2maf_calls_common_beside_a_normal_is_told(
    tmp_path: Path, option: str, told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [row(), row(Start_Position=9, FILTER="common_variant"), row(Start_Position=12, FILTER="common_variant;x")]
    assert counts(maf(tmp_path / "m.maf", rows), option) == {"S1": 1}
    assert ("1 row has FILTER common_variant" in caplog.text) == told


def test_a_spreadsheet_quotes_cells_with_a_comma(tmp_path: Path) -> None:
    rows = [row(Variant_Classification="Silent") | {"Consequence": '"splice_region_variant,stop_gained"'}]
    assert counts(maf(tmp_path / "m.maf", rows, names=[*NAMES, "Consequence"])) == {"S1": 1}


def test_a_day_for_a_gene_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [row(), row(Start_Position=9, Hugo_Symbol="9-Sep"), row(Start_Position=12, Hugo_Symbol="MARCH1")]
    assert counts(maf(tmp_path / "m.maf", rows)) == {"S1": 3}
    assert "1 row has a day for their gene, which a spreadsheet made of such as SEPT9 (first: line 3)" in caplog.text


@pytest.mark.parametrize(
    "names",
    [
        {"t_ref_count": "i_t_ref_count", "t_alt_count": "i_t_alt_count", "n_depth": "NTotCov"},
        {"t_depth": "TTotCov", "t_alt_count": "TVarCov"},
        {"t_depth": "i_TTotCov", "t_alt_count": "i_TVarCov"},
    ],
)
def test_reads_as_mafs_of_tcga_name_them(tmp_path: Path, names: dict[str, str]) -> None:
    rows = [
        row(t_depth=100, t_ref_count=60, t_alt_count=40),
        row(Start_Position=9, t_depth=100, t_ref_count=98, t_alt_count=2),
    ]
    kept = [name for name in NAMES if name in names or name not in ("t_depth", "t_ref_count", "t_alt_count")]
    rows = [{names.get(name, name): cells[name] for name in kept} for cells in rows]
    assert counts(maf(tmp_path / "m.maf", rows, names=[names.get(name, name) for name in kept])) == {"S1": 1}
    assert list(variants(tmp_path / "m.maf")["alt_reads"]) == [40, 2]


def test_hot_spots_on_contigs_of_other_names_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spots = tmp_path / "hot.txt"
    spots.write_text("chr17:7675088:C:T\n")
    path = maf(tmp_path / "m.maf", [row(gnomADe_AF=0.2)])
    said = refusal(path, capsys, "--tumor-only", "--hotspots", str(spots))
    assert f"m.maf: Chromosome is '17'; expected 'chr17' as in {spots} (rename" in said
    assert counts(maf(path, [row(gnomADe_AF=0.2, Chromosome="chr17")]), "--tumor-only", "--hotspots", str(spots)) == {
        "S1": 1
    }


@pytest.mark.parametrize(
    ("ref", "alt", "pos", "listed"),
    [
        ("AA", "-", 101, "17:100:CAA:C"),
        ("AA", "-", 101, "17:100:CAAG:CG"),
        ("-", "TT", 100, "17:100:C:CTT"),
        ("CAA", "C", 100, "17:101:AA:-"),
        ("GC", "GT", 99, "17:100:C:T"),
    ],
)
def test_a_hot_spot_in_another_spelling_is_found(tmp_path: Path, ref: str, alt: str, pos: int, listed: str) -> None:
    spots, told = tmp_path / "hot.txt", ["--tumor-only", "--hotspots", str(tmp_path / "hot.txt")]
    cells = {"Reference_Allele": ref, "Tumor_Seq_Allele1": ref, "Tumor_Seq_Allele2": alt, "gnomADe_AF": 0.2}
    path = maf(tmp_path / "m.maf", [row(Start_Position=pos, **cells), row(Start_Position=pos + 50, **cells)])
    spots.write_text(f"{listed}\n")
    assert counts(path, *told) == {"S1": 1}


@pytest.mark.parametrize(("word", "n"), [("TRUE", 1), ("yes", 1), ("1", 1), ("FALSE", 2), ("0", 2), ("", 2)])
def test_a_column_that_says_whether_there_was_a_normal(tmp_path: Path, word: str, n: int) -> None:
    rows = [row() | {"tumor_only": word}, row(Start_Position=9, gnomADe_AF=0.2) | {"tumor_only": word}]
    assert counts(maf(tmp_path / "m.maf", rows, names=[*NAMES, "tumor_only"])) == {"S1": n}


def test_such_a_column_with_another_word_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = maf(tmp_path / "m.maf", [row() | {"tumor_only": "maybe"}], names=[*NAMES, "tumor_only"])
    assert "m.maf:2: tumor_only is 'maybe'; expected yes or no" in refusal(path, capsys)


def test_a_sample_that_the_column_gives_to_two_patients_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        row() | {"patient": "P1"},
        row(Start_Position=9) | {"patient": ""},
        row(Start_Position=12) | {"patient": "P2"},
    ]
    path = maf(tmp_path / "m.maf", rows, names=[*NAMES, "patient"])
    assert "m.maf:4: patient is 'P2'; expected each sample with one patient (S1 has P1 above)" in refusal(path, capsys)
    assert counts(maf(path, rows[:2], names=[*NAMES, "patient"])) == {"S1": 2}


@pytest.mark.parametrize("text", ["", ".", "wga"])
def test_a_file_of_which_nothing_passes_is_no_zero(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(maf(tmp_path / "m.maf", [row(FILTER=text)] * 2), capsys)
    assert f"FILTER is '{text or '.'}'; expected PASS in at least one row, or --accept-" in said


def test_without_a_column_filter_all_is_passed_but_not_by_funcotator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [name for name in NAMES if name != "FILTER"]
    assert counts(maf(tmp_path / "m.maf", THREE, names=names)) == {"S1": 2, "S2": 1}
    path = maf(tmp_path / "f.maf", THREE, names=names, head="## Funcotator 4.6")
    assert "FILTER is '.'" in refusal(path, capsys)
    assert counts(path, "--accept-unfiltered") == {"S1": 2, "S2": 1}
    assert counts(
        maf(tmp_path / "f.maf", THREE, names=names, head="## Funcotator --remove-filtered-variants true")
    ) == {"S1": 2, "S2": 1}


@pytest.mark.parametrize(
    "head", ["#Sequenced_Samples: S1 S2 S3", "#sequenced_samples:S1\tS2\tS3", "#tumor.aliquots.submitter_id S1,S2,S3"]
)
def test_a_comment_lists_who_was_sequenced(tmp_path: Path, head: str) -> None:
    assert counts(maf(tmp_path / "m.maf", THREE, head=head)) == {"S1": 2, "S2": 1, "S3": 0}


def test_a_comment_without_names_lists_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert counts(maf(tmp_path / "m.maf", THREE, head="#Sequenced_Samples:")) == {"S1": 2, "S2": 1}
    assert "a sample without a mutation does not stand in a MAF" in caplog.text


LISTS = {
    "class": "sample\tsample_type\nS1\tPrimary\nS2\tMetastasis\nS3\tRecurrence\nN1\tBlood Derived Normal\nN2\tNORMAL\n",
    "sheet": "patient,sample,status,fastq_1\nP1,S1,tumor,a\nP2,S2,1,b\nP3,S3,1,c\nP1,N1,normal,d\nP2,N2,0,e\n",
    "sequenced": "sample\tsequenced\nS1\tyes\nS2\t1\nS3\tTRUE\nX1\tno\nX2\t\nX3\tNA\n",
    "crowded": "#c\r\nSAMPLE_ID\tPATIENT_ID\tSAMPLE_CLASS\r\nS1\tP1\tTumor\r\nS2\tP2\tTumor\r\nS3\tP3\tTumor\r\nN\tP3\tMatched Normal\r\n",
    "cr": "sample\rS1\rS2\rS3\r",
    "outcome": "sample\tstatus\nS1\t0\nS2\t1\nS3\t0\n",
    "barcode": "Tumor_Sample_Barcode\nS1\nS2\nS3\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_samples(tmp_path: Path, name: str) -> None:
    """S3 was sequenced and has no row; normals and the unsequenced get no burden."""
    (tmp_path / "s.txt").write_text(LISTS[name], newline="")
    assert counts(maf(tmp_path / "m.maf", THREE), "--samples", str(tmp_path / "s.txt")) == {"S1": 2, "S2": 1, "S3": 0}


@pytest.mark.parametrize(
    ("listed", "barcode", "message"),
    [
        (
            "sample\tsample_type\nS1\tNormal\nS9\tPrimary\n",
            "S1",
            "Tumor_Sample_Barcode is 'S1'; expected a tumor; the list says that this is a normal",
        ),
        ("", "NORMAL", "Tumor_Sample_Barcode is 'NORMAL'; expected a tumor; its name says that this is a normal"),
        ("", "TCGA-02-0001-10A-01W", "expected a tumor; its name says that this is a normal"),
        ("sample\nTCGA-02-0001-11A\nS1\n", "TCGA-02-0001-11A", "expected a tumor; the list says that this is a normal"),
        ("sample\tsequenced\nS1\tmaybe\n", "S1", "s.txt:2: sequenced is 'maybe'; expected yes or no"),
        ("sample\tsample_type\nS1\tNormal\n", "S1", "expected at least one sequenced tumor sample"),
        ("sample\nS2\n", "S1", "expected a sample of the list of sequenced samples"),
    ],
)
def test_normals_are_no_tumors(
    tmp_path: Path, listed: str, barcode: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = maf(tmp_path / "m.maf", [row(Tumor_Sample_Barcode=barcode)])
    (tmp_path / "s.txt").write_text(listed)
    assert message in refusal(path, capsys, *(["--samples", str(tmp_path / "s.txt")] if listed else []))


def test_a_list_of_tcga_barcodes_may_hold_normals(tmp_path: Path) -> None:
    samples = ["TCGA-02-0001-01A", "TCGA-02-0001-10A", "TCGA-02-0002-03B", "TCGA-02-0002-11A", "TCGA-02-0003-06A"]
    path = maf(
        tmp_path / "m.maf", [row(Tumor_Sample_Barcode=samples[0])], head=f"#Sequenced_Samples: {' '.join(samples)}"
    )
    table = read(path)
    assert table["tmb_per_mb"].to_dict() == {samples[0]: 1, samples[2]: 0, samples[4]: 0}
    assert table["patient"].tolist() == ["TCGA-02-0001", "TCGA-02-0002", "TCGA-02-0003"]


UNJUDGED = {
    "filter": ({"FILTER": "oxog,wga"}, "FILTER oxog,wga (2)"),
    "no_filter": ({"FILTER": ""}, "no FILTER (2)"),
    "reads": ({"t_depth": "", "t_ref_count": "", "t_alt_count": ""}, "no read counts (2)"),
    "zero_depth": ({"t_depth": 0, "t_ref_count": 0, "t_alt_count": 0}, "no read counts (2)"),
    "zero_reads": ({"t_alt_count": 0}, "no read of the variant (2)"),
    "class": ({"Variant_Classification": "Translocation"}, "unknown class Translocation (2)"),
    "no_class": ({"Variant_Classification": ""}, "unknown class (empty) (2)"),
    "status": ({"Mutation_Status": "RNAedit"}, "Mutation_Status=RNAedit (2)"),
    "invalid": ({"Validation_Status": "Invalid"}, "Validation_Status=Invalid (2)"),
}


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("name", UNJUDGED)
def test_a_sample_of_which_nothing_was_judged_is_missing(
    tmp_path: Path, name: str, listed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    cells, reason = UNJUDGED[name]
    rows = [row(), *(row(Tumor_Sample_Barcode="S2", Start_Position=place, **cells) for place in (5, 9))]
    table = read(maf(tmp_path / "m.maf", rows, head="#Sequenced_Samples: S1 S2 S3" if listed else ""))
    assert table["status"].tolist() == ["ok", "failed"] + ["ok"] * listed
    assert pd.isna(table.loc["S2", "tmb_per_mb"]) and pd.isna(table.loc["S2", "n_variants"])
    assert f"none of its 2 rows could be judged: {reason}" in table.loc["S2", "note"]
    assert "the burden of 1 sample is missing, not 0: S2: " in caplog.text
    assert not listed or table.loc["S3", "tmb_per_mb"] == 0
    # Written as a MAF the sample is not among those that were sequenced without a mutation.
    assert run(["maf", "--variants", str(tmp_path / "v.variants.tsv"), "--maf", str(tmp_path / "again.maf")]) == 0
    again = {"S1": 1} | ({"S2": None} if "class" in name else {}) | ({"S3": 0} if listed else {})
    assert counts(tmp_path / "again.maf") == again


@pytest.mark.parametrize("listed", [False, True])
def test_rows_without_a_variant_are_a_zero_only_of_a_listed_sample(tmp_path: Path, listed: bool) -> None:
    rows = [row(), row(Tumor_Sample_Barcode="S2", Tumor_Seq_Allele2="C")]
    path = maf(tmp_path / "m.maf", rows, head="#Sequenced_Samples: S1 S2" if listed else "")
    assert counts(path) == {"S1": 1, "S2": 0 if listed else None}


@pytest.mark.parametrize(
    "cells",
    [
        {"Variant_Classification": "Silent"},
        {"t_depth": 20, "t_alt_count": 5},
        {"t_alt_count": 2},
        {"Mutation_Status": "Germline"},
    ],
)
def test_a_row_that_was_judged_makes_a_zero(tmp_path: Path, cells: dict) -> None:
    assert counts(maf(tmp_path / "m.maf", [row(), row(Tumor_Sample_Barcode="S2", **cells)])) == {"S1": 1, "S2": 0}


@pytest.mark.parametrize(
    ("depth", "ref", "alt", "seen", "strange"),
    [
        ("", 60, 40, 100, False), (0, 60, 40, 100, True), (30, 60, 40, 100, True), (30, "", 40, None, True), ("", "", 40, None, False),
        (100, "", 40, 100, False), ("100.0", "60.0", "4e1", 100, False), (".", ".", "NA", None, False), ("None", "-", "", None, False), (95, 60, 40, 95, False), (40, "", 40, 40, False),
    ],
)  # fmt: skip
def test_depths_that_are_none(
    tmp_path: Path,
    depth: object,
    ref: object,
    alt: object,
    seen: int | None,
    strange: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = maf(tmp_path / "m.maf", [row(), row(Start_Position=9, t_depth=depth, t_ref_count=ref, t_alt_count=alt)])
    assert counts(path) == {"S1": 1 + (seen is not None)}
    found = variants(path)["depth"].iloc[1]
    assert found == seen if seen is not None else pd.isna(found)
    assert ("1 row has a t_depth below their t_alt_count (first: line 3)" in caplog.text) == strange
    assert ("1 row without read counts does not count" in caplog.text) == (seen is None)


def test_a_record_that_is_repeated_counts_once(tmp_path: Path) -> None:
    """Also with another spelling of the contig, the allele in the other column, by another caller."""
    rows = [
        row(),
        row(),
        row(Chromosome="chr17"),
        row(Start_Position="7675088.0"),
        row(Tumor_Seq_Allele1="T", Tumor_Seq_Allele2="C"),
    ]
    rows += [row(Chromosome=name, Start_Position=5) for name in ("M", "MT", "chrM", "chrMT")]
    rows += [
        row(Tumor_Seq_Allele2="A"),
        row(Tumor_Sample_Barcode="S2"),
        row(Start_Position=7, FILTER="oxog"),
        row(Start_Position=7),
    ]
    assert counts(maf(tmp_path / "m.maf", rows)) == {"S1": 4, "S2": 1}


@pytest.mark.parametrize(
    "lost", [["Start_Position"], ["Reference_Allele"], ["Tumor_Seq_Allele1", "Tumor_Seq_Allele2"], ["Chromosome"]]
)
def test_without_places_a_repetition_is_not_seen_and_that_is_told(
    tmp_path: Path, lost: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert counts(maf(tmp_path / "m.maf", [row(), row()], names=[name for name in NAMES if name not in lost])) == {
        "S1": 2
    }
    assert (
        "2 rows have no position or no alleles, so that a repetition would not be seen (first: line 2)" in caplog.text
    )


def test_a_file_that_was_cut_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Trailing cells that an editor or TCGA's files lack are empty; one last row alone, without its end, was cut."""
    path = maf(tmp_path / "m.maf", THREE)
    whole = path.read_text()
    path.write_text(whole.rstrip("\n"))
    assert counts(path) == {"S1": 2, "S2": 1}
    for at in (1, 2, 3):
        path.write_text(whole.rstrip("\n\t")[:-at])
        cut = whole.rstrip("\n\t")[:-at].splitlines()[-1].count("\t") + 1
        assert f"m.maf:4: last row has {cut} columns; expected 20, as all others have" in refusal(path, capsys)
    path.write_text("\n".join(line.rstrip("\t") for line in whole.splitlines()))
    assert counts(path) == {"S1": 2, "S2": 1}


def test_names_with_letters_of_windows_stay_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both names are told as they are (once they were one, `M\ufffdller`); a list gives patients other names."""
    rows = [row(Tumor_Sample_Barcode="Müller"), row(Tumor_Sample_Barcode="Möller"), row(Tumor_Sample_Barcode="S 1")]
    path = maf(tmp_path / "m.maf", rows, encoding="cp1252")
    said = refusal(path, capsys)
    for line, name in enumerate(("Müller", "Möller", "S 1"), 2):
        assert f"m.maf:{line}: Tumor_Sample_Barcode is '{name}'; expected letters, digits" in said
    (tmp_path / "s.txt").write_bytes("sample\tpatient\nMüller\tP1\nMöller\tP2\nS 1\tP3\n".encode("cp1252"))
    assert counts(path, "--samples", str(tmp_path / "s.txt")) == {"Müller": 1, "Möller": 1, "S 1": 1}
    (tmp_path / "s.txt").write_text("sample\nS 1\n")
    assert "s.txt:2: sample is 'S 1'; expected letters, digits" in refusal(
        path, capsys, "--samples", str(tmp_path / "s.txt")
    )


@pytest.mark.parametrize(
    ("builds", "apart"),
    [
        (["GRCh37", "hg19"], False),
        (["36", "36.1"], False),
        (["37", "GRCh37-lite"], False),
        (["GRCh37", "GRCh38"], True),
        (["36.1", "37"], True),
    ],
)
def test_builds_of_one_file(
    tmp_path: Path, builds: list[str], apart: bool, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    path = maf(
        tmp_path / "m.maf", [row(NCBI_Build=build, Start_Position=place) for place, build in enumerate(builds, 50)]
    )
    (tmp_path / "r.bed").write_text("17\t0\t100\n")
    assert counts(path) == {"S1": 2} and ("NCBI_Build names several" in caplog.text) == apart
    if apart:
        assert "(line 2), " in refusal(path, capsys, "--regions", str(tmp_path / "r.bed"))
    else:
        assert counts(path, "--regions", str(tmp_path / "r.bed")) == {"S1": 2}


def test_positions_and_territory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.bed").write_text("17\t0\t100\n")
    regions = ["--regions", str(tmp_path / "r.bed")]
    rows = [
        row(Start_Position=50),
        row(Tumor_Sample_Barcode="S2", Chromosome=""),
        row(Tumor_Sample_Barcode="S3", Start_Position=""),
    ]
    path = maf(tmp_path / "m.maf", [*rows, row(Tumor_Sample_Barcode="S4", Start_Position=500)])
    assert counts(path, *regions) == {"S1": 1, "S2": None, "S3": None, "S4": 0}
    assert counts(path) == {"S1": 1, "S2": 1, "S3": 1, "S4": 1}
    for chrom, said in (("chr17", "Chromosome is 'chr17'; expected '17'"), ("23", "Chromosome is '23'; expected X")):
        assert said in refusal(maf(tmp_path / "c.maf", [row(), row(Chromosome=chrom)]), capsys, *regions)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "icgc_mutation_id\ticgc_donor_id\tmutated_to_allele\nMU1\tDO1\tT\n",
            "file is a table of simple somatic mutations of ICGC",
        ),
        (
            "Chromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele1\n3\t5\tC\tT\n",
            "Tumor_Sample_Barcode is missing",
        ),
        (
            "#tumor.aliquots.submitter_id S1\nTP53\t7157\tWUGSC\tGRCh38\tchr17\t5\t5\t+\tMissense_Mutation\tSNP\n",
            "m.maf:2: first row holds a mutation; expected the line with the names",
        ),
        (
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\n1\t5\t.\tC\tT\n",
            "file is a VCF; expected a MAF; give a VCF with --vcf",
        ),
        ("Hugo_Symbol,Tumor_Sample_Barcode,Variant_Classification\nA,S,Silent\n", "separated by tabs"),
        ("#version 2.4\n", "file is empty"),
    ],
)
def test_other_formats_are_refused_by_name(
    tmp_path: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.maf").write_text(text)
    assert message in refusal(tmp_path / "m.maf", capsys)


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("Silent_Mutation", "synonymous_variant"),
        ("Splice_Site_SNP", "splice_acceptor_variant&splice_donor_variant"),
        ("Splice_Site_Indel", "splice_acceptor_variant&splice_donor_variant"),
        ("frameshift_variant", "frameshift_variant"),
        ("Missense", "missense_variant"),
        ("missense_variant&splice_region_variant", "missense_variant&splice_region_variant"),
    ],
)
def test_classes_of_2008_and_terms_in_their_place(tmp_path: Path, name: str, term: str) -> None:
    path = maf(tmp_path / "m.maf", [row(Variant_Classification=name)])
    assert counts(path, definition="all_coding") == {"S1": 1} and variants(path)["consequence"].tolist() == [term]


def test_a_judgement_of_reject_does_not_count(tmp_path: Path) -> None:
    rows = [row() | {"i_judgement": "KEEP"}, row(Start_Position=9) | {"i_judgement": "REJECT"}]
    assert counts(maf(tmp_path / "m.maf", rows, names=[*NAMES, "i_judgement"])) == {"S1": 1}


def test_what_gdc_leaves_out_of_its_open_files_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Rows of GDC's protected MAFs pass FILTER and say in another column that GDC does not trust them."""
    flags = ["gdc_pon;bitgt", "gdc_pon", ""]
    rows = [row(Start_Position=100 + n) | {"GDC_FILTER": flag} for n, flag in enumerate(flags)]
    assert counts(maf(tmp_path / "m.maf", rows, names=[*NAMES, "GDC_FILTER"])) == {"S1": 3}
    assert "GDC_FILTER, by which GDC leaves rows out of its open MAFs: gdc_pon (2), bitgt (1)" in caplog.text


def naive(rows: list[dict[str, str]], listed: list[str]) -> dict[str, float | None]:
    """Counts of `merino_wes` by a second reader, written from docs/methods.md alone."""

    def integer(text: str) -> int | None:
        return int(float(text)) if re.fullmatch(r"\d+(\.0)?", text) else None

    found: dict[str, set] = {sample: set() for sample in listed}
    judged: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    deep = {r["Tumor_Sample_Barcode"] for r in rows if (integer(r["n_depth"]) or 0) > 0}
    real = {r["Tumor_Sample_Barcode"] for r in rows if r["Matched_Norm_Sample_Barcode"] == "N1"}
    nameless = {r["Tumor_Sample_Barcode"] for r in rows if r["Matched_Norm_Sample_Barcode"] == "NORMAL"}
    for r in rows:
        sample, ref = r["Tumor_Sample_Barcode"], r["Reference_Allele"].replace("--", "-")
        others = [
            a.replace("--", "-")
            for a in (r["Tumor_Seq_Allele2"], r["Tumor_Seq_Allele1"])
            if a and a.replace("--", "-") != ref
        ]
        found.setdefault(sample, set())
        if not others and r["Mutation_Status"].lower() not in ("none", "odd"):
            continue
        if r["FILTER"] != "PASS" or r["Mutation_Status"].lower() in ("none", "odd"):
            unread[sample] += 1
            continue
        place = (sample, r["Chromosome"].removeprefix("chr"), integer(r["Start_Position"]), ref, others[0])
        first = ("seen", *place) not in found[sample]
        found[sample].add(("seen", *place))
        if not first:
            continue
        depth, rest, alt = (integer(r[name]) for name in ("t_depth", "t_ref_count", "t_alt_count"))
        if depth is not None and alt is not None and depth < alt:
            depth = None
        if not depth and rest is not None and alt is not None:
            depth = rest + alt
        if r["Variant_Classification"] == "Odd" or not depth or not alt:
            unread[sample] += 1
            continue
        judged[sample] += 1
        alone = sample not in real and sample in nameless and sample not in deep
        common = max([float(r[name]) for name in ("gnomADe_AF", "gnomADg_AF") if r[name]], default=0) >= 1e-4
        germline = r["Mutation_Status"].lower() in ("germline", "loh") or (alone and common)
        enough = depth >= 25 and alt >= 3 and alt / depth >= 0.05
        if enough and not germline and r["Variant_Classification"] != "Silent":
            found[sample].add(place)
    known = {sample: sum(1 for item in items if item[0] != "seen") for sample, items in found.items()}
    return {s: n if judged[s] or (s in listed and not unread[s]) else None for s, n in known.items()}


def random_row(rng: random.Random) -> dict[str, str]:
    ref = rng.choice(["C", "G", "AC", "-", "--"])
    alt = rng.choice(
        [a for a in ("T", "A", "-", "TT", ref) if a.replace("--", "-") != ref.replace("--", "-") or a == ref]
    )
    alleles = rng.choice([(ref, alt), (alt, ref), (alt, alt), ("", alt)])
    depth, reads = rng.choice([0, 20, 24, 25, 100, 300]), rng.choice([0, 2, 3, 4, 40, 90])
    counts_of = rng.choice(
        [
            (depth, max(depth - reads, 0), reads),
            ("", max(depth - reads, 0), reads),
            (depth, "", reads),
            ("", "", reads),
            ("", "", ""),
            (f"{depth}.0", "", f"{reads}.0"),
        ]
    )
    return row(
        Tumor_Sample_Barcode=rng.choice(["S1", "S2", "S3", "S4"]),
        Matched_Norm_Sample_Barcode=rng.choice(["NORMAL", "NORMAL", "NORMAL", "N1", ""]),
        Variant_Classification=rng.choice(["Missense_Mutation", "Missense_Mutation", "Nonsense_Mutation", "Frame_Shift_Del", "Silent", "Odd"]),
        Chromosome=rng.choice(["17", "chr17", "2"]),
        Start_Position=rng.choice(["5", "5.0", "7", "9", "11"]),
        Reference_Allele=ref, Tumor_Seq_Allele1=alleles[0], Tumor_Seq_Allele2=alleles[1],
        Mutation_Status=rng.choice(["Somatic", "SOMATIC", "", "Unknown", "Germline", "LOH", "None", "Odd"]),
        t_depth=counts_of[0], t_ref_count=counts_of[1], t_alt_count=counts_of[2],
        n_depth=rng.choice(["", "", "0", "50"]) if rng.random() < 0.1 else "",
        FILTER=rng.choice(["PASS", "PASS", "PASS", "PASS", "oxog", "wga;oxog", ".", ""]),
        gnomADe_AF=rng.choice(["", "0", "0.00001", "0.02"]), gnomADg_AF=rng.choice(["", "0", "0.02"]),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_random_rows_against_a_naive_reader(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    rows = [row(Start_Position=99), *(random_row(rng) for _ in range(rng.choice([3, 8, 40])))]
    listed = ["S1", "S2", "S3", "S4", "S5"] if rng.random() < 0.5 else []
    names = rng.sample(NAMES, len(NAMES))
    path = maf(
        tmp_path / "m.maf",
        rows,
        names=names,
        head=f"#Sequenced_Samples: {' '.join(listed)}",
        end=rng.choice(["\n", "\r\n", "\r"]),
    )
    assert counts(path) == naive(rows, listed)


HEADER = """##fileformat=VCFv4.2
##FILTER=<ID=PASS,Description="All filters passed">
##FILTER=<ID=germline,Description="x">
##INFO=<ID=gnomADe_AF,Number=A,Type=Float,Description="gnomAD exomes">
##INFO=<ID=BCSQ,Number=.,Type=String,Description="Consequence annotation from BCFtools/csq. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">
##INFO=<ID=STATUS,Number=1,Type=String,Description="Somatic or germline status">
##FORMAT=<ID=GT,Number=1,Type=String,Description="g">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="a">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="d">
##contig=<ID=1,length=100000>
"""


@pytest.mark.parametrize("include", ["eligible", "passed", "all"])
@pytest.mark.parametrize("seed", range(8))
def test_from_vcf_to_maf_and_back(tmp_path: Path, seed: int, include: str) -> None:
    """Random records: substitutions, indels, MNVs; paired or tumor-only. The counts of four definitions come back."""
    rng = random.Random(seed)
    paired = rng.random() < 0.5
    lines, place = [], 100
    for _ in range(60):
        place += rng.choice([0, 1, 3, 50])
        ref, alt = rng.choice(
            [
                ("C", "T"),
                ("C", "CTT"),
                ("CAA", "C"),
                ("CA", "TG"),
                ("CAG", "TCC"),
                ("C", "CTTT"),
                ("CAGT", "C"),
                ("CAA", "GT"),
            ]
        )
        effect = rng.choice(
            [
                "missense",
                "stop_gained",
                "frameshift",
                "synonymous",
                "inframe_deletion",
                "splice_donor",
                "intron",
                "missense&splice_region",
            ]
        )
        depth, reads = rng.choice([10, 24, 25, 100]), rng.choice([0, 2, 3, 4, 10])
        info = f"BCSQ={effect}|GENE|ENST1|protein_coding|+|1A>1V|{place}C>T" + rng.choice(
            ["", ";gnomADe_AF=0.02", ";gnomADe_AF=1e-06"]
        )
        cells = f"GT:AD:DP\t0/1:{depth - reads},{reads}:{depth}" + ("\t0/0:50,0:50" if paired else "")
        lines.append(
            f"1\t{place}\t.\t{ref}\t{alt}\t.\t{rng.choice(['PASS', 'PASS', 'PASS', 'germline', '.'])}\t{info}\t{cells}"
        )
    vcf = tmp_path / "x.vcf"
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT" + ("\tN" if paired else "")
    vcf.write_text(
        HEADER
        + "##source=Mutect2\n##tumor_sample=T\n"
        + ("##normal_sample=N\n" if paired else "")
        + columns
        + "\n"
        + "\n".join(lines)
        + "\n"
    )
    definitions = ["merino_wes", "nonsynonymous", "all_coding", "missense_only"]
    there, back = tmp_path / "there.variants.tsv", tmp_path / "back.variants.tsv"
    assert (
        run(
            [
                "variants",
                "--vcf",
                str(vcf),
                "--tumor-sample",
                "T",
                "--variants",
                str(there),
                "--definition",
                *definitions,
            ]
        )
        == 0
    )
    assert run(["maf", "--variants", str(there), "--include", include, "--maf", str(tmp_path / "x.maf")]) == 0
    assert (
        run(["variants", "--maf", str(tmp_path / "x.maf"), "--variants", str(back), "--definition", *definitions]) == 0
    )
    found = [json.loads(path.with_suffix(".json").read_text()) for path in (there, back)]
    assert found[0]["counts"] == found[1]["counts"] and found[0]["rows"] >= 60
    assert found[0]["tumor_only"] == found[1]["tumor_only"] == (not paired)
    if include == "all":
        one, other = (tables.read(path, "variants") for path in (there, back))
        assert one["exclusion"].fillna("").tolist() == other["exclusion"].fillna("").tolist()


@pytest.mark.parametrize("paired", [True, False])
def test_what_the_caller_calls_germline_stays_so(tmp_path: Path, paired: bool) -> None:
    """A variant that the caller marks: not somatic in a MAF either, whoever reads it."""
    head = "patient\tsample\tchrom\tpos\tref\talt\tfilter\tdepth\talt_reads\tvaf\tconsequence\texclusion\tcounted_in\ttumor_only\n"
    rows = [
        f"P\tT\t1\t{p}\tC\tT\tPASS\t100\t40\t0.4\tmissense_variant\t{e}\t{'' if e else 'merino_wes'}\t{int(not paired)}\n"
        for p, e in ((5, ""), (9, "germline"), (11, "not_somatic"), (13, "unknown"))
    ]
    (tmp_path / "t.variants.tsv").write_text(head + "".join(rows))
    assert (
        run(
            [
                "maf",
                "--variants",
                str(tmp_path / "t.variants.tsv"),
                "--include",
                "all",
                "--maf",
                str(tmp_path / "m.maf"),
            ]
        )
        == 0
    )
    assert counts(tmp_path / "m.maf") == {"T": 1}
    assert variants(tmp_path / "m.maf")["exclusion"].fillna("").tolist() == ["", "germline", "filter", "filter"]


def test_a_column_that_stands_twice_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables that were joined have it so; the first had been read, whatever the second says."""
    file = tmp_path / "a.maf"
    names, cells = [*GOOD, "T_Depth", "other", "other"], [*GOOD.values(), "10", "x", "y"]
    file.write_text("\t".join(names) + "\n" + "\t".join(cells) + "\n")
    assert run(["variants", "--maf", str(file), "--variants", str(tmp_path / "a.variants.tsv")]) == 2
    said = capsys.readouterr().err
    assert "a.maf:1: t_depth stands twice; expected this column once" in said and "other" not in said
