"""The worlds that calls are made at."""

import json
import os
import time
import urllib.request

import boto3
from botocore.config import Config

REGION = "us-east-1"

# The time between two looks at something that is awaited.
STEP_SECONDS = 10


class World:
    """An AWS at an address where time does not matter, as moto is."""

    # One that moto knows too.
    image = "ami-03cf127a"
    kind = "t3.micro"
    # The longest that something is awaited, in seconds.
    patience = 0

    def __init__(self, endpoint):
        credentials = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
        self._session = boto3.Session(region_name=REGION, **credentials)
        # What boto3 would refuse by itself is to reach the other side, once.
        self._config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        self._endpoint = endpoint
        self._clients = {}

    def client(self, service):
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self._endpoint, config=self._config)
        return self._clients[service]

    def pass_time(self):
        """Lets time pass while something is awaited."""


class Simulator(World):
    """The simulator, whose clock is moved by its control endpoint."""

    patience = 30 * 60

    def __init__(self, endpoint, control):
        super().__init__(endpoint)
        self._control = control

    def pass_time(self):
        body = json.dumps({"advance": {"by": f"{STEP_SECONDS}s"}}).encode()
        request = urllib.request.Request(self._control, body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()


class Aws(World):
    """The account, region and credentials of the environment. What is made there costs money."""

    patience = 30 * 60
    IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"

    def __init__(self):
        self._session = self._environment()
        self._config = Config(parameter_validation=False, retries={"mode": "standard"})
        self._endpoint = None
        self._clients = {}
        self.image = self.client("ssm").get_parameter(Name=self.IMAGE)["Parameter"]["Value"]

    @staticmethod
    def _environment():
        # boto3 by itself knows AWS_DEFAULT_REGION only.
        return boto3.Session(region_name=os.environ.get("AWS_REGION"))

    @staticmethod
    def missing():
        """What the environment lacks; `None` where nothing."""
        session = Aws._environment()
        if session.region_name is None:
            return "no region: set AWS_REGION"
        if session.get_credentials() is None:
            return "no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        return None

    def pass_time(self):
        time.sleep(STEP_SECONDS)
