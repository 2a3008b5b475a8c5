# One instance with Amazon Linux 2023, on which systemd keeps the container running.

data "aws_ssm_parameter" "image" {
  count = local.ec2 ? 1 : 0
  name  = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${var.architecture}"
}

locals {
  unit = templatefile("${path.module}/templates/elb-instance-manager.service.tftpl", {
    name        = local.name
    image       = "${var.docker_image}:${var.docker_tag}"
    region      = var.region
    parameter   = local.credentials
    log_group   = aws_cloudwatch_log_group.this.name
    port        = local.port
    user        = local.user
    registry    = local.registry
    ecr_region  = try(local.ecr.region, "")
    lease_table = local.lease_table != null ? local.lease_table : ""
    aws_sign_in = var.aws_sign_in != null ? var.aws_sign_in : ""
  })

  # cloud-init reads YAML, of which JSON is a part.
  cloud_config = jsonencode({
    packages    = ["docker"]
    write_files = [{ path = "/etc/systemd/system/${local.name}.service", permissions = "0644", content = local.unit }]
    runcmd      = [["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", "docker", local.name]]
  })
}

resource "aws_instance" "this" {
  # checkov:skip=CKV_AWS_88: in a public subnet it is the way to AWS and the registry; only the load balancer reaches the service
  count = local.ec2 ? 1 : 0

  ami                         = data.aws_ssm_parameter.image[0].insecure_value
  instance_type               = coalesce(var.instance_type, var.architecture == "arm64" ? "t4g.micro" : "t3.micro")
  subnet_id                   = var.public_subnet_ids[0]
  vpc_security_group_ids      = [aws_security_group.service.id]
  iam_instance_profile        = aws_iam_instance_profile.this[0].name
  associate_public_ip_address = true
  monitoring                  = true
  ebs_optimized               = true

  user_data                   = "#cloud-config\n${local.cloud_config}"
  user_data_replace_on_change = true

  tags = { Name = local.name }

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
    # The container is one hop away.
    http_put_response_hop_limit = 2
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 8
    encrypted   = true
  }

  lifecycle {
    # A newer image of Amazon Linux comes with the next version of the service, not in between.
    ignore_changes        = [ami]
    create_before_destroy = true
  }

  # What the unit needs when it starts.
  depends_on = [aws_iam_role_policy.start, aws_iam_role_policy.service, aws_vpc_security_group_egress_rule.service]
}

resource "aws_lb_target_group_attachment" "this" {
  count = local.ec2 ? 1 : 0

  target_group_arn = aws_lb_target_group.this.arn
  target_id        = aws_instance.this[0].id
  port             = local.port
}
