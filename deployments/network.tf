# Who reaches whom: the allowed networks → the load balancer → the service → HTTPS.

data "aws_vpc" "this" {
  id = var.vpc_id
}

data "aws_subnet" "public" {
  for_each = toset(var.public_subnet_ids)
  id       = each.value

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "public_subnet_ids: ${self.id} is in ${self.vpc_id}, not in ${var.vpc_id}."
    }
  }
}

locals {
  zones         = [for id in var.public_subnet_ids : data.aws_subnet.public[id].availability_zone]
  allowed_cidrs = var.allowed_cidrs != null ? var.allowed_cidrs : var.internal ? [data.aws_vpc.this.cidr_block] : ["0.0.0.0/0"]

  # Ports of the load balancer that something listens on.
  listening = var.certificate_arn == null ? [80] : [80, 443]
}

resource "aws_security_group" "alb" {
  name        = "${local.name}-alb"
  description = "Load balancer of ${local.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "alb" {
  for_each = {
    for pair in setproduct(local.allowed_cidrs, local.listening) : "${pair[0]} ${pair[1]}" => { cidr = pair[0], port = pair[1] }
  }

  security_group_id = aws_security_group.alb.id
  description       = "Port ${each.value.port} from an allowed network"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "alb" {
  security_group_id            = aws_security_group.alb.id
  description                  = "The service"
  referenced_security_group_id = aws_security_group.service.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_security_group" "service" {
  name        = "${local.name}-service"
  description = "What runs ${local.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "service" {
  security_group_id            = aws_security_group.service.id
  description                  = "The load balancer only"
  referenced_security_group_id = aws_security_group.alb.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_egress_rule" "service" {
  for_each = toset([for port in distinct([443, local.registry_port]) : tostring(port)])

  security_group_id = aws_security_group.service.id
  description       = "AWS, and the registry of the image"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value)
  to_port           = tonumber(each.value)
}
