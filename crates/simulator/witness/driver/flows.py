"""Flows of the AWS command line: rows of commands, each of which has to succeed, and what some of them must print."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jmespath
import yaml

from .scenario import filled

FOLDER = Path(__file__).parent.parent / "flows"

_FIELDS = {"aws", "keep", "see", "is"}


def run_all(endpoint):
    """Runs the flows side by side: they wait most of the time. Returns how many failed."""
    flows = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))}
    with ThreadPoolExecutor() as pool:
        faults = list(pool.map(lambda flow: _run(endpoint, *flow), flows.items()))
    for fault in filter(None, faults):
        print(fault)
    print(f"{len(flows)} flows of {sum(map(len, flows.values()))} commands, {len(list(filter(None, faults)))} failed")
    return 1 if any(faults) else 0


def _run(endpoint, name, commands):
    """What went wrong; `None` where nothing did."""
    names = {}
    for command in commands:
        if unknown := command.keys() - _FIELDS:
            return f"{name}: unknown: {', '.join(unknown)}"
        words = filled(command["aws"].split(), names)
        process = subprocess.run(
            [Path(sys.executable).parent / "aws", "--endpoint-url", endpoint, "--output", "json", *words],
            env=_environment(),
            capture_output=True,
            text=True,
        )
        said = f"{name}: aws {' '.join(words)}"
        if process.returncode:
            return f"{said}\n{process.stderr.strip()}"
        answer = json.loads(process.stdout) if process.stdout.strip() else {}
        seen = jmespath.search(command.get("see", "@"), answer)
        if "is" in command and seen != filled(command["is"], names):
            return f"{said}\nprinted {seen}, not {command['is']}"
        for key, path in command.get("keep", {}).items():
            names[key] = jmespath.search(path, answer)
    return None


def _environment():
    """Nothing of the user's: neither profile nor credentials."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
