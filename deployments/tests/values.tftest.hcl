# What is wrong with a value is said before anything is made.

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

run "region_is_a_placeholder" {
  command = plan

  variables {
    region = "REGION"
  }

  expect_failures = [var.region]
}

run "a_zone_is_no_region" {
  command = plan

  variables {
    region = "us-east-1a"
  }

  expect_failures = [var.region]
}

run "vpc_id_is_a_placeholder" {
  command = plan

  variables {
    vpc_id = "VPC_ID"
  }

  expect_failures = [var.vpc_id]
}

run "a_vpc_has_8_or_17_digits" {
  command = plan

  variables {
    vpc_id = "vpc-0123456789abcdef"
  }

  expect_failures = [var.vpc_id]
}

run "one_subnet_is_not_enough" {
  command = plan

  variables {
    public_subnet_ids = ["subnet-0123456789abcdef0"]
  }

  expect_failures = [var.public_subnet_ids]
}

run "no_subnet_is_not_enough" {
  command = plan

  variables {
    public_subnet_ids = []
  }

  expect_failures = [var.public_subnet_ids]
}

run "subnet_id_1_is_a_placeholder" {
  command = plan

  variables {
    public_subnet_ids = ["SUBNET_ID_1", "SUBNET_ID_2"]
  }

  expect_failures = [var.public_subnet_ids]
}

run "the_same_subnet_twice" {
  command = plan

  variables {
    public_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef1"]
  }

  expect_failures = [var.public_subnet_ids]
}

run "docker_image_is_a_placeholder" {
  command = plan

  variables {
    docker_image = "DOCKER_IMAGE"
  }

  expect_failures = [var.docker_image]
}

run "an_image_with_a_tag" {
  command = plan

  variables {
    docker_image = "mycompany/elb-instance-manager:0.1.0"
  }

  expect_failures = [var.docker_image]
}

run "an_image_with_a_digest" {
  command = plan

  variables {
    docker_image = "mycompany/elb-instance-manager@sha256:0123"
  }

  expect_failures = [var.docker_image]
}

run "an_image_with_a_scheme" {
  command = plan

  variables {
    docker_image = "https://registry.example.com/elb-instance-manager"
  }

  expect_failures = [var.docker_image]
}

run "an_image_without_a_name" {
  command = plan

  variables {
    docker_image = "registry.example.com:5000/"
  }

  expect_failures = [var.docker_image]
}

run "a_tag_with_a_blank" {
  command = plan

  variables {
    docker_tag = "0.1.0 "
  }

  expect_failures = [var.docker_tag]
}

run "an_unknown_runtime" {
  command = plan

  variables {
    runtime = "lambda"
  }

  expect_failures = [var.runtime]
}

run "several_replicas_on_one_instance" {
  command = plan

  variables {
    replicas = 2
  }

  expect_failures = [var.replicas]
}

run "more_replicas_than_share_a_budget" {
  command = plan

  variables {
    runtime  = "ecs"
    replicas = 11
  }

  expect_failures = [var.replicas]
}

run "no_replica" {
  command = plan

  variables {
    replicas = 0
  }

  expect_failures = [var.replicas]
}

run "an_unknown_architecture" {
  command = plan

  variables {
    architecture = "amd64"
  }

  expect_failures = [var.architecture]
}

run "an_instance_type_without_a_size" {
  command = plan

  variables {
    instance_type = "t3"
  }

  expect_failures = [var.instance_type]
}

run "a_graviton_type_for_an_intel_image" {
  command = plan

  variables {
    instance_type = "m7gd.large"
  }

  expect_failures = [var.instance_type]
}

run "a_certificate_of_another_region" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }

  expect_failures = [var.certificate_arn]
}

run "no_certificate_at_all" {
  command = plan

  variables {
    certificate_arn = "CERTIFICATE_ARN"
  }

  expect_failures = [var.certificate_arn]
}

run "nobody_is_allowed" {
  command = plan

  variables {
    allowed_cidrs = []
  }

  expect_failures = [var.allowed_cidrs]
}

run "no_network" {
  command = plan

  variables {
    allowed_cidrs = ["10.0.0.0"]
  }

  expect_failures = [var.allowed_cidrs]
}

run "bits_behind_the_prefix" {
  command = plan

  variables {
    allowed_cidrs = ["10.0.0.1/16"]
  }

  expect_failures = [var.allowed_cidrs]
}

run "an_ipv6_network" {
  command = plan

  variables {
    allowed_cidrs = ["2001:db8::/32"]
  }

  expect_failures = [var.allowed_cidrs]
}

run "a_bucket_with_a_scheme" {
  command = plan

  variables {
    access_logs_bucket = "s3://logs"
  }

  expect_failures = [var.access_logs_bucket]
}

run "a_retention_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    log_retention_days = 100
  }

  expect_failures = [var.log_retention_days]
}

run "a_parameter_without_a_path" {
  command = plan

  variables {
    credentials_parameter = "credentials"
  }

  expect_failures = [var.credentials_parameter]
}

run "a_key_without_a_parameter" {
  command = plan

  variables {
    credentials_key_arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  }

  expect_failures = [var.credentials_key_arn]
}

run "a_tag_of_aws" {
  command = plan

  variables {
    managed_tag = "aws:managed"
  }

  expect_failures = [var.managed_tag]
}

run "a_tag_with_a_blank_in_its_key" {
  command = plan

  variables {
    managed_tag = "is managed"
  }

  expect_failures = [var.managed_tag]
}

run "an_arn_of_a_classic_load_balancer" {
  command = plan

  variables {
    classic_load_balancers = ["loadbalancer/web"]
  }

  expect_failures = [var.classic_load_balancers]
}

run "a_classic_load_balancer_with_a_hyphen_at_the_end" {
  command = plan

  variables {
    classic_load_balancers = ["web-"]
  }

  expect_failures = [var.classic_load_balancers]
}

run "an_arn_of_a_table" {
  command = plan

  variables {
    lease_table = "arn:aws:dynamodb:us-east-1:123456789012:table/lease"
  }

  expect_failures = [var.lease_table]
}

run "a_url_to_sign_in_at" {
  command = plan

  variables {
    aws_sign_in           = "https://elbm.example.com"
    credentials_parameter = "/ops/elbm"
  }

  expect_failures = [var.aws_sign_in]
}

run "signing_in_where_nobody_may" {
  command = plan

  variables {
    aws_sign_in = "elbm.example.com"
  }

  expect_failures = [var.aws_sign_in]
}

run "tags_of_aws" {
  command = plan

  variables {
    tags = { "aws:team" = "ops" }
  }

  expect_failures = [var.tags]
}
