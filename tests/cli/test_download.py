"""`biomarkers download`: a file of a preset is checked, resumed, and never taken when it is not what was published."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from biomarkers.cli.app import run
from biomarkers.io import download
from biomarkers.run import presets
from servers import publisher

CONTENT = bytes(range(256)) * 4000
MD5 = hashlib.md5(CONTENT).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
WRONG = "0" * 32


@pytest.fixture
def served():
    with publisher() as files:
        files.files["x.vcf.gz"] = CONTENT
        yield files


@pytest.fixture
def call(tmp_path, monkeypatch, caplog, capsys, served):
    """Exit status and words of a download of x.vcf.gz into `there`, linked from `link/x.vcf.gz`."""
    monkeypatch.chdir(tmp_path)
    caplog.set_level("INFO")

    def called(url: str | None = None, **block: object) -> tuple[int, str]:
        block = {"url": url or served.url("x.vcf.gz"), "source": "this test"} | (block or {"md5": MD5})
        contigs = {"chr1": {"genes": "1", "bases": 10}}
        Path("own.yaml").write_text(yaml.safe_dump({"files": {"germline_resource": block}, "contigs": contigs}))
        words = ["--preset", "own.yaml", "--file", "x.vcf.gz", "--folder", "there", "--link", "link/x.vcf.gz"]
        caplog.clear()
        status = run(["download", *words])
        said = capsys.readouterr().err + caplog.text
        assert "Traceback" not in said
        return status, said

    return called


def nothing_usable():
    return not Path("there/x.vcf.gz").exists() and not Path("link/x.vcf.gz").exists()


def test_a_right_file_is_linked_and_recorded(call, served):
    status, said = call(bytes=len(CONTENT), md5=MD5)
    assert status == 0, said
    assert Path("link/x.vcf.gz").is_symlink() and Path("link/x.vcf.gz").read_bytes() == CONTENT
    assert Path("there/x.vcf.gz.sha256").read_text() == f"{SHA256}  x.vcf.gz\n"
    assert subprocess.run(["sha256sum", "--check", "--quiet", "x.vcf.gz.sha256"], cwd="there").returncode == 0
    assert not Path("there/x.vcf.gz.part").exists()
    assert call()[0] == 0 and served.asked == [("x.vcf.gz", 0)], "the second time it is only checked"


def test_the_link_of_a_moved_run_still_leads_there(tmp_path, monkeypatch):
    run, moved = tmp_path / "run", tmp_path / "archive" / "2026" / "run"
    run.mkdir()
    moved.parent.mkdir(parents=True)
    monkeypatch.chdir(run)
    for name, folder in (("own", Path("own")), ("shared", tmp_path / "shared")):
        folder.mkdir()
        (folder / name).write_bytes(CONTENT)
        wanted = download.Published(url=f"https://example.org/{name}", source="this test", md5=MD5)
        download.get(wanted, folder, Path("link") / name)
    run.rename(moved)
    assert all((moved / "link" / name).is_file() for name in ("own", "shared"))


def test_a_wrong_checksum_names_file_expected_found_and_remedy_and_keeps_the_part(call, served):
    for _ in range(2):
        status, said = call(md5=WRONG)
        assert status == 2
        assert f"there/x.vcf.gz.part: md5 is '{MD5}'; expected '{WRONG}' (this test)" in said
        assert f"compare it with {served.url('x.vcf.gz')}; to download it again, remove this file first" in said
        assert nothing_usable() and Path("there/x.vcf.gz.part").read_bytes() == CONTENT


def test_a_wrong_size_is_said_beside_the_checksum(call):
    status, said = call(md5=WRONG, bytes=len(CONTENT) + 1)
    assert status == 2 and f"a size of {len(CONTENT) + 1} bytes, not {len(CONTENT)}" in said


def test_404_names_the_address_and_what_to_do_by_hand(call, served, tmp_path):
    status, said = call(served.url("gone/x.vcf.gz"))
    assert status == 1 and nothing_usable()
    assert f"{served.url('gone/x.vcf.gz')}: cannot be downloaded" in said and "404" in said
    assert f"put it at {tmp_path}/there/x.vcf.gz" in said


def test_without_a_network_it_says_so_at_once(call, tmp_path):
    status, said = call("http://127.0.0.1:9/x.vcf.gz")
    assert status == 1 and "without a network here, get http://127.0.0.1:9/x.vcf.gz on another machine" in said
    assert f"put it at {tmp_path}/there/x.vcf.gz" in said


def test_without_curl_it_says_so(call, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    status, said = call()
    assert status == 1 and "curl: is not on the PATH" in said


def test_a_file_put_there_by_hand_needs_no_network(call):
    Path("there").mkdir()
    Path("there/x.vcf.gz").write_bytes(CONTENT)
    status, said = call("http://127.0.0.1:9/x.vcf.gz", md5=MD5)
    assert status == 0, said
    assert Path("link/x.vcf.gz").read_bytes() == CONTENT
    Path("link/x.vcf.gz").unlink()
    Path("there/x.vcf.gz").write_bytes(CONTENT[:-1])
    Path("there/x.vcf.gz.sha256").unlink()
    status, said = call("http://127.0.0.1:9/x.vcf.gz", md5=MD5)
    assert status == 2 and "there/x.vcf.gz: md5 is" in said and Path("there/x.vcf.gz").exists()


def test_an_interrupted_download_is_resumed(call, served):
    Path("there").mkdir()
    Path("there/x.vcf.gz.part").write_bytes(CONTENT[:1000])
    served.cut["x.vcf.gz"] = 70_000
    status, said = call()
    assert status == 0, said
    assert served.asked == [("x.vcf.gz", 1000), ("x.vcf.gz", 70_000)]
    assert Path("there/x.vcf.gz").read_bytes() == CONTENT


@pytest.mark.parametrize("stated", [{}, {"bytes": len(CONTENT)}])
def test_a_part_that_is_whole_is_only_checked(call, served, stated):
    Path("there").mkdir()
    Path("there/x.vcf.gz.part").write_bytes(CONTENT)
    status, said = call(md5=MD5, **stated)
    assert status == 0, said
    assert served.asked == ([] if stated else [("x.vcf.gz", len(CONTENT))])


def test_a_server_that_cannot_resume_is_asked_from_the_start(call, served):
    served.resumes = False
    served.cut["x.vcf.gz"] = 70_000
    status, said = call()
    assert status == 0, said
    assert Path("there/x.vcf.gz").read_bytes() == CONTENT and "beginning again" in said


def test_a_resumed_part_of_another_file_is_refused(call):
    Path("there").mkdir()
    Path("there/x.vcf.gz.part").write_bytes(b"<html>a proxy's page</html>")
    status, said = call()
    assert status == 2 and "remove this file first" in said and nothing_usable()


def test_the_record_of_the_first_download_must_be_met_later(call):
    assert call()[0] == 0
    Path("there/x.vcf.gz.sha256").write_text(f"{'1' * 64}  x.vcf.gz\n")
    status, said = call()
    assert status == 2 and f"sha256 is '{SHA256}'; expected '{'1' * 64}', by x.vcf.gz.sha256" in said


def sums(content: bytes, name: str, tmp_path: Path) -> bytes:
    """A publisher's listing as `sum` makes it, which names other files too."""
    (tmp_path / name).write_bytes(content)
    said = subprocess.run(["sum", name], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    (tmp_path / name).unlink()
    return f"00001 12 other.gz\n{' '.join(said.split()[:2])} {name}\n".encode()


@pytest.mark.parametrize("recorded", [{}, {"sha256": "2" * 64}])
def test_the_publishers_own_list_decides_where_no_record_agrees(call, served, tmp_path, recorded):
    served.files["CHECKSUMS"] = sums(CONTENT, "x.vcf.gz", tmp_path)
    status, said = call(sums=served.url("CHECKSUMS"), **recorded)
    assert status == 0, said
    assert ("though its sha256 is not the recorded one (this test)" in said) == bool(recorded)
    asked = len(served.asked)
    assert call(sums=served.url("CHECKSUMS"), **recorded)[0] == 0 and len(served.asked) == asked, "not asked again"


def test_a_file_that_the_publishers_list_does_not_know_is_refused(call, served, tmp_path):
    served.files["CHECKSUMS"] = sums(CONTENT[:-1], "x.vcf.gz", tmp_path)
    status, said = call(sums=served.url("CHECKSUMS"))
    assert status == 2 and re.search(r"x.vcf.gz.part: sum is '\d+ 1000'; expected '\d+ 1000'", said)
    served.files["CHECKSUMS"] = b"1 2 other.gz\n"
    status, said = call(sums=served.url("CHECKSUMS"))
    assert status == 1 and "CHECKSUMS: names no x.vcf.gz" in said and nothing_usable()


def test_a_record_that_agrees_spares_the_list(call, served):
    assert call(sums=served.url("absent"), sha256=SHA256)[0] == 0
    assert served.asked == [("x.vcf.gz", 0)]


def test_without_a_network_an_unknown_file_is_refused_with_the_way_to_vouch_for_it(call):
    Path("there").mkdir()
    Path("there/x.vcf.gz").write_bytes(CONTENT)
    offline = {"sums": "http://127.0.0.1:9/CHECKSUMS"}
    status, said = call(**offline)
    line = f"{SHA256}  x.vcf.gz"
    assert status == 1 and f"write '{line}' into there/x.vcf.gz.sha256" in said
    Path("there/x.vcf.gz.sha256").write_text(f"{line}\n")
    assert call(**offline)[0] == 0


def test_a_file_in_the_links_place_is_not_removed(call):
    Path("link").mkdir()
    Path("link/x.vcf.gz").write_bytes(b"mine")
    status, said = call()
    assert status == 2 and "link/x.vcf.gz: file is not a link; expected nothing here; move the file to" in said
    assert Path("link/x.vcf.gz").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"md5": "abc"}, "files.germline_resource.md5 is 'abc'; expected 32 hexadecimal digits"),
        ({"bytes": 5}, "expected a block with url, source, and md5, sha256 or sums"),
        ({"md5": MD5, "md6": "x"}, "files.germline_resource.md6: unknown key; known are url,"),
    ],
)
def test_a_preset_of_ones_own_is_checked(call, block, message):
    status, said = call(**block)
    assert status == 2 and message in said


@pytest.mark.parametrize(
    "url", ["ftp://host/x.vcf.gz", "file:///etc/passwd", "https://host/", "https://host/a b", "-o"]
)
def test_only_web_addresses_of_files_are_taken(call, url):
    status, said = call(url)
    assert status == 2 and "expected an address (https://) that ends with the file's name" in said


def test_the_built_in_preset_is_whole_and_every_checksum_has_a_source():
    preset = presets.load("GRCh38")
    keys = [file.key for file in preset.files]
    assert keys == ["fasta", "alt", "genes", "germline_resource", "panel_of_normals", "known_sites", "known_sites"]
    for file in preset.files:
        assert file.url.startswith("https://") and file.source and file.bytes, file
        digest, length = (file.md5, 32) if file.md5 else (file.sha256, 64)
        assert digest and re.fullmatch(rf"[0-9a-f]{{{length}}}", digest), file
        assert file.sums is None or file.sums.startswith("https://")
    assert preset.of("alt")[0].name == f"{preset.of('fasta')[0].name}.64.alt", "bwa finds it beside the FASTA"
    assert [*preset.lengths] == [f"chr{n}" for n in [*range(1, 23), "X", "Y", "M"]]
    assert preset.gene_contigs == {contig.removeprefix("chr").replace("M", "MT"): contig for contig in preset.lengths}
    # The 24 chromosomes of GRCh38 have 3,088,269,832 bases together.
    assert sum(preset.lengths.values()) == 3_088_269_832 + 16_569


def test_an_unknown_file_is_refused_with_those_that_there_are(capsys, tmp_path):
    words = ["--preset", "GRCh38", "--file", "x", "--folder", str(tmp_path), "--link", str(tmp_path / "l")]
    assert run(["download", *words]) == 2
    assert (
        "--file is 'x'; expected a file of the preset GRCh38: Homo_sapiens_assembly38.fasta," in capsys.readouterr().err
    )
