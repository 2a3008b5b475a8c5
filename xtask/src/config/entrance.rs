//! How the load balancer is reached: one answer for the keys that depend on each other.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use super::Config;

/// How the load balancer is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// Over HTTPS, with this ACM certificate.
    Https(String),
    /// From the VPC, over plain HTTP.
    Internal,
    /// From these IPv4 networks, over plain HTTP.
    Networks(Vec<String>),
}

impl Entrance {
    /// That of a configuration, if it says one.
    pub(crate) fn of(config: &Config) -> Option<Self> {
        match (&config.certificate_arn, config.internal, &config.allowed_cidrs) {
            (Some(arn), _, _) => Some(Self::Https(arn.clone())),
            (None, Some(true), _) => Some(Self::Internal),
            (None, _, Some(networks)) => Some(Self::Networks(networks.clone())),
            (None, _, None) => None,
        }
    }

    /// A configuration with this one. What it says of it already is kept, so that one with more settings than this answer has stays.
    pub(crate) fn set(self, config: Config) -> Config {
        if Self::of(&config).as_ref() == Some(&self) {
            return config;
        }
        let config =
            Config { certificate_arn: None, internal: None, allowed_cidrs: None, allow_public_http: None, ..config };
        match self {
            Self::Https(arn) => Config { certificate_arn: Some(arn), ..config },
            Self::Internal => Config { internal: Some(true), ..config },
            Self::Networks(networks) => Config { allowed_cidrs: Some(networks), ..config },
        }
    }
}

impl FromStr for Entrance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "internal" {
            return Ok(Self::Internal);
        }
        if text.starts_with("arn:") {
            return Ok(Self::Https(text.to_owned()));
        }
        let networks: Vec<_> = text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if networks.is_empty() || !networks.iter().all(|network| cidr(network).is_some()) {
            return Err(format!(
                "the entrance is the ARN of an ACM certificate, 'internal', or IPv4 networks such as 203.0.113.0/24, not '{text}'"
            ));
        }
        if networks.iter().any(|network| cidr(network) == Some(0)) {
            return Err("everybody over plain HTTP must be said in config.json itself, by allowed_cidrs and allow_public_http; \
                        better is a certificate"
                .to_owned());
        }
        Ok(Self::Networks(networks))
    }
}

impl fmt::Display for Entrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Https(arn) => f.write_str(arn),
            Self::Internal => f.write_str("internal"),
            Self::Networks(networks) => f.write_str(&networks.join(",")),
        }
    }
}

/// The length of a network's prefix, if it is one.
fn cidr(text: &str) -> Option<u8> {
    let (address, prefix) = text.split_once('/')?;
    address.parse::<Ipv4Addr>().ok()?;
    prefix.parse().ok().filter(|prefix| *prefix <= 32)
}

#[cfg(test)]
mod tests {
    use super::Entrance;
    use crate::config::Config;

    #[test]
    fn is_said_as_it_is_written() {
        for text in ["arn:aws:acm:us-east-1:1:certificate/a", "internal", "203.0.113.0/24,198.51.100.7/32"] {
            let entrance: Entrance = text.parse().expect(text);
            assert_eq!(entrance.to_string(), text);
            assert_eq!(Entrance::of(&entrance.clone().set(Config::default())), Some(entrance));
        }
        assert_eq!(Entrance::of(&Config::default()), None);
    }

    #[test]
    fn refuses_what_is_none() {
        for (text, sentence) in [
            ("", "not ''"),
            ("public", "not 'public'"),
            ("203.0.113.0", "not '203.0.113.0'"),
            ("203.0.113.0/33", "not '203.0.113.0/33'"),
            ("203.0.113.0/24,x", "not '203.0.113.0/24,x'"),
            ("0.0.0.0/0", "allow_public_http"),
        ] {
            let error = text.parse::<Entrance>().expect_err(text);
            assert!(error.contains(sentence), "{error}");
        }
    }

    #[test]
    fn another_one_takes_the_place_of_the_one_before() {
        let before =
            Config { internal: Some(true), allowed_cidrs: Some(vec!["10.0.0.0/8".to_owned()]), ..Config::default() };
        assert_eq!(Entrance::Internal.set(before.clone()), before, "the same, with its networks");
        let after = Entrance::Https("arn:x".to_owned()).set(before);
        assert_eq!(after, Config { certificate_arn: Some("arn:x".to_owned()), ..Config::default() });
    }
}
