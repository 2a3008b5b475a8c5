from datetime import datetime
from unittest import TestCase

from driver.normal import Normal

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
NAMES = {"region": "us-east-1", "account": "123456789012", "vpc": "vpc-0123456789abcdef0"}


class NormalTest(TestCase):
    def test_what_differs_from_run_to_run_is_taken_out(self):
        table = {
            f"{ARN}targetgroup/web/0123456789abcdef": "arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/web/<id>",
            f"{ARN}listener/app/web/0123456789abcdef/fedcba9876543210":
                "arn:aws:elasticloadbalancing:<region>:<account>:listener/app/web/<id>",
            "i-0123456789abcdef0": "<i>",
            "vpc-0123456789abcdef0": "<vpc>",
            "vpc-fedcba98765432100": "<vpc>",
            "internal-web-12.us-east-1.elb.amazonaws.com": "<dns>",
            "web-0123456789abcdef.elb.us-east-1.amazonaws.com": "<dns>",
            "us-east-1a": "<region>a",
            "10.0.0.9": "<address>",
            "10.0.0.0/16": "10.0.0.0/16",
            "123456789012": "<account>",
            "1234567890123": "1234567890123",
            "Z35SXDOTRQ7X7K": "<hosted zone>",
            "witness-web": "witness-web",
        }
        for text, normal in table.items():
            self.assertEqual(Normal(NAMES).text(text), normal)

    def test_a_name_is_no_part_of_a_longer_id(self):
        balancer = f"{ARN}loadbalancer/app/web/0123456789abcdef"
        normal = Normal({"web": balancer})
        self.assertEqual(normal.text(balancer), "<web>")
        self.assertEqual(normal.text(balancer.replace("loadbalancer", "listener")).count("<web>"), 0)
        self.assertNotEqual(normal.text(f"{balancer}/fedcba9876543210"), "<web>/fedcba9876543210")

    def test_lists_have_no_order_and_answers_no_metadata(self):
        answer = {"ResponseMetadata": {"RequestId": "x"}, "B": [{"Id": "b"}, {"Id": "a"}], "At": datetime(2026, 1, 1)}
        self.assertEqual(Normal({}).value(answer), {"At": "<date>", "B": [{"Id": "a"}, {"Id": "b"}]})
