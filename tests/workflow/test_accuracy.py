"""Known somatic variants in real reads: 86 written into HG002 (README of the data: a plain run has F1 0.837)."""

from __future__ import annotations

import pytest

CALLS = "results/calling/tumor.vcf.gz"
PLAIN = 2 * 64 / (2 * 64 + 3 + 22)


@pytest.mark.slow
def test_known_variants_are_found_better_than_by_a_plain_run(run_folder, project, shared_data, monkeypatch):
    monkeypatch.syspath_prepend(str(project / "benchmarks" / "calling"))
    from accuracy import alleles, score

    spiked = shared_data / "hg002_spikein"
    rows = [["patient", "sample", "status", "lane", "fastq_1", "fastq_2"]]
    rows += [["P1", s, s, "1", f"{spiked}/{s}_R1.fastq.gz", f"{spiked}/{s}_R2.fastq.gz"] for s in ("tumor", "normal")]
    # Genes are for the burden, which this target does not reach.
    gene = "##gff-version 3\nchr20mini\tensembl\tCDS\t1\t9\t.\t+\t0\tID=CDS:none;Parent=transcript:none\n"
    (run_folder.folder / "genes.gff3").write_text(gene)
    reference = {"fasta": f"{spiked}/reference.fa", "targets": f"{spiked}/targets.bed", "genes": "genes.gff3"}
    run_folder.config = {"samples": run_folder.sheet("samples.tsv", rows), "reference": reference}
    done = run_folder.run(CALLS)
    assert done.returncode == 0, done.stdout + done.stderr
    genome = run_folder.folder / "resources/genome.fa"
    known = set(alleles(spiked / "truth.vcf", genome, spiked / "targets.bed"))
    found = score(alleles(run_folder.folder / CALLS, genome, spiked / "targets.bed"), known)
    assert len(known) == 86 and found.found + found.missing == 86
    assert found.false <= 3, found
    # With clipped ends assembled (calling.soft_clips) it is 0.853.
    assert found.f1 > PLAIN + 0.03, found
