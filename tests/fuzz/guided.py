"""Files that reach new code are kept and changed further: `python guided.py SECONDS FOLDER [NAMES OF READERS]`.

The names are a regular expression. Atheris (libFuzzer) tells which lines of `biomarkers` a file reached. Each reader
works for a slice of processor time in a process of its own, forked from one that has read all modules; the next slice
goes to a reader that had none, then to one of the parser that had least time (README.md): that which found most in its
last slice. FOLDER/kept, or the folder that
FUZZ_CORPUS names, has the files by reader and `tally.tsv`, what was done so far: a later call goes on from both.
FOLDER/faults has each fault once, with its files; FOLDER/readers.tsv what this call did. Exit status 1 where there is
a fault.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path[:0] = [str(PROJECT / ".tools" / "atheris"), str(PROJECT / "tests"), str(HERE)]

import atheris  # noqa: E402

with atheris.instrument_imports(include=["biomarkers"]):
    import changes
    import judge
    from readers import DATA, Reader, named, readers

FIRST, SLICE, LONGEST_FILE, STILL = 5, 10, 300_000, 180
"""Seconds of the first slice of a reader and of later ones; bytes of a file; longest standstill of a child."""
COLUMNS = ("reader", "executions", "seconds", "edges", "new", "faults")
"""Of a tally: files, seconds of processor time, edges of the program, files that reached a new one, faulty files."""
SCRATCH = (Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")) / f"biomarkers-fuzz-{os.getpid()}"
"""Files of this call, whose children are forked from it: calls side by side have each their own."""


class Slice(NamedTuple):
    """What a reader did: files, seconds of processor time, edges, files that reached something new, faults."""

    executions: int = 0
    seconds: float = 0.0
    edges: int = 0
    new: int = 0
    faults: int = 0

    def and_then(self, other: Slice) -> Slice:
        """Both together; edges are those of the later one, which began with all files that were kept."""
        sums = [one + another for one, another in zip(self, other, strict=True)]
        return Slice(*sums)._replace(edges=max(self.edges, other.edges))


class Places(NamedTuple):
    """The folder of a call, and that of the files that are kept from call to call."""

    out: Path
    corpus: Path


def worked(reader: Reader, seconds: float, places: Places, seed: int) -> Slice:
    """A slice of a reader, in a child of this process. A child that dies or stands still leaves a fault of its own."""
    kept, told = places.corpus / named(reader.kind), places.out / "work" / f"{named(reader.kind)}.json"
    kept.mkdir(parents=True, exist_ok=True)
    told.parent.mkdir(parents=True, exist_ok=True)
    told.unlink(missing_ok=True)
    (kept / "right").write_bytes(reader.files.get(reader.spoiled[0], b""))
    before, log = len([*kept.iterdir()]), told.with_suffix(".log")
    child = os.fork()
    if not child:
        try:
            _in_child(reader, seconds, places, seed, told, log)
        finally:
            os._exit(3)
    status = _ended(child)
    said = log.read_text(errors="replace") if log.exists() else ""
    edges = max(map(int, re.findall(r"\bcov: (\d+)", said)), default=0)
    new = len([*kept.iterdir()]) - before
    if not told.exists():
        _keep(reader, places.out, f"the process died, {status}\n{said[-3000:]}", _work(reader))
        files = max(map(int, re.findall(r"^#(\d+)", said, re.MULTILINE)), default=0)
        return Slice(files, seconds, edges, new, 1)
    done = json.loads(told.read_text())
    return Slice(done["files"], done["seconds"], edges, new, done["faults"])


def _ended(child: int) -> str:
    """How a child ended, which is killed when it has used no processor for minutes: its RLIMIT_CPU would never come."""
    used, since = -1, time.monotonic()
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return f"status {status}"
        now = sum(map(int, Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]))
        if now != used:
            used, since = now, time.monotonic()
        elif time.monotonic() - since > STILL:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return f"having stood still for {STILL} s"
        time.sleep(0.1)


def _work(reader: Reader) -> Path:
    return SCRATCH / named(reader.kind)


def _in_child(reader: Reader, seconds: float, places: Places, seed: int, told: Path, log: Path) -> None:
    """Under libFuzzer until the time is over; never returns."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds + 90), int(seconds + 95)))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder, begun, number, faults = _work(reader), time.process_time(), 0, 0
    kept = places.corpus / named(reader.kind)

    def one(data: bytes) -> None:
        nonlocal number, faults
        number += 1
        outcome = judge.judged(reader, data, folder)
        if outcome.fault:
            faults += 1
            _keep(reader, places.out, _traced(reader, data, folder, outcome.fault), folder)
        if (spent := time.process_time() - begun) > seconds:
            told.write_text(json.dumps({"files": number, "seconds": spent, "faults": faults}))
            os._exit(0)

    def mutated(data: bytes, most: int, state: int) -> bytes:
        chance = random.Random(state)
        if chance.random() < 0.15:
            return atheris.Mutate(data, most)
        for _ in range(chance.choice([1, 1, 2, 4])):
            data = changes.spoiled(reader.spoiled[0], data, chance)[:most]
        return data

    def crossed(one: bytes, other: bytes, most: int, state: int) -> bytes:
        return changes.joined(one, other, random.Random(state))[:most]

    options = [
        f"-seed={seed}",
        f"-max_len={LONGEST_FILE}",
        "-len_control=0",
        "-rss_limit_mb=0",
        "-timeout=600",
        "-reload=0",
    ]
    options += [f"-artifact_prefix={folder}.", "-verbosity=1"]
    atheris.Setup(
        ["fuzz", *options, str(kept)], one, custom_mutator=mutated, custom_crossover=crossed, internal_libfuzzer=True
    )
    atheris.Fuzz()


def _traced(reader: Reader, data: bytes, folder: Path, fault: str) -> str:
    """The fault with where in the program it arose."""
    if "likely a fault" not in fault:
        return fault
    os.environ["BIOMARKERS_TRACEBACK"] = "1"
    try:
        return judge.called(reader, data, folder).fault or fault
    finally:
        del os.environ["BIOMARKERS_TRACEBACK"]


def _keep(reader: Reader, place: Path, fault: str, folder: Path) -> None:
    """The files of a fault that was not seen before, by its last line and the last place in the program."""
    places = re.findall(r'biomarkers/([\w/]+\.py)", line (\d+)', fault)
    summary = re.sub(r"[^A-Za-z]+", " ", fault.strip().splitlines()[-1] if places else fault.strip().splitlines()[0])[
        :60
    ]
    sign = f"{'-'.join(places[-1]).replace('/', '.')} " if places else f"{named(reader.kind)} {summary}"
    kept = place / "faults" / named(sign + hashlib.md5(summary.encode()).hexdigest()[:6] if not places else sign)
    if kept.exists():
        with (kept / "again").open("a") as again:
            again.write(f"{reader.kind}\n")
        return
    if folder.exists():
        shutil.copytree(folder, kept / "files", symlinks=True)
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "said").write_text(
        f"{reader.kind}: {reader.spoiled[0]}\nbiomarkers {reader.words}\n\n{fault}\n", errors="replace"
    )
    (kept / "again").write_text("")


def main(seconds: str, given: str, wanted: str = ".") -> None:
    """Slices until the time is over, the readers that had none first."""
    out, chance = Path(given).absolute(), random.Random()
    places = Places(out, Path(os.environ.get("FUZZ_CORPUS") or out / "kept").absolute())
    for folder in places:
        folder.mkdir(parents=True, exist_ok=True)
    chosen = readers(DATA, wanted) or sys.exit(f"no reader's name matches {wanted!r} (tests/fuzz/README.md)")
    _warm(chosen)
    before, parsers = _tally(places.corpus / "tally.tsv"), _parsers(chosen)
    last = {each.kind: before[each.kind] for each in chosen if each.kind in before}
    done: dict[str, Slice] = {}
    while sum(each.seconds for each in done.values()) < float(seconds):
        spent: dict[str, float] = {}
        for kind, slices in before.items():
            spent[parsers.get(kind, kind)] = spent.get(parsers.get(kind, kind), 0) + slices.seconds
        each = max(
            chosen,
            key=lambda one: (
                one.kind not in last,
                -spent.get(parsers.get(one.kind, one.kind), 0),
                _promise(last.get(one.kind), before.get(one.kind), chance),
            ),
        )
        got = worked(
            each, _length(last.get(each.kind), places.corpus / named(each.kind)), places, chance.randrange(1 << 30)
        )
        last[each.kind] = got
        done[each.kind] = done.get(each.kind, Slice()).and_then(got)
        before = _added(places.corpus / "tally.tsv", each.kind, got)
        print(f"{each.kind}: {got.executions} in {got.seconds:.0f} s, {got.new} reached something new", flush=True)
    os.chdir(out)
    shutil.rmtree(SCRATCH, ignore_errors=True)
    _write(out / "readers.tsv", done)
    print((out / "readers.tsv").read_text())
    faults = sorted((out / "faults").glob("*/said"))
    print(f"{len(faults)} faults in {out / 'faults'}; all calls together: {places.corpus / 'tally.tsv'}")
    sys.exit(bool(faults))


def _parsers(chosen: list[Reader]) -> dict[str, str]:
    """The parser of each reader, as the table of README.md says."""
    rows = re.findall(r"^\| (`.+`) \| \d+ \| (.+) \|$", (HERE / "README.md").read_text(), re.MULTILINE)
    return {one.kind: name for one in chosen for name, kinds in rows if f", {one.kind}, " in f", {kinds}, "}


def _warm(chosen: list[Reader]) -> None:
    """One right file for each kind of command line, so that the children need not import what it takes."""
    kinds = {}
    for each in chosen:
        command, first, *_ = each.words.split()
        kinds[command, first, *sorted(Path(name).suffix for name in each.files)] = each
    for each in kinds.values():
        judge.called(each, each.files.get(each.spoiled[0], b""), _work(each))


def _length(last: Slice | None, kept: Path) -> float:
    """Seconds of a slice: it runs all files that were kept first, which may take no more than a third of it."""
    if last is None or not last.executions:
        return FIRST
    return max(SLICE, 3 * len([*kept.iterdir()]) * last.seconds / last.executions)


def _promise(last: Slice | None, whole: Slice | None, chance: random.Random) -> float:
    """New files a second of the last slice; a reader that had none comes first, and one that found nothing at times."""
    if last is None or whole is None:
        return 1e9 + chance.random()
    return (last.new + 0.5) / (last.seconds + 0.1) / (1 + whole.seconds / SLICE) ** 0.5


def _tally(path: Path) -> dict[str, Slice]:
    """What was done so far, by reader."""
    rows = [line.split("\t") for line in path.read_text().splitlines()[1:]] if path.exists() else []
    return {kind: Slice(int(files), float(seconds), *map(int, rest)) for kind, files, seconds, *rest in rows}


def _added(path: Path, kind: str, got: Slice) -> dict[str, Slice]:
    """The tally with one more slice, as calls of other readers beside this one left it."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        whole = _tally(path)
        whole[kind] = whole.get(kind, Slice()).and_then(got)
        _write(path, whole)
    return whole


def _write(path: Path, tally: dict[str, Slice]) -> None:
    rows = ["\t".join(COLUMNS)]
    rows += ["\t".join([kind, *(f"{value:.1f}" if isinstance(value, float) else str(value) for value in done)])
             for kind, done in tally.items()]  # fmt: skip
    path.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    with atheris.instrument_imports(include=["biomarkers"]):
        main(*sys.argv[1:])
