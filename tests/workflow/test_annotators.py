"""VEP and snpEff as settings: snpEff on a database of the real genes, VEP's command line (it cannot be had here)."""

from __future__ import annotations

import gzip
import re
import shutil
import stat
import subprocess

import pytest

from builders import hcc1395

CALLS = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr17mini,length=155223>\n##tumor_sample=LAB7\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">\n'
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tBLOOD\tLAB7\n"
    "chr17mini\t14310\t.\tC\tT\t.\tPASS\t.\tGT:AD:DP\t0/0:50,0:50\t0/1:15,85:100\n"
    "chr17mini\t41056\t.\tG\tA\t.\tPASS\t.\tGT:AD:DP\t0/0:50,0:50\t0/1:50,50:100\n"
)


@pytest.fixture
def calls(run_folder, shared_data):
    """A sheet of one raw VCF with TP53 p.Arg175His and BRCA1 p.Arg1772Ter on HCC1395's genome."""
    file = run_folder.folder / "calls.vcf"
    file.write_text(CALLS)
    folder = hcc1395(run_folder, shared_data)
    folder.sheet("samples.tsv", [["patient", "sample", "status", "vcf"], ["P1", "T1", "tumor", str(file)]])
    return folder


def gtf(gff3: str) -> str:
    """Exons and coding parts of an Ensembl GFF3 as GTF 2.2, which snpEff reads whatever the order of its lines."""
    genes, owners, lines = {}, {}, []
    for line in gff3.splitlines():
        fields = line.split("\t")
        found = dict(part.split("=", 1) for part in fields[-1].split(";")) if len(fields) == 9 else {}
        if found.get("ID", "").startswith("gene:"):
            genes[found["ID"]] = found["Name"]
        elif found.get("ID", "").startswith("transcript:"):
            owners[found["ID"]] = (found["Parent"], found["biotype"])
        elif found and fields[2] in ("exon", "CDS"):
            gene, biotype = owners[found["Parent"]]
            transcript = found["Parent"].removeprefix("transcript:")
            about = f'gene_id "{gene.removeprefix("gene:")}"; transcript_id "{transcript}"; gene_name "{genes[gene]}"; '
            lines.append("\t".join([*fields[:8], about + f'gene_biotype "{biotype}"; transcript_biotype "{biotype}";']))
    return "\n".join(lines) + "\n"


@pytest.fixture
def database(tmp_path, shared_data):
    """snpEff's database of HCC1395's genes, in a folder with a config of its own."""
    if shutil.which("snpEff") is None:
        pytest.fail("snpEff is not installed: run envs/setup.sh slow")
    folder = tmp_path / "snpeff"
    (folder / "hcc1395").mkdir(parents=True)
    with gzip.open(shared_data / "hcc1395_exome" / "genes.gff3.gz", "rt") as lines:
        (folder / "hcc1395" / "genes.gtf").write_text(gtf(lines.read()))
    shutil.copy(shared_data / "hcc1395_exome" / "reference.fa", folder / "hcc1395" / "sequences.fa")
    (folder / "snpEff.config").write_text("hcc1395.genome : HCC1395\n")
    build = ["snpEff", "build", "-Xmx1g", "-gtf22", "-noCheckCds", "-noCheckProtein"]
    done = subprocess.run(
        [*build, "-c", str(folder / "snpEff.config"), "-dataDir", str(folder), "hcc1395"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_snpeff_annotates_and_its_ann_is_counted(calls, database):
    calls.config["annotation"] = {"tool": "snpeff", "snpeff_genome": "hcc1395", "snpeff_data": str(database)}
    done = calls.run()
    assert done.returncode == 0, done.stdout + done.stderr
    with gzip.open(calls.folder / "results/variants/T1.vcf.gz", "rt") as lines:
        text = lines.read()
    assert text.startswith("##fileformat=") and "##INFO=<ID=ANN," in text and "ID=BCSQ" not in text
    tp53, brca1 = calls.tsv("results/variants/T1.variants.tsv.gz")
    assert (tp53["gene"], tp53["consequence"], tp53["hgvsp"]) == ("TP53", "missense_variant", "p.Arg175His")
    assert tp53["counted_in"] == "merino_wes,nonsynonymous"
    assert float(tp53["population_af"]) == pytest.approx(4.06392e-06, rel=1e-6)
    assert (brca1["gene"], brca1["consequence"]) == ("BRCA1", "stop_gained")
    assert re.fullmatch(r"p\.Arg\d+Ter", brca1["hgvsp"]), "snpEff's `*` in the spelling of VEP"
    assert calls.tsv("results/burden/tmb.tsv")[0]["n_variants"] == "2"


def test_vep_gets_the_documented_offline_command_line(calls):
    """A stand-in records what VEP is called with; VEP itself is not run here."""
    (calls.folder / "bin").mkdir()
    vep = calls.folder / "bin" / "vep"
    vep.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {calls.folder}/called\ncat\n')
    vep.chmod(vep.stat().st_mode | stat.S_IXUSR)
    (calls.folder / "vep cache").mkdir()
    calls.config["annotation"] = {"tool": "vep", "vep_cache": "vep cache", "vep_assembly": "GRCh38"}
    done = calls.run("results/variants/T1.vcf.gz", path=calls.folder / "bin")
    assert done.returncode == 0, done.stdout + done.stderr
    words = (calls.folder / "called").read_text().splitlines()
    for flag in ("--offline", "--cache", "--vcf", "--hgvs", "--symbol", "--canonical", "--mane", "--af_gnomade"):
        assert words.count(flag) == 1
    values = {flag: words[words.index(flag) + 1] for flag in words if words.count(flag) == 1 and flag != words[-1]}
    assert values["--dir_cache"] == str(calls.folder / "vep cache") and values["--fasta"] == "resources/genome.fa"
    assert (values["--species"], values["--assembly"]) == ("homo_sapiens", "GRCh38")
    assert (values["--format"], values["--input_file"], values["--output_file"]) == ("vcf", "STDIN", "STDOUT")


def test_an_annotator_without_its_genes_is_refused(calls):
    calls.config["annotation"] = {"tool": "vep", "vep_cache": "absent"}
    done = calls.run()
    assert done.returncode == 2 and not (calls.folder / "results").exists()
    assert re.search(r"config.yaml:\d+: annotation.vep_cache is 'absent'; expected a folder that exists", done.stderr)
    calls.config["annotation"] = {"tool": "snpeff"}
    done = calls.run()
    assert done.returncode == 2
    assert "annotation.snpeff_genome is missing; expected the name of a database, for tool: snpeff" in done.stderr
