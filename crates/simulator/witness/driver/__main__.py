"""The commands; CONTRIBUTING.md tells when they are run."""

import argparse
import sys
from pathlib import Path

import yaml

from . import differences, flows, recording, scenario
from .world import Aws, Simulator, World


def main():
    parser = argparse.ArgumentParser(prog="driver", description=__doc__)
    commands = parser.add_subparsers(required=True)
    record = commands.add_parser("record", help="records what becomes of the calls")
    where = record.add_mutually_exclusive_group(required=True)
    where.add_argument("--endpoint", help="at this address, whose time does not matter")
    where.add_argument("--aws", action="store_true", help="on the account of the environment; this costs money")
    record.add_argument("file", type=Path)
    record.set_defaults(run=_record)
    compare = commands.add_parser("compare", help="compares the simulator with a recording")
    compare.add_argument("--endpoint", required=True, help="the address of the simulator")
    compare.add_argument("--control", required=True, help="the address of its control endpoint")
    compare.add_argument("--known", required=True, help="the name of the list of known differences")
    compare.add_argument("--sentences", action="store_true", help="compares error sentences too")
    compare.add_argument("file", type=Path)
    compare.set_defaults(run=_compare)
    repeat = commands.add_parser("repeat", help="compares another world with its own recording")
    repeat.add_argument("--endpoint", required=True)
    repeat.add_argument("file", type=Path)
    repeat.set_defaults(run=_repeat)
    flow = commands.add_parser("flows", help="runs the flows of the AWS command line")
    flow.add_argument("--endpoint", required=True, help="the address of the simulator")
    flow.set_defaults(run=lambda options: flows.run_all(options.endpoint))
    missing = commands.add_parser("missing", help="tells what the environment lacks for AWS")
    missing.set_defaults(run=lambda _: _missing())
    options = parser.parse_args()
    sys.exit(options.run(options))


def _missing():
    if lacking := Aws.missing():
        print(lacking)


def _record(options):
    world = Aws() if options.aws else World(options.endpoint)
    recorded = recording.record(world, *scenario.read_all())
    recording.write(options.file, recorded)
    print(f"{_count(recorded)} calls recorded in {options.file}")


def _compare(options):
    path = differences.FOLDER / f"{options.known}.yaml"
    known = differences.read_list(path)
    now = recording.record(Simulator(options.endpoint, options.control), *scenario.read_all())
    found = differences.compare(now, recording.read(options.file), options.sentences)
    unlisted, gone = differences.verdict(found, known)
    _show(f"not in {path.name}:", unlisted)
    _show(f"no longer so, and still in {path.name}:", gone)
    print(f"{_count(now)} calls compared, {len(found)} differences; listed are {len(known)}, for {len(set(known.values()))} reasons")
    return 1 if unlisted or gone else 0


def _repeat(options):
    now = recording.record(World(options.endpoint), *scenario.read_all())
    found = differences.compare(now, recording.read(options.file), sentences=True)
    # Here it is agreement that something is awaited in vain both times.
    changed = [one for one in found if one.simulator != one.other]
    _show("not as recorded:", changed)
    print(f"{_count(now)} calls repeated, {len(changed)} not as recorded")
    return 1 if changed else 0


def _show(heading, places):
    if places:
        print(heading)
        print(yaml.safe_dump([one.row() for one in places], sort_keys=False, width=1000))


def _count(recorded):
    return sum(len(calls) for calls in recorded.values())


main()
