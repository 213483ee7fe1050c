"""The workflow as a module of another one, which stands in another folder."""

from __future__ import annotations

import gzip

import builders

OTHER = """
configfile: "config/config.yaml"

rule all:
    input: "results/burden/tmb.tsv", "results/qc/multiqc.html", "own.txt"

rule own:
    output: "own.txt"
    shell: "touch {{output}}"

module exome:
    snakefile: "{snakefile}"
    config: config

use rule * from exome as exome_*
"""
"""Its own first rule is what it makes by default, as in any Snakefile."""
TWO = """
module one:
    snakefile: "{snakefile}"
    config: {{"clinical": {{"patients": "patients.tsv"}}}}
    prefix: "one"

module two:
    snakefile: "{snakefile}"
    config: {{"clinical": {{"patients": "patients.tsv"}}, "endpoints": {{"confirmed": False}}}}
    prefix: "further/two"

use rule * from one as one_*
use rule * from two as two_*
"""


def test_a_module_finds_its_shell_files_and_settings(run_folder, shared_data, project):
    builders.hcc1395(run_folder, shared_data)
    own, run_folder.snakefile = run_folder.snakefile, run_folder.folder / "Snakefile"
    run_folder.snakefile.write_text(OTHER.format(snakefile=own))
    planned = run_folder.run("-n", "-p")
    said = planned.stdout + planned.stderr
    assert planned.returncode == 0, said
    assert "touch own.txt" in said and "exome_all" not in said
    assert "align.sh --genome" in said and f"--config {project}/workflow/multiqc.yaml" in said


def test_two_modules_stand_beside_each_other(run_folder, project):
    """Each below its own prefix, also what is taken away of writers that were killed."""
    (run_folder.folder / "patients.tsv").write_text("patient\tbest_response\tpfs_months\tpfs_event\nA\tPR\t3\t1\n")
    own, run_folder.snakefile = run_folder.snakefile, run_folder.folder / "Snakefile"
    run_folder.snakefile.write_text(TWO.format(snakefile=own))
    folders = [run_folder.folder / prefix / "results/clinical" for prefix in ("one", "further/two")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / ".rates.tsv.unfinished.abc.tsv").touch()
    done = run_folder.start(*(f"{prefix}/results/clinical/endpoints.tsv" for prefix in ("one", "further/two")))
    assert done.returncode == 0, done.stdout + done.stderr
    for folder in folders:
        names = {path.name for path in folder.iterdir()}
        assert {"endpoints.tsv", "rates.tsv"} <= names and not any("unfinished" in name for name in names)


def test_a_job_tells_its_own_words_and_no_shell_command(run_folder, shared_data, project):
    """Also in a module, where its shell file must be found."""
    builders.hcc1395(run_folder, shared_data)
    own, run_folder.snakefile = run_folder.snakefile, run_folder.folder / "Snakefile"
    run_folder.snakefile.write_text(OTHER.format(snakefile=own))
    reads = shared_data / "hcc1395_exome" / "HCC1395_L3_R2.fastq.gz"
    whole = gzip.compress(gzip.decompress(reads.read_bytes()))
    (run_folder.folder / "cut.fastq.gz").write_bytes(whole[: len(whole) // 2])
    sheet = run_folder.folder / "config" / "samples.tsv"
    sheet.write_text(sheet.read_text().replace(str(reads), "cut.fastq.gz"))
    done = run_folder.run("results/reads/HCC1395.bam", "--workflow-profile", str(project / "workflow/profiles/default"))
    # Long lines are wrapped, within words too.
    said = "".join((done.stdout + done.stderr).split())
    message = "cut.fastq.gz:istruncatedordamaged;copyitagainandcomparechecksums"
    assert done.returncode == 1 and "align.sh--genome" not in said, said
    assert said.count(message) == 1 and "alignofHCC1395(patientP1)failed:cut.fastq.gz" in said
    assert len(said[said.index(message) :]) < 1000, "and nothing long follows"
