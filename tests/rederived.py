"""Endpoints of one patient written a second time, straight from sections 3 and 4 of docs/methods.md, for tests.

Nothing of the program is imported. Calendar days are numbers; every rule looks at all visits and pairs of visits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

BADNESS = {"NE": 0, "CR": 1, "PR": 2, "SD": 3, "NON-CR/NON-PD": 4, "PD": 5}
BETTER = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]
MONTH = 365.25 / 12


@dataclass
class Person:
    """What the sheets say: days of any calendar, None where a cell is empty. visits: day and response, in any order."""

    start: int | None
    death: int | None = None
    last_alive: int | None = None
    new_therapy: int | None = None
    visits: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Choices:
    """The settings, as docs/methods.md names them."""

    confirmed: bool = True
    cutoff: int | None = None
    interval: int | None = None
    within: int | None = None
    sd_days: int = 42
    confirmation: int = 28
    pr_sd_pr: bool = False
    non_cr_non_pd_controls: bool = True
    horizons: dict[str, float] = field(default_factory=dict)


def derived(person: Person, choices: Choices, preset: str) -> dict[str, Any]:
    """Every endpoint of the patient under a censoring preset; None where there is none."""
    if person.start is None or (choices.cutoff is not None and person.start > choices.cutoff):
        return {"treated": 0}
    if person.new_therapy is not None and after(person.new_therapy, person.death):
        person = replace(person, new_therapy=None)
    seen = counted_visits(person, choices)
    for_response = [
        (day, word)
        for day, word in seen
        if (person.new_therapy is None or after(person.new_therapy, choices.cutoff) or day < person.new_therapy)
        and (choices.within is None or day - person.start <= choices.within)
    ]
    best = best_of(for_response, person.start, choices, needs_confirmation=False)
    confirmed = best_of(for_response, person.start, choices, needs_confirmation=True)
    followed = confirmed if choices.confirmed else best
    responses = [
        day
        for at, (day, word) in enumerate(for_response)
        if word in ("CR", "PR") and (not choices.confirmed or is_confirmed(for_response, at, choices))
    ]
    row: dict[str, Any] = {
        "treated": 1,
        "best_response": best,
        "confirmed_best_response": confirmed,
        "responder": int(followed in ("CR", "PR")),
        "disease_control": int(
            followed in ("CR", "PR", "SD") or (followed == "NON-CR/NON-PD" and choices.non_cr_non_pd_controls)
        ),
    }
    death = None if after(person.death, choices.cutoff) else person.death
    progression = min((day for day, word in seen if word == "PD"), default=None)
    both = [day for day in (death, progression) if day is not None]
    origin = min(responses, default=None)
    lasting = interval_to(person, choices, seen, both, preset, person.start)
    times = {
        "pfs": lasting,
        "ttp": interval_to(
            person, choices, seen, [progression] if progression is not None else [], preset, person.start
        ),
        "dor": None if origin is None else interval_to(person, choices, seen, both, preset, origin),
        "os": survival(person, choices),
    }
    if progression is None and death is not None and not switched(person, choices, None, preset):
        times["ttp"] = (death - person.start + 1, 0)
    row["ttr_days"] = None if origin is None else origin - person.start + 1
    row["sd_gt_4_months"] = 0
    if best == "SD":
        days, event = lasting
        row["sd_gt_4_months"] = 1 if days > 121.75 else 0 if event else None
    for name, time in times.items():
        months, event = (None, None) if time is None else (time[0] / MONTH, time[1])
        last = choices.horizons.get(name)
        if months is not None and last is not None and months > last * (1 + 1e-8):
            months, event = last, 0
        row[f"{name}_months"], row[f"{name}_event"] = months, event
    return row


def after(day: int | None, cutoff: int | None) -> bool:
    return day is not None and cutoff is not None and day > cutoff


def counted_visits(person: Person, choices: Choices) -> list[tuple[int, str]]:
    """One visit a day, the worst, from the start to death and cutoff, up to and including the first PD."""
    days = sorted({day for day, _ in person.visits})
    counted: list[tuple[int, str]] = []
    for day in days:
        if day < person.start or after(day, choices.cutoff) or (person.death is not None and day > person.death):
            continue
        if any(word == "PD" for _, word in counted):
            continue
        counted.append((day, max((w for d, w in person.visits if d == day), key=BADNESS.__getitem__)))
    return counted


def is_confirmed(visits: list[tuple[int, str]], at: int, choices: Choices) -> bool:
    """Whether any later visit confirms the response at a place."""
    day, word = visits[at]
    return any(
        confirms([w for _, w in visits[at + 1 : other]], word, visits[other][1], choices)
        for other in range(at + 1, len(visits))
        if visits[other][0] - day >= choices.confirmation
    )


def confirms(between: list[str], first: str, last: str, choices: Choices) -> bool:
    if between.count("NE") > 1:
        return False
    if first == "CR":
        return last == "CR" and set(between) <= {"CR", "NE"}
    if last not in ("CR", "PR"):
        return False
    if not set(between) <= {"CR", "PR", "NE", *(["SD"] if choices.pr_sd_pr else [])} or between.count("SD") > 1:
        return False
    whole = [*between, last]
    if "CR" in whole:
        beyond = whole[whole.index("CR") :]
        return "PR" not in beyond and "SD" not in beyond
    return True


def best_of(visits: list[tuple[int, str]], start: int, choices: Choices, *, needs_confirmation: bool) -> str:
    """The best that any visit supports."""
    if not visits:
        return "MISSING"
    found = set()
    for at, (day, word) in enumerate(visits):
        late = day - start >= choices.sd_days
        if word == "PD":
            found.add("PD")
        elif word in ("CR", "PR"):
            if not needs_confirmation or is_confirmed(visits, at, choices):
                found.add(word)
            if late:
                found.add("SD")
        elif late and word in ("SD", "NON-CR/NON-PD"):
            found.add(word)
        if word != "PD":
            found.add("NE")
    return min(found, key=BETTER.index)


def switched(person: Person, choices: Choices, end: int | None, preset: str) -> bool:
    """Whether `fda` censors for a new therapy that began before the event."""
    therapy = person.new_therapy
    if preset != "fda" or therapy is None or after(therapy, choices.cutoff):
        return False
    return end is None or therapy < end


def interval_to(
    person: Person, choices: Choices, seen: list[tuple[int, str]], ends: list[int], preset: str, origin: int
) -> tuple[int, int]:
    """Days and event of a time to the first of some days; censored at evaluable assessments."""
    end = min(ends, default=None)
    evaluable = [day for day, word in seen if word not in ("NE", "PD") and (end is None or day <= end)]
    if switched(person, choices, end, preset):
        earlier = [day for day in evaluable if day < person.new_therapy]
        return (earlier[-1] - origin + 1, 0) if earlier else (1, 0)
    if preset == "fda" and end is not None:
        last = evaluable[-1] if evaluable else person.start
        if end - last > 2 * choices.interval:
            return (evaluable[-1] - origin + 1, 0) if evaluable else (1, 0)
    if end is not None:
        return end - origin + 1, 1
    return (evaluable[-1] - origin + 1, 0) if evaluable else (1, 0)


def survival(person: Person, choices: Choices) -> tuple[int, int]:
    """Death, else the last day on which the patient was known to be alive."""
    start, cutoff = person.start, choices.cutoff
    if person.death is not None and not after(person.death, cutoff):
        return person.death - start + 1, 1
    if after(person.death, cutoff) or after(person.last_alive, cutoff):
        return cutoff - start + 1, 0
    if person.last_alive is not None:
        return max(person.last_alive - start, 0) + 1, 0
    days = [day for day, _ in person.visits if day >= start]
    if any(after(day, cutoff) for day in days):
        return cutoff - start + 1, 0
    return max([day - start for day in days], default=0) + 1, 0


@dataclass
class Scan:
    """One measurement of a lesion: role target, non_target or new; mm None where it was not measured."""

    day: int
    lesion: str
    role: str
    is_node: bool = False
    mm: float | None = None
    status: str | None = None


def responses(scans: list[Scan], start: int) -> dict[int, str]:
    """The overall response on each day of a scan after baseline, by rule 3.1."""
    days = sorted({scan.day for scan in scans})
    before = [day for day in days if day <= start] or days[:1]
    baseline_day = before[-1]
    first: dict[str, float] = {}
    for scan in sorted(scans, key=lambda one: one.day):
        if scan.role == "target" and scan.day <= baseline_day and scan.mm is not None:
            first[scan.lesion] = scan.mm
    nodes = {scan.lesion for scan in scans if scan.is_node}
    others = {scan.lesion for scan in scans if scan.role == "non_target"}
    sums = [sum(first.values())]
    found = {}
    for day in [day for day in days if day > baseline_day]:
        own = {scan.lesion: scan for scan in scans if scan.day == day}
        sizes = {name: own[name].mm for name in first if name in own and own[name].mm is not None}
        total, whole = sum(sizes.values()), set(sizes) == set(first)
        target = None
        if first:
            grown = total - min(sums)
            if grown >= 5 - 1e-9 and grown >= 0.2 * min(sums) - 1e-9:
                target = "PD"
            elif not whole:
                target = "NE"
            elif all(mm < 10 if name in nodes else mm == 0 for name, mm in sizes.items()):
                target = "CR"
            else:
                target = "PR" if total <= 0.7 * sums[0] + 1e-9 else "SD"
        said = [own[name].status or "NE" if name in own else "NE" for name in others]
        non_target = None if not said else next((w for w in ("PD", "NE", "NON-CR/NON-PD") if w in said), "CR")
        new = any(scan.role == "new" for scan in own.values())
        found[day] = combined(target, non_target, new=new)
        if first and whole:
            sums.append(total)
    return found


def combined(target: str | None, non_target: str | None, *, new: bool) -> str:
    """Tables 1 and 2 of RECIST 1.1, row by row."""
    if new or "PD" in (target, non_target):
        return "PD"
    if target is None:
        return non_target or "NE"
    if target == "CR":
        return "CR" if non_target in (None, "CR") else "PR"
    return target
