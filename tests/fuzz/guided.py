"""Files that reach new code are kept and changed further: `python guided.py SECONDS FOLDER [NAMES OF READERS]`.

The names are a regular expression. Atheris (libFuzzer) tells which lines of `biomarkers` a file reached. Each reader
works for a slice of processor time in a process of its own, forked from one that has read all modules; the next slice
goes to the reader that found most in its last one. FOLDER/kept has the files by reader, from which a later call goes
on; FOLDER/faults each fault once, with its files; FOLDER/readers.tsv what was done. Exit status 1 where there is one.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
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

FIRST, SLICE, LONGEST_FILE = 2, 10, 300_000
"""Seconds of the first slice of a reader and of later ones; bytes of a file."""


class Slice(NamedTuple):
    """What a reader did in a slice: files, seconds of processor time, files that reached something new."""

    files: int
    seconds: float
    new: int


def worked(reader: Reader, seconds: float, place: Path, seed: int) -> Slice:
    """A slice of a reader, in a child of this process. A child that dies leaves a fault of its own."""
    kept, told = place / "kept" / named(reader.kind), place / "work" / f"{named(reader.kind)}.json"
    kept.mkdir(parents=True, exist_ok=True)
    told.parent.mkdir(parents=True, exist_ok=True)
    told.unlink(missing_ok=True)
    (kept / "right").write_bytes(reader.files.get(reader.spoiled[0], b""))
    before, log = len([*kept.iterdir()]), place / "work" / f"{named(reader.kind)}.log"
    child = os.fork()
    if not child:
        try:
            _in_child(reader, seconds, place, seed, told, log)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    if not told.exists():
        tail = log.read_text(errors="replace")[-3000:]
        _keep(reader, place, f"the process died, status {status}\n{tail}", _work(reader))
        return Slice(0, seconds, 0)
    done = json.loads(told.read_text())
    return Slice(done["files"], done["seconds"], len([*kept.iterdir()]) - before)


def _work(reader: Reader) -> Path:
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")
    return base / f"biomarkers-fuzz-{os.getuid()}" / named(reader.kind)


def _in_child(reader: Reader, seconds: float, place: Path, seed: int, told: Path, log: Path) -> None:
    """Under libFuzzer until the time is over; never returns."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds + 90), int(seconds + 95)))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder, begun, number = _work(reader), time.process_time(), 0
    kept = place / "kept" / named(reader.kind)

    def one(data: bytes) -> None:
        nonlocal number
        number += 1
        outcome = judge.judged(reader, data, folder)
        if outcome.fault:
            _keep(reader, place, _traced(reader, data, folder, outcome.fault), folder)
        if (spent := time.process_time() - begun) > seconds:
            told.write_text(json.dumps({"files": number, "seconds": spent}))
            os._exit(0)

    def mutated(data: bytes, most: int, state: int) -> bytes:
        chance = random.Random(state)
        if chance.random() < 0.15:
            return atheris.Mutate(data, most)
        for _ in range(chance.choice([1, 1, 2, 4])):
            data = changes.spoiled(reader.spoiled[0], data, chance)
        return data[:most]

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
    options += [f"-artifact_prefix={folder}.", "-verbosity=0"]
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


def lines_reached(place: Path, chosen: list[Reader]) -> dict[str, int]:
    """Lines of the program that the kept files of each reader run, imports left out; in a process without atheris."""
    script = HERE / "reached.py"
    found = subprocess.run(
        [sys.executable, str(script), str(place), *(named(each.kind) for each in chosen)],
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(found.stdout) if found.returncode == 0 else {}


def main(seconds: str, given: str, wanted: str = ".") -> None:
    """Slices until the time is over, the readers of a first round in turn."""
    place, chance = Path(given).absolute(), random.Random()
    place.mkdir(parents=True, exist_ok=True)
    chosen = readers(DATA, wanted)
    for each in chosen:
        if not each.kind.startswith("page: "):
            judge.called(each, each.files.get(each.spoiled[0], b""), _work(each))
    done: dict[str, list[Slice]] = {each.kind: [] for each in chosen}
    spent = 0.0
    while spent < float(seconds):
        each = max(chosen, key=lambda one: _promise(done[one.kind], chance))
        got = worked(each, SLICE if done[each.kind] else FIRST, place, chance.randrange(1 << 30))
        done[each.kind].append(got)
        spent += got.seconds
        _report(place, done, {})
        print(
            f"{spent:.0f} s: {each.kind}: {got.files} files in {got.seconds:.0f} s, {got.new} reached something new",
            flush=True,
        )
    os.chdir(place)
    shutil.rmtree(_work(chosen[0]).parent, ignore_errors=True)
    _report(place, done, lines_reached(place, chosen))
    faults = sorted((place / "faults").glob("*/said"))
    print((place / "readers.tsv").read_text())
    print(f"{len(faults)} faults in {place / 'faults'}")
    sys.exit(bool(faults))


def _promise(slices: list[Slice], chance: random.Random) -> float:
    """New files a second of the last slice; a reader that had none comes first, and one that found nothing at times."""
    if not slices:
        return 1e9 + chance.random()
    return (slices[-1].new + 0.5) / (slices[-1].seconds + 0.1) / len(slices) ** 0.5


def _report(place: Path, done: dict[str, list[Slice]], lines: dict[str, int]) -> None:
    rows = ["reader\tfiles\tseconds\tnew\tlines"]
    for kind, slices in done.items():
        files, seconds, new = (sum(each[at] for each in slices) for at in range(3))
        rows.append(f"{kind}\t{files}\t{seconds:.0f}\t{new}\t{lines.get(named(kind), '')}")
    (place / "readers.tsv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    with atheris.instrument_imports(include=["biomarkers"]):
        main(*sys.argv[1:])
