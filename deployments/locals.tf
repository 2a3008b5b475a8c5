# What several files need.

locals {
  name = "elb-instance-manager"
  ec2  = var.runtime == "ec2"

  # Docker lets everybody bind port 80 in a container, Fargate nobody but root.
  port = local.ec2 ? 80 : 8080

  # The image's user, who must be able to read the credentials.
  user = 65532

  registry      = one(regex("^(?:([^/]*[.:][^/]*|localhost)/)?", var.docker_image))
  registry_port = try(tonumber(regex(":([0-9]+)$", local.registry)[0]), 443)
  ecr           = try(regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[0-9a-z-]+)\\.amazonaws\\.com", local.registry), null)

  arn = {
    partition = data.aws_partition.current.partition
    place     = "${var.region}:${data.aws_caller_identity.current.account_id}"
  }
}

data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}
