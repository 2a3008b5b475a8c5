# The log of the service.

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_158: CloudWatch encrypts with a key of its own; the log holds no secrets
  name              = "/${local.name}"
  retention_in_days = var.log_retention_days
}
