//! The shapes of answers: what can be seen to be wrong before AWS or a registry is asked.

/// What `config.json` says where nobody has answered yet.
const PLACEHOLDERS: [&str; 5] = ["REGION", "VPC_ID", "SUBNET_ID_1", "SUBNET_ID_2", "DOCKER_IMAGE"];

/// The fewest subnets of a load balancer; they are in as many zones.
pub(crate) const FEWEST_SUBNETS: usize = 2;

/// A region, such as `us-east-1` or `us-gov-west-1`.
pub(crate) fn region(text: &str) -> Result<(), String> {
    answered("region", text)?;
    let mut parts = text.split('-').rev();
    let number = parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let words: Vec<_> = parts.collect();
    let lower = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    if number && words.len() >= 2 && words.iter().all(lower) {
        return Ok(());
    }
    Err(format!("region is an AWS region, e.g. us-east-1, not '{text}'"))
}

/// The id of a VPC.
pub(crate) fn vpc_id(text: &str) -> Result<(), String> {
    answered("vpc_id", text)?;
    if id(text, "vpc-") {
        return Ok(());
    }
    Err(format!("vpc_id is the id of a VPC, vpc- and 8 or 17 hexadecimal digits, not '{text}'"))
}

/// The ids of at least two subnets.
pub(crate) fn public_subnet_ids(ids: &[String]) -> Result<(), String> {
    for text in ids {
        answered("public_subnet_ids", text)?;
        if !id(text, "subnet-") {
            return Err(format!(
                "public_subnet_ids are ids of subnets, subnet- and 8 or 17 hexadecimal digits, not '{text}'"
            ));
        }
    }
    if let Some(twice) = ids.iter().enumerate().find(|(at, id)| ids[..*at].contains(id)) {
        return Err(format!("public_subnet_ids has {} twice", twice.1));
    }
    if ids.len() < FEWEST_SUBNETS {
        return Err(format!(
            "public_subnet_ids has {}: a load balancer needs {FEWEST_SUBNETS}, in different zones",
            ids.len()
        ));
    }
    Ok(())
}

/// The name of a repository as docker knows it: `HOST[:PORT]/PATH` or `PATH`, without a tag.
pub(crate) fn docker_image(text: &str) -> Result<(), String> {
    answered("docker_image", text)?;
    let fault = if text.contains('@') {
        "has no digest"
    } else if text.rsplit('/').next().is_some_and(|last| last.contains(':')) {
        "has no tag, which is the VERSION"
    } else if !repository(text) {
        "is [HOST[:PORT]/]PATH in lower case"
    } else {
        return Ok(());
    };
    Err(format!("docker_image {fault}, e.g. mycompany/elb-instance-manager; it is '{text}'"))
}

fn answered(key: &str, text: &str) -> Result<(), String> {
    if PLACEHOLDERS.contains(&text) {
        return Err(format!("{key} is a placeholder still, {text}"));
    }
    Ok(())
}

fn id(text: &str, prefix: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.strip_prefix(prefix).is_some_and(|digits| matches!(digits.len(), 8 | 17) && digits.bytes().all(digit))
}

fn repository(text: &str) -> bool {
    // The first part is a host where it could not be anything else; the registry judges its name.
    let path = match text.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => path,
        _ => text,
    };
    let part = |part: &str| {
        let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(ends) && part.ends_with(ends) && part.chars().all(|c| ends(c) || "._-".contains(c))
    };
    path.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::{docker_image, public_subnet_ids, region, vpc_id};

    #[test]
    fn regions() {
        for good in ["us-east-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1", "eu-isoe-west-1"] {
            assert_eq!(region(good), Ok(()));
        }
        for bad in ["", "us-east", "us-east-1a", "us-1", "US-EAST-1", "us--1", "REGION", "us-east-1 ", "-1"] {
            assert!(region(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids() {
        for good in ["vpc-09a83111626611111", "vpc-1a2b3c4d"] {
            assert_eq!(vpc_id(good), Ok(()));
        }
        for bad in ["", "vpc-", "vpc-1", "vpc-09a8311162661111g", "vpc-09A83111626611111", "subnet-1a2b3c4d", "VPC_ID"]
        {
            assert!(vpc_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn subnets_are_two_and_different() {
        let judge = |ids: &[&str]| public_subnet_ids(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        let (first, second) = ("subnet-08800d108ed223344", "subnet-0235f7e1d9e556677");
        assert_eq!(judge(&[first, second]), Ok(()));
        for (bad, sentence) in [
            (&[][..], "has 0"),
            (&[first], "has 1: a load balancer needs 2, in different zones"),
            (&[first, first], "subnet-08800d108ed223344 twice"),
            (&[first, "vpc-1a2b3c4d"], "not 'vpc-1a2b3c4d'"),
            (&[first, "SUBNET_ID_2"], "placeholder still, SUBNET_ID_2"),
        ] {
            let error = judge(bad).expect_err(sentence);
            assert!(error.contains(sentence), "{error}");
        }
    }

    #[test]
    fn images() {
        for good in [
            "elb-instance-manager",
            "mycompany/elb-instance-manager",
            "127.0.0.1:5001/elb-instance-manager",
            "localhost/a",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/elb_instance.manager",
        ] {
            assert_eq!(docker_image(good), Ok(()));
        }
        for (bad, sentence) in [
            ("", "lower case"),
            ("MyCompany/x", "lower case"),
            ("mycompany/", "lower case"),
            ("my company/x", "lower case"),
            ("mycompany/x:0.1.0", "no tag"),
            ("x:latest", "no tag"),
            ("mycompany/x@sha256:00", "no digest"),
            ("-x/y", "lower case"),
            ("DOCKER_IMAGE", "placeholder"),
        ] {
            let error = docker_image(bad).expect_err(bad);
            assert!(error.contains(sentence), "{bad}: {error}");
        }
    }
}
