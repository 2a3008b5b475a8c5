"""Scenarios: rows of calls as YAML says them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import jmespath
import yaml

FOLDER = Path(__file__).parent.parent / "scenarios"

# The scenario whose names all others may use: it is made first and removed last.
GROUND = "ground"

_NAME = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


class Unknown(Exception):
    """A name that stands for nothing yet: the call that tells it was refused."""


@dataclass
class Call:
    """One call, by the names of boto3: `elbv2.describe_target_groups`."""

    call: str
    id: str = ""
    parameters: dict = field(default_factory=dict)
    # What the names stand for from now on, by JMESPath on the answer.
    keep: dict = field(default_factory=dict)
    # The part of the answer that is compared, by JMESPath.
    see: str = "@"
    # The call is repeated, time passing, until this JMESPath on its answer is true.
    until: str = ""
    # The call is repeated, time passing, while it is refused with this code.
    despite: str = ""
    # What takes the effect back where the call is not refused: what follows is to meet the same state everywhere.
    undo: "Call | None" = None

    @classmethod
    def of(cls, fields, where):
        names = {"with": "parameters"}
        fields = {names.get(name, name): value for name, value in fields.items()}
        unknown = fields.keys() - cls.__dataclass_fields__.keys()
        if unknown or fields.get("call", "").count(".") != 1:
            raise ValueError(f"{where}: no call: {fields}")
        if "undo" in fields:
            fields["undo"] = cls.of(fields["undo"], where)
        call = cls(**fields)
        for expression in [call.see, call.until or "@", *call.keep.values()]:
            jmespath.compile(expression)
        return call

    @property
    def service(self):
        return self.call.split(".")[0]

    @property
    def operation(self):
        return self.call.split(".")[1]

    @property
    def only_reads(self):
        return self.operation.startswith(("describe_", "get_"))


@dataclass
class Scenario:
    """Calls, and the reads that tell whether one of them has changed anything."""

    name: str
    state: list
    calls: list
    # What removes all of it: made in any case.
    last: list

    @classmethod
    def of(cls, path):
        fields = yaml.safe_load(path.read_text())
        parts = {part: fields.pop(part, []) for part in ("state", "calls", "finally")}
        if fields:
            raise ValueError(f"{path.name}: unknown: {', '.join(fields)}")
        calls = {part: [Call.of(call, path.name) for call in parts[part]] for part in parts}
        ids = [call.id for part in ("calls", "finally") for call in calls[part]]
        if len(set(ids)) < len(ids) or "" in ids:
            raise ValueError(f"{path.name}: each call needs an id of its own: {sorted(ids)}")
        return cls(path.stem, calls["state"], calls["calls"], calls["finally"])


def read_all():
    """The scenario of the ground, and the others by name."""
    scenarios = {path.stem: Scenario.of(path) for path in sorted(FOLDER.glob("*.yaml"))}
    return scenarios.pop(GROUND), list(scenarios.values())


def filled(value, names):
    """The parameters with what the names stand for."""
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    if not isinstance(value, str):
        return value

    def meaning(match):
        name = match[1] or match[2]
        if name not in names:
            raise Unknown(name)
        return names[name]

    return _NAME.sub(meaning, value)
