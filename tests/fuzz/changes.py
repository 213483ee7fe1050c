"""Files changed as other programs, hospitals and damage would: bytes, fields, columns, nodes of YAML, packing."""

# ruff: noqa: E501

from __future__ import annotations

import gzip
import io
import random
import re
import zipfile
import zlib

from readers import bgzip

BITS = [
    *(b"\0", b"\xff\xfe", b"\t", b"\n", b"\r", b'"', b"'", b"NA", b"-1", b"1e400", b"nan", b"inf", b"99999999999999999999"),
    *(b"=1+1", b"\xe2\x80\xae", b"{", b"}", b"[", b"]", b":", b"&a", b"*a", b"!!python/object", b"%", b"$(x)", b"../"),
    *(b"0000-00-00", b"9999-12-31", b"2024", b"1,5", b";", b",", b"#", b"<", b">", b"|", b"null", b"true", b"~", b" ", b"."),
    *(b"\xef\xbb\xbf", b"/", b"-9223372036854775808", b"4294967296", b"1_000", "\u00b2".encode(), "\u0663".encode(), b"2024-02-30"),
    *(b"<<: *a", b"? ", b"- ", b"|\n", b"0x1F", b"1:30", b"on", b"\x1b[2J", b"\xc3\x28", b"A" * 5000, b"\t" * 300, b"(" * 2000, b"[" * 2000),
]  # fmt: skip
"""What is put into a file, or in place of a part of it."""

NASTY = [
    *("", " ", ".", "-", "nan", "NaN", "inf", "-inf", "1e400", "-1e400", "1e-400", "-1", "-0", "+5", "007", "1.0", "1.5", "1,5", "1 000", "0x10"),
    *("1_000", "1e5", "99999999999999999999", "2147483648", "-9223372036854775809", "\u00b2", "\u0663", "\uff15", "\u2212" + "1", "5\u00a0", "\u200b5", "\ufeff5"),
    *("NA", "N/A", "None", "null", "true", "=1+1", "#REF!", "0", "0000-00-00", "2024-02-30", "2024-13-01", "20240101", "01/02/2024", "45000", "50%", "<1", "5-3"),
    *("1900-01-01", "1677-09-20", "2262-04-12", "9999-12-31", "2024-01-01T23:59:59Z", "2024-W05", "2024-060", "2024-1-1", "2024-00", "1 Jan 2024", "24:00", "1e308", "5e-324"),
    *("a\0b", "a\rb", '"', '"a', "a\u2028b", "a\x0bb", "\udc80", "e\u0301", "x" * 300, "9" * 5000, "0." + "3" * 400, "1/0", "1.797e308", "\u221e", "1'000", "(5)", "~5", ">=10"),
]  # fmt: skip
"""What one field of a right file is replaced by."""

NODES = [
    *("&a [*a]", "*a", "&a {b: *a}", "!!python/object:os.system x", "!!binary x", "!!set {a, b}", "!!timestamp 2001-01-01", "!!float x", "!x y"),
    *("[]", "{}", "[1, 2]", "{a: b}", "[[1]]", "{1: 2}", "null", "~", "on", "1:30", "0o7", ".inf", ".nan", "-.inf", "1e-4", "2024-01-01", "2024-01-01 10:00:00", "'", '"\\x00"', '"\\ud800"'),
    *("|\n  a", ">-\n  a", "? [a]", "{<<: {a: 1}}", "[" * 400 + "]" * 400, "- " * 300 + "a", "1" * 400, "true", '""', "[null]", "{null: 1}", "{? [a] : 1}"),
]  # fmt: skip
"""What a node of YAML or JSON is replaced by."""


def spoiled(name: str, data: bytes, chance: random.Random) -> bytes:
    """The content of a packed file changed and packed again, most times; else cut, packed twice, or its bytes changed."""
    if data[:2] == b"\x1f\x8b":
        if chance.random() < 0.15:
            return _packing(data, chance)
        whole = unpacked(data)
        return changed(data, chance) if whole is None else bgzip(_spoil(name, whole, chance))
    if name.endswith(".xlsx") and chance.random() < 0.8:
        return _workbook(data, chance)
    return _spoil(name, data, chance)


def unpacked(data: bytes) -> bytes | None:
    """What is packed, None where it is damaged."""
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return None


def _packing(data: bytes, chance: random.Random) -> bytes:
    """The file cut, packed anew or twice, without its last block, with something behind it, or with a block damaged."""
    whole = unpacked(data) or b""
    block = chance.randrange(max(1, len(data)))
    ways = [
        data[:block],
        data[:-28],
        data + data,
        whole,
        gzip.compress(data),
        gzip.compress(whole),
        data + b"x",
        data + b"\0" * 600,
    ]
    return chance.choice([*ways, data[:block] + bytes([chance.randrange(256)]) + data[block + 1 :]])  # fmt: skip


def _workbook(data: bytes, chance: random.Random) -> bytes:
    """A workbook with one of its parts spoiled; its bytes changed where it is none any more."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            names = whole.namelist()
            sheets = [name for name in names if "sheet" in name] or names
            victim = chance.choice(sheets if chance.random() < 0.6 else names)
            for name in names:
                content = whole.read(name)
                made.writestr(name, _spoil(name, content, chance) if name == victim else content)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        IndexError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
    ):
        return changed(data, chance)
    return out.getvalue()


def _spoil(name: str, data: bytes, chance: random.Random) -> bytes:
    """Bytes changed anywhere, one or two fields or a column or a node replaced, or the whole written otherwise."""
    how = chance.random()
    if how < 0.25:
        return changed(data, chance)
    if how < 0.55:
        return one_field(one_field(data, chance) if chance.random() < 0.3 else data, chance)
    if how < 0.85:
        return (a_node if name.endswith((".yaml", ".json", ".jsonl")) else a_column)(data, chance)
    return otherwise_written(data, chance)


def changed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some replaced, put in, left out or repeated, cut, or with their lines or cells exchanged."""
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        start = chance.randrange(len(data) + 1)
        end = start + chance.randrange(1, 40)
        how = chance.randrange(9)
        if how == 0:
            lines = data.split(b"\n")
            chance.shuffle(lines)
            data = b"\n".join(lines)
        elif how == 1 and chance.random() < 0.3:
            data = data[:start]
        elif how == 2 and (cells := data.replace(b"\n", b"\t\n\t").split(b"\t")):
            one, other = chance.randrange(len(cells)), chance.randrange(len(cells))
            cells[one], cells[other] = cells[other], cells[one]
            data = b"\t".join(cells).replace(b"\t\n\t", b"\n")
        else:
            middle = chance.choice([bytes([chance.randrange(256)]), chance.choice(BITS), b"", data[start:end] * 2])
            data = data[:start] + middle + data[chance.choice([start, end]) :]
    return data


def _nasty(chance: random.Random) -> bytes:
    text = "7" * 10_000_000 if chance.random() < 0.001 else chance.choice(NASTY)
    return text.encode(errors="surrogateescape")


def one_field(data: bytes, chance: random.Random) -> bytes:
    """The file with one of its fields replaced; a field ends at one of the separators that the file has."""
    separators = [one for one in (b"\t", b",", b";", b":", b"|", b"=", b" ", b'"') if one in data]
    separator = chance.choice([*separators[:1] * 3, *separators, b"\n"])
    fields = re.split(b"(" + re.escape(separator) + b"|\n)", data)
    fields[2 * chance.randrange(len(fields) // 2 + 1)] = _nasty(chance)
    return b"".join(fields)


def a_column(data: bytes, chance: random.Random) -> bytes:
    """A table with a column repeated, left out, moved, renamed as another or filled; or a row repeated or mixed."""
    lines = data.split(b"\n")
    separator = next((one for one in (b"\t", b",", b";") if one in data), b" ")
    width = max(line.count(separator) for line in lines) + 1
    rows = [line.split(separator) for line in lines]
    table = [number for number, row in enumerate(rows) if len(row) == width]
    one, other, row = chance.randrange(width), chance.randrange(width), chance.choice(table)
    how, filled = chance.randrange(8), _nasty(chance)
    if how == 6:
        rows.insert(row, [*rows[chance.choice(table)]])
    elif how == 7:
        rows[row] = [*rows[row][:one], *rows[chance.choice(table)][one:]]
    for number in table if how < 6 else ():
        cells = rows[number]
        if how == 0:
            cells.insert(other, cells[one])
        elif how == 1:
            del cells[one]
        elif how == 2:
            cells.insert(other, cells.pop(one))
        elif how == 3:
            cells[one] = cells[other] if number == table[0] else cells[one]
        elif how == 4:
            cells[one] = filled if number != table[0] else cells[one]
        else:
            cells[one] = rows[chance.choice(table)][one] if number != table[0] else cells[one]
    return b"\n".join(separator.join(cells) for cells in rows)


def a_node(data: bytes, chance: random.Random) -> bytes:
    """YAML or JSON with a value replaced by another one of the file or by a hostile one, or a key repeated."""
    places = [
        *re.finditer(
            rb"(?<=: )[^,{}\[\]\n]+|[\[{][^\[\]{}]*[\]}]|(?<=[\[,] )[^,\[\]{}\n]+|(?<![\w.])[\w.]+(?=\"?:)", data
        )
    ]
    if not places:
        return changed(data, chance)
    place = chance.choice(places)
    new = chance.choice([*NODES, *NASTY]).encode(errors="surrogateescape")
    if chance.random() < 0.35:
        new = chance.choice(places)[0]
    if chance.random() < 0.15:
        new = b"&a " + place[0] if chance.random() < 0.5 else place[0] + b", " + place[0]
    return data[: place.start()] + new + data[place.end() :]


def otherwise_written(data: bytes, chance: random.Random) -> bytes:
    """The same text in another encoding, with other line ends, or its first or last lines twice, its tabs as spaces."""
    lines = data.split(b"\n")
    first = next((number for number, line in enumerate(lines) if not line.startswith(b"#")), 0)
    other = chance.choice([lines[first], lines[0], lines[-2] if len(lines) > 1 else b""])
    return chance.choice([
        lambda: data.replace(b"\n", b"\r"),
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: data.replace(b"\n", b"\r\n", 1),
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.decode("latin-1").encode(chance.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32"])),
        lambda: data.replace(b"\t", b"    "),
        lambda: data.replace(b"\t", b" ", 1),
        lambda: data.replace(b"\t", b"\t\t", chance.randrange(1, 4)),
        lambda: b"\n".join([*lines[: first + 1], other, *lines[first + 1 :]]),
        lambda: b"\n".join([*lines, other]),
        lambda: data + data,
        lambda: b"\n".join(lines[: first + 1]),
        lambda: b"\n".join(lines[first + 1 :]),
        lambda: b"\n".join(line.rpartition(b"\t")[0] or line for line in lines),
        lambda: b"\n".join(line + b"\tx" for line in lines),
        lambda: data.rstrip(b"\n"),
        lambda: b"\n\n" + data.replace(b"\n", b"\n\n"),
        lambda: b"",
    ])()  # fmt: skip


def joined(one: bytes, other: bytes, chance: random.Random) -> bytes:
    """Lines of two files, or the beginning of one and the end of the other."""
    first, second = one.split(b"\n"), other.split(b"\n")
    if chance.random() < 0.5:
        return b"\n".join([*first[: chance.randrange(len(first) + 1)], *second[chance.randrange(len(second) + 1) :]])
    place = chance.randrange(len(first) + 1)
    return b"\n".join([*first[:place], chance.choice(second), *first[place:]])
