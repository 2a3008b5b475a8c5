# The load balancer is not opened to strangers by accident.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  region            = "us-east-1"
  vpc_id            = "vpc-0123456789abcdef0"
  public_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  docker_image      = "mycompany/elb-instance-manager"
  docker_tag        = "0.1.0"
}

override_data {
  target = data.aws_subnet.public["subnet-0123456789abcdef0"]
  values = { vpc_id = "vpc-0123456789abcdef0", availability_zone = "us-east-1a" }
}

override_data {
  target = data.aws_subnet.public["subnet-0123456789abcdef1"]
  values = { vpc_id = "vpc-0123456789abcdef0", availability_zone = "us-east-1b" }
}

run "public_over_http_to_nobody_in_particular" {
  command = plan

  expect_failures = [var.allowed_cidrs]
}

run "public_over_http_to_everybody" {
  command = plan

  variables {
    allowed_cidrs = ["203.0.113.0/24", "0.0.0.0/0"]
  }

  expect_failures = [var.allowed_cidrs]
}

run "public_over_http_to_everybody_where_that_is_meant" {
  command = plan

  variables {
    allowed_cidrs     = ["0.0.0.0/0"]
    allow_public_http = true
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.alb : "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}"]) == toset(["0.0.0.0/0 80-80"])
    error_message = "port 80 is open to all"
  }
}

run "public_over_http_to_named_networks" {
  command = plan

  variables {
    allowed_cidrs = ["203.0.113.0/24", "198.51.100.7/32"]
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.alb : "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}"]) == toset(["203.0.113.0/24 80-80", "198.51.100.7/32 80-80"])
    error_message = "port 80 is open to the two networks"
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "forward" && length(aws_lb_listener.https) == 0
    error_message = "HTTP forwards, nothing listens on 443"
  }

  assert {
    condition     = !aws_lb.this.internal
    error_message = "the load balancer is public"
  }
}

run "a_certificate_opens_https_and_http_redirects" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.alb : "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}"]) == toset(["0.0.0.0/0 80-80", "0.0.0.0/0 443-443"])
    error_message = "80 and 443 are open to all"
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    error_message = "HTTP only redirects"
  }

  assert {
    condition     = aws_lb_listener.https[0].port == 443 && aws_lb_listener.https[0].certificate_arn == var.certificate_arn
    error_message = "443 has the certificate"
  }

  assert {
    condition     = strcontains(aws_lb_listener.https[0].ssl_policy, "TLS13")
    error_message = "TLS 1.2 and 1.3 only"
  }
}

run "a_certificate_for_named_networks" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    allowed_cidrs   = ["203.0.113.0/24"]
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.alb : "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}"]) == toset(["203.0.113.0/24 80-80", "203.0.113.0/24 443-443"])
    error_message = "the network alone"
  }
}

run "internal_for_the_vpc" {
  command = plan

  variables {
    internal = true
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.alb : "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}"]) == toset(["10.0.0.0/16 80-80"])
    error_message = "the VPC's network alone"
  }

  assert {
    condition     = aws_lb.this.internal
    error_message = "private addresses"
  }
}

run "subnets_of_one_zone" {
  command = plan

  variables {
    internal = true
  }

  override_data {
    target = data.aws_subnet.public["subnet-0123456789abcdef1"]
    values = { vpc_id = "vpc-0123456789abcdef0", availability_zone = "us-east-1a" }
  }

  expect_failures = [aws_lb.this]
}

run "a_subnet_of_another_vpc" {
  command = plan

  variables {
    internal = true
  }

  override_data {
    target = data.aws_subnet.public["subnet-0123456789abcdef1"]
    values = { vpc_id = "vpc-0123456789abcdef1", availability_zone = "us-east-1b" }
  }

  expect_failures = [data.aws_subnet.public]
}
