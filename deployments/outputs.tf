output "alb_url" {
  description = "Where the service answers. With a certificate, use the name that it is for."
  value       = "${var.certificate_arn == null ? "http" : "https"}://${aws_lb.this.dns_name}"
}

output "instance_public_ip" {
  description = "The public address of the instance; null on ECS."
  value       = one(aws_instance.this[*].public_ip)
}

output "instance_private_ip" {
  description = "The private address of the instance; null on ECS."
  value       = one(aws_instance.this[*].private_ip)
}

output "token_command" {
  description = "What prints the generated bearer token; null where credentials_parameter is given."
  value = one([
    for name in aws_ssm_parameter.token[*].name :
    "aws ssm get-parameter --region ${var.region} --name ${name} --with-decryption --query Parameter.Value --output text"
  ])
}
