# An ECS service on Fargate.

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
  runtime           = "ecs"
}

override_data {
  target = data.aws_subnet.public["subnet-0123456789abcdef0"]
  values = { vpc_id = "vpc-0123456789abcdef0", availability_zone = "us-east-1a" }
}

override_data {
  target = data.aws_subnet.public["subnet-0123456789abcdef1"]
  values = { vpc_id = "vpc-0123456789abcdef0", availability_zone = "us-east-1b" }
}

run "tasks_behind_the_same_load_balancer" {

  assert {
    condition     = aws_lb_target_group.this.port == 8080 && aws_lb_target_group.this.target_type == "ip" && aws_lb_target_group.this.health_check[0].path == "/readyz"
    error_message = "the group checks /readyz on port 8080"
  }

  assert {
    condition     = one(aws_ecs_service.this[0].load_balancer).container_port == 8080
    error_message = "the service registers its tasks"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.service.from_port == 8080 && aws_vpc_security_group_ingress_rule.service.referenced_security_group_id == aws_security_group.alb.id
    error_message = "the load balancer alone reaches a task"
  }

  assert {
    condition     = length(aws_instance.this) == 0 && length(aws_iam_instance_profile.this) == 0
    error_message = "nothing of EC2"
  }

  assert {
    condition     = output.instance_public_ip == null && output.instance_private_ip == null && output.alb_url != null
    error_message = "no instance has addresses"
  }
}

run "a_version_replaces_another_without_an_interruption" {
  command = plan

  assert {
    condition     = aws_ecs_service.this[0].deployment_circuit_breaker[0].enable && aws_ecs_service.this[0].deployment_circuit_breaker[0].rollback
    error_message = "a version that never gets healthy is undone"
  }

  assert {
    condition     = aws_ecs_service.this[0].deployment_minimum_healthy_percent == 100 && aws_ecs_service.this[0].deployment_maximum_percent == 200
    error_message = "the old task runs until the new one is healthy"
  }

  assert {
    condition     = aws_ecs_service.this[0].desired_count == 1
    error_message = "one task"
  }
}

run "the_container" {

  variables {
    architecture = "arm64"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].image == "mycompany/elb-instance-manager:0.1.0"
    error_message = "the version of VERSION"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].readonlyRootFilesystem && jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].user == "65532:65532" && jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
    error_message = "without rights that it does not need"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].environment[1] == { name = "ELB_MANAGER_LISTEN", value = "0.0.0.0:8080" }
    error_message = "a port that not only root can bind"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].environment[2] == { name = "ELB_MANAGER_PROXIES", value = "1" }
    error_message = "the load balancer names the client"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].secrets == [{ name = "ELB_MANAGER_CREDENTIALS_JSON", valueFrom = "arn:aws:ssm:us-east-1:123456789012:parameter/elb-instance-manager/credentials" }]
    error_message = "the credentials come from their parameter"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].logConfiguration.options["awslogs-group"] == "/elb-instance-manager"
    error_message = "a log in CloudWatch"
  }

  assert {
    condition     = aws_ecs_task_definition.this[0].runtime_platform[0].cpu_architecture == "ARM64"
    error_message = "the architecture of the image"
  }

  assert {
    condition     = aws_ecs_task_definition.this[0].task_role_arn == aws_iam_role.service.arn && aws_ecs_task_definition.this[0].execution_role_arn == aws_iam_role.start[0].arn
    error_message = "two roles"
  }
}

run "one_replica_needs_no_lease" {
  command = plan

  assert {
    condition     = length(aws_dynamodb_table.leases) == 0 && !strcontains(aws_ecs_task_definition.this[0].container_definitions, "LEASE_TABLE")
    error_message = "no table, and no word of one"
  }
}

run "several_replicas_take_turns" {
  variables {
    replicas = 3
  }

  assert {
    condition     = aws_ecs_service.this[0].desired_count == 3
    error_message = "three tasks"
  }

  assert {
    condition = aws_dynamodb_table.leases[0].hash_key == "name" && one(aws_dynamodb_table.leases[0].attribute).type == "S" && (
      aws_dynamodb_table.leases[0].ttl[0].attribute_name == "forgotten"
    )
    error_message = "the table is as the service writes it"
  }

  assert {
    condition = {
      for variable in jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].environment : variable.name => variable.value
      if contains(["ELB_MANAGER_REPLICAS", "ELB_MANAGER_LEASE_TABLE"], variable.name)
    } == { ELB_MANAGER_REPLICAS = "3", ELB_MANAGER_LEASE_TABLE = "elb-instance-manager" }
    error_message = "each is told how many share the budget, and where the leases are"
  }

  assert {
    condition = one([
      for statement in data.aws_iam_policy_document.service.statement : statement.resources if statement.sid == "Lease"
    ]) == toset(["arn:aws:dynamodb:us-east-1:123456789012:table/elb-instance-manager"])
    error_message = "they may write it"
  }
}

run "a_table_that_is_there_is_used" {
  command = plan

  variables {
    replicas    = 2
    lease_table = "leases"
  }

  assert {
    condition     = length(aws_dynamodb_table.leases) == 0 && strcontains(aws_ecs_task_definition.this[0].container_definitions, "\"leases\"")
    error_message = "no other is made"
  }
}

run "who_signs_in_with_aws_names_the_service" {
  command = plan

  variables {
    aws_sign_in           = "elbm.example.com"
    credentials_parameter = "/ops/elbm"
  }

  assert {
    condition = one([
      for variable in jsondecode(aws_ecs_task_definition.this[0].container_definitions)[0].environment : variable.value
      if variable.name == "ELB_MANAGER_AWS_SIGN_IN"
    ]) == "elbm.example.com"
    error_message = "the service is told its name"
  }
}
