# An ECS service on Fargate: new tasks are healthy before old ones end, and a version that never gets healthy is undone.

resource "aws_ecs_cluster" "this" {
  count = local.ec2 ? 0 : 1
  name  = local.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "this" {
  count = local.ec2 ? 0 : 1

  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  task_role_arn            = aws_iam_role.service.arn
  execution_role_arn       = aws_iam_role.start[0].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.architecture)
  }

  container_definitions = jsonencode([{
    name                   = local.name
    image                  = "${var.docker_image}:${var.docker_tag}"
    essential              = true
    user                   = "${local.user}:${local.user}"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    stopTimeout            = 30

    portMappings = [{ containerPort = local.port, hostPort = local.port, protocol = "tcp" }]
    environment = concat([
      { name = "AWS_REGION", value = var.region },
      { name = "ELB_MANAGER_LISTEN", value = "0.0.0.0:${local.port}" },
      { name = "ELB_MANAGER_PROXIES", value = "1" },
      { name = "ELB_MANAGER_REPLICAS", value = tostring(var.replicas) },
      ], [for table in local.lease_table[*] : { name = "ELB_MANAGER_LEASE_TABLE", value = table }],
    [for name in var.aws_sign_in[*] : { name = "ELB_MANAGER_AWS_SIGN_IN", value = name }])
    # A task has no file to mount, so the text of the credentials file comes as a variable. It holds hashes alone.
    secrets = [{
      name      = "ELB_MANAGER_CREDENTIALS_JSON"
      valueFrom = "arn:${local.arn.partition}:ssm:${local.arn.place}:parameter${local.credentials}"
    }]
    healthCheck = {
      command     = ["CMD", "/${local.name}", "healthcheck"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 10
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-region        = var.region
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-stream-prefix = "task"
        mode                  = "non-blocking"
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  # checkov:skip=CKV_AWS_333: in a public subnet it is the way to AWS and the registry; only the load balancer reaches the task
  count = local.ec2 ? 0 : 1

  name            = local.name
  cluster         = aws_ecs_cluster.this[0].id
  task_definition = aws_ecs_task_definition.this[0].arn
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # During a deployment the new task runs beside the old one.
  desired_count                      = var.replicas
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 30

  # apply ends when the deployment does.
  wait_for_steady_state = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.public_subnet_ids
    security_groups  = [aws_security_group.service.id]
    assign_public_ip = true
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = local.name
    container_port   = local.port
  }

  # The group must belong to the load balancer, and a task must be able to start.
  depends_on = [
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_iam_role_policy.start,
    aws_iam_role_policy.service,
    aws_vpc_security_group_egress_rule.service,
  ]
}
