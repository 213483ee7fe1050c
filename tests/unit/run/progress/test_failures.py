"""What is said last of failed jobs: the line of a log that tells why, and what to do."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from biomarkers.io.lines import legible
from biomarkers.run.progress import failures
from biomarkers.run.progress.failures import Brief, Failure, Failures, sentence, tell_last
from biomarkers.run.progress.last_words import last_words

GATK_USER_ERROR = """\
Using GATK jar /opt/gatk/gatk-package-4.6.2.0-local.jar
Running:
    java -Dsamjdk.use_async_io_read_samtools=false -Xmx1600m -jar /opt/gatk/gatk-package-4.6.2.0-local.jar Mutect2 -R g.fa
00:12:51.123 INFO  Mutect2 - Shutting down engine
[November 26, 2026 at 12:12:51 AM UTC] org.broadinstitute.hellbender.tools.walkers.mutect.Mutect2 done. Elapsed time: 0.01 minutes.
Runtime.totalMemory()=129761280
***********************************************************************

A USER ERROR has occurred: Input files reference and reads have incompatible contigs: No overlapping contigs found.

***********************************************************************
Set the system property GATK_STACKTRACE_ON_USER_EXCEPTION (--java-options '-DGATK_STACKTRACE_ON_USER_EXCEPTION=true') to print the stack trace.
"""  # noqa: E501
GATK_HEAP = """\
00:12:51.123 INFO  ProgressMeter -  chr1:100  0.1  10  100
Exception in thread "main" java.lang.OutOfMemoryError: Java heap space
	at java.base/java.util.Arrays.copyOf(Arrays.java:3745)
	at org.broadinstitute.hellbender.Main.main(Main.java:289)
"""
PIPE = """\
[E::bwa_idx_load_from_disk] fail to locate the index files
[bam_mating_core] ERROR: Couldn't read header
samtools sort: failed to read header from "-"
[markdup] error reading header
"""
BGZF = """\
Calling...
[E::bgzf_flush] File write failed (wrong size)
[main_vcfview] Error: cannot write to results/variants/A.vcf.gz
A.vcf: could not be annotated by csq: are its genes those of this genome? its own words stand above
"""
TIDIED = """\
/usr/lib/python3.11/multiprocessing/resource_tracker.py:224: UserWarning: resource_tracker: There appear to be 5 leaked semaphore objects to clean up at shutdown
  warnings.warn('resource_tracker: There appear to be %d '
"""  # noqa: E501
OF_OTHERS = "a process that this one had started was killed, as it is where memory is short; nothing was written\n"
OURS = """\
ERROR: sequence and quality have different length:
@r1
fastp v0.23.2, time used: 4 seconds
[M::process] read 400 sequences (59106 bp)...
[main] Real time: 4.074 sec; CPU: 0.028 sec
[bam_sort_core] merging from 0 files and 2 in-memory blocks...
a.fq.gz or its mate: is truncated or damaged; copy it again and compare checksums
"""
KILLED = """\
[M::mem_process_seqs] Processed 400 reads in 0.024 CPU sec, 0.062 real sec
/p/align.sh: line 167: 4711 Broken pipe   reads
      4712 Killed                  | "$aligner" mem -t "$threads"
[bam_mating_core] ERROR: Couldn't read header
"""
TRACEBACK = """\
Traceback (most recent call last):
  File "/x/multiqc", line 8, in <module>
    main()
ValueError: bad plot
"""
LOGS = {
    "user error of GATK": (GATK_USER_ERROR, "A USER ERROR has occurred: Input files reference and reads have"),
    "heap": (GATK_HEAP, 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'),
    "first of a pipe": (PIPE, "[E::bwa_idx_load_from_disk] fail to locate the index files"),
    "our own word": (OURS, "a.fq.gz or its mate: is truncated or damaged; copy it again"),
    "killed": (KILLED, '4712 Killed                  | "$aligner" mem'),
    "traceback": (TRACEBACK, "ValueError: bad plot"),
    "disk": ("samtools sort: x\nwrite: No space left on device\n[markdup] error reading header\n", "write: No space"),
    "disk told as a warning": (
        "06:54:35.836 WARN  Loader - Unable to load x.so (No space left on device)\nGATKException: no codec\n",
        "06:54:35.836 WARN  Loader - Unable to load x.so (No space left",
    ),
    "no program": (
        "/usr/bin/bash: line 5: gatk: command not found\n",
        "/usr/bin/bash: line 5: gatk: command not found",
    ),
    "of the program": (
        "genes.gff3:3: start is 'x'; expected 1-based positions\n",
        "genes.gff3:3: start is 'x'; expected",
    ),
    "nothing": ("\n[M::process] read 400 sequences (59106 bp)...\n", ""),
    "a JVM that was stopped": (
        "Picked up JAVA_TOOL_OPTIONS: '-Djava.io.tmpdir=/tmp'\n19:09:57.746 INFO  NativeLibraryLoader - Loading\n",
        "",
    ),
}


@pytest.mark.parametrize("case", LOGS)
def test_the_line_that_tells_why(case):
    text, expected = LOGS[case]
    found = last_words(text)
    assert found.startswith(expected) and bool(found) == bool(expected), found


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (GATK_HEAP, "give it more memory: --set-resources call:mem_mb=N, or --retries 2"),
        (KILLED, "give it more memory"),
        (BGZF, "[E::bgzf_flush] File write failed (wrong size); free space on that disk"),
        (
            "write: No space left on device\n",
            "free space on that disk (df -h tells which), or",
        ),
        ("bash: line 5: vep: command not found\n", "install it, or run with --software-deployment-method conda"),
        ("", "it said nothing; was it stopped, or out of memory?"),
        (TIDIED, "it said nothing; was it stopped, or out of memory?"),
        (OF_OTHERS, "give it more memory: --set-resources call:mem_mb=N"),
        ("x" * 5000 + "\n", "xxx [...] (whole log"),
    ],
)
def test_what_to_do_follows_the_cause(text, remedy):
    said = sentence(Failure("call", "T1", ("results/logs/call/T1.log",)), text)
    assert said.startswith("call of T1 failed: ") and remedy in said and "\n" not in said
    assert "whole log: results/logs/call/T1.log; when it is put right start the same command again" in said
    assert len(said) < 1000


def test_a_log_that_is_no_text_is_made_one(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"good\n\xff\xfe\x00 \x1b[2J progress 1\rprogress 2\r\nM\xc3\xbcller\n")
    text = legible(path)
    assert text == "good\n\\xff\\xfe\\x00 \\x1b[2J progress 1\nprogress 2\nM\u00fcller\n" == path.read_text("utf-8")
    assert legible(path) == text and legible(tmp_path / "absent.log") == ""


def record(event, **about):
    made = logging.LogRecord("snakemake", logging.ERROR, "x", 1, "said", None, None)
    vars(made).update(event=SimpleNamespace(value=event), **about)
    return made


def test_failures_are_told_unless_a_later_attempt_succeeds(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("no index\n")
    found = Failures()
    for job, sample in enumerate(["T1", "T2", "T3"]):
        assert found.filter(record("job_info", jobid=job, wildcards={"sample": sample}))
        assert found.filter(record("job_error", jobid=job, rule_name="align", log=[str(log)]))
    found.filter(record("job_finished", job_id=1))
    found.filter(record("group_error", job_error_info=[{"jobid": 7, "rule_name": "tmb", "log": []}]))
    assert found.filter(logging.LogRecord("snakemake", logging.INFO, "x", 1, "said", None, None))
    told = found.told()
    assert [line.split(": ")[0] for line in told] == ["align of T1 failed", "align of T3 failed", "tmb failed"]
    assert told[0].startswith("align of T1 failed: no index (whole log: ")


@pytest.mark.parametrize(
    ("cause", "todo"),
    [
        ("[Errno 28] No space left on device", "free space there, then"),
        ("[Errno 122] Disk quota exceeded: '.snakemake/metadata/tmp1'", "free space there, then"),
        ("[Errno 5] Input/output error", "see who may read and write there"),
    ],
)
def test_a_run_that_cannot_record_what_is_done_says_so(cause, todo):
    """Snakemake stops then, without a job that failed."""
    found, said = Failures(), record("error")
    said.msg = f"WorkflowError:\nError recording metadata for finished job ({cause}). Please ensure write permissions"
    assert found.filter(said)
    reason = cause.split("] ")[1].split(":")[0]
    (told,) = found.told()
    assert told.startswith(f"the run stopped: what was done cannot be recorded in .snakemake ({reason}); {todo}")
    assert "start the same command again" in told
    found.filter(record("job_error", jobid=1, rule_name="align", log=[]))
    assert [line.split(":")[0] for line in found.told()] == ["align failed"], "a job tells it where one failed"


def test_a_refused_job_has_no_further_try():
    """Nor has a group with one; under the names that Snakemake gives these parts."""

    class Job:
        restart_times = property(lambda job: 2)
        log_error = None

        def __init__(self, number=None, jobs=()):
            self.dag, self.jobs, self.number = SimpleNamespace(jobid=lambda job: job.number), jobs, number

        def is_group(self):
            return bool(self.jobs)

    found = tell_last(logging.Logger("snakemake"), patients={}, kinds=[Job])
    other, refused = Job(1), Job(2)
    assert (other.restart_times, refused.restart_times) == (2, 2)
    found.refused = {2}
    assert (other.restart_times, refused.restart_times) == (2, 0)
    assert (Job(jobs=[other]).restart_times, Job(jobs=[other, refused]).restart_times) == (2, 0)


def test_of_many_failures_the_first_are_told():
    found = Failures()
    for job in range(50):
        found.filter(record("job_error", jobid=job, rule_name="align", log=[]))
    assert len(found.told()) == 21 and found.told()[-1] == "30 more jobs failed"


def test_a_workflow_that_takes_this_one_twice_is_told_once():
    logger = logging.Logger("snakemake")
    assert (
        tell_last(logger, patients={"T1": "P1"}) is tell_last(logger, patients={"T2": "P2"})
        and len(logger.filters) == 1
    )


def group_error(found, jobs, **about):
    """As Snakemake tells of a group: once for it, then once for each of its jobs."""
    found.filter(record("group_error", job_error_info=jobs, **about))
    for job in jobs:
        found.filter(record("job_error", indent=True, **job))


@pytest.fixture
def group(tmp_path):
    """Jobs `annotate` and `variants` of T3 in one group, with logs of an earlier run."""
    jobs = []
    for number, rule in enumerate(["annotate", "variants"]):
        log = tmp_path / f"{rule}.log"
        log.write_text("as ever\n")
        jobs.append({"jobid": number, "rule_name": rule, "log": [str(log)], "wildcards": {"tumor": "T3"}})
    found = Failures({"T3": "P3"})
    for job in jobs:
        found.filter(record("job_info", **job))
    return found, jobs, tmp_path / "slurm.log"


def test_of_a_group_the_job_that_failed_is_told_and_wrong_input_is_not_tried_again(group):
    found, jobs, of_cluster = group
    log = jobs[0]["log"][0]
    with open(log, "a") as file:
        file.write("T3.vcf: is no VCF\n")
    of_cluster.write_text(f"Command 'annotate.sh\n --x 2> {log}' returned non-zero exit status 2.\n")
    group_error(found, jobs, aux_logs=[str(of_cluster)], cluster_says="SLURM status is: 'FAILED'")
    (told,) = found.told()
    assert told.startswith("annotate of T3 (patient P3) failed: T3.vcf: is no VCF (whole log: ")
    assert f"(whole log: {log};" in told and "variants" not in told
    assert found.refused == {0, 1}


@pytest.mark.parametrize("said", ["write: No space left on device", "x.sh: line 3: 99 Killed  awk"])
def test_want_of_space_or_memory_is_tried_again_whatever_status_the_tool_ends_with(group, said):
    found, jobs, of_cluster = group
    log = jobs[0]["log"][0]
    with open(log, "a") as file:
        file.write(f"{said}\n")
    found.filter(record("error"))
    of_cluster.write_text(f"Command 'awk 2> {log}' returned non-zero exit status 2.\n")
    group_error(found, jobs, aux_logs=[str(of_cluster)], cluster_says="SLURM status is: 'FAILED'")
    assert not found.refused and said in found.told()[0]


@pytest.mark.parametrize("log", ["", "T3.vcf: is no VCF\n"])
def test_on_a_full_disk_a_cut_log_is_not_the_reason(group, monkeypatch, log):
    """Nor is what a shell file takes for wrong input when its tool could not write."""
    monkeypatch.setattr(failures.scratch, "has_room", lambda folder: False)
    found, jobs, of_cluster = group
    of_cluster.write_text(f"Command 'annotate.sh 2> {jobs[0]['log'][0]}' returned non-zero exit status 2.\n")
    with open(jobs[0]["log"][0], "w") as file:
        file.write(log)
    group_error(found, jobs, aux_logs=[str(of_cluster)], cluster_says="SLURM status is: 'FAILED'")
    (told,) = found.told()
    assert "annotate of T3 (patient P3) failed: nothing can be written to the run's folder" in told
    assert "disk or quota is full; free space there (" in told and not found.refused


def test_a_log_that_cannot_be_written_is_no_traceback(capsys, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", True)
    logger = logging.Logger("snakemake")

    def write(_: str) -> None:
        raise OSError(28, "No space left on device")

    logger.addHandler(logging.StreamHandler(SimpleNamespace(write=write)))
    tell_last(logger, patients={})
    logger.error("said")
    assert capsys.readouterr().err == ""


def test_a_job_that_the_cluster_ended_is_not_explained_by_an_earlier_log(group):
    found, jobs, of_cluster = group
    of_cluster.write_text("srun: got SIGCONT\n")
    group_error(found, jobs, aux_logs=[str(of_cluster)], cluster_says="SLURM-job '7', SLURM status is: 'CANCELLED'.")
    (told,) = found.told()
    assert told.startswith("annotate, variants of T3 (patient P3) failed: it was cancelled (by scancel")
    assert "as ever" not in told and "annotate.log" not in told and f"whole log: {of_cluster};" in told


def test_of_a_group_that_the_cluster_ended_the_job_that_was_running_is_told(group):
    found, jobs, of_cluster = group
    of_cluster.write_text(
        "localrule annotate:\n    input: a\nFinished jobid: 3 (Rule: annotate)\nlocalrule variants:\n"
    )
    group_error(found, jobs, aux_logs=[str(of_cluster)], cluster_says="SLURM status is: 'OUT_OF_MEMORY'")
    (told,) = found.told()
    assert told.startswith("variants of T3 (patient P3) failed: it was out of memory; give it more memory: --set")
    assert "--set-resources variants:mem_mb=N, or" in told


def test_a_group_that_succeeds_when_it_is_tried_again_has_not_failed(group):
    found, jobs, _ = group
    group_error(found, jobs, aux_logs=[], cluster_says="SLURM status is: 'NODE_FAIL'")
    assert "its node failed" in found.told()[0]
    found.filter(record("job_finished", job_id=1))
    assert not found.told()


def test_the_terminal_shows_neither_shell_commands_nor_logs():
    begun = record("job_info", jobid=1, log=["a.log"])
    failed = record("error", exception="RuleException")
    failed.msg = "CalledProcessError in a.smk, line 3:\nCommand 'set -e; x' returned non-zero exit status 1."
    other = record("error", exception="MissingInputException")
    assert [Brief().filter(each) for each in (begun, failed, other)] == [True, False, True]
    assert begun.log == []


def test_to_start_again_is_said_once_where_that_is_the_remedy() -> None:
    """Of a failed node nothing is to be put right."""
    end = failures.cluster.end_of("status is: 'NODE_FAIL'", "")
    said = failures.sentence(failures.Failure("given", "T1", ("given.log",), ("P1",), end), "")
    wanted = "its node failed; start the same command again (whole log: given.log; what is done is kept)"
    assert said == f"given of T1 (patient P1) failed: {wanted}"


def test_after_a_stop_nothing_is_to_be_put_right():
    text = "stopped by a signal (SIGTERM); nothing was written\n"
    said = failures.sentence(failures.Failure("qc", "", ("qc.log",)), text)
    assert said.endswith("nothing was written; start the same command again (whole log: qc.log; what is done is kept)")
