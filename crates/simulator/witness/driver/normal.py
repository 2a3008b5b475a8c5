"""Takes from answers what differs from run to run: ids, ARNs' ends, accounts, regions, dates, addresses."""

import datetime
import json
import re

_RULES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in [
        # The id of a load balancer, a listener, a rule, each one segment; then that of a target group.
        (r"(:(?:loadbalancer|listener|listener-rule)/\w+/[\w-]+)(?:/[0-9a-f]{16})+", r"\1/<id>"),
        (r"(:targetgroup/[\w-]+)/[0-9a-f]{16}", r"\1/<id>"),
        (r"\b([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b", "<uuid>"),
        (r"\b(i|r|vpc|subnet|sg|eni|dopt|acl|rtb|ami)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b", r"<\1>"),
        (r"\b(?:internal-)?[\w-]+\.(?:<region>\.elb|elb\.<region>)\.amazonaws\.com\b", "<dns>"),
        (r"\bip-(?:\d+-){3}\d+\.(?:<region>\.compute|ec2)\.internal\b", "<dns>"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?!/)", "<address>"),
        (r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "<date>"),
        (r"^(?:Z[0-9A-Z]{10,})$", "<hosted zone>"),
        (r"^AIDA[0-9A-Z]{17}$|^AKI[0-9A-Z]+$|^ARO[0-9A-Z:\w-]+$", "<caller>"),
    ]
]


class Normal:
    """What is kept under a name is shown by the name, so that one thing is told from another; other ids by their kind."""

    def __init__(self, names):
        # The longest first: a listener's ARN begins as its load balancer's.
        self._names = sorted(names.items(), key=lambda item: -len(item[1]))

    def text(self, text):
        for name, value in self._names:
            # A part of a longer id is another id; but a zone is its region's name and a letter.
            text = re.sub(rf"(?<![\w-]){re.escape(value)}(?![0-9a-f]{{2}}|[0-9/-])", f"<{name}>", text)
        for pattern, replacement in _RULES:
            text = pattern.sub(replacement, text)
        return text

    def value(self, value):
        """The value with sorted lists: AWS promises no order."""
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in sorted(value.items()) if key != "ResponseMetadata"}
        if isinstance(value, list):
            return sorted((self.value(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        if isinstance(value, datetime.datetime):
            return "<date>"
        return self.text(value) if isinstance(value, str) else value
