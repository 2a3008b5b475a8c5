from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest import TestCase

from botocore.exceptions import ClientError

from driver import differences, recording
from driver.scenario import Call, Scenario, Unknown, filled, read_all


class Counter:
    """A world with one number, which grows with time and by calls."""

    image, kind, patience = "ami-1", "t3.micro", 50
    meta = SimpleNamespace(region_name="us-east-1")

    def __init__(self):
        self.number = 0

    def client(self, _service):
        return self

    def pass_time(self):
        self.number += 1

    def get_caller_identity(self):
        return {"Account": "123456789012"}

    def describe(self):
        return {"Number": self.number, "ResponseMetadata": {}}

    describe_number = describe

    def add(self, By):
        if By > 9:
            said = {"Error": {"Code": "TooMuch", "Message": f"{By}"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(said, "Add")
        self.number += By
        return self.describe()


def play(*calls, last=()):
    scenario = Scenario("s", [read], [Call.of(call, "test") for call in calls], [Call.of(call, "test") for call in last])
    return recording.record(Counter(), Scenario("ground", [], [], []), [scenario])["s"]


read = Call.of({"call": "x.describe_number"}, "test")


class RecordTest(TestCase):
    def test_a_call_is_answered_or_refused_and_changes_something_or_not(self):
        told = play(
            {"id": "add", "call": "x.add", "with": {"By": 2}, "see": "Number"},
            {"id": "nothing", "call": "x.add", "with": {"By": 0}, "see": "Number"},
            {"id": "much", "call": "x.add", "with": {"By": 10}},
        )
        self.assertEqual(told["add"], {"answer": 2, "changed": True})
        self.assertEqual(told["nothing"], {"answer": 2, "changed": False})
        self.assertEqual(told["much"], {"refused": "TooMuch", "status": 400, "message": "10", "changed": False})

    def test_what_is_awaited_takes_its_time_and_not_for_ever(self):
        told = play(
            {"id": "soon", "call": "x.describe_number", "until": "Number == `3`"},
            {"id": "never", "call": "x.describe_number", "until": "Number == `-1`"},
        )
        self.assertEqual(told["soon"], {"answer": {"Number": 3}})
        self.assertEqual(told["never"]["awaited"], "in vain")

    def test_effects_are_taken_back(self):
        told = play(
            {"id": "add", "call": "x.add", "with": {"By": 2}, "undo": {"call": "x.add", "with": {"By": -2}}},
            {"id": "then", "call": "x.describe_number", "see": "Number"},
        )
        self.assertEqual((told["add"]["changed"], told["then"]["answer"]), (True, 0))

    def test_without_its_name_a_call_is_skipped_and_the_last_ones_are_made_all_the_same(self):
        told = play({"id": "a", "call": "x.add", "with": {"By": "$b"}}, last=[{"id": "z", "call": "x.describe_number"}])
        self.assertEqual((told["a"]["skipped"], told["z"]["answer"]), ("$b is not known", {"Number": 0}))

    def test_what_is_written_is_read_and_compares_equal(self):
        told = {"s": play({"id": "much", "call": "x.add", "with": {"By": 10}})}
        with TemporaryDirectory() as folder:
            path = Path(folder) / "answers" / "x.json"
            recording.write(path, told)
            self.assertEqual(differences.compare(told, recording.read(path), sentences=True), [])


class ScenarioTest(TestCase):
    def test_all_can_be_read(self):
        ground, scenarios = read_all()
        self.assertEqual(ground.name, "ground")
        self.assertGreater(sum(len(scenario.calls) for scenario in scenarios), 200)

    def test_what_is_no_call_is_refused(self):
        for bad in ({}, {"call": "describe"}, {"call": "x.y", "colour": "red"}, {"call": "x.y", "undo": {"a": 1}}):
            with self.assertRaises(ValueError, msg=bad):
                Call.of(bad, "test")

    def test_names_are_filled_in(self):
        self.assertEqual(filled({"a": ["$b", "${b}c", 1]}, {"b": "x"}), {"a": ["x", "xc", 1]})
        with self.assertRaises(Unknown):
            filled("$c", {"b": "x"})
