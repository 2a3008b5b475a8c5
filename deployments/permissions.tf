# What the service may do, and what it takes to start it. Nothing in IAM limits reads of load balancers.

data "aws_iam_policy_document" "service" {
  statement {
    sid = "Read"
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:DescribeInstances",
      "elasticloadbalancing:DescribeAccountLimits",
      "elasticloadbalancing:DescribeInstanceHealth",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "ChangeTargets"
    actions   = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
    resources = ["arn:${local.arn.partition}:elasticloadbalancing:${local.arn.place}:targetgroup/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${var.managed_tag}"
      values   = ["true"]
    }
  }

  dynamic "statement" {
    for_each = length(var.classic_load_balancers) > 0 ? [var.classic_load_balancers] : []

    content {
      sid = "ChangeClassic"
      actions = [
        "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
        "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
      ]
      resources = [
        for name in statement.value : "arn:${local.arn.partition}:elasticloadbalancing:${local.arn.place}:loadbalancer/${name}"
      ]
    }
  }

  dynamic "statement" {
    for_each = var.allow_drain ? [true] : []

    content {
      sid       = "ReadDrained"
      actions   = ["ec2:DescribeTags"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.allow_drain ? [true] : []

    content {
      sid       = "RememberDrained"
      actions   = ["ec2:CreateTags", "ec2:DeleteTags"]
      resources = ["arn:${local.arn.partition}:ec2:${local.arn.place}:instance/*"]

      condition {
        test     = "ForAllValues:StringLike"
        variable = "aws:TagKeys"
        values   = ["elbm.drain.*"]
      }

      # A call that names no key would delete every tag, and passes the condition above.
      condition {
        test     = "Null"
        variable = "aws:TagKeys"
        values   = ["false"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.allow_standby ? [true] : []

    content {
      sid       = "ReadAutoScaling"
      actions   = ["autoscaling:DescribeAutoScalingInstances"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.allow_standby ? [true] : []

    content {
      sid       = "Standby"
      actions   = ["autoscaling:EnterStandby", "autoscaling:ExitStandby"]
      resources = ["arn:${local.arn.partition}:autoscaling:${local.arn.place}:autoScalingGroup:*"]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${var.managed_tag}"
        values   = ["true"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.lease_table[*]

    content {
      sid       = "Lease"
      actions   = ["dynamodb:PutItem"]
      resources = ["arn:${local.arn.partition}:dynamodb:${local.arn.place}:table/${statement.value}"]
    }
  }
}

data "aws_iam_policy_document" "start" {
  statement {
    sid       = "Credentials"
    actions   = ["ssm:GetParameter", "ssm:GetParameters"]
    resources = ["arn:${local.arn.partition}:ssm:${local.arn.place}:parameter${local.credentials}"]
  }

  dynamic "statement" {
    for_each = var.credentials_key_arn[*]

    content {
      sid       = "CredentialsKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = local.ecr[*]

    content {
      sid       = "RegistryLogin"
      actions   = ["ecr:GetAuthorizationToken"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = local.ecr[*]

    content {
      sid     = "Image"
      actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = [join(":", [
        "arn", local.arn.partition, "ecr", statement.value.region, statement.value.account,
        "repository/${trimprefix(var.docker_image, "${local.registry}/")}",
      ])]
    }
  }
}
