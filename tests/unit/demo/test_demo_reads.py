"""Reads hold what was planted: haplotypes, fractions, indels, adapters, and errors as rare as their qualities say."""

import numpy as np
import pytest

from biomarkers.demo import alignments, genome, mutations, reads
from biomarkers.demo.mutations import Occupied, Variant

LENGTH = reads.READ_LENGTH


@pytest.fixture(scope="module")
def made():
    return genome.build(np.random.default_rng(5), coding_bp=200_000)


@pytest.fixture(scope="module")
def person(made):
    occupied = Occupied(made)
    common = mutations.population(np.random.default_rng(6), made, occupied)
    inherited = mutations.germline(np.random.default_rng(7), made, common, occupied)
    somatic = mutations.somatic(np.random.default_rng(8), made, 60, [], 0.8, occupied)
    return inherited, somatic


@pytest.fixture(scope="module")
def pairs(made, person):
    inherited, somatic = person
    chromosomes = reads.inherit(made, inherited)
    return reads.simulate(np.random.default_rng(9), made, chromosomes, somatic, depth=36, adapters=False)


@pytest.fixture(scope="module")
def records(made, pairs):
    text = alignments.sam(pairs, made, sample="s", library="s", lane=1, tag=1)
    return [line.split("\t") for line in text.splitlines() if not line.startswith("@")]


def aligned(record):
    """(0-based position, base, quality) of each matched base; (anchor, size, inserted bases) of each indel."""
    position, at, number = int(record[3]) - 1, 0, ""
    bases, indels = [], []
    for character in record[5]:
        if character.isdigit():
            number += character
            continue
        size, number = int(number), ""
        if character == "M":
            bases += [(position + i, record[9][at + i], ord(record[10][at + i]) - 33) for i in range(size)]
            position, at = position + size, at + size
        elif character == "D":
            indels.append((position - 1, -size, ""))
            position += size
        elif character == "I":
            indels.append((position - 1, size, record[9][at : at + size]))
            at += size
        else:
            at += size
    assert at == LENGTH
    return bases, indels


@pytest.fixture(scope="module")
def pileup(records):
    """By (contig, position): counts of bases; by (contig, anchor, size): carriers; and mismatch counts by quality."""
    bases, indels = {}, {}
    for record in records:
        here, events = aligned(record)
        for position, base, _ in here:
            column = bases.setdefault((record[2], position), {})
            column[base] = column.get(base, 0) + 1
        for anchor, size, _ in events:
            indels[record[2], anchor, size] = indels.get((record[2], anchor, size), 0) + 1
    return bases, indels


def test_errors_are_as_rare_as_the_qualities_say(made, person, records):
    inherited, somatic = person
    varying = {(v.contig, v.pos - 1 + i) for v in [*(v for v, _ in inherited), *somatic] for i in range(len(v.ref))}
    total, wrong = dict.fromkeys((37, 25, 11), 0), dict.fromkeys((37, 25, 11), 0)
    for record in records[::2]:
        sequence = made.contigs[record[2]]
        for position, base, quality in aligned(record)[0]:
            if (record[2], position) not in varying:
                total[quality] += 1
                wrong[quality] += base != sequence[position]
    for quality, tolerance in ((37, 0.1), (25, 0.1), (11, 0.05)):
        # Phred: error probability 10 ** (-Q / 10)
        assert wrong[quality] / total[quality] == pytest.approx(10 ** (-quality / 10), rel=tolerance)


def test_fractions_are_those_planted(person, pileup):
    bases, indels = pileup
    inherited, somatic = person
    standard = []
    planted = [(v, v.frequency) for v in somatic] + [(v, sum(a) / 2) for v, a in inherited]
    for variant, fraction in planted:
        column = bases.get((variant.contig, variant.pos - 1), {})
        depth = sum(column.values())
        if depth < 20:
            continue
        size = len(variant.alt) - len(variant.ref)
        if size:
            count = indels.get((variant.contig, variant.pos - 1, size), 0)
            assert count >= 0.4 * fraction * depth
        else:
            standard.append((column.get(variant.alt, 0) - fraction * depth) / np.sqrt(depth * fraction + 1))
    # Mates overlap, so that counts vary a little more than binomial ones.
    assert len(standard) > 100
    assert abs(np.mean(standard)) < 0.3 and np.std(standard) < 1.6


def test_indels_in_alignments_are_the_planted_ones(person, records):
    inherited, somatic = person
    known = {}
    for v in [*(v for v, _ in inherited), *somatic]:
        if v.is_indel:
            known[v.contig, v.pos - 1] = (len(v.alt) - len(v.ref), v.alt[1:] if len(v.alt) > len(v.ref) else "")
    seen = set()
    exact = total = 0
    for record in records:
        for anchor, size, inserted in aligned(record)[1]:
            assert known[record[2], anchor][0] == size
            total += 1
            exact += known[record[2], anchor][1] == inserted
            seen.add((record[2], anchor))
    assert len(seen) > 5 and exact / total > 0.98


def test_depth_over_targets(made, pileup):
    bases, _ = pileup
    depth = [
        sum(bases.get((contig, i), {}).values())
        for contig, spans in made.targets.items()
        for start, end in spans[::10]
        for i in range(start, end, 7)
    ]
    assert np.mean(depth) == pytest.approx(36, rel=0.12)
    assert np.mean(np.array(depth) >= 15) > 0.97


def test_flags_and_mates_agree(records):
    by_name = {}
    for record in records:
        by_name.setdefault(record[0], []).append(record)
    assert all(len(pair) == 2 for pair in by_name.values())
    positions = {}
    for record in records:
        positions.setdefault(record[2], []).append(int(record[3]))
    assert all(found == sorted(found) for found in positions.values())
    firsts = 0
    for one, other in by_name.values():
        flags = int(one[1]), int(other[1])
        assert all(f & 1 and f & 2 for f in flags)
        assert (flags[0] & 64 > 0) != (flags[1] & 64 > 0) and (flags[0] & 16 > 0) != (flags[1] & 16 > 0)
        assert bool(flags[0] & 16) == bool(flags[1] & 32) and bool(flags[1] & 16) == bool(flags[0] & 32)
        assert one[2] == other[2] and one[6] == other[6] == "="
        assert (one[7], other[7]) == (other[3], one[3])
        assert int(one[8]) == -int(other[8]) and (int(one[8]) > 0) == (not flags[0] & 16)
        firsts += (flags[0] & 64 > 0) == (not flags[0] & 16)
    assert firsts / len(by_name) == pytest.approx(0.5, abs=0.02)


def test_fastq_and_alignment_hold_the_same_reads(pairs, records):
    rows = np.arange(50)
    text = reads.fastq(pairs, rows, 1, 1, 1).decode().splitlines()
    assert len(text) == 200
    mates = {r[0]: r for r in records if int(r[1]) & 128}
    for name, sequence, plus, quality in zip(text[::4], text[1::4], text[2::4], text[3::4], strict=True):
        head, comment = name.removeprefix("@").split(" ")
        record = mates[head]
        assert comment == "2:N:0" and plus == "+"
        back = int(record[1]) & 16
        assert sequence == (genome.reverse_complement(record[9]) if back else record[9])
        assert quality == (record[10][::-1] if back else record[10])


def test_short_fragments_run_into_the_adapter(made, person):
    chromosomes = reads.inherit(made, [])
    pairs = reads.simulate(np.random.default_rng(3), made, chromosomes, [], depth=40, adapters=True)
    short = np.flatnonzero(pairs.length < LENGTH - 8)
    assert len(short) > 10
    for mate, adapter in enumerate(reads.ADAPTERS):
        for row in short[:20]:
            tail = genome.BASES[pairs.bases[mate, row, pairs.length[row] :]].tobytes()
            same = sum(a == b for a, b in zip(tail, adapter, strict=False))
            assert same >= len(tail) - 2


def test_names_are_unique_and_illumina_like(pairs):
    names = set(reads.pair_names(len(pairs.start), 2, 7))
    assert len(names) == len(pairs.start)
    assert all(name.count(":") == 6 and name.startswith("DEMO:1:HDEMO007:2:") for name in names)


def test_no_inherited_variant_without_carriers(made):
    variant = Variant("chr1", 3001, made.contigs["chr1"][3000], "A" if made.contigs["chr1"][3000] != "A" else "C", 0.5)
    one = reads.inherit(made, [(variant, (0, 1))]).haplotypes
    assert (one[0] != one[1]).sum() == 1 and one[0, 3000] != one[1, 3000]
