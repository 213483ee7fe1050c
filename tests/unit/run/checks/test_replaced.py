"""Files of the user that were replaced by others with an older date."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from biomarkers.run.chain import GIVEN, Link
from biomarkers.run.checks.replaced import KEPT, sums, unnoticed


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Reads of one sample, dated 1000, and the BAM that was made of them at 2000."""
    monkeypatch.chdir(tmp_path)
    for name, date in (("reads.fq", 1000), ("a.bam", 2000)):
        (tmp_path / name).write_text("0123456789")
        os.utime(tmp_path / name, (date, date))
    return {"a.bam": Link("alignment", ("reads.fq", "sheet.tsv")), "reads.fq": Link(GIVEN), "sheet.tsv": Link(GIVEN)}


def replaced(path, text, date):
    path.write_text(text)
    os.utime(path, (date, date))


def test_a_file_of_another_size_and_an_older_date_is_warned_of_until_it_is_touched(made, tmp_path):
    reads = tmp_path / "reads.fq"
    assert unnoticed(made, []) == []
    replaced(reads, "another", 500)
    for _ in range(2):
        (warning,) = unnoticed(made, [])
        assert warning.startswith("reads.fq: has 7 bytes and had 10 when a.bam was made of it, but its date is older")
        assert "say touch reads.fq" in warning and "remove .snakemake/given.json" in warning
    os.utime(reads, (3000, 3000))
    assert unnoticed(made, []) == []
    os.utime(tmp_path / "a.bam", (4000, 4000))
    assert unnoticed(made, []) == []


def test_a_date_that_snakemake_does_not_take_for_newer_is_warned_of(made, tmp_path):
    """The very date of what was made of it; of a link the later of both dates; of a link that was made its own."""
    reads, bam = tmp_path / "reads.fq", tmp_path / "a.bam"
    assert unnoticed(made, []) == []
    replaced(reads, "another", 2000)
    assert len(unnoticed(made, [])) == 1
    replaced(tmp_path / "elsewhere", "another", 500)
    reads.unlink()
    reads.symlink_to("elsewhere")
    os.utime(reads, (3000, 3000), follow_symlinks=False)
    assert unnoticed(made, []) == []
    reads.unlink()
    replaced(reads, "0123456789", 1500)
    bam.unlink()
    bam.symlink_to("elsewhere")
    os.utime(bam, (2000, 2000), follow_symlinks=False)
    assert len(unnoticed(made, [])) == 1


def test_what_is_made_is_looked_for_where_a_prefix_puts_it(made, tmp_path):
    (tmp_path / "outer").mkdir()
    (tmp_path / "a.bam").rename(tmp_path / "outer" / "a.bam")
    assert unnoticed(made, [], "outer/{}".format) == []
    replaced(tmp_path / "reads.fq", "another", 500)
    (warning,) = unnoticed(made, [], "outer/{}".format)
    assert "when outer/a.bam was made of it" in warning


def test_a_link_that_leads_elsewhere_is_warned_of(made, tmp_path):
    reads = tmp_path / "reads.fq"
    for name in ("one", "two"):
        replaced(tmp_path / name, "0123456789", 500)
    reads.unlink()
    reads.symlink_to("one")
    os.utime(reads, (1000, 1000), follow_symlinks=False)
    assert unnoticed(made, []) == []
    reads.unlink()
    reads.symlink_to("two")
    os.utime(reads, (1000, 1000), follow_symlinks=False)
    (warning,) = unnoticed(made, [])
    assert "reads.fq: is two and was one when a.bam was made of it" in warning


def test_a_folder_that_was_moved_or_copied_is_not_warned_of(made, tmp_path, monkeypatch):
    """Also where an earlier version kept whole paths."""
    for name, kept in (("now", ""), ("before", f"{tmp_path / 'run'}/")):
        folder = tmp_path / "run"
        folder.mkdir(exist_ok=True)
        for file in ("reads.fq", "a.bam"):
            shutil.copy2(tmp_path / file, folder / file)
        monkeypatch.chdir(folder)
        assert unnoticed(made, []) == []
        record = json.loads(KEPT.read_text())
        KEPT.write_text(json.dumps({path: [size, kept + leads] for path, (size, leads) in record.items()}))
        assert unnoticed(made, []) == [], name
        folder.rename(tmp_path / name)
        monkeypatch.chdir(tmp_path / name)
        assert unnoticed(made, []) == []
        replaced(tmp_path / name / "reads.fq", "another", 500)
        assert len(unnoticed(made, [])) == 1


def test_what_was_not_made_yet_or_is_summed_is_not_warned_of(made, tmp_path):
    (tmp_path / "sheet.tsv").write_text("a")
    assert unnoticed(made, ["sheet.tsv"]) == []
    replaced(tmp_path / "sheet.tsv", "other", 500)
    assert unnoticed(made, ["sheet.tsv", None]) == []
    (tmp_path / "a.bam").unlink()
    replaced(tmp_path / "reads.fq", "another", 500)
    assert unnoticed(made, ["sheet.tsv"]) == []


def test_the_sum_of_a_small_file_tells_its_content(tmp_path, monkeypatch):
    sheet = tmp_path / "sheet.tsv"
    replaced(sheet, "a\n", 1000)
    before = sums([str(sheet), None, str(tmp_path / "absent")])
    assert before == ["60b725f10c9c85c70d97880dfe8191b3"], "md5sum of a and a line end"
    replaced(sheet, "b\n", 500)
    assert sums([str(sheet)]) != before
    monkeypatch.setattr("biomarkers.run.checks.replaced.SMALL", 1)
    assert sums([str(sheet)]) == []
