"""Read evidence as each caller writes it, and the bases that an ALT changes."""
# ruff: noqa: E501 (annotations as they stand in files)

from __future__ import annotations

from pathlib import Path

import pytest

from biomarkers.errors import InputError
from biomarkers.variants.evidence import reader
from biomarkers.variants.vcf import Header, changed, info_value, open_vcf, records


@pytest.mark.parametrize(
    ("keys", "values", "alts", "alt", "expected"),
    [
        ("GT:AD:DP:AF", "0/1:40,10:52:0.21", ["T"], 0, (52, 10, 0.21)),
        ("GT:AD:AF", "0/1:40,10:0.21", ["T"], 0, (50, 10, 0.21)),
        ("GT:AD:AF", "0/1/2:40,10,5:0.2,0.1", ["T", "G"], 1, (55, 5, 0.1)),
        ("GT:DP:AF", "0/1:40:0.25", ["T"], 0, (40, 10, 0.25)),
        ("GT:AD:DP:AF", "0/1:.:40:0.25", ["T"], 0, (40, 10, 0.25)),
        ("GT:DP:AF", "0/1:100:0.29", ["T"], 0, (100, 29, 0.29)),
        ("GT:GQ:DP:RD:AD:FREQ:DP4", "0/1:.:61:50:11:18.03%:1,2,3,4", ["T"], 0, (61, 11, 0.1803)),
        ("GT:RD:AD:FREQ", "0/1:50:11:18.03%25", ["T"], 0, (61, 11, 0.1803)),
        ("GT:DP:AD:RO:QR:AO:QA", "0/1:30:20,10:20:700:10:350", ["T"], 0, (30, 10, None)),
        ("GT:RO:AO", "0/1:20:10,4", ["T", "A"], 1, (34, 4, None)),
        ("DP:FDP:SDP:SUBDP:AU:CU:GU:TU", "50:1:0:0:0,0:38,40:0,0:11,12", ["T"], 0, (50, 11, None)),
        ("AU:CU:GU:TU", "0,0:38,40:0,0:11,12", ["T"], 0, (49, 11, None)),
        ("DP:DP2:TAR:TIR:TOR", "60:60:44,45:9,10:7,7", ["C"], 0, (60, 9, None)),
        ("GT:SQ:AD:AF:F1R2:F2R1:DP:SB:MB", "0/1:42.1:70,30:0.300:30,15:40,15:100:1,2,3,4:1,2,3,4", ["T"], 0, (100, 30, 0.3)),
        ("GT:AD:DP", "0/1:10,9:30", ["T", "G"], 0, (30, 10, None)),
        ("GT:AD:DP:AF", "0/1:40,10:50:0.2,0.1", ["T"], 0, (50, 10, None)),
        ("GT:AD:DP:FREQ", "0/1:40,10:50:18.03%25", ["T"], 0, (50, 10, 0.1803)),
        ("GT:DP:DPR", "0/1:40:40,10", ["T"], 0, (40, 10, None)),
        ("GT:DP:DPR:RO:AO", "0/1:40:40,9:30:10", ["T"], 0, (40, 10, None)),
        ("GT:DPR", "0/1:40,10", ["T"], 0, (None, None, None)),
        ("GT:DP4", "0/1:10,20,4,6", ["T"], 0, (40, 10, None)),
        ("GT:DP:DP4:VAF", "0/1:50:10,20,4,6:0.25", ["T"], 0, (50, 10, 0.25)),
        ("GT:DP:DP4", "0/1:50:.", ["T"], 0, (50, None, None)),
        ("GT:AD:DP:AF", "0/1:0,0:0:NaN", ["T"], 0, (0, 0, None)),
        ("GT:AD:DP", "./.:.:.", ["T"], 0, (None, None, None)),
        ("GT:AD:DP", "./.", ["T"], 0, (None, None, None)),
        ("GT", "0/1", ["T"], 0, (None, None, None)),
    ],
    ids=["mutect2", "no DP", "two alts", "AF for AD", "AD missing", "AF rounded", "varscan", "varscan percent-encoded", "freebayes",
         "freebayes two alts", "strelka snv", "strelka snv without DP", "strelka indel", "dragen", "AD of the alts only", "two shares of one alt", "percent-encoded",
         "freebayes DPR", "AO before DPR", "DPR alone", "DP4", "somaticseq", "DP4 missing", "no reads", "missing", "cut", "GT only"],
)  # fmt: skip
def test_evidence(keys: str, values: str, alts: list[str], alt: int, expected: tuple[object, ...]) -> None:
    found = reader(keys)(values, "", alts, alt)
    assert found[:2] == expected[:2]
    assert found.caller_af == (None if expected[2] is None else pytest.approx(expected[2], rel=1e-12))


@pytest.mark.parametrize(
    ("keys", "values", "vaf"),
    [
        ("GT:DP:AF", "0/1:100:0.0495", 0.0495),
        ("GT:AD:DP:AF", "0/1:.:100:0.0495", 0.0495),
        ("GT:AD:DP:AF", "0/1:96,4:100:0.0495", 0.04),
        ("GT:AD:AF", "0/1:6,2:0.0495", 0.25),
        ("GT:DP:AF", "0/1:0:0.0495", 0.0495),
        ("GT:AD:DP:AF", "0/1:0,0:0:0.3", 0.3),
        ("GT:DP", "0/1:9", None),
    ],
)
def test_the_fraction_is_the_callers_only_where_it_counted_nothing(keys: str, values: str, vaf: float | None) -> None:
    """4.95 of 100 reads are not 5: a stated fraction is not rounded by way of reads."""
    assert reader(keys)(values, "", ["T"], 0).vaf == (None if vaf is None else pytest.approx(vaf, rel=1e-12))


@pytest.mark.parametrize("values", ["0/1:-3,4:50:0.1", "0/1:3,4:x:0.1", "0/1:3,4:50:1.5"])
def test_nonsense_is_not_evidence(values: str) -> None:
    with pytest.raises(ValueError, match="'"):
        reader("GT:AD:DP:AF")(values, "", ["T"], 0)


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "expected"),
    [
        (100, "C", "T", (99, 100)),
        (100, "CA", "TG", (99, 101)),
        (100, "CAT", "CGT", (100, 101)),
        (100, "CAA", "C", (100, 102)),
        (100, "C", "CTT", (99, 101)),
        (100, "CA", "CTTA", (99, 101)),
        (100, "CAG", "TT", (99, 102)),
        (100, "AAA", "A", (100, 102)),
        (100, "CAAA", "CA", (100, 102)),
        (100, "A", "AA", (99, 101)),
        (100, "A", "ATA", (99, 101)),
        (100, "CA", "TA", (99, 100)),
        (100, "C", "TC", (98, 100)),
        (100, "CA", "TCA", (98, 100)),
    ],
)
def test_changed_bases(pos: int, ref: str, alt: str, expected: tuple[int, int]) -> None:
    assert changed(pos, ref, alt) == expected


@pytest.mark.parametrize(
    ("info", "key", "expected"),
    [
        ("AF=0.1;DP=3", "AF", "0.1"),
        ("MAF=0.2;AF=0.1", "AF", "0.1"),
        ("AFX=1", "AF", None),
        ("DP=3;PON", "PON", ""),
        ("PON;DP=3", "PON", ""),
        ("XPON;DP=PON", "PON", None),
        (".", "AF", None),
    ],
)
def test_info_value(info: str, key: str, expected: str | None) -> None:
    assert info_value(info, key) == expected


@pytest.mark.parametrize(
    ("chrom", "pos", "alt", "good"),
    [
        *[("chr1", 1, "T", True), ("chr1", 50, "T", True), ("chr1", 51, "T", False), ("chr1", 0, "T", False)],
        *[("chr2", 51, "T", True), ("chr2", 0, "T", False), ("chr1", 51, "C[chr2:3[", True), ("chr1", 0, ".C", True)],
    ],
)
def test_positions_lie_on_their_contig(chrom: str, pos: int, alt: str, good: bool) -> None:
    """Breakends may stand beside its ends (VCF specification); no length is stated for chr2."""
    header = Header("a.vcf", samples=["T"], contigs=["chr1", "chr2"], lengths={"chr1": 50})
    lines = ["chr2\t60\t.\tC\tT\t.\tPASS\t.\tGT\t0/1", f"{chrom}\t{pos}\t.\tC\t{alt}\t.\tPASS\t.\tGT\t0/1"]
    found = records(header, iter([line.split("\t") for line in lines]), "T")
    assert next(found).pos == 60
    if good:
        assert next(found).pos == pos
    else:
        with pytest.raises(InputError, match=rf"a\.vcf:{chrom}:{pos}: POS is '{pos}'; expected "):
            next(found)


@pytest.mark.parametrize(
    ("ref", "good"),
    [("M", True), ("acgtn", True), ("ACRT", True), ("<C>", False), ("A-", False), ("", False), ("Z", False)],
)
def test_bases_of_the_reference(ref: str, good: bool) -> None:
    header = Header("a.vcf", samples=["T"])
    found = records(header, iter([f"chr1\t9\t.\t{ref}\tT\t.\tPASS\t.\tGT\t0/1".split("\t")]), "T")
    if good:
        assert next(found).ref == ref.upper()
    else:
        with pytest.raises(InputError, match=r"a\.vcf:chr1:9: REF is"):
            next(found)


def test_header_fields(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(
        '##fileformat=VCFv4.2\n##contig=<ID=chr1,length=9>\n##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: A|B">\n'
        "##source=Mutect2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"
    )
    header, found = open_vcf(path)
    assert (header.contigs, header.samples, header.other["source"]) == (["chr1"], ["T"], "Mutect2")
    assert header.info["CSQ"] == "Format: A|B"
    assert list(found) == []


@pytest.mark.parametrize(
    ("info", "good"), [("CSQ=a|b;X=CSQ=c", True), ("CSQ=a|b;CSQ=c|d", False), ("Y;CSQ=a;Z;CSQ=c", False)]
)
def test_an_annotation_that_stands_twice_is_refused(tmp_path: Path, info: str, good: bool) -> None:
    """VEP's --keep_csq leaves the older one in front, in another order of fields: it was read without a word."""
    path = tmp_path / "a.vcf"
    path.write_text(
        '##fileformat=VCFv4.2\n##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: A|B">\n'
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\nchr1\t9\t.\tA\tC\t.\tPASS\t{info}\tGT\t0/1\n"
    )
    header, found = open_vcf(path)
    if good:
        assert next(records(header, found, "T", "CSQ")).annotation == "a|b"
    else:
        with pytest.raises(InputError, match=r"a\.vcf:chr1:9: INFO/CSQ stands twice; expected this field once"):
            next(records(header, found, "T", "CSQ"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('ID=A,Number=1,Type=Float,Description="x|y"', ("A", "x|y")),
        ('ID=A,Type=Float,Number=1,Description="x|y"', ("A", "x|y")),
        ('Number=1,Type=Float,Description="x, ID=w",ID=A', ("A", "x, ID=w")),
        ('ID=A,Number=1,Type=Float,Description="x|y",Source="VEP",Version="110"', ("A", "x|y")),
        ('ID=A,Number=1,Type=Float,Description="x > "y" z"', ("A", 'x > "y" z')),
        ("ID=A,Number=0,Type=Flag", ("A", "")),
    ],
)
def test_attributes_of_a_field_stand_in_any_order(line: str, expected: tuple[str, str]) -> None:
    """A frequency that was not known by its line was not read, without a word: a germline variant counted."""
    header = Header("a.vcf")
    header.read(f"##INFO=<{line}>")
    assert [*header.info.items()] == [expected]


@pytest.mark.parametrize(
    ("form", "good"), [("GT:AD:DP", True), (".", True), ("1000G", True), ("101", False), ("DP=3;X", False)]
)
def test_fields_of_the_format(form: str, good: bool) -> None:
    """Something else stands there where two lines became one: htslib leaves out what is behind the last column."""
    found = records(
        Header("a.vcf", samples=["T"]), iter([f"chr1\t9\t.\tC\tT\t.\tPASS\t.\t{form}\t0/1".split("\t")]), "T"
    )
    if good:
        assert next(found).format == form
    else:
        with pytest.raises(InputError, match=r"a\.vcf:chr1:9: FORMAT is"):
            next(found)
