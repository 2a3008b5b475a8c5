# Who may call the service. It reads a parameter with hashes alone; the generated token lies in one of its own, which
# nothing of the deployment may read.

locals {
  generated   = var.credentials_parameter == null
  credentials = local.generated ? aws_ssm_parameter.credentials[0].name : var.credentials_parameter

  # 256 random bits, new in each run; they are kept only where the parameter is created.
  token = "elbm_${sha256("${uuid()}${uuid()}")}"
}

resource "aws_ssm_parameter" "token" {
  count = local.generated ? 1 : 0

  name = "/${local.name}/token"
  type = "SecureString"

  # Of a random token, the hash gives nothing away. It stands with its token, so that the two can never differ.
  description = "Bearer token of the operator, sha256:${sha256(local.token)}"

  # Neither the plan nor the state holds it.
  value_wo         = local.token
  value_wo_version = 1

  lifecycle {
    ignore_changes = [description, value_wo]
  }
}

resource "aws_ssm_parameter" "credentials" {
  count = local.generated ? 1 : 0

  name        = "/${local.name}/credentials"
  type        = "SecureString"
  description = "Credentials file of ${local.name}"
  value = jsonencode({
    principals = [{
      name  = "operator"
      role  = "operator"
      token = regex("sha256:[0-9a-f]{64}", aws_ssm_parameter.token[0].description)
    }]
  })
}
