from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

from driver.differences import Difference, compare, read_list, verdict

REFUSED = {"refused": "ValidationError", "status": 400, "message": "No.", "changed": False}


def differences(ours, theirs, sentences=False):
    found = compare({"s": {"c": ours}}, {"s": {"c": theirs}}, sentences)
    assert all(difference.call == "s/c" for difference in found)
    return [(difference.at, difference.simulator, difference.other) for difference in found]


class CompareTest(TestCase):
    def test_outcomes_differ_in_one_line(self):
        answered = {"answer": {"A": 1}, "changed": True}
        line = "refused ValidationError, status 400, unchanged"
        self.assertEqual(differences(REFUSED, answered), [("outcome", line, "answered, changed")])
        self.assertEqual(differences(REFUSED, REFUSED), [])
        for other in ({"status": 409}, {"refused": "Other"}, {"changed": True}):
            self.assertEqual(len(differences(REFUSED, REFUSED | other)), 1, other)

    def test_sentences_differ_where_they_are_asked_for(self):
        other = REFUSED | {"message": "Never."}
        self.assertEqual(differences(REFUSED, other), [])
        self.assertEqual(len(differences(REFUSED, other, sentences=True)), 1)

    def test_answers_differ_at_their_places(self):
        table = [
            ({"A": {"B": 1}}, {"A": {"B": 2, "C": "x"}}, [("A.B", "1", "2"), ("A.C", "absent", "x")]),
            ({"A": ["x", "y"]}, {"A": ["y", "z"]}, [("A[]", "x", "z")]),
            ({"A": ["x", "x"]}, {"A": ["x"]}, [("A[]", "x", "absent")]),
            ({"A": []}, {}, [("A", "[]", "absent")]),
            (1, 2, [("answer", "1", "2")]),
        ]
        for ours, theirs, expected in table:
            self.assertEqual(differences({"answer": ours}, {"answer": theirs}), expected)

    def test_what_was_not_tried_is_no_agreement(self):
        for outcome in ({"skipped": "$web is not known"}, {"answer": 1, "awaited": "in vain"}):
            self.assertEqual(len(differences(outcome, outcome)), 1)

    def test_a_call_of_one_side_is_a_difference(self):
        self.assertEqual([one.other for one in compare({"s": {"c": REFUSED}}, {}, False)], ["absent"])


class ListTest(TestCase):
    def listed(self, text):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "list.yaml"
            path.write_text(text)
            return read_list(path)

    def test_what_is_not_listed_and_what_is_listed_in_vain_are_told(self):
        known = self.listed("- {reason: r, rule: x, places: [{call: a/b, at: c, simulator: '1', other: '2'}]}")
        same, new = Difference("a/b", "c", "1", "2"), Difference("a/b", "c", "1", "3")
        self.assertEqual(verdict([same], known), ([], []))
        self.assertEqual(verdict([new], known), ([new], [same]))

    def test_an_entry_has_a_reason_and_says_who_is_right(self):
        place = "places: [{call: a/b, at: c, simulator: x, other: y}]"
        for bad in ("rule: x", "reason: r", "reason: r, right: everybody", "reason: r, rule: x, right: other"):
            with self.assertRaises(ValueError, msg=bad):
                self.listed(f"- {{{bad}, {place}}}")
        with self.assertRaises(ValueError):
            self.listed(f"- {{reason: r, right: other, {place}}}\n" * 2)
        self.assertEqual(len(self.listed(f"- {{reason: r, right: other, {place}}}")), 1)
