"""`biomarkers variants` on the real exome and on bad input."""
# ruff: noqa: E501 (tables and VCF headers as they stand in files)

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

HEADER = """##fileformat=VCFv4.2
##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN
"""
RECORD = "chr1\t100\t.\tC\tT\t.\tPASS\tBCSQ=missense|TP53|E|protein_coding|-|175R>175H|100C>T\tAD\t40,10\t30,0\n"


@pytest.fixture
def exome(shared_data: Path) -> str:
    return str(shared_data / "hcc1395_exome_vcf" / "HCC1395.vep105.vcf.gz")


def vcf(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def test_the_real_exome_gives_the_counts_made_independently(exome: str, tmp_path: Path) -> None:
    out = tmp_path / "T.variants.tsv.gz"
    names = ["merino_wes", "nonsynonymous", "all_coding", "missense_only"]
    assert (
        run(
            [
                "variants",
                "--vcf",
                exome,
                "--tumor-sample",
                "HCC1395_TUMOR_DNA",
                "--definition",
                *names,
                "--variants",
                str(out),
            ]
        )
        == 0
    )
    table = tables.read(out, "variants")
    assert len(table) == 1470
    assert (table["filter"] == "PASS").sum() == 1264
    counts = [table["counted_in"].fillna("").str.split(",").map(lambda c, n=n: n in c).sum() for n in names]
    assert counts == [329, 352, 459, 293]
    assert table["exclusion"].isna().eq(table["counted_in"].notna()).all()
    passed = table[table["filter"] == "PASS"]
    missense = passed["consequence"].fillna("").str.split("&").str[0] == "missense_variant"
    assert missense.sum() == 301
    origin = json.loads((tmp_path / "T.variants.json").read_text())
    assert origin["counts"] == dict(zip(names, counts, strict=True))
    assert origin["annotation"]["field"] == "CSQ" and "v105" in origin["annotation"]["VEP"]


def test_a_call_does_not_wait_for_libraries_that_it_does_not_use(tmp_path: Path) -> None:
    small = vcf(tmp_path / "a.vcf", HEADER + RECORD)
    arguments = ["variants", "--vcf", small, "--tumor-sample", "T", "--variants", str(tmp_path / "T.variants.tsv.gz")]
    code = (
        f"import sys; from biomarkers.cli.app import run; status = run({arguments!r}); "
        "unused = {'numpy', 'pandas', 'scipy', 'jsonschema', 'biomarkers.settings_clinical'}; "
        "print(status, sorted(unused & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0 []\n", done.stderr


def test_thresholds_are_applied(exome: str, tmp_path: Path) -> None:
    """PASS alone: 337 under merino_wes (README of the data)."""
    out = tmp_path / "T.variants.tsv.gz"
    loose = ["--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0"]
    assert run(["variants", "--vcf", exome, "--tumor-sample", "HCC1395_TUMOR_DNA", "--variants", str(out), *loose]) == 0
    table = tables.read(out, "variants")
    counts = [
        table["counted_in"].fillna("").str.split(",").map(lambda c, n=n: n in c).sum()
        for n in ("merino_wes", "nonsynonymous")
    ]
    assert counts == [337, 361]


def test_several_vcfs_in_one_call(exome: str, tmp_path: Path) -> None:
    small = vcf(tmp_path / "a.vcf", HEADER + RECORD)
    out = [str(tmp_path / f"{n}.variants.tsv.gz") for n in "ab"]
    arguments = [
        "--vcf",
        exome,
        small,
        "--tumor-sample",
        "HCC1395_TUMOR_DNA",
        "T",
        "--sample",
        "A",
        "B",
        "--patient",
        "P1",
        "P2",
    ]
    assert run(["variants", *arguments, "--variants", *out]) == 0
    second = tables.read(out[1], "variants")
    assert second[["patient", "sample", "hgvsp", "tumor_only"]].to_numpy().tolist() == [["P2", "B", "p.Arg175His", 0]]
    assert len(tables.read(out[0], "variants")) == 1470


def test_no_records_is_a_table_without_rows(tmp_path: Path) -> None:
    out = tmp_path / "T.variants.tsv.gz"
    assert (
        run(["variants", "--vcf", vcf(tmp_path / "a.vcf", HEADER), "--tumor-sample", "T", "--variants", str(out)]) == 0
    )
    assert tables.read(out, "variants").empty
    assert json.loads((tmp_path / "T.variants.json").read_text())["sample"] == "T"


BAD = {
    "no annotation": (HEADER.replace("BCSQ", "XCSQ") + RECORD, "INFO/CSQ, BCSQ or ANN is missing; expected an annotation by bcftools csq"),
    "other annotator": (HEADER.replace("BCSQ", "FUNCOTATION") + RECORD, "annotated by Funcotator"),
    "unknown terms": (HEADER + RECORD.replace("missense", "Missense_Mutation"), "INFO/BCSQ is 'Missense_Mutation'; expected Sequence Ontology terms"),
    "annotation absent from records": (HEADER + RECORD.replace("BCSQ=missense|TP53|E|protein_coding|-|175R>175H|100C>T", "DP=4"), "INFO/BCSQ is absent from all 1 record"),
    "no subfields": (HEADER.replace("Format: Consequence|gene", "Format: what|gene") + RECORD, "a header whose Description lists the subfields"),
    "no depth": (HEADER + RECORD.replace("\tAD\t", "\tGT\t").replace("40,10", "0/1").replace("30,0", "0/0"), "FORMAT tells no read depth in all 1 record"),
    "no variant reads": (HEADER + RECORD.replace("\tAD\t", "\tDP\t").replace("40,10", "50").replace("30,0", "30"), "FORMAT tells no variant reads in all 1 record; expected FORMAT fields AD, AF"),
    "wrong sample": (HEADER.replace("\tT\tN", "\tTUM\tN") + RECORD, "--tumor-sample is 'T'; expected one of TUM, N"),
    "three samples": (HEADER.replace("\tT\tN", "\tT\tA\tM") + RECORD.replace("\n", "\t30,0\n"), "expected the column of the matched normal of T, one of T, A, M"),
    "no sample": (HEADER.replace("\tFORMAT\tT\tN", "") + RECORD.replace("\tAD\t40,10\t30,0", ""), "tells no read depth"),
    "cut line": (HEADER + RECORD[:40], "a.vcf:5: first record has 8 columns; expected 11 columns"),
    "bad position": (HEADER + RECORD.replace("\t100\t", "\tx\t"), "a.vcf: first record cannot be read (Could not parse the position 'x')"),
    "bad reference": (HEADER + RECORD.replace("\tC\tT\t", "\t<C>\tT\t"), "a.vcf:chr1:100: REF is '<C>'"),
    "bad depth": (HEADER + RECORD.replace("40,10", "x,10"), "a.vcf: first record cannot be read (Invalid character 'x' in 'AD' FORMAT field at chr1:100)"),
    "negative reads": (HEADER + RECORD.replace("40,10", "-4,10"), "a.vcf:chr1:100: FORMAT is '-4,10'"),
    "empty": ("", "a.vcf: file has no header of a VCF"),
    "no columns": (HEADER[: HEADER.index("#CHROM")] + RECORD, "a.vcf: header cannot be read (No sample line)"),
    "two samples of a name": (HEADER.replace("\tT\tN", "\tT\tT") + RECORD, "header cannot be read (Duplicated sample name 'T')"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_and_nothing_written(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, message = BAD[case]
    out = tmp_path / "out" / "T.variants.tsv.gz"
    path = vcf(tmp_path / "a.vcf", text)
    assert run(["variants", "--vcf", path, "--tumor-sample", "T", "--variants", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert not list(out.parent.iterdir())


def test_alleles_without_reads_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    silent = RECORD.replace("\tAD\t", "\tDP\t").replace("40,10", "50").replace("30,0", "30")
    path, out = vcf(tmp_path / "a.vcf", HEADER + RECORD + silent * 2), tmp_path / "T.variants.tsv"
    command = ["variants", "--vcf", path, "--tumor-sample", "T", "--variants", str(out)]
    assert run(command) == 0
    assert "2 of 3 alleles have no depth or no variant reads and do not count" in caplog.text
    caplog.clear()
    assert run([*command, "--tumor-depth", "0", "--alt-reads", "0", "--vaf", "0"]) == 0
    assert "do not count" not in caplog.text


def test_problems_of_all_files_come_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = vcf(tmp_path / "a.vcf", HEADER + RECORD.replace("\t100\t", "\tx\t"))
    out = [str(tmp_path / f"{n}.tsv.gz") for n in "ab"]
    assert run(["variants", "--vcf", first, "nowhere.vcf", "--tumor-sample", "T", "T", "--variants", *out]) == 2
    error = capsys.readouterr().err
    assert "a.vcf: first record cannot be read" in error and "nowhere.vcf: file is missing" in error


def test_a_truncated_bgzip_file_is_refused(exome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = Path(exome).read_bytes()
    for cut in (data[:-28], data[: len(data) // 2]):
        short = tmp_path / "short.vcf.gz"
        short.write_bytes(cut)
        assert (
            run(
                [
                    "variants",
                    "--vcf",
                    str(short),
                    "--tumor-sample",
                    "HCC1395_TUMOR_DNA",
                    "--variants",
                    str(tmp_path / "t.tsv.gz"),
                ]
            )
            == 2
        )
        assert "short.vcf.gz: file is truncated" in capsys.readouterr().err


def test_vep_writes_everywhere_so_its_absence_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (HEADER + RECORD).replace("ID=BCSQ", "ID=CSQ").replace("BCSQ=missense", "DP=4;OTHER=missense")
    path, far = vcf(tmp_path / "a.vcf", text), tmp_path / "far.bed"
    far.write_text("chr1\t500\t600\n")
    command = ["variants", "--vcf", path, "--tumor-sample", "T", "--variants", str(tmp_path / "t.tsv")]
    assert run([*command, "--regions", str(far)]) == 2
    assert "INFO/CSQ is absent from all 1 record" in capsys.readouterr().err


def test_csq_writes_nothing_outside_genes_so_regions_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = vcf(
        tmp_path / "a.vcf", HEADER + RECORD.replace("BCSQ=missense|TP53|E|protein_coding|-|175R>175H|100C>T", "DP=4")
    )
    far, near = tmp_path / "far.bed", tmp_path / "near.bed"
    far.write_text("chr1\t500\t600\n")
    near.write_text("chr1\t50\t150\n")
    arguments = [
        "variants",
        "--vcf",
        bare,
        "--tumor-sample",
        "T",
        "--variants",
        str(tmp_path / "t.tsv.gz"),
        "--regions",
    ]
    assert run([*arguments, str(far)]) == 0
    assert run([*arguments, str(near)]) == 2
    assert "absent from all 1 record" in capsys.readouterr().err


def test_a_custom_definition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("terms:\n  - missense_variant\n  - splice_region_variant\n")
    path, out = vcf(tmp_path / "a.vcf", HEADER + RECORD), tmp_path / "t.tsv"
    arguments = ["variants", "--vcf", path, "--tumor-sample", "T", "--variants", str(out), "--custom", str(own)]
    assert run([*arguments, "--definition", "custom"]) == 0
    assert tables.read(out, "variants")["counted_in"].tolist() == ["custom"]
    own.write_text("terms:\n  - misense_variant\nname: x\n")
    assert run(arguments) == 2
    assert "own.yaml:3: name: unknown key; known are description, terms" in capsys.readouterr().err
    own.write_text("terms:\n  - misense_variant\n")
    assert run(arguments) == 2
    assert "own.yaml:2: terms is 'misense_variant'; expected a Sequence Ontology term" in capsys.readouterr().err


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    path = vcf(tmp_path / "a.vcf", HEADER + RECORD.replace("TP53", '"<b>=1+1'))
    out = tmp_path / "t.tsv.gz"
    assert run(["variants", "--vcf", path, "--tumor-sample", "T", "--variants", str(out)]) == 0
    assert tables.read(out, "variants")["gene"].tolist() == ['"<b>=1+1']


def test_gzip_members_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    path, out = vcf(tmp_path / "a.vcf", HEADER + RECORD), tmp_path / "t.tsv.gz"
    arguments = ["variants", "--vcf", path, "--tumor-sample", "T", "--variants", str(out)]
    assert run(arguments) == 0
    first = out.read_bytes()
    assert run(arguments) == 0
    assert out.read_bytes() == first
    assert len(pd.read_csv(out, sep="\t")) == 1


def info(line: str, change: Callable[[list[str]], list[str]]) -> str:
    """A record whose CSQ blocks (each a list of cells) were changed."""
    cells = line.split("\t")
    fields = cells[7].split(";")
    for i, text in enumerate(fields):
        if text.startswith("CSQ="):
            fields[i] = "CSQ=" + ",".join("|".join(change(block.split("|"))) for block in text[4:].split(","))
    return "\t".join([*cells[:7], ";".join(fields), *cells[8:]])


def without_depth(line: str) -> str:
    cells = line.split("\t")
    kept = [i for i, key in enumerate(cells[8].split(":")) if key != "DP"]
    parts = [cell.split(":") for cell in cells[8:]]
    return "\t".join([*cells[:8], *(":".join(part[i] for i in kept if i < len(part)) for part in parts)])


def twice(line: str) -> str:
    """The record with a second ALT that no caller saw: annotated as a stop, without reads."""
    cells = line.split("\t")
    other = next(base for base in "ACGT" if base not in (cells[3], cells[4]))
    if len(cells[3]) != 1 or len(cells[4]) != 1:
        return line
    keys = cells[8].split(":")
    for i in (9, 10):
        values = cells[i].split(":")
        for key in ("AD", "AF"):
            at = keys.index(key) if key in keys else -1
            if 0 <= at < len(values) and values[at] != ".":
                values[at] += ",0"
        cells[i] = ":".join(values)
    cells[4] += f",{other}"
    cells[7] = cells[7].replace("CSQ=", f"CSQ={other}|stop_gained|HIGH|WRONG,", 1)
    return "\t".join(cells)


@pytest.mark.parametrize(
    "change",
    [
        "shuffled",
        "repeated",
        "reversed subfields",
        "no DP",
        "Windows",
        "one sample",
        "annotated before the split",
        "unsplit",
    ],
)
def test_what_changes_no_count_of_the_real_exome(
    change: str, exome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = gzip.decompress(Path(exome).read_bytes()).decode().splitlines()
    head = [line for line in lines if line.startswith("#")]
    records = [line for line in lines if not line.startswith("#")]
    extra: list[str] = []
    if change == "shuffled":
        random.Random(3).shuffle(records)
    elif change == "repeated":
        records = records + records[::-1]
    elif change == "reversed subfields":
        at = next(i for i, line in enumerate(head) if line.startswith("##INFO=<ID=CSQ"))
        start, names, end = re.split(r"(?<=Format: )|(?=\">)", head[at])
        head[at] = start + "|".join(reversed(names.split("|"))) + end
        records = [info(line, lambda cells: cells[::-1]) for line in records]
    elif change == "no DP":
        records = [without_depth(line) for line in records]
    elif change == "one sample":
        records = ["\t".join([*line.split("\t")[:9], line.split("\t")[10]]) for line in records]
        head[-1] = "\t".join([*head[-1].split("\t")[:9], "OTHER"])
        extra = ["--paired"]
    elif change == "annotated before the split":
        records = [line.replace("CSQ=", "CSQ=ACGTACGT|stop_gained|HIGH|WRONG,", 1) for line in records]
    elif change == "unsplit":
        records = [twice(line) for line in records]
    ending = "\r\n" if change == "Windows" else "\n"
    path = tmp_path / "a.vcf"
    path.write_bytes((ending.join([*head, *records]) + ending).encode())
    names = ["merino_wes", "nonsynonymous", "all_coding", "missense_only"]
    out = str(tmp_path / "T.variants.tsv")
    command = ["variants", "--vcf", str(path), "--tumor-sample", "HCC1395_TUMOR_DNA", "--variants", out, *extra]
    assert run([*command, "--definition", *names]) == 0
    origin = json.loads((tmp_path / "T.variants.json").read_text())
    assert [origin["counts"][name] for name in names] == [329, 352, 459, 293]


def test_the_real_exome_as_a_tumor_only_call(exome: str, tmp_path: Path) -> None:
    """Germline by the largest of AF, AA_AF, EA_AF, gnomAD_AF, gnomADe_AF, MAX_AF of any transcript, INFO/gnomADe_AF and
    INFO/POPAF: counted by a loop over the text of the file that shares no code with the program."""
    names = ["merino_wes", "nonsynonymous", "all_coding", "missense_only"]
    lines = gzip.decompress(Path(exome).read_bytes()).decode().splitlines()
    cut = [line if line.startswith("##") else "\t".join([*(c := line.split("\t"))[:9], c[10]]) for line in lines]
    path, out = vcf(tmp_path / "a.vcf", "\n".join(cut) + "\n"), tmp_path / "T.variants.tsv"
    command = ["variants", "--vcf", path, "--tumor-sample", "HCC1395_TUMOR_DNA", "--variants", str(out)]
    assert run([*command, "--definition", *names]) == 0
    origin = json.loads((tmp_path / "T.variants.json").read_text())
    assert [origin["counts"][name] for name in names] == [308, 329, 419, 273]
    assert (tables.read(out, "variants")["exclusion"] == "germline").any()
    assert run([*command, "--definition", *names, "--paired"]) == 0
    origin = json.loads((tmp_path / "T.variants.json").read_text())
    assert [origin["counts"][name] for name in names] == [329, 352, 459, 293]
    asked = {"paired": True, "normal": "auto", "population_af_field": "auto", "transcripts": "worst", "tumor_depth": 25}
    assert asked.items() <= origin["settings"].items()
