# The load balancer, and how it reaches the service.

resource "aws_lb" "this" {
  # checkov:skip=CKV_AWS_150: deletion protection is an option, since it keeps destroy from working
  # checkov:skip=CKV2_AWS_28: a firewall costs more than the service; whoever has one attaches it
  name               = "default-alb"
  load_balancer_type = "application"
  internal           = var.internal
  subnets            = var.public_subnet_ids
  security_groups    = [aws_security_group.alb.id]

  # Longer than the longest operation of the service (50 s), shorter than it keeps idle connections (75 s).
  idle_timeout               = 60
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  dynamic "access_logs" {
    for_each = var.access_logs_bucket[*]

    content {
      bucket  = access_logs.value
      prefix  = local.name
      enabled = true
    }
  }

  lifecycle {
    precondition {
      condition     = length(distinct(local.zones)) == length(local.zones)
      error_message = "public_subnet_ids: two of them are in the same zone (${join(", ", local.zones)}); a load balancer takes one subnet of a zone."
    }
  }
}

resource "aws_lb_target_group" "this" {
  # checkov:skip=CKV_AWS_378: TLS ends at the load balancer; the way from there is inside the VPC
  # A prefix, so that a change which replaces the group can make the new one first.
  name_prefix = "elbm-"
  vpc_id      = var.vpc_id
  protocol    = "HTTP"
  port        = local.port
  target_type = local.ec2 ? "instance" : "ip"

  # The service lets accepted requests end for 20 s, and none takes longer than 50 s.
  deregistration_delay = 60

  health_check {
    # A task or instance that AWS does not let read takes no traffic, and a deployment of it does not replace one that works. A
    # later outage of AWS does not take the ready ones out.
    path                = "/readyz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type             = var.certificate_arn == null ? "forward" : "redirect"
    target_group_arn = var.certificate_arn == null ? aws_lb_target_group.this.arn : null

    dynamic "redirect" {
      for_each = var.certificate_arn[*]

      content {
        protocol    = "HTTPS"
        port        = "443"
        status_code = "HTTP_301"
      }
    }
  }
}

resource "aws_lb_listener" "https" {
  count = var.certificate_arn == null ? 0 : 1

  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  certificate_arn   = var.certificate_arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}
