//! The closed lists of AWS's words.

use crate::words::words;

words! {
    /// The state of an EC2 instance.
    InstanceState {
        /// It is being started.
        Pending = "pending",
        /// It runs.
        Running = "running",
        /// It is being terminated.
        ShuttingDown = "shutting-down",
        /// It is gone for good; EC2 still knows it for about an hour.
        Terminated = "terminated",
        /// It is being stopped.
        Stopping = "stopping",
        /// It is stopped and can be started again.
        Stopped = "stopped",
    }
}

impl InstanceState {
    /// EC2's number for the state.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
            Self::Stopping => 64,
            Self::Stopped => 80,
        }
    }
}

words! {
    /// The kind of a load balancer with target groups.
    LoadBalancerKind {
        /// HTTP and HTTPS.
        Application = "application",
        /// TCP, UDP and TLS.
        Network = "network",
        /// Virtual appliances.
        Gateway = "gateway",
    }
}

words! {
    /// Whether a load balancer has public addresses.
    Scheme {
        /// It has.
        InternetFacing = "internet-facing",
        /// It has not.
        Internal = "internal",
    }
}

words! {
    /// The state of a load balancer.
    LoadBalancerState {
        /// It is fully set up.
        Active = "active",
        /// It is being set up.
        Provisioning = "provisioning",
        /// It routes traffic but lacks resources to scale.
        ActiveImpaired = "active_impaired",
        /// It could not be set up.
        Failed = "failed",
    }
}

words! {
    /// What the targets of a target group are.
    TargetType {
        /// EC2 instances, by id.
        Instance = "instance",
        /// Private addresses.
        Ip = "ip",
        /// A Lambda function, by ARN.
        Lambda = "lambda",
        /// An application load balancer, by ARN.
        Alb = "alb",
    }
}

words! {
    /// How a load balancer talks to its targets.
    Protocol {
        /// HTTP.
        Http = "HTTP",
        /// HTTPS.
        Https = "HTTPS",
        /// TCP.
        Tcp = "TCP",
        /// UDP.
        Udp = "UDP",
        /// TCP and UDP on one port.
        TcpUdp = "TCP_UDP",
        /// TLS.
        Tls = "TLS",
        /// GENEVE, of gateway load balancers.
        Geneve = "GENEVE",
    }
}

impl Protocol {
    /// Whether it is that of network load balancers.
    pub(crate) fn is_of_network(self) -> bool {
        matches!(self, Self::Tcp | Self::Udp | Self::TcpUdp | Self::Tls)
    }
}
