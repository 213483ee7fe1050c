"""Results of nf-core/sarek as a sample sheet; names of files are those of its own tests, releases 2.7 to 3.8."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.errors import InputError
from biomarkers.run.sarek.names import PARTS, read
from biomarkers.run.sarek.sheet import take

MUTECT2 = """##fileformat=VCFv4.2
##FILTER=<ID=PASS,Description="All filters passed">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
##INFO=<ID=TLOD,Number=A,Type=Float,Description="x">{more}
##contig=<ID=chr1,length=1000>
{told}##source=Mutect2
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{columns}
chr1\t100\t.\tA\tC\t.\tPASS\tTLOD=20{info}\tGT:AD\t{cells}
"""
CSQ = '\n##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequences. Format: Allele|Consequence|SYMBOL">'


def mutect2(*columns, normals=(), annotated=False):
    """A VCF of Mutect2 as FilterMutectCalls leaves it: tumors and normals are told in the header."""
    told = "".join(f"##{'normal' if one in normals else 'tumor'}_sample={one}\n" for one in columns)
    cells = "\t".join("0/0:60,0" if one in normals else "0/1:40,20" for one in columns)
    more, info = (CSQ, ";CSQ=C|missense_variant|TP53") if annotated else ("", "")
    return MUTECT2.format(told=told, columns="\t".join(columns), cells=cells, more=more, info=info)


@pytest.fixture
def outdir(tmp_path):
    """Writes files into a results folder; text None is a VCF of Mutect2 of one tumor and its normal."""
    folder = tmp_path / "results"

    def write(*paths, **texts):
        for path, text in (dict.fromkeys(paths) | texts).items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            text = mutect2("P1_T1", "P1_N1", normals=["P1_N1"]) if text is None else text
            place.write_bytes(gzip.compress(text.encode()) if path.endswith(".gz") else text.encode())
        return folder

    return write


def sheets(outdir, rows="P1,XX,1,T1\nP1,XX,0,N1\n"):
    return outdir(**{"csv/recalibrated.csv": f"patient,sex,status,sample\n{rows}"})


def rows_of(folder):
    return [(row.patient, row.sample, Path(row.vcf).name) for row in take(folder).rows]


PAIR = "variant_calling/mutect2/T1_vs_N1/T1_vs_N1.mutect2"


def test_filtered_mutect2_is_taken_and_every_other_vcf_has_its_reason(outdir):
    sheets(outdir)
    folder = outdir(
        f"{PAIR}.filtered.vcf.gz",
        f"{PAIR}.vcf.gz",
        "variant_calling/strelka/T1_vs_N1/T1_vs_N1.strelka.somatic_snvs.vcf.gz",
        "variant_calling/strelka/T1_vs_N1/T1_vs_N1.strelka.somatic_indels.vcf.gz",
        "variant_calling/strelka/N1/N1.strelka.variants.vcf.gz",
        "variant_calling/strelka/N1/N1.strelka.genome.vcf.gz",
        "variant_calling/haplotypecaller/N1/N1.haplotypecaller.filtered.vcf.gz",
        "variant_calling/haplotypecaller/joint_variant_calling/joint_germline.vcf.gz",
        "variant_calling/sentieon_haplotyper/N1/N1.haplotyper.filtered.vcf.gz",
        "variant_calling/deepvariant/N1/N1.deepvariant.g.vcf.gz",
        "variant_calling/freebayes/T1_vs_N1/T1_vs_N1.freebayes.filtered.vcf.gz",
        "variant_calling/manta/T1_vs_N1/T1_vs_N1.manta.somatic_sv.vcf.gz",
        "variant_calling/tiddit/T1_vs_N1/T1_vs_N1_sv_merge.tiddit.vcf.gz",
        "variant_calling/cnvkit/T1_vs_N1/T1_vs_N1.cnvcall.vcf",
        "variant_calling/bcftools/T1/T1.bcftools.vcf.gz",
        "variant_calling/muse/T1_vs_N1/T1_vs_N1.muse.vcf.gz",
        "variant_calling/filtered/T1_vs_N1/T1_vs_N1.mutect2.filtered.bcftools_filtered.vcf.gz",
        "variant_calling/filtered/T1_vs_N1/T1_vs_N1.mutect2.bcftools_filtered.vcf.gz",
        "variant_calling/consensus/T1_vs_N1/T1_vs_N1.consensus.vcf.gz",
        "variant_calling/concat/N1/N1.germline.vcf.gz",
        "variant_calling/varlociraptor/T1_vs_N1/N1_vs_T1.mutect2.somatic.varlociraptor.vcf.gz",
        "variant_calling/msisensorpro/T1_vs_N1/T1_vs_N1_somatic.vcf",
        "preprocessing/recalibrated/T1/T1.vcf.gz",
    )
    assert rows_of(folder) == [("P1", "T1", "T1_vs_N1.mutect2.filtered.vcf.gz")]
    reasons = {Path(one.path).name: why for one, why in take(folder).reasons.items()}
    assert len(reasons) == 22 and [name for name, why in reasons.items() if not why] == [
        f"{Path(PAIR).name}.filtered.vcf.gz"
    ]
    said = {
        "T1_vs_N1.mutect2.vcf.gz": "calls before FilterMutectCalls",
        "T1_vs_N1.mutect2.bcftools_filtered.vcf.gz": "calls before FilterMutectCalls",
        "T1_vs_N1.strelka.somatic_snvs.vcf.gz": "mutect2 is taken",
        "N1.strelka.variants.vcf.gz": "Strelka's calls of one sample, which are germline calls",
        "N1.haplotyper.filtered.vcf.gz": "germline calls",
        "joint_germline.vcf.gz": "germline calls",
        "T1_vs_N1.freebayes.filtered.vcf.gz": "calls of FreeBayes, which marks none as somatic",
        "T1_vs_N1.manta.somatic_sv.vcf.gz": "structural variants",
        "T1_vs_N1.cnvcall.vcf": "copy numbers",
        "N1.germline.vcf.gz": "germline calls of several callers",
    }
    assert {name: reasons[name] for name in said} == said
    assert reasons["T1_vs_N1.mutect2.filtered.bcftools_filtered.vcf.gz"].startswith("another file of the same calls")
    assert "varlociraptor" in next(one.caller for one in take(folder).reasons if "varlociraptor" in one.path)


def test_annotated_calls_come_before_plain_ones(outdir):
    sheets(outdir)
    place = "annotation/mutect2/T1_vs_N1/T1_vs_N1.mutect2.filtered"
    folder = outdir(f"{PAIR}.filtered.vcf.gz", f"{place}_snpEff.ann.vcf.gz", f"{place}_snpEff_VEP.ann.vcf.gz")
    assert rows_of(folder) == [("P1", "T1", "T1_vs_N1.mutect2.filtered_snpEff_VEP.ann.vcf.gz")]
    outdir(f"{place}_VEP.ann.vcf.gz", "annotation/mutect2/T1_vs_N1/T1_vs_N1.mutect2_VEP.ann.vcf.gz")
    assert rows_of(folder) == [("P1", "T1", "T1_vs_N1.mutect2.filtered_VEP.ann.vcf.gz")]
    reasons = {Path(one.path).name: why for one, why in take(folder).reasons.items()}
    assert reasons["T1_vs_N1.mutect2_VEP.ann.vcf.gz"] == "calls before FilterMutectCalls"
    assert reasons["T1_vs_N1.mutect2.filtered_snpEff.ann.vcf.gz"].startswith(
        "another file of the same calls is taken (annot"
    )


STRELKA = "variant_calling/strelka/T1_vs_N1/T1_vs_N1.strelka.somatic_"


def test_both_files_of_strelka_are_rows_of_one_tumor(outdir):
    sheets(outdir)
    folder = outdir(f"{STRELKA}snvs.vcf.gz", f"{STRELKA}indels.vcf.gz")
    names = sorted(name for _, _, name in rows_of(folder))
    assert names == ["T1_vs_N1.strelka.somatic_indels.vcf.gz", "T1_vs_N1.strelka.somatic_snvs.vcf.gz"]
    assert {row[:2] for row in rows_of(folder)} == {("P1", "T1")}
    outdir("annotation/strelka/T1_vs_N1/T1_vs_N1.strelka.somatic_snvs_VEP.ann.vcf.gz")
    assert sorted(name for _, _, name in rows_of(folder)) == names, "an annotated half is no call"


def test_copies_of_a_file_are_not_counted_beside_it(outdir):
    sheets(outdir)
    folder = outdir(
        f"{STRELKA}snvs.vcf.gz",
        f"{STRELKA}indels.vcf.gz",
        "variant_calling/strelka/T1_vs_N1/Copy of T1_vs_N1.strelka.somatic_snvs.vcf.gz",
        "variant_calling/strelka/T1_vs_N1/._T1_vs_N1.strelka.somatic_snvs.vcf.gz",
    )
    names = ["T1_vs_N1.strelka.somatic_indels.vcf.gz", "T1_vs_N1.strelka.somatic_snvs.vcf.gz"]
    assert [name for _, _, name in rows_of(folder)] == names
    outdir(f"{PAIR}.filtered.vcf.gz", "variant_calling/mutect2/T1_vs_N1/A T1_vs_N1.mutect2.filtered.vcf.gz")
    assert [name for _, _, name in rows_of(folder)] == ["T1_vs_N1.mutect2.filtered.vcf.gz"]


@pytest.mark.parametrize(("name", "said"), [("absent", "does not exist"), ("file", "is a file")])
def test_what_is_no_folder_is_told(tmp_path, name, said, capsys):
    (tmp_path / "file").write_text("x")
    assert run(["import", "sarek", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 2
    assert f"{name}: folder {said}; expected the results folder (--outdir) of nf-core/sarek" in capsys.readouterr().err


def test_half_of_strelka_is_refused_where_nothing_else_is_there(outdir):
    sheets(outdir)
    folder = outdir(f"{STRELKA}snvs.vcf.gz")
    with pytest.raises(
        InputError, match=r"calls of T1_vs_N1 are \S+somatic_snvs.vcf.gz alone; expected both of Strelka's"
    ):
        take(folder)
    outdir(f"{PAIR}.filtered.vcf.gz")
    assert rows_of(folder) == [("P1", "T1", "T1_vs_N1.mutect2.filtered.vcf.gz")]


@pytest.mark.parametrize("callers", [["haplotypecaller", "deepvariant"], ["freebayes"], ["manta"]])
def test_a_folder_without_somatic_calls_is_one_sentence_with_the_remedy(outdir, callers, capsys, tmp_path):
    folder = outdir(*(f"variant_calling/{caller}/N1/N1.{caller}.vcf.gz" for caller in callers))
    assert run(["import", "sarek", str(folder), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err.strip()
    assert len(told.splitlines()) == 1 and "holds no somatic calls that could be counted" in told
    assert all(caller in told for caller in callers) and "run sarek with `--tools mutect2` (or strelka)" in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("path", ["multiqc/report.html", "T1.vcf.gz", "variant_calling/a.txt"])
def test_another_folder_is_told(outdir, path):
    with pytest.raises(InputError, match=r"holds no calls of sarek; expected the results folder \(--outdir\)"):
        take(outdir(path))


def test_without_sheets_the_header_says_whose_a_sample_is_or_nobody(outdir):
    """sarek names reads PATIENT_SAMPLE, which Mutect2 tells; Strelka's columns are TUMOR and NORMAL."""
    folder = outdir(f"{PAIR}.filtered.vcf.gz")
    assert rows_of(folder)[0][:2] == ("P1", "T1")
    (folder / f"{PAIR}.filtered.vcf.gz").unlink()
    outdir(**{f"{STRELKA}{kind}.vcf.gz": mutect2("NORMAL", "TUMOR") for kind in ("snvs", "indels")})
    with pytest.raises(InputError, match=r"patient of T1 is missing; expected sarek's csv/"):
        take(folder)
    given = folder.parent / "input.csv"
    given.write_text("patient,sample,status\nP7,T1,1\nP7,N1,0\n")
    outdir(**{"pipeline_info/params_2024-05-01.json": json.dumps({"input": str(given), "tools": "strelka"})})
    assert {row[0] for row in rows_of(folder)} == {"P7"}


def test_sheets_that_contradict_each_other_are_told(outdir):
    sheets(outdir)
    outdir(**{"csv/variantcalled.csv": "patient,sample,variantcaller,vcf\nP1,T1_vs_N1,mutect2,x\n"})
    folder = outdir(f"{PAIR}.filtered.vcf.gz", **{"csv/mapped.csv": "patient,status,sample\nP2,1,T1\n"})
    with pytest.raises(InputError, match=r"patient of T1 is 'P1'; expected patient P2, as in \S+mapped.csv"):
        take(folder)


def test_a_sample_is_a_tumor_or_a_normal_in_every_sheet(outdir):
    sheets(outdir)
    folder = outdir(f"{PAIR}.filtered.vcf.gz", **{"csv/mapped.csv": "patient,status,sample\nP1,0,T1\n"})
    with pytest.raises(InputError, match=r"status of T1 is '1'; expected status 0, as in \S+mapped.csv"):
        take(folder)


@pytest.mark.parametrize("caller", ["mutect2", "strelka"])
def test_a_sheet_of_calls_names_pairs_and_no_samples(outdir, caller):
    """Started at --step variant_calling, sarek writes csv/variantcalled.csv alone: its `sample` is TUMOR_vs_NORMAL."""
    sheet = "patient,sample,variantcaller,vcf\nP1,N1,haplotypecaller,x\nP1,T1_vs_N1,strelka,x\nP2,P2,mutect2,x\n"
    calls = {
        "mutect2": [f"{PAIR}.filtered.vcf.gz"],
        "strelka": [f"{STRELKA}{part}.vcf.gz" for part in ("snvs", "indels")],
    }
    joint = {"variant_calling/mutect2/P2/P2.mutect2.filtered.vcf.gz": mutect2("P2_N", "P2_A", normals=["P2_N"])}
    folder = outdir(*calls[caller], **joint, **{"csv/variantcalled.csv": sheet})
    assert {row[:2] for row in rows_of(folder)} == {("P1", "T1"), ("P2", "A")}


def test_tumors_of_which_nothing_is_taken_are_named(outdir, caplog, tmp_path):
    sheets(outdir, "P1,XX,1,T1\nP1,XX,0,N1\nP2,XX,1,T2\n")
    folder = outdir(f"{PAIR}.filtered.vcf.gz", "variant_calling/mutect2/T3_vs_N3/T3_vs_N3.mutect2.vcf.gz")
    assert run(["import", "sarek", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert "no calls are taken of 2 tumors: T2, T3; sarek.tsv says why" in caplog.text
    sheets(outdir, "P1,XX,1,T1\nP1,XX,0,N1\n")
    assert take(folder).without == ["T3"]


def test_callers_that_differ_between_tumors_are_told(outdir, caplog, tmp_path):
    sheets(outdir, "P1,XX,1,T1\nP1,XX,0,N1\nP2,XX,1,T2\nP2,XX,0,N2\n")
    strelka = [f"variant_calling/strelka/T2_vs_N2/T2_vs_N2.strelka.{part}.vcf.gz" for part in PARTS]
    folder = outdir(f"{PAIR}.filtered.vcf.gz", *strelka)
    assert run(["import", "sarek", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert "tumors are from mutect2 and strelka: their burdens are not made alike" in caplog.text


def test_a_link_to_nothing_is_no_call(outdir):
    sheets(outdir)
    place = outdir(f"{PAIR}.filtered.vcf.gz") / f"{PAIR}.filtered.vcf.gz"
    place.unlink()
    place.symlink_to("/absent/work/ab/cdef/x.vcf.gz")
    with pytest.raises(InputError, match=r"filtered.vcf.gz: file is a link to nothing; expected a file: results that"):
        take(outdir())


def test_a_tumor_called_with_and_without_its_normal_stands_once(outdir):
    sheets(outdir)
    folder = outdir(f"{PAIR}.filtered.vcf.gz", "variant_calling/mutect2/T1/T1.mutect2.filtered.vcf.gz")
    assert rows_of(folder) == [("P1", "T1", "T1_vs_N1.mutect2.filtered.vcf.gz")]
    assert "T1_vs_N1 is taken" in take(folder).reasons.values()
    outdir("variant_calling/mutect2/T1_vs_N2/T1_vs_N2.mutect2.filtered.vcf.gz")
    with pytest.raises(InputError, match=r"tumor T1 is called as T1_vs_N1 and T1_vs_N2; expected one normal"):
        take(folder)


def test_calls_of_a_normal_alone_are_refused(outdir):
    sheets(outdir)
    folder = outdir("variant_calling/mutect2/N1/N1.mutect2.filtered.vcf.gz")
    with pytest.raises(InputError, match=r"sample N1 is a normal by sarek's sheets; expected calls of a tumor"):
        take(folder)


def test_a_name_with_vs_in_it_is_read_by_the_sheets(outdir):
    name = "A_vs_B_vs_C"
    folder = outdir(f"variant_calling/mutect2/{name}/{name}.mutect2.filtered.vcf.gz")
    with pytest.raises(InputError, match="can be read as several pairs"):
        take(folder)
    for half in ("P1,XX,1,A\n", "P1,XX,0,C\n"):  # One of two names does not make a pair.
        sheets(outdir, half)
        with pytest.raises(InputError, match="can be read as several pairs"):
            take(folder)
    sheets(outdir, "P1,XX,1,A_vs_B\nP1,XX,0,C\n")
    assert rows_of(folder)[0][:2] == ("P1", "A_vs_B")


def test_tumors_that_were_called_together_have_their_columns(outdir):
    """`--joint_mutect2`: one VCF a patient, its columns PATIENT_SAMPLE."""
    sheets(outdir, "P1,XX,1,T1\nP1,XX,1,T2\nP1,XX,0,N1\n")
    vcf = mutect2("P1_N1", "P1_T1", "P1_T2", normals=["P1_N1"])
    folder = outdir(**{"variant_calling/mutect2/P1/P1.mutect2.filtered.vcf.gz": vcf})
    rows = take(folder).rows
    assert [(row.sample, row.vcf_tumor, row.vcf_normal) for row in rows] == [
        ("T1", "P1_T1", "P1_N1"),
        ("T2", "P1_T2", "P1_N1"),
    ]


def test_results_of_sarek_2_are_read_too(outdir):
    folder = outdir(
        "VariantCalling/T1_vs_N1/Mutect2/Mutect2_filtered_T1_vs_N1.vcf.gz",
        "VariantCalling/T1_vs_N1/Mutect2/Mutect2_unfiltered_T1_vs_N1.vcf.gz",
        "VariantCalling/T1_vs_N1/Strelka/StrelkaBP_T1_vs_N1_somatic_snvs.vcf.gz",
        "VariantCalling/N1/HaplotypeCaller/HaplotypeCaller_N1.vcf.gz",
        "VariantCalling/T1_vs_N1/Manta/Manta_T1_vs_N1.somaticSV.vcf.gz",
        **{"Preprocessing/TSV/recalibrated.tsv": "P9\tXX\t1\tT1\tt.bam\tt.bai\nP9\tXX\t0\tN1\tn.bam\tn.bai\n"},
    )
    assert rows_of(folder) == [("P9", "T1", "Mutect2_filtered_T1_vs_N1.vcf.gz")]
    outdir("Annotation/T1_vs_N1/VEP/Mutect2_filtered_T1_vs_N1_VEP.ann.vcf.gz")
    assert rows_of(folder) == [("P9", "T1", "Mutect2_filtered_T1_vs_N1_VEP.ann.vcf.gz")]


@pytest.mark.parametrize("sample", ["strelka_vs_manta", "mutect2", "consensus1", "filtered"])
def test_names_of_samples_are_not_taken_for_callers(sample):
    found = read(f"variant_calling/mutect2/{sample}/{sample}.mutect2.filtered.vcf.gz")
    assert (found.caller, found.name, found.reason) == ("mutect2", sample, "")


def test_what_is_written_can_be_run(outdir, tmp_path, monkeypatch, capsys, caplog):
    """Sheet, list and config; `check` finds the columns by sarek's names, and a config of the user stays."""
    sheets(outdir, "P1,XX,1,T1\nP1,XX,0,N1\nP2,XY,1,T2\n")
    place = "annotation/mutect2/{0}/{0}.mutect2.filtered_VEP.ann.vcf.gz"
    pair = mutect2("P1_N1", "P1_T1", normals=["P1_N1"], annotated=True)
    texts = {place.format("T1_vs_N1"): pair, place.format("T2"): mutect2("P2_T2", annotated=True)}
    folder, out = outdir(**texts), tmp_path / "run"
    with caplog.at_level("INFO"):
        assert run(["import", "sarek", str(folder), "--out", str(out)]) == 0
    assert "taken: 2 tumor samples of 2 patients from mutect2, vep (2 files)" in caplog.text
    with (out / "config" / "samples.tsv").open() as lines:
        sheet = list(csv.DictReader(lines, delimiter="\t"))
    assert [(row["patient"], row["sample"], row["status"]) for row in sheet] == [("P1", "T1", "1"), ("P2", "T2", "1")]
    listed = (out / "sarek.tsv").read_text().splitlines()
    assert listed[0].split("\t") == ["file", "caller", "sample", "taken", "reason"] and len(listed) == 3
    config = out / "config" / "config.yaml"
    config.write_text(config.read_text() + "reference: {assumed_bp: 1000000}\ncalling: {tumor_only: true}\n")
    monkeypatch.chdir(out)
    assert run(["check"]) == 0, capsys.readouterr().err
    assert run(["import", "sarek", str(folder), "--out", str(out)]) == 0
    assert "assumed_bp: 1000000" in config.read_text()


def test_an_unknown_format_names_sarek_among_the_known(tmp_path, capsys):
    assert run(["import", "sarec", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "sarek" in capsys.readouterr().err
