"""A public file brought from its publisher, checked before anything uses it, resumed where it was interrupted."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from biomarkers.errors import InputError, Problem, RunError, log
from biomarkers.io.files import digests, write_texts

ATTEMPTS = 5
"""Tries in a row that may bring nothing; a try that brought something counts as none, for it is resumed."""
NO_NETWORK = (5, 6, 7)
"""curl's exit statuses for a proxy or host without an address, and a host that refuses: waiting does not help."""
CANNOT_RESUME = 33
REFUSED = 22
WHOLE_ALREADY = "416"
"""HTTP status of a range that begins where the file ends: the part is the whole file."""
TRANSIENT = ("408", "429", "500", "502", "503", "504")


@dataclass(frozen=True, kw_only=True)
class Published:
    """A file at an address.

    source: where its checksum was published; bytes: its size; sums: address of the publisher's list of `sum` checksums,
    asked when the recorded one is absent or differs.
    """

    url: str
    source: str
    bytes: int | None = None
    md5: str | None = None
    sha256: str | None = None
    sums: str | None = None

    @property
    def name(self) -> str:
        """Name of the file, as it stands at the end of its address."""
        return self.url.rsplit("/", 1)[1]


def size_in_words(size: int) -> str:
    """Bytes in words.

    >>> size_in_words(3249912778), size_in_words(487553)
    ('3.2 GB', '0.5 MB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def get(wanted: Published, folder: Path, link: Path) -> None:
    """The file in `folder`, checked, and `link` leading to it. A file that is there already is only checked.

    Raises InputError for a file that is not what was published, RunError where it cannot be had.
    """
    if link.exists() and not link.is_symlink():
        expected = f"nothing here; move the file to {folder / wanted.name}"
        raise InputError(Problem.said(str(link), "file", "is not a link", expected))
    data, part = folder / wanted.name, folder / f"{wanted.name}.part"
    if data.is_file():
        log.info("%s: is there already", data)
        found = _checked(data, data, wanted)
    else:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            found = f"cannot be written ({error.strerror})"
            raise InputError(Problem.said(str(folder), "folder", found, "one in which files can be written")) from None
        if not (part.is_file() and part.stat().st_size == wanted.bytes):
            size = "of unknown size" if wanted.bytes is None else size_in_words(wanted.bytes)
            log.info("%s: downloading %s from %s", data, size, wanted.url)
            _fetch(wanted.url, part, by_hand=data)
        found = _checked(part, data, wanted)
        part.replace(data)
    _record(data, found)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    # Where the run's folder is moved, what lies within it moves along.
    place = data.resolve()
    link.symlink_to(os.path.relpath(place, link.parent.resolve()) if place.is_relative_to(Path.cwd()) else place)
    log.info("%s: right; sha256 %s", data, found)


def _fetch(url: str, part: Path, *, by_hand: Path) -> None:
    """Bring `part` to its whole length, beginning where it ends. Raises RunError in words when it cannot be had."""
    failures = restarts = 0
    while True:
        before = part.stat().st_size if part.is_file() else 0
        command = ["curl", "--fail", "--location", "--silent", "--show-error", "--proto", "=http,https"]
        command += ["--connect-timeout", "30", "--speed-limit", "1", "--speed-time", "120", "--continue-at", "-"]
        command += ["--write-out", "%{http_code}", "--output", str(part), url]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise RunError(f"curl: is not on the PATH; install it, or {_instead(url, by_hand)}") from None
        if done.returncode == 0 or (done.returncode == REFUSED and done.stdout == WHOLE_ALREADY):
            return
        if done.returncode == CANNOT_RESUME and restarts < ATTEMPTS:
            log.info("%s: the server cannot resume; beginning again", part)
            part.unlink()
            restarts += 1
            continue
        after = part.stat().st_size if part.is_file() else 0
        failures = 1 if after > before else failures + 1
        final = done.returncode in NO_NETWORK or (done.returncode == REFUSED and done.stdout not in TRANSIENT)
        if final or failures >= ATTEMPTS:
            raise RunError(f"{url}: cannot be downloaded ({done.stderr.strip()}); {_instead(url, by_hand)}")
        log.info("%s: %s; trying again", part, done.stderr.strip())
        time.sleep(2 ** (failures - 1))


def _instead(url: str, by_hand: Path) -> str:
    return (
        f"without a network here, get {url} on another machine and put it at {by_hand.absolute()}: "
        "the same command then checks it and goes on"
    )


def _checked(path: Path, data: Path, wanted: Published) -> str:
    """SHA-256 of a file that is what the preset says. Raises InputError for any other; the file is left where it is.

    data: where the file belongs, beside which its record stands.
    """
    remedy = f"compare it with {wanted.url}; to download it again, remove this file first"
    size = path.stat().st_size
    found = digests(path)
    recorded = _recorded(data)
    if recorded is not None and recorded != found.sha256:
        expected = (
            f"'{recorded}', by {data.name}.sha256, as at its first download; {remedy} (and that record, if it is wrong)"
        )
        raise InputError(Problem(str(path), "sha256", found.sha256, expected))
    stated = {name: value for name in ("md5", "sha256") if (value := getattr(wanted, name)) is not None}
    wrong = [name for name, value in stated.items() if getattr(found, name) != value]
    if stated and not wrong:
        return found.sha256
    if wanted.sums is not None:
        # The record was written after the publisher had been asked: an offline machine need not ask again.
        if recorded is None:
            _check_sum(path, data, wanted, found.sha256, remedy)
        if wrong:
            said = "%s: as its publisher lists it, though its %s is not the recorded one (%s)"
            log.warning(said, path, wrong[0], wanted.source)
        return found.sha256
    expected = f"'{stated[wrong[0]]}' ({wanted.source})"
    if wanted.bytes is not None and size != wanted.bytes:
        expected += f" and a size of {wanted.bytes} bytes, not {size}"
    raise InputError(Problem(str(path), wrong[0], getattr(found, wrong[0]), f"{expected}; {remedy}"))


def _check_sum(path: Path, data: Path, wanted: Published, sha256: str, remedy: str) -> None:
    """Compare with the publisher's list of `sum` checksums: sum, blocks of 1024 bytes, name."""
    listing = path.with_name(f"{wanted.name}.sums")
    listing.unlink(missing_ok=True)
    try:
        _fetch(str(wanted.sums), listing, by_hand=listing)
    except RunError as error:
        raise RunError(
            f"{path}: has the sha256 {sha256}, which is on no record here, and its publisher cannot be asked "
            f"({str(error).split('; ')[0]}). If `sum {path}` says what {wanted.sums} says, "
            f"write '{sha256}  {wanted.name}' into {data}.sha256 and run again"
        ) from None
    rows = [line.split() for line in listing.read_text("utf-8", "replace").splitlines()]
    listing.unlink()
    expected = next((row[:2] for row in rows if row[2:3] == [wanted.name]), None)
    if expected is None:
        raise RunError(f"{wanted.sums}: names no {wanted.name}; compare the file by hand")
    done = subprocess.run(["sum", "-r", str(path)], capture_output=True, text=True, check=True)
    found = done.stdout.split()[:2]
    if [word.lstrip("0") for word in found] != [word.lstrip("0") for word in expected]:
        raise InputError(
            Problem(str(path), "sum", " ".join(found), f"'{' '.join(expected)}' ({wanted.sums}); {remedy}")
        )


def _recorded(data: Path) -> str | None:
    """SHA-256 that stands in FILE.sha256, none when there is no such file."""
    record = data.with_name(f"{data.name}.sha256")
    words = record.read_text("utf-8", "replace").split() if record.is_file() else []
    return words[0] if words else None


def _record(data: Path, found: str) -> None:
    """Write FILE.sha256 as `sha256sum` does, so that `sha256sum --check` reads it."""
    if _recorded(data) != found:
        try:
            write_texts({data.with_name(f"{data.name}.sha256"): f"{found}  {data.name}\n"})
        except OSError as error:
            log.info("%s: no record was written (%s)", data, error.strerror)
