# Where replicas hold the leases by which they take turns.

locals {
  lease_table = var.lease_table != null ? var.lease_table : one(aws_dynamodb_table.leases[*].name)
}

resource "aws_dynamodb_table" "leases" {
  # checkov:skip=CKV_AWS_28: a lease of yesterday is worth nothing
  # checkov:skip=CKV_AWS_119: DynamoDB encrypts with a key of its own; leases hold ids and ports
  count = var.replicas > 1 && var.lease_table == null ? 1 : 0

  name         = local.name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "name"

  attribute {
    name = "name"
    type = "S"
  }

  # Those of groups and machines that are long gone.
  ttl {
    attribute_name = "forgotten"
    enabled        = true
  }
}
