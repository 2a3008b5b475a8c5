# What the service may do follows the features in use.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  region            = "us-east-1"
  vpc_id            = "vpc-0123456789abcdef0"
  public_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  docker_image      = "mycompany/elb-instance-manager"
  docker_tag        = "0.1.0"
  internal          = true
}

override_data {
  target = data.aws_subnet.public["subnet-0123456789abcdef0"]
  values = { vpc_id = "vpc-0123456789abcdef0", availability_zone = "us-east-1a" }
}

override_data {
  target = data.aws_subnet.public["subnet-0123456789abcdef1"]
  values = { vpc_id = "vpc-0123456789abcdef0", availability_zone = "us-east-1b" }
}

run "reads_and_tagged_target_groups" {
  command = plan

  assert {
    condition     = data.aws_iam_policy_document.service.statement[*].sid == tolist(["Read", "ChangeTargets"])
    error_message = "nothing that is not switched on"
  }

  assert {
    condition     = alltrue([for action in data.aws_iam_policy_document.service.statement[0].actions : strcontains(action, ":Describe")])
    error_message = "only reads are for every resource"
  }

  assert {
    condition     = one(data.aws_iam_policy_document.service.statement[1].condition).variable == "aws:ResourceTag/elbm.managed"
    error_message = "only target groups with the tag are changed"
  }
}

run "each_feature_of_its_own" {
  command = plan

  variables {
    managed_tag            = "team/managed"
    classic_load_balancers = ["web", "api"]
    allow_drain            = true
    allow_standby          = true
    lease_table            = "leases"
  }

  assert {
    condition = data.aws_iam_policy_document.service.statement[*].sid == tolist([
      "Read", "ChangeTargets", "ChangeClassic", "ReadDrained", "RememberDrained", "ReadAutoScaling", "Standby", "Lease",
    ])
    error_message = "a statement for each"
  }

  assert {
    condition = toset(data.aws_iam_policy_document.service.statement[2].resources) == toset([
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/web",
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/api",
    ])
    error_message = "only the Classic load balancers that are named"
  }

  assert {
    condition = toset([
      for condition in data.aws_iam_policy_document.service.statement[4].condition : "${condition.test} ${join(" ", condition.values)}"
    ]) == toset(["ForAllValues:StringLike elbm.drain.*", "Null false"])
    error_message = "only tags of the service, and never all tags at once"
  }

  assert {
    condition     = one(data.aws_iam_policy_document.service.statement[6].condition).variable == "aws:ResourceTag/team/managed"
    error_message = "only Auto Scaling groups with the tag"
  }
}

run "an_image_in_ecr" {
  command = plan

  variables {
    docker_image = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/tools/elbm"
  }

  assert {
    condition = data.aws_iam_policy_document.start.statement[*].sid == tolist(["Credentials", "Log", "RegistryLogin", "Image"]) && (
      data.aws_iam_policy_document.start.statement[3].resources == toset(["arn:aws:ecr:eu-west-1:210987654321:repository/tools/elbm"])
    )
    error_message = "the image is pulled, and no other"
  }
}
