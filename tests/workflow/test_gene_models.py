"""The rule `coding` reads every form of gene models as `biomarkers denominator` does."""

from __future__ import annotations

GFF3 = "##gff-version 3\nchr1\te\tCDS\t301\t399\t.\t+\t0\tID=c\n"
GTF = "chr1\te\tCDS\t301\t396\t.\t+\t0\tgene_id g\nchr1\te\tstop_codon\t397\t399\t.\t+\t0\tgene_id g\n"


def test_the_stop_codon_of_a_gtf_is_coding(run_folder):
    (run_folder.folder / "patients.tsv").write_text("patient\ttreatment_start\nP1\t2023-01-02\n")
    for name, text in (("genes.gff3", GFF3), ("genes.gtf", GTF)):
        (run_folder.folder / name).write_text(text)
        run_folder.config |= {"reference": {"genes": name}, "clinical": {"patients": "patients.tsv"}}
        done = run_folder.run("resources/coding.bed")
        assert done.returncode == 0, done.stdout + done.stderr
        assert (run_folder.folder / "resources/coding.bed").read_text() == "chr1\t300\t399\n"
