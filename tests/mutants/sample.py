"""Breaks the program on purpose, in a sample of places, and lists what no test notices; see `make mutants`.

mutmut makes every mutant of the five rooms that compute (some 54,000); a sample with a fixed seed is run, each against
the tests that call its function. What survives goes with its change to results/mutants/survivors.txt.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

KILLED, SURVIVED, NO_TEST = "killed", "survived", "no test calls it"
MEANING = {0: SURVIVED, 1: KILLED, 3: KILLED, 33: NO_TEST, 5: NO_TEST}
"""Of mutmut's exit codes (those of pytest, and its own); all others are timeouts and crashes, which tell the mutant."""
LAST_WORDS = 4000
"""Characters of what mutmut said that are shown where it fails."""


def main() -> None:
    """Run the sample and write the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=600, help="mutants to run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--room", default="", help="stats, clinical, association, burden or variants; default: all")
    given = parser.parse_args()
    mutmut = [str(Path(sys.executable).with_name("mutmut"))]
    run = [*mutmut, "run", "--max-children", str(given.cores)]
    if not found():
        finish([*run, "biomarkers.stats.intervals.*"])
    names = sorted(name for name in found() if given.room in ("", room_of(name)))
    chosen = sorted(random.Random(given.seed).sample(names, min(given.number, len(names))))
    finish([*run, *chosen])
    outcomes = {name: MEANING.get(found()[name], KILLED) for name in chosen}
    report = Path("results/mutants/survivors.txt")
    report.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{len(chosen)} of {len(names)} mutants, seed {given.seed}: {told(outcomes.values())}"]
    for room in sorted({room_of(name) for name in chosen}):
        lines.append(f"{room}: {told(outcome for name, outcome in outcomes.items() if room_of(name) == room)}")
    print("\n".join(lines))
    for name in (name for name in chosen if outcomes[name] != KILLED):
        shown = subprocess.run([*mutmut, "show", name], capture_output=True, text=True, check=False).stdout
        change = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("---", "+++")]
        lines += ["", f"{name}: {outcomes[name]}", *change]
    report.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"The mutants that live: {report}")


def finish(command: list[str]) -> None:
    """Run mutmut; where it stops, such as at a test that fails in its copy of the project, its last words are shown."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        if subprocess.run(command, check=False, stdout=said, stderr=subprocess.STDOUT).returncode:
            said.seek(0)
            sys.exit("mutmut stopped (do not change the project while it runs):\n" + said.read()[-LAST_WORDS:])


def found() -> dict[str, int | None]:
    """Exit code of every mutant that mutmut has made, None where it was not run."""
    codes: dict[str, int | None] = {}
    for file in Path("mutants/src").rglob("*.meta"):
        codes |= json.loads(file.read_text("utf-8"))["exit_code_by_key"]
    return codes


def room_of(name: str) -> str:
    """`stats` of `biomarkers.stats.cuts.x_is_above__mutmut_1`."""
    return name.split(".")[1]


def told(outcomes) -> str:
    """How many of each."""
    counts = Counter(outcomes)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in (KILLED, SURVIVED, NO_TEST))


if __name__ == "__main__":
    main()
