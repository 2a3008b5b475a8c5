# Who holds the permissions: the instance all of them; on ECS the service its own, and ECS those to start it.

locals {
  service_principal = local.ec2 ? "ec2.amazonaws.com" : "ecs-tasks.amazonaws.com"
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [local.service_principal]
    }
  }
}

resource "aws_iam_role" "service" {
  name_prefix        = "${local.name}-"
  description        = "What ${local.name} may do"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "service" {
  name   = "service"
  role   = aws_iam_role.service.id
  policy = data.aws_iam_policy_document.service.json
}

resource "aws_iam_role" "start" {
  count = local.ec2 ? 0 : 1

  name_prefix        = "${local.name}-start-"
  description        = "How ECS starts ${local.name}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "start" {
  name   = "start"
  role   = local.ec2 ? aws_iam_role.service.id : aws_iam_role.start[0].id
  policy = data.aws_iam_policy_document.start.json
}

resource "aws_iam_instance_profile" "this" {
  count = local.ec2 ? 1 : 0

  name_prefix = "${local.name}-"
  role        = aws_iam_role.service.name
}
