# One EC2 instance.

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

run "the_service_and_nothing_else_is_reached" {

  assert {
    condition     = aws_lb.this.name == "default-alb" && aws_lb.this.idle_timeout == 60
    error_message = "the predecessor's name, an idle timeout above the longest operation"
  }

  assert {
    condition     = aws_lb_target_group.this.port == 80 && aws_lb_target_group.this.target_type == "instance" && aws_lb_target_group.this.health_check[0].path == "/readyz"
    error_message = "the group checks /readyz on port 80"
  }

  assert {
    condition     = aws_lb_target_group_attachment.this[0].port == 80
    error_message = "the instance is registered with port 80"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.service.from_port == 80 && aws_vpc_security_group_ingress_rule.service.to_port == 80 && aws_vpc_security_group_ingress_rule.service.cidr_ipv4 == null
    error_message = "no network reaches the instance"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.service.referenced_security_group_id == aws_security_group.alb.id
    error_message = "the load balancer reaches the instance"
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.service)) == toset(["443"])
    error_message = "the instance reaches HTTPS alone"
  }

  assert {
    condition     = length(aws_ecs_service.this) == 0 && length(aws_iam_role.start) == 0
    error_message = "nothing of ECS"
  }

  assert {
    condition     = output.alb_url == "http://default-alb-1.us-east-1.elb.amazonaws.com" && output.instance_public_ip == "203.0.113.10" && output.instance_private_ip == "10.0.1.10"
    error_message = "the outputs tell the addresses"
  }
}

run "the_instance" {
  command = plan

  assert {
    condition     = aws_instance.this[0].metadata_options[0].http_tokens == "required"
    error_message = "IMDSv2 only"
  }

  assert {
    condition     = aws_instance.this[0].root_block_device[0].encrypted && aws_instance.this[0].root_block_device[0].volume_type == "gp3"
    error_message = "an encrypted gp3 volume"
  }

  assert {
    condition     = aws_instance.this[0].instance_type == "t3.micro" && data.aws_ssm_parameter.image[0].name == "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    error_message = "Amazon Linux 2023 on Intel"
  }

  assert {
    condition     = aws_instance.this[0].subnet_id == var.public_subnet_ids[0]
    error_message = "the first subnet"
  }
}

run "an_image_for_arm64" {
  command = plan

  variables {
    architecture = "arm64"
  }

  assert {
    condition     = aws_instance.this[0].instance_type == "t4g.micro" && endswith(data.aws_ssm_parameter.image[0].name, "-arm64")
    error_message = "Amazon Linux 2023 on Graviton"
  }
}

run "a_type_for_arm64" {
  command = plan

  variables {
    architecture  = "arm64"
    instance_type = "im4gn.large"
  }

  assert {
    condition     = aws_instance.this[0].instance_type == "im4gn.large"
    error_message = "the type that is asked for"
  }
}

run "systemd_runs_the_container" {
  command = plan

  assert {
    condition     = startswith(aws_instance.this[0].user_data, "#cloud-config\n") && can(yamldecode(aws_instance.this[0].user_data))
    error_message = "cloud-init reads it"
  }

  assert {
    condition     = strcontains(local.unit, " mycompany/elb-instance-manager:0.1.0\n") && strcontains(local.unit, "\nRestart=always\n")
    error_message = "the version of VERSION, kept running"
  }

  assert {
    condition     = strcontains(local.unit, "--read-only --cap-drop ALL") && strcontains(local.unit, "--user 65532:65532")
    error_message = "without rights that it does not need"
  }

  assert {
    condition     = strcontains(local.unit, "--publish 80:80") && strcontains(local.unit, "--env ELB_MANAGER_PROXIES=1") && strcontains(local.unit, "awslogs-group=/elb-instance-manager")
    error_message = "port 80 behind the load balancer, and a log in CloudWatch"
  }

  assert {
    condition     = strcontains(local.unit, "--name /elb-instance-manager/credentials ") && !strcontains(local.unit, "elbm_")
    error_message = "the credentials come from their parameter"
  }

  assert {
    condition     = !strcontains(local.unit, "ELB_MANAGER_AWS_SIGN_IN")
    error_message = "nobody signs in with AWS"
  }

  assert {
    condition     = !strcontains(local.unit, "ecr get-login-password")
    error_message = "no login for a public image"
  }
}

run "who_signs_in_with_aws_names_the_service" {
  command = plan

  variables {
    aws_sign_in           = "elbm.example.com"
    credentials_parameter = "/ops/elbm"
  }

  assert {
    condition     = strcontains(local.unit, " --env ELB_MANAGER_AWS_SIGN_IN=elbm.example.com \\\n")
    error_message = "the service is told its name"
  }
}

run "an_image_in_ecr" {
  command = plan

  variables {
    docker_image = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/tools/elbm"
  }

  assert {
    condition     = strcontains(local.unit, "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin 210987654321.dkr.ecr.eu-west-1.amazonaws.com")
    error_message = "a login with the role"
  }
}

run "a_registry_on_another_port" {
  command = plan

  variables {
    docker_image = "registry.example.com:5000/elbm"
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.service)) == toset(["443", "5000"])
    error_message = "the registry is reached"
  }
}

run "the_generated_token" {
  state_key = "token"


  assert {
    condition     = aws_ssm_parameter.token[0].type == "SecureString" && aws_ssm_parameter.credentials[0].type == "SecureString"
    error_message = "both are encrypted"
  }

  assert {
    condition     = can(regex("^elbm_[0-9a-f]{64}$", local.token))
    error_message = "a token like the ones of credentials add"
  }

  assert {
    condition     = endswith(aws_ssm_parameter.token[0].description, "sha256:${sha256(local.token)}")
    error_message = "the hash of the token that is stored"
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.credentials[0].value).principals[0] == { name = "operator", role = "operator", token = "sha256:${sha256(local.token)}" }
    error_message = "the service knows the hash of the token"
  }

  assert {
    condition     = !strcontains(aws_ssm_parameter.credentials[0].value, local.token)
    error_message = "the service does not know the token"
  }

  assert {
    condition     = strcontains(output.token_command, "--name /elb-instance-manager/token --with-decryption")
    error_message = "the command that prints it"
  }
}

run "credentials_of_ones_own" {
  command = plan

  variables {
    credentials_parameter = "/ops/elbm"
    credentials_key_arn   = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  }

  assert {
    condition     = length(aws_ssm_parameter.token) == 0 && length(aws_ssm_parameter.credentials) == 0 && output.token_command == null
    error_message = "nothing is generated"
  }

  assert {
    condition     = strcontains(local.unit, "--name /ops/elbm ")
    error_message = "the parameter is read"
  }
}

run "options_of_the_load_balancer" {
  command = plan

  variables {
    deletion_protection = true
    access_logs_bucket  = "my-logs"
    log_retention_days  = 30
  }

  assert {
    condition     = aws_lb.this.enable_deletion_protection && aws_lb.this.access_logs[0].bucket == "my-logs" && aws_lb.this.access_logs[0].enabled
    error_message = "protected, with access logs"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "the log is kept as long as asked for"
  }
}
