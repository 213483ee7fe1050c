"""Protein changes in HGVS spelling with three-letter codes, as VEP writes them without the protein's name."""

from __future__ import annotations

import re

LETTERS = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly", "H": "His",
    "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp",
    "Y": "Tyr", "V": "Val", "U": "Sec", "O": "Pyl", "X": "Xaa", "*": "Ter",
}  # fmt: skip
SHORT = {code: letter for letter, code in LETTERS.items()}
THREE = re.compile("|".join(SHORT))
SIDE = re.compile(r"(\d{1,9})([A-Z*]+)(\.\..*)?")
FIRST = re.compile(r"p\.[A-Z][a-z]{2}(\d{1,9})(?!\d)")
SAME = re.compile(r"p\.([A-Z][a-z]{2})(\d+)\1$")


def hgvs_protein(text: str) -> str:
    """VEP's or snpEff's protein change without the protein's name.

    VEP writes `=` as `%3D`, and a program that writes VCF 4.3 all of `:`, `=` and `%` so.

    >>> hgvs_protein("ENSP00000269305.4:p.Arg175His"), hgvs_protein("p.Thr190%3D"), hgvs_protein("p.Arg10*")
    ('p.Arg175His', 'p.Thr190=', 'p.Arg10Ter')
    >>> hgvs_protein("ENSP00000269305.4%3Ap.Arg175His"), hgvs_protein("ENSP00000269305.4%3Ap.Thr190%253D")
    ('p.Arg175His', 'p.Thr190=')
    """
    if not text:
        return ""
    plain = text.replace("%25", "%").replace("%3A", ":").replace("%3D", "=")
    change = plain.rpartition(":")[2].replace("*", "Ter")
    return SAME.sub(r"p.\1\2=", change) if change[2:5] == change[-3:] else change


def shortened(protein: str) -> str:
    """HGVS with one-letter codes.

    >>> shortened("p.Arg175His"), shortened("p.Lys277AsnfsTer19"), shortened("p.Leu265="), shortened("")
    ('p.R175H', 'p.K277Nfs*19', 'p.L265=', '')
    """
    return THREE.sub(lambda match: SHORT[match[0]], protein)


def lengthened(protein: str) -> str:
    """HGVS with three-letter codes of what a MAF writes as protein change; empty for what is no protein change.

    >>> lengthened("p.R175H"), lengthened("K277Nfs*19"), lengthened("p.Arg175His"), lengthened("p.E746_A750del")
    ('p.Arg175His', 'p.Lys277AsnfsTer19', 'p.Arg175His', 'p.Glu746_Ala750del')
    >>> lengthened("p.X168_splice"), lengthened("p.*61*"), lengthened("."), lengthened("p.(G12D)")
    ('', 'p.Ter61=', '', 'p.Gly12Asp')
    """
    text = protein.strip().rpartition(":")[2].removeprefix("p.").strip("()")
    if not re.search(r"\d", text) or text.endswith("_splice"):
        return ""
    if not THREE.search(text):
        text = re.sub(r"[A-Z*]", lambda match: LETTERS.get(match[0], "Xaa"), text)
    return hgvs_protein("p." + text)


def position(protein: str) -> int | None:
    """Number of the first residue that changes, of HGVS or what a MAF writes; None where it tells none or several.

    >>> position("p.Arg175His"), position("p.E746_A750del"), position("p.Ter394Argext*?"), position("p.Met1?")
    (175, 746, 394, 1)
    >>> position("p.?"), position("p.X168_splice"), position("c.375+1G>A"), position("p.[Gly12Asp;Gln61His]")
    (None, None, None, None)
    """
    if protein.strip().startswith("c.") or ";" in protein:
        return None
    found = FIRST.match(lengthened(protein))
    return None if found is None else int(found[1])


def hgvs_from_bcsq(text: str, terms: tuple[str, ...]) -> str:
    """HGVS spelling of bcftools' amino acid change such as `175R>175H`; empty where it does not say enough.

    bcftools does not shift toward the protein's end as HGVS asks, so insertions and deletions within repeats may be
    named at their first instead of their last place. A frameshift gives the first changed residue and, where the new
    reading frame is written out up to its stop, the distance to it.

    >>> hgvs_from_bcsq("175R>175H", ("missense_variant",)), hgvs_from_bcsq("175R", ("synonymous_variant",))
    ('p.Arg175His', 'p.Arg175=')
    """
    before, _, after = text.partition(">")
    old = SIDE.fullmatch(before)
    if old is None:
        return ""
    start, left = int(old[1]), old[2]
    if not after:
        return _residue(left[0], start) + "=" if len(left) == 1 else ""
    new = SIDE.fullmatch(after)
    if new is None:
        return ""
    if "start_lost" in terms:
        return f"p.{LETTERS.get('M')}1?"
    right, cut = new[2], bool(old[3] or new[3])
    common = _shared(left, right)
    if "frameshift_variant" in terms or "stop_lost" in terms:
        return _lengthened(left, right, start, common, cut, "stop_lost" in terms)
    if cut:
        return ""
    if "*" in right and "stop_gained" in terms:
        at = right.index("*")
        return _residue(left[at], start + at) + "Ter" if at < len(left) else ""
    return _within(left, right, start, common)


def _shared(one: str, other: str) -> int:
    """Number of letters that both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _residue(letter: str, number: int) -> str:
    return f"p.{LETTERS.get(letter, 'Xaa')}{number}"


def _lengthened(left: str, right: str, start: int, common: int, cut: bool, stop_lost: bool) -> str:
    if common >= len(left) or common >= len(right):
        return f"{_residue(left[0], start)}fs" if not stop_lost else ""
    here = _residue(left[common], start + common)
    changed = LETTERS.get(right[common], "Xaa")
    stop = right.find("*", common)
    if left[common] == "*":
        return f"{here}{changed}extTer{stop - common if stop >= 0 and not cut else '?'}"
    if stop_lost:
        return ""
    if stop == common:
        return f"{here}Ter"
    return f"{here}{changed}fsTer{stop - common + 1 if stop >= 0 and not cut else '?'}"


def _within(left: str, right: str, start: int, common: int) -> str:
    """Substitution, deletion, insertion, duplication or both, after the shared ends are taken off."""
    tail = _shared(left[common:][::-1], right[common:][::-1])
    old, new = left[common : len(left) - tail], right[common : len(right) - tail]
    first, last = start + common, start + len(left) - tail - 1
    spelt = "".join(LETTERS.get(letter, "Xaa") for letter in new)
    if len(old) == 1 and len(new) == 1:
        return _residue(old, first) + spelt
    if old:
        end = "" if len(old) == 1 else f"_{_residue(old[-1], last)[2:]}"
        return f"{_residue(old[0], first)}{end}del" + (f"ins{spelt}" if new else "")
    if not new or not common:
        return ""
    if left[:common].endswith(new):
        end = "" if len(new) == 1 else f"_{_residue(new[-1], first - 1)[2:]}"
        return f"{_residue(new[0], first - len(new))}{end}dup"
    if not tail:
        return ""
    return f"{_residue(left[common - 1], first - 1)}_{_residue(left[common], first)[2:]}ins{spelt}"
