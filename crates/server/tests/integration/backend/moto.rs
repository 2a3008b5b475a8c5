//! Worlds in moto, made by API calls.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2 as ec2;
use aws_sdk_elasticloadbalancing as classic;
use aws_sdk_elasticloadbalancingv2 as elb;

use super::{Group, Kind, LoadBalancer, World};

pub(crate) struct Moto {
    endpoint: String,
}

impl Moto {
    /// Builds the world with this suffix to every name; also answers the ids of the machines.
    pub(super) async fn build(endpoint: &str, world: &World, suffix: &str) -> (Self, Vec<String>) {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(endpoint)
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test")))
            .build();
        let builder = Builder {
            ec2: ec2::Client::new(&config),
            elb: elb::Client::new(&config),
            classic: classic::Client::new(&config),
            suffix,
        };
        let machines = builder.build(world).await;
        (Self { endpoint: endpoint.to_owned() }, machines)
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

struct Builder<'a> {
    ec2: ec2::Client,
    elb: elb::Client,
    classic: classic::Client,
    suffix: &'a str,
}

impl Builder<'_> {
    async fn build(&self, world: &World) -> Vec<String> {
        let vpc = self.ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.expect("a VPC");
        let vpc = vpc.vpc.and_then(|vpc| vpc.vpc_id).expect("its id");
        let subnets = [self.subnet(&vpc, 1, "us-east-1a").await, self.subnet(&vpc, 2, "us-east-1b").await];
        let machines = self.machines(world.machines, &subnets[0]).await;
        for balancer in &world.load_balancers {
            if balancer.kind == Kind::Classic {
                self.classic(balancer, &subnets, &machines).await;
            } else {
                let arn = self.load_balancer(balancer, &subnets).await;
                self.groups(&arn, &vpc, balancer, &machines).await;
            }
        }
        machines
    }

    async fn load_balancer(&self, balancer: &LoadBalancer, subnets: &[String]) -> String {
        let name = format!("{}{}", balancer.name, self.suffix);
        let ask = self.elb.create_load_balancer().name(name).set_subnets(Some(subnets.to_vec()));
        let public = elb::types::LoadBalancerSchemeEnum::InternetFacing;
        let ask = match balancer.kind {
            Kind::Network => ask.r#type(elb::types::LoadBalancerTypeEnum::Network).scheme(public),
            Kind::Gateway => ask.r#type(elb::types::LoadBalancerTypeEnum::Gateway),
            Kind::Application | Kind::Classic => ask.scheme(public),
        };
        let created = ask.send().await.expect("a load balancer");
        created.load_balancers.unwrap_or_default()[0].load_balancer_arn.clone().expect("its ARN")
    }

    async fn classic(&self, balancer: &LoadBalancer, subnets: &[String], machines: &[String]) {
        let name = format!("{}{}", balancer.name, self.suffix);
        let listener = classic::types::Listener::builder().protocol("HTTP").load_balancer_port(80).instance_port(80);
        let ask = self.classic.create_load_balancer().load_balancer_name(&name).set_subnets(Some(subnets.to_vec()));
        ask.listeners(listener.build().expect("whole")).send().await.expect("a Classic load balancer");
        let members = balancer.groups.iter().flat_map(|group| &group.members);
        let instances: Vec<_> = members
            .map(|(number, _)| classic::types::Instance::builder().instance_id(&machines[*number]).build())
            .collect();
        if !instances.is_empty() {
            let ask = self.classic.register_instances_with_load_balancer().load_balancer_name(name);
            ask.set_instances(Some(instances)).send().await.expect("registered");
        }
    }

    async fn subnet(&self, vpc: &str, number: u8, zone: &str) -> String {
        let block = format!("10.0.{number}.0/24");
        let made = self.ec2.create_subnet().vpc_id(vpc).cidr_block(block).availability_zone(zone).send().await;
        made.expect("a subnet").subnet.and_then(|subnet| subnet.subnet_id).expect("its id")
    }

    async fn machines(&self, count: usize, subnet: &str) -> Vec<String> {
        if count == 0 {
            return Vec::new();
        }
        let count = i32::try_from(count).expect("a small world");
        let launched = self
            .ec2
            .run_instances()
            .image_id("ami-12c6146b")
            .instance_type(ec2::types::InstanceType::T3Micro)
            .min_count(count)
            .max_count(count)
            .subnet_id(subnet)
            .send()
            .await
            .expect("instances");
        launched.instances.unwrap_or_default().into_iter().filter_map(|instance| instance.instance_id).collect()
    }

    /// Each default group gets a listener of its own; the others are rules of the first listener, or of one that answers
    /// with a fixed response where no group is a default.
    async fn groups(&self, arn: &str, vpc: &str, balancer: &LoadBalancer, machines: &[String]) {
        let mut rules = Vec::new();
        let mut listeners: Vec<String> = Vec::new();
        for group in &balancer.groups {
            let own = self.group(vpc, balancer.kind, group, machines).await;
            if group.default {
                let port = 80 + i32::try_from(listeners.len()).expect("few listeners");
                listeners.push(self.listener(arn, balancer.kind, port, forward(&own)).await);
            } else {
                rules.push(own);
            }
        }
        if listeners.is_empty() && !rules.is_empty() {
            listeners.push(self.listener(arn, balancer.kind, 80, fixed_response()).await);
        }
        for (number, own) in rules.iter().enumerate() {
            let path = elb::types::PathPatternConditionConfig::builder().values(format!("/{number}")).build();
            self.elb
                .create_rule()
                .listener_arn(&listeners[0])
                .priority(1 + i32::try_from(number).expect("few rules"))
                .conditions(
                    elb::types::RuleCondition::builder().field("path-pattern").path_pattern_config(path).build(),
                )
                .actions(forward(own))
                .send()
                .await
                .expect("a rule");
        }
    }

    async fn group(&self, vpc: &str, kind: Kind, group: &Group, machines: &[String]) -> String {
        let created = self
            .elb
            .create_target_group()
            .name(format!("{}{}", group.name, self.suffix))
            .protocol(protocol(kind))
            .port(i32::from(group.port))
            .vpc_id(vpc)
            .send()
            .await
            .expect("a target group");
        let arn = created.target_groups.unwrap_or_default()[0].target_group_arn.clone().expect("its ARN");
        for (number, port) in &group.members {
            let target =
                elb::types::TargetDescription::builder().id(&machines[*number]).set_port(port.map(i32::from)).build();
            self.elb.register_targets().target_group_arn(&arn).targets(target).send().await.expect("registered");
        }
        arn
    }

    async fn listener(&self, balancer: &str, kind: Kind, port: i32, action: elb::types::Action) -> String {
        let mut ask = self.elb.create_listener().load_balancer_arn(balancer).default_actions(action);
        // A Gateway load balancer listens for everything.
        if kind != Kind::Gateway {
            ask = ask.protocol(protocol(kind)).port(port);
        }
        let created = ask.send().await.expect("a listener");
        created.listeners.unwrap_or_default()[0].listener_arn.clone().expect("its ARN")
    }
}

fn protocol(kind: Kind) -> elb::types::ProtocolEnum {
    match kind {
        Kind::Network => elb::types::ProtocolEnum::Tcp,
        Kind::Gateway => elb::types::ProtocolEnum::Geneve,
        Kind::Application | Kind::Classic => elb::types::ProtocolEnum::Http,
    }
}

fn forward(group: &str) -> elb::types::Action {
    elb::types::Action::builder().r#type(elb::types::ActionTypeEnum::Forward).target_group_arn(group).build()
}

fn fixed_response() -> elb::types::Action {
    let response = elb::types::FixedResponseActionConfig::builder().status_code("404").build();
    elb::types::Action::builder()
        .r#type(elb::types::ActionTypeEnum::FixedResponse)
        .fixed_response_config(response)
        .build()
}
