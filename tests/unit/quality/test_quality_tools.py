"""Real reports of the HCC1395 pair (tests/data/quality); expected figures come from elsewhere, as each test says."""

from __future__ import annotations

import re

import pytest

from biomarkers.quality import tools


@pytest.fixture(params=["HCC1395", "HCC1395BL"])
def reports(request, project):
    folder = project / "tests" / "data" / "quality" / request.param
    return request.param, {file.name: file.read_text() for file in folder.iterdir()}


def test_reads_and_duplicates(reports):
    """Duplicates: README of the data. Insert size and error rate: the same report's lines, read by eye."""
    sample, files = reports
    found = tools.of_reads(files["stats.txt"], [files["duplicates.txt"]])
    total, mapped, repeated, optical, insert, error = {
        "HCC1395": (4974, 4947, 515, 79, 215.9, 1.111291),
        "HCC1395BL": (5692, 5675, 385, 65, 210.3, 1.014813),
    }[sample]
    assert found.undetermined == ()
    assert found.numbers["total_reads"] == total and found.numbers["duplicate_reads"] == repeated
    assert found.numbers["mapped_percent"] == pytest.approx(100 * mapped / total, rel=1e-12)
    assert found.numbers["duplicate_percent"] == pytest.approx(100 * repeated / mapped, rel=1e-12)
    assert found.numbers["optical_duplicate_percent"] == pytest.approx(100 * optical / mapped, rel=1e-12)
    assert found.numbers["insert_size"] == insert
    assert found.numbers["error_rate_percent"] == pytest.approx(error, rel=1e-12)


def test_duplicates_that_were_not_marked_are_no_zero(reports):
    _, files = reports
    left_out = tools.of_reads(files["stats.txt"], ["duplicates were not marked (reads: mark_duplicates is false)"])
    assert left_out.numbers["duplicate_percent"] is None and "duplicate_percent" not in left_out.undetermined
    lines = [line for line in files["stats.txt"].splitlines() if "reads duplicated" not in line]
    none = "\n".join([*lines, "SN\treads duplicated:\t0"])
    given = tools.of_reads(none, [])
    assert given.numbers["duplicate_percent"] is None and "duplicate_percent" in given.undetermined
    zero = tools.of_reads(none, [files["duplicates.txt"]])
    assert zero.numbers["duplicate_percent"] == 0 and zero.undetermined == ()


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("bwa bwa bwa mem -t 2 -R @RG\tPL:ILLUMINA ref.fa", "no"),
        ("samtools.3 samtools samtools view --remove-flags DUP x.bam", "no"),
        ("samtools samtools samtools markdup -@ 2 - out.bam", "no"),
        ("MarkDuplicates MarkDuplicates MarkDuplicates REMOVE_DUPLICATES=false INPUT=x", "no"),
        ("MarkDuplicates MarkDuplicates MarkDuplicates --REMOVE_DUPLICATES true", "removed"),
        ("MarkDuplicates MarkDuplicates MarkDuplicates REMOVE_DUPLICATES=true INPUT=x", "removed"),
        ("samtools samtools samtools markdup -r in.bam out.bam", "removed"),
        ("samtools samtools samtools rmdup in.bam out.bam", "removed"),
        ("SAMBLASTER SAMBLASTER samblaster -i stdin --removeDups", "removed"),
        ("umi_tools umi_tools umi_tools dedup -I x.bam", "removed"),
        ("fgbio fgbio fgbio CallMolecularConsensusReads", "removed"),
        ("", "no"),
    ],
)
def test_a_bam_without_marked_duplicates_is_told_from_one_without_duplicates(reports, program, expected):
    _, files = reports
    none = re.sub("reads duplicated:\t[0-9]+", "reads duplicated:\t0", files["stats.txt"])
    assert tools.of_reads(none, [], [program]).numbers["duplicates_marked"] == expected
    assert tools.of_reads(files["stats.txt"], [], [program]).numbers["duplicates_marked"] == "yes"
    assert tools.of_reads(none, [files["duplicates.txt"]]).numbers["duplicates_marked"] == "yes"


def test_duplicates_of_several_libraries_are_summed(reports):
    _, files = reports
    once = tools.of_reads(files["stats.txt"], [files["duplicates.txt"]]).numbers
    twice = tools.of_reads(files["stats.txt"], [files["duplicates.txt"]] * 2).numbers
    assert twice["optical_duplicate_percent"] == pytest.approx(2 * once["optical_duplicate_percent"])
    assert twice["duplicate_percent"] == once["duplicate_percent"]


def test_a_bam_without_reads_is_undetermined():
    names = ("raw total sequences", "reads mapped", "reads duplicated", "error rate", "insert size average")
    others = (
        "insert size standard deviation",
        "inward oriented pairs",
        "outward oriented pairs",
        "bases mapped (cigar)",
    )
    found = tools.of_reads("\n".join(f"SN\t{name}:\t0" for name in (*names, *others)), [])
    assert found.numbers["total_reads"] == 0 and found.numbers["mapped_percent"] is None
    assert {"mapped_percent", "error_rate_percent", "insert_size", "duplicate_percent"} <= set(found.undetermined)


def test_depth_over_the_targets(reports):
    """`samtools depth -s -a -b targets.bed` (duplicates out, mates once), counted by awk: 33.8742 and 39.5861."""
    sample, files = reports
    found = tools.of_depth(files["summary.txt"], files["thresholds.bed"])
    mean, ten, twenty_five = {"HCC1395": (33.8742, 7177, 5371), "HCC1395BL": (39.5861, 7279, 6417)}[sample]
    # mosdepth counts a handful of bases other than samtools does.
    assert found.numbers["mean_target_depth"] == pytest.approx(mean, rel=2e-4)
    assert found.numbers["targets_10x_percent"] == pytest.approx(100 * ten / 7347, rel=1e-12)
    assert found.numbers["targets_25x_percent"] == pytest.approx(100 * twenty_five / 7347, rel=1e-12)


def test_capture_metrics(reports):
    """Figures as in Picard's row, found there by eye; the share is on-bait bases over all aligned ones."""
    sample, files = reports
    found = tools.of_capture(files["hs_metrics.txt"])
    fold, at, gc = {"HCC1395": (1.54969, 11.902657, 0.613159), "HCC1395BL": (1.415745, 7.053006, 0.598634)}[sample]
    numbers = found.numbers
    assert (numbers["fold_80"], numbers["at_dropout"], numbers["gc_dropout"]) == (fold, at, gc)
    if sample == "HCC1395":
        assert numbers["on_target_percent"] == pytest.approx(100 * 395786 / 716101, rel=1e-12)
    unknown = tools.of_capture(files["hs_metrics.txt"].replace(f"\t{fold}\t", "\t?\t"))
    assert unknown.numbers["fold_80"] is None and unknown.undetermined == ("fold_80",)


def test_adapter_share_over_the_lanes(reports):
    sample, files = reports
    found = tools.of_trimming([files["L3.json"], files["L4.json"]])
    if sample == "HCC1395":
        assert found.numbers["adapter_percent"] == pytest.approx(100 * (412 + 372) / (2494 + 2480), rel=1e-12)
    assert tools.of_trimming([files["L3.json"].replace("adapter_cutting", "x")]).numbers == {"adapter_percent": None}


def test_contamination_is_judged_only_when_applied():
    row = {"sample": "T", "contamination": 0.1005, "error": 0.25, "sites": 12, "applied": "no"}
    few = tools.of_contamination(row)
    assert few.numbers["contamination"] == 0.1005 and few.undetermined == ("contamination",)
    assert tools.of_contamination(row | {"applied": "yes"}).undetermined == ()
    off = tools.of_contamination({"sample": "T", "contamination": None, "error": None, "sites": None, "applied": "no"})
    assert off.numbers["contamination"] is None and off.undetermined == ()


@pytest.mark.parametrize(
    "damaged",
    [
        lambda: tools.of_reads("SN\traw total sequences:\t5\n", []),
        lambda: tools.of_depth("chrom\tlength\tbases\tmean\nchr1\t5\t5\t1\n", "#chrom\tstart\tend\tregion\t10X\t25X\n"),
        lambda: tools.of_depth(
            "chrom\tlength\tbases\tmean\ntotal_region\t5\t5\t1\n", "#chrom\tstart\tend\tregion\t20X\n"
        ),
        lambda: tools.of_capture("## METRICS CLASS\nA\tB\n1\t2\n"),
        lambda: tools.of_trimming(['{"x": 1}']),
        lambda: tools.of_trimming(["{"]),
    ],
)
def test_a_damaged_report_is_told(damaged):
    with pytest.raises(ValueError, match=r"line|row|columns|block|Expecting"):
        damaged()


@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        (
            "stats.txt",
            "reads mapped:\t4947",
            "reads mapped:\tnan",
            "`reads mapped` of samtools stats as a number of at",
        ),
        ("stats.txt", "reads mapped:\t4947", "reads mapped:\t4_947", "which is '4_947'"),
        ("stats.txt", "reads mapped:\t4947", "reads mapped:\t\u0664947", "as a number of at least 0"),
        ("stats.txt", "reads mapped:\t4947", "reads mapped:\t-4947", "as a number of at least 0"),
        (
            "stats.txt",
            "reads mapped:\t4947",
            "reads mapped:\t9947",
            "no more mapped reads than reads, which are 9947 of",
        ),
        ("stats.txt", "reads duplicated:\t515", "reads duplicated:\t5150", "no more duplicates than mapped reads"),
        ("stats.txt", "insert size average:\t215.9", "insert size average:\tinf", "as a number of at least 0"),
        (
            "summary.txt",
            "total_region\t7347\t",
            "total_region\t7_347\t",
            "the row total_region of mosdepth's summary as a",
        ),
        ("thresholds.bed", "\t7", "\t-7", "each row of mosdepth's thresholds as a number"),
        ("thresholds.bed", "\t7", "\t70000", "no more bases of 10X than bases"),
        ("hs_metrics.txt", "1.54969", "nan", "FOLD_80 as a number"),
        ("hs_metrics.txt", "395786", "1e400", "ON_BAIT_BASES as a number"),
        ("L3.json", '"adapter_trimmed_reads": ', '"adapter_trimmed_reads": 9', "no more reads with adapter than reads"),
        (
            "L3.json",
            '"adapter_trimmed_reads": ',
            '"adapter_trimmed_reads": -',
            "a count adapter_cutting.adapter_trimmed",
        ),
        ("L3.json", '"adapter_trimmed_reads": ', '"adapter_trimmed_reads": true, "x": ', "a count adapter_cutting"),
        ("L3.json", '"adapter_cutting": {', '"adapter_cutting": 5, "x": {', "a count adapter_cutting"),
    ],
)
def test_a_number_that_no_tool_writes_is_refused(project, file, right, wrong, told):
    """Python's `float` also reads nan, 4_947 and the digits of other scripts."""
    folder = project / "tests" / "data" / "quality" / "HCC1395"
    whole = {path.name: path.read_text() for path in folder.iterdir()}
    assert right in whole[file]
    changed = whole | {file: whole[file].replace(right, wrong)}
    with pytest.raises(ValueError, match=re.escape(told)):
        tools.of_reads(changed["stats.txt"], [changed["duplicates.txt"]])
        tools.of_depth(changed["summary.txt"], changed["thresholds.bed"])
        tools.of_capture(changed["hs_metrics.txt"])
        tools.of_trimming([changed["L3.json"]])


@pytest.mark.parametrize("report", ["1.5", "[]", "null", '"summary"', '{"summary": [], "adapter_cutting": {}}'])
def test_json_of_another_shape_is_no_report_of_fastp(report):
    with pytest.raises(ValueError, match=r"fastp's JSON"):
        tools.of_trimming([report])
