"""What is no alignment is refused as one, whatever pysam raises."""

from __future__ import annotations

import gzip
import struct

import pytest

from biomarkers.io import alignments


def test_a_bam_packed_by_gzip(tmp_path):
    path = tmp_path / "a.bam"
    text = b"@HD\tVN:1.6\n"
    path.write_bytes(gzip.compress(b"BAM\1" + struct.pack("<i", len(text)) + text + struct.pack("<i", 0)))
    with pytest.raises(ValueError, match="seek"):
        alignments.header(str(path))
