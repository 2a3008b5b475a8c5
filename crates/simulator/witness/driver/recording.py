"""What became of the calls at one world."""

import json

import jmespath
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from .normal import Normal
from .scenario import Unknown, filled
from .world import STEP_SECONDS



def record(world, ground, scenarios):
    """The outcome of each call: scenario → call → outcome."""
    recording = {}
    base = {
        "account": world.client("sts").get_caller_identity()["Account"],
        "region": world.client("sts").meta.region_name,
        "image": world.image,
        "kind": world.kind,
    }
    try:
        recording[ground.name] = _Run(world, base, ground).play(ground.calls)
        for scenario in scenarios:
            run = _Run(world, dict(base), scenario)
            try:
                recording[scenario.name] = run.play(scenario.calls)
            finally:
                last = run.play(scenario.last)
            recording[scenario.name] |= last
    finally:
        last = _Run(world, base, ground).play(ground.last)
    recording[ground.name] |= last
    return recording


def write(path, recording):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(recording, indent=2, sort_keys=True) + "\n")


def read(path):
    return json.loads(path.read_text())


class _Run:
    def __init__(self, world, names, scenario):
        self._world = world
        self._names = names
        self._state = scenario.state

    def play(self, calls):
        return {call.id: self._outcome(call) for call in calls}

    def _outcome(self, call):
        if call.only_reads or not self._state:
            return self._made(call)
        before = self._snapshot()
        outcome = self._made(call)
        outcome["changed"] = self._snapshot() != before
        if call.undo and "answer" in outcome:
            self._made(call.undo)
        return outcome

    def _snapshot(self):
        return [self._made(read) for read in self._state]

    def _made(self, call):
        """Makes a call, again and again where something is awaited."""
        outcome, done = self._once(call)
        for _ in range(0, self._world.patience, STEP_SECONDS):
            if done:
                return outcome
            self._world.pass_time()
            outcome, done = self._once(call)
        return outcome if done else outcome | {"awaited": "in vain"}

    def _once(self, call):
        """The outcome, and whether it is what was awaited, if anything was."""
        try:
            answer = self._answer(call)
        except Unknown as unknown:
            return {"skipped": f"${unknown} is not known"}, True
        except ResponseParserError:
            return {"broken": "the answer is no XML"}, True
        except ClientError as refusal:
            said, code = refusal.response, refusal.response["Error"]["Code"]
            message = Normal(self._names).text(said["Error"].get("Message", ""))
            outcome = {"refused": code, "status": said["ResponseMetadata"]["HTTPStatusCode"], "message": message}
            return outcome, code != call.despite
        for name, path in call.keep.items():
            value = jmespath.search(path, answer)
            if value is not None:
                self._names[name] = value
        outcome = {"answer": Normal(self._names).value(jmespath.search(call.see, answer))}
        return outcome, not call.until or bool(jmespath.search(call.until, answer))

    def _answer(self, call):
        parameters = filled(call.parameters, self._names)
        answer = getattr(self._world.client(call.service), call.operation)(**parameters)
        answer.pop("ResponseMetadata", None)
        return answer
