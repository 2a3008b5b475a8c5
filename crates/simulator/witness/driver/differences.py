"""How two recordings differ, and the list of the differences that are known."""

import json
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent.parent / "differences"

ABSENT = "absent"


@dataclass(frozen=True)
class Difference:
    """Two values at one place: of a call's outcome, as JSON where they are no texts."""

    call: str
    at: str
    simulator: str
    other: str

    def row(self):
        return {"call": self.call, "at": self.at, "simulator": self.simulator, "other": self.other}


def compare(simulator, other, sentences):
    """The differences, in order. Whether error sentences count is for the caller to say."""
    found = set()
    for scenario in simulator.keys() | other.keys():
        ours, theirs = simulator.get(scenario, {}), other.get(scenario, {})
        for call in ours.keys() | theirs.keys():
            places = _outcomes(ours.get(call), theirs.get(call), sentences)
            found |= {Difference(f"{scenario}/{call}", *place) for place in places}
    return sorted(found, key=lambda difference: tuple(difference.row().values()))


def _outcomes(ours, theirs, sentences):
    if ours and theirs and "answer" in ours and "answer" in theirs:
        yield from _places("", ours["answer"], theirs["answer"])
    ours_said, theirs_said = (_summary(outcome, sentences) for outcome in (ours, theirs))
    # What is skipped or awaited in vain is no agreement, even where it is so on both sides.
    if ours_said != theirs_said or (ours and ours.keys() & {"skipped", "awaited"}):
        yield "outcome", ours_said, theirs_said


def _summary(outcome, sentences):
    """An outcome in one line, but for its answer."""
    if outcome is None:
        return ABSENT
    said = [f"{name} {outcome[name]}" for name in ("refused", "status", "broken", "skipped", "awaited") if name in outcome]
    said += ["answered"] if "answer" in outcome else []
    said += [f"'{outcome['message']}'"] if sentences and "message" in outcome else []
    said += [{True: "changed", False: "unchanged"}[outcome["changed"]]] if "changed" in outcome else []
    return ", ".join(said)


def _places(at, ours, theirs):
    if ours == theirs:
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            inner = f"{at}.{key}".lstrip(".")
            yield from _places(inner, ours.get(key, ABSENT), theirs.get(key, ABSENT))
    elif isinstance(ours, list) and isinstance(theirs, list):
        # Equal items pair up first; what remains is held against each other in order.
        for pair in zip_longest(_without(ours, theirs), _without(theirs, ours), fillvalue=ABSENT):
            yield from _places(f"{at}[]", *pair)
    else:
        yield at or "answer", _text(ours), _text(theirs)


def _without(items, others):
    rest = list(items)
    for item in others:
        if item in rest:
            rest.remove(item)
    return rest


def _text(value):
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def read_list(path):
    """The known differences. A file that is not there holds none."""
    known = {}
    for entry in (yaml.safe_load(path.read_text()) if path.exists() else None) or []:
        if not entry.get("reason") or ("rule" in entry) == (entry.get("right") in RIGHT):
            raise ValueError(f"{path.name}: an entry has a reason, and either a rule or who is right: {entry}")
        for row in entry["places"]:
            difference = Difference(**{name: str(value) for name, value in row.items()})
            if difference in known:
                raise ValueError(f"{path.name}: twice: {difference}")
            known[difference] = entry["reason"]
    return known


# Who is right where it is not the simulator by one of its rules, which cite AWS's pages or say that they are assumed.
RIGHT = ("other", "unknown")


def verdict(found, known):
    """The differences that the list lacks, and those that it holds in vain."""
    return [one for one in found if one not in known], [one for one in known if one not in found]
