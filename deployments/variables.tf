# The keys of config.json, and the tag of the image. A sentence that is wrong with a value says what to write instead.

variable "region" {
  description = "The AWS region, e.g. us-east-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "region: '${var.region}' is no AWS region; write one like us-east-1."
  }
}

variable "vpc_id" {
  description = "The VPC that everything is made in."
  type        = string

  validation {
    condition     = can(regex("^vpc-([0-9a-f]{8}|[0-9a-f]{17})$", var.vpc_id))
    error_message = "vpc_id: '${var.vpc_id}' is no VPC; write vpc- and 8 or 17 hexadecimal digits."
  }
}

variable "public_subnet_ids" {
  description = "Public subnets of the VPC, at least two, each in a zone of its own: a load balancer needs them."
  type        = list(string)

  validation {
    condition     = length(distinct(var.public_subnet_ids)) >= 2
    error_message = "public_subnet_ids: a load balancer needs at least two different subnets."
  }

  validation {
    condition     = length(distinct(var.public_subnet_ids)) == length(var.public_subnet_ids)
    error_message = "public_subnet_ids: a subnet is named twice."
  }

  validation {
    condition = alltrue([
      for id in var.public_subnet_ids : can(regex("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", id))
    ])
    error_message = "public_subnet_ids: [${join(", ", var.public_subnet_ids)}] must each be subnet- and 8 or 17 hexadecimal digits."
  }
}

variable "docker_image" {
  description = "The repository of the image, without tag, e.g. mycompany/elb-instance-manager."
  type        = string

  validation {
    # A registry has a dot or a port, or is localhost; the rest is lower case.
    condition = can(regex(join("", [
      "^((localhost|[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)+)(:[0-9]+)?/|[0-9A-Za-z-]+:[0-9]+/)?",
      "[0-9a-z]+(([._]|__|-+)[0-9a-z]+)*(/[0-9a-z]+(([._]|__|-+)[0-9a-z]+)*)*$",
    ]), var.docker_image))
    error_message = "docker_image: '${var.docker_image}' is no repository; write lower case without tag, like mycompany/elb-instance-manager."
  }
}

variable "docker_tag" {
  description = "The tag of the image: what VERSION says."
  type        = string

  validation {
    condition     = can(regex("^[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}$", var.docker_tag))
    error_message = "docker_tag: '${var.docker_tag}' is no tag; write a version like 0.1.0."
  }
}

variable "runtime" {
  description = "What runs the container: one EC2 instance, or an ECS service on Fargate, which is replaced without an interruption."
  type        = string
  default     = "ec2"
  nullable    = false

  validation {
    condition     = contains(["ec2", "ecs"], var.runtime)
    error_message = "runtime: '${var.runtime}' is neither ec2 nor ecs."
  }
}

variable "replicas" {
  description = "How many containers run, which take turns by a lease where there are several; with ecs only."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.replicas >= 1 && var.replicas <= 10 && floor(var.replicas) == var.replicas
    error_message = "replicas: ${var.replicas} is no number of containers from 1 to 10."
  }

  validation {
    condition     = var.replicas == 1 || var.runtime == "ecs"
    error_message = "replicas: with runtime ec2 there is one instance; several replicas run with ecs."
  }
}

variable "architecture" {
  description = "The processor that the image is built for: x86_64 or arm64."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: '${var.architecture}' is neither x86_64 nor arm64."
  }
}

variable "instance_type" {
  description = "The type of the EC2 instance; t3.micro or t4g.micro where it is not given."
  type        = string
  default     = null

  validation {
    condition     = var.instance_type == null || can(regex("^[a-z0-9-]+\\.[a-z0-9-]+$", var.instance_type))
    error_message = "instance_type: '${coalesce(var.instance_type, "-")}' is no instance type; write one like t3.micro."
  }

  validation {
    # Graviton families have a g right behind the generation: t4g, m7gd, im4gn; a1 came before the rule.
    condition = var.instance_type == null || (
      can(regex("^(a1|[a-z]+[0-9]+g[a-z0-9-]*)\\.", var.instance_type)) == (var.architecture == "arm64")
    )
    error_message = "instance_type: '${coalesce(var.instance_type, "-")}' does not run images for ${var.architecture}; change one of the two."
  }
}

variable "internal" {
  description = "Whether the load balancer has private addresses only."
  type        = bool
  default     = false
  nullable    = false
}

variable "certificate_arn" {
  description = "The ACM certificate for HTTPS; with it, HTTP only redirects."
  type        = string
  default     = null

  validation {
    condition = var.certificate_arn == null || can(
      regex("^arn:aws[a-z-]*:acm:${var.region}:[0-9]{12}:certificate/[0-9A-Za-z-]+$", var.certificate_arn)
    )
    error_message = "certificate_arn: write the ARN of an ACM certificate of ${var.region}, arn:aws:acm:${var.region}:ACCOUNT:certificate/ID."
  }
}

variable "allowed_cidrs" {
  description = "The IPv4 networks that reach the load balancer. Where not given: the VPC's if internal, everybody with a certificate."
  type        = list(string)
  default     = null

  validation {
    condition     = var.allowed_cidrs != null || var.internal || var.certificate_arn != null
    error_message = "allowed_cidrs: without certificate_arn, credentials would cross the internet as they are; give a certificate, set internal to true, or name the networks."
  }

  validation {
    condition     = var.allowed_cidrs == null || try(length(var.allowed_cidrs) > 0, false)
    error_message = "allowed_cidrs: it names no network, so nobody could reach the service."
  }

  validation {
    # cidrsubnet writes a network as AWS wants it: no bits behind the prefix.
    condition = alltrue([
      for cidr in coalesce(var.allowed_cidrs, []) : can(cidrnetmask(cidr)) && try(cidrsubnet(cidr, 0, 0) == cidr, false)
    ])
    error_message = "allowed_cidrs: each must be an IPv4 network like 203.0.113.0/24, without bits behind the prefix."
  }

  validation {
    condition = (
      var.internal || var.certificate_arn != null || var.allow_public_http ||
      !anytrue([for cidr in coalesce(var.allowed_cidrs, []) : endswith(cidr, "/0")])
    )
    error_message = "allowed_cidrs: 0.0.0.0/0 without certificate_arn shows credentials to the internet; if that is meant, set allow_public_http to true."
  }
}

variable "allow_public_http" {
  description = "Whether everybody may reach the service over plain HTTP. Passwords and tokens can then be read on the way."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the load balancer."
  type        = bool
  default     = false
  nullable    = false
}

variable "access_logs_bucket" {
  description = "The S3 bucket for the load balancer's access logs; its policy must let Elastic Load Balancing write."
  type        = string
  default     = null

  validation {
    condition     = var.access_logs_bucket == null || can(regex("^[0-9a-z][0-9a-z.-]{1,61}[0-9a-z]$", var.access_logs_bucket))
    error_message = "access_logs_bucket: '${coalesce(var.access_logs_bucket, "-")}' is no bucket name; write it without s3://."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps the service's log, in days."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days
    )
    error_message = "log_retention_days: CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 and 3653."
  }
}

variable "credentials_parameter" {
  description = "The SSM parameter (SecureString) that holds a credentials file; one with a generated token where it is not given."
  type        = string
  default     = null

  validation {
    condition     = var.credentials_parameter == null || can(regex("^/[0-9A-Za-z_.-]+(/[0-9A-Za-z_.-]+)*$", var.credentials_parameter))
    error_message = "credentials_parameter: '${coalesce(var.credentials_parameter, "-")}' is no parameter; write its name, starting with /."
  }
}

variable "credentials_key_arn" {
  description = "The KMS key of credentials_parameter, where it is not AWS's own."
  type        = string
  default     = null

  validation {
    condition = var.credentials_key_arn == null || (
      var.credentials_parameter != null &&
      can(regex("^arn:aws[a-z-]*:kms:${var.region}:[0-9]{12}:key/[0-9A-Za-z-]+$", var.credentials_key_arn))
    )
    error_message = "credentials_key_arn: write the ARN of a KMS key of ${var.region}, beside credentials_parameter."
  }
}

variable "managed_tag" {
  description = "The tag, with the value true, that a target group must have so that the service may change it."
  type        = string
  default     = "elbm.managed"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z+=._:/@-]{1,128}$", var.managed_tag)) && !startswith(lower(var.managed_tag), "aws:")
    error_message = "managed_tag: '${var.managed_tag}' is no key of a tag; use up to 128 letters, digits and +-=._:/@, and not aws: in front."
  }
}

variable "classic_load_balancers" {
  description = "The Classic load balancers that the service may change, by name."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for name in var.classic_load_balancers : can(regex("^[0-9A-Za-z]([0-9A-Za-z-]{0,30}[0-9A-Za-z])?$", name))
    ])
    error_message = "classic_load_balancers: [${join(", ", var.classic_load_balancers)}] must be names of up to 32 letters, digits and hyphens."
  }
}

variable "allow_drain" {
  description = "Whether the service may drain machines: read tags, and write tags elbm.drain.* on instances, in which it remembers where they were."
  type        = bool
  default     = false
  nullable    = false
}

variable "allow_standby" {
  description = "Whether the service may put instances of Auto Scaling groups with the managed tag into Standby, and back."
  type        = bool
  default     = false
  nullable    = false
}

variable "lease_table" {
  description = "A DynamoDB table with the key name (a string), in which replicas hold their leases; one is made where there are several replicas."
  type        = string
  default     = null

  validation {
    condition     = var.lease_table == null || can(regex("^[0-9A-Za-z_.-]{3,255}$", var.lease_table))
    error_message = "lease_table: '${coalesce(var.lease_table, "-")}' is no table; write its name, not its ARN."
  }
}

variable "aws_sign_in" {
  description = "The name under which callers sign in with AWS, as the service's host is called; who may is in the credentials, by awsArn. Without it nobody signs in so."
  type        = string
  default     = null

  validation {
    condition     = var.aws_sign_in == null || can(regex("^[0-9a-z.-]{1,253}$", var.aws_sign_in))
    error_message = "aws_sign_in: '${coalesce(var.aws_sign_in, "-")}' is no name as hosts have it, in lower case; write elbm.example.com, without https://."
  }

  validation {
    condition     = var.aws_sign_in == null || var.credentials_parameter != null
    error_message = "aws_sign_in needs credentials_parameter, a credentials file of yours that says by awsArn who may call."
  }
}

variable "tags" {
  description = "Tags for everything that is made."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : length(key) <= 128 && !startswith(lower(key), "aws:")])
    error_message = "tags: a key has at most 128 characters and does not start with aws:."
  }
}
