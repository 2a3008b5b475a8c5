"""The generated Python client on a running service: list, attach, detach, errors."""

import json
import os

from elbm_client import ApiClient, Configuration, LoadBalancersApi, MachineId, MachinesApi, MembersApi
from elbm_client.exceptions import ApiException, ConflictException, NotFoundException, UnauthorizedException

LOAD_BALANCER = "default-alb"
SPARE = "i-06060a1e235609999"

checks = 0


def same(seen, expected):
    global checks
    assert seen == expected, f"{seen!r} is not {expected!r}"
    checks += 1


def refused(call, kind, code):
    try:
        call()
    except ApiException as error:
        same(type(error), kind)
        same(json.loads(error.body)["error"], code)
    else:
        raise AssertionError(f"{code} was expected")


def client(token):
    return ApiClient(Configuration(host=os.environ["ELBM_TEST_URL"], access_token=token))


token = os.environ["ELBM_TEST_TOKEN"]
with client(token) as known, client("elbm_wrong") as stranger:
    machines = MachinesApi(known)
    same([one.name for one in LoadBalancersApi(known).list_load_balancers()], [LOAD_BALANCER])
    same([one.health.value for one in machines.list_machines_elb(LOAD_BALANCER)], ["healthy"] * 3)

    attached = machines.attach_instance(LOAD_BALANCER, MachineId(instance_id=SPARE))
    same(attached.targets[0].port, 80)
    same(attached.launch_date.year, 2016)
    refused(
        lambda: machines.attach_instance(LOAD_BALANCER, MachineId(instance_id=SPARE)),
        ConflictException,
        "AlreadyAttached",
    )
    same(SPARE in [one.instance_id for one in machines.list_machines_elb(LOAD_BALANCER)], True)

    same(machines.detach_instance(LOAD_BALANCER, MachineId(instance_id=SPARE)).changed, True)
    same(MembersApi(known).delete_member(LOAD_BALANCER, SPARE, wait=50).settled, True)
    same(SPARE in [one.instance_id for one in machines.list_machines_elb(LOAD_BALANCER)], False)

    refused(lambda: machines.list_machines_elb("nowhere"), NotFoundException, "LoadBalancerNotFound")
    refused(lambda: LoadBalancersApi(stranger).list_load_balancers(), UnauthorizedException, "Unauthorized")

print(f"python: {checks} checks")
