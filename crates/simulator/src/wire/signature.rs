//! Signature version 4, by its shape: a request must be signed as AWS wants it.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::AwsError;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a signature is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The access key.
    pub(crate) key: String,
    pub(crate) region: String,
    /// The name in signatures and permissions: `elasticloadbalancing`, `ec2`.
    pub(crate) service: String,
}

/// What a request claims, which its signature is to prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) scope: Scope,
    /// `20160829T091233Z`.
    pub(crate) date: String,
    /// The names of the signed headers.
    pub(crate) headers: Vec<String>,
    pub(crate) signature: String,
    /// Of a presigned request, for how long it is one.
    pub(crate) expires: Option<TimeDelta>,
    /// Of a presigned request, the session token.
    pub(crate) token: Option<String>,
}

/// Takes what a presigned request claims out of its query. Rule: presigned.
pub(crate) fn presigned(query: &mut BTreeMap<String, String>) -> Result<Claim, AwsError> {
    let mut take = |name: &str| {
        query.remove(name).ok_or_else(|| incomplete(format!("AWS query-string parameters must include '{name}'.")))
    };
    let algorithm = take("X-Amz-Algorithm")?;
    if algorithm != ALGORITHM {
        return Err(incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
    }
    let (credential, date, expires) = (take("X-Amz-Credential")?, take("X-Amz-Date")?, take("X-Amz-Expires")?);
    let (headers, signature) = (take("X-Amz-SignedHeaders")?, take("X-Amz-Signature")?);
    let expires = expires.parse().ok().filter(|seconds| (1..=604_800).contains(seconds));
    let expires = expires.ok_or_else(|| incomplete("'X-Amz-Expires' is not a number of seconds.".to_owned()))?;
    let token = query.remove("X-Amz-Security-Token");
    let claim = claim(&credential, &headers, &signature, &date)?;
    Ok(Claim { expires: Some(TimeDelta::seconds(expires)), token, ..claim })
}

/// Checks the `Authorization` and `X-Amz-Date` headers. Rule: signature-shape.
pub(crate) fn check(authorization: Option<&str>, date: Option<&str>) -> Result<Claim, AwsError> {
    let Some(authorization) = authorization else {
        return Err(AwsError::new("MissingAuthenticationToken", "Missing Authentication Token").with_status(403));
    };
    let Some(parts) = authorization.strip_prefix(ALGORITHM).and_then(|rest| rest.strip_prefix(' ')) else {
        return Err(incomplete(format!("Authorization header does not begin with '{ALGORITHM}'.")));
    };
    let (mut credential, mut headers, mut signature) = (None, None, None);
    for part in parts.split(',') {
        let slot = match part.trim().split_once('=') {
            Some(("Credential", value)) => (&mut credential, value),
            Some(("SignedHeaders", value)) => (&mut headers, value),
            Some(("Signature", value)) => (&mut signature, value),
            _ => return Err(incomplete(format!("Authorization header has an unknown part '{part}'."))),
        };
        if slot.0.replace(slot.1).is_some() {
            return Err(incomplete(format!("Authorization header has the part '{part}' twice.")));
        }
    }
    let missing = |name| incomplete(format!("Authorization header requires '{name}' parameter."));
    let credential = credential.ok_or_else(|| missing("Credential"))?;
    let headers = headers.ok_or_else(|| missing("SignedHeaders"))?;
    let signature = signature.ok_or_else(|| missing("Signature"))?;
    let Some(date) = date else {
        return Err(incomplete(
            "Authorization header requires existence of either 'X-Amz-Date' or a 'Date' header.".to_owned(),
        ));
    };
    claim(credential, headers, signature, date)
}

fn claim(credential: &str, headers: &str, signature: &str, date: &str) -> Result<Claim, AwsError> {
    if signature.len() != 64 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(incomplete("'Signature' is not 64 hexadecimal digits.".to_owned()));
    }
    if !headers.split(';').any(|name| name == "host") {
        return Err(incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.".to_owned()));
    }
    let day = day(date)?;
    match credential.split('/').collect::<Vec<_>>()[..] {
        [key, signed_day, region, service, "aws4_request"]
            if ![key, region, service].contains(&"") && signed_day == day =>
        {
            let [key, region, service] = [key, region, service].map(str::to_owned);
            Ok(Claim {
                scope: Scope { key, region, service },
                date: date.to_owned(),
                headers: headers.split(';').map(str::to_owned).collect(),
                signature: signature.to_owned(),
                expires: None,
                token: None,
            })
        }
        _ => Err(incomplete("Credential must be of the form <key>/<date>/<region>/<service>/aws4_request.".to_owned())),
    }
}

/// The day of an `X-Amz-Date` such as `20160829T091233Z`.
fn day(date: &str) -> Result<&str, AwsError> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match date.split_once('T') {
        Some((day, time))
            if day.len() == 8 && digits(day) && time.len() == 7 && time.strip_suffix('Z').is_some_and(digits) =>
        {
            Ok(day)
        }
        _ => Err(incomplete(format!("Date must be in ISO-8601 'basic format'. Got '{date}'."))),
    }
}

fn incomplete(message: String) -> AwsError {
    AwsError::new("IncompleteSignature", message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DATE: &str = "20160829T091233Z";
    const GOOD: &str = "AWS4-HMAC-SHA256 Credential=AKID/20160829/us-east-1/ec2/aws4_request, \
        SignedHeaders=content-type;host;x-amz-date, \
        Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn a_signature_says_region_and_service() {
        let [key, region, service] = ["AKID", "us-east-1", "ec2"].map(str::to_owned);
        let scope = Scope { key, region, service };
        assert_eq!(check(Some(GOOD), Some(DATE)).map(|claim| claim.scope), Ok(scope));
    }

    #[test]
    fn an_unsigned_request_is_refused() {
        let error = check(None, Some(DATE)).unwrap_err();
        assert_eq!((error.code.as_str(), error.status), ("MissingAuthenticationToken", 403));
    }

    #[test]
    fn a_malformed_signature_is_refused() {
        let broken = [
            ("AWS4-HMAC-SHA256 ", "Basic "),
            ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"),
            ("Credential=AKID/20160829/us-east-1/ec2/aws4_request, ", ""),
            ("Signature=0123", "Signature=123"),
            ("Signature=0123", "Signature=g123"),
            ("SignedHeaders=", "Headers="),
            ("host;", ""),
            ("20160829", "20160830"),
            ("/us-east-1/", "//"),
            ("/ec2/", "/"),
            ("aws4_request", "aws4"),
            ("AKID", ""),
            ("SignedHeaders", "Signature"),
            (", Sig", ", Credential=a, Sig"),
        ];
        for (from, to) in broken {
            assert!(GOOD.contains(from), "{from}");
            let error = check(Some(&GOOD.replacen(from, to, 1)), Some(DATE)).unwrap_err();
            assert_eq!(error.code, "IncompleteSignature", "{from} -> {to}");
        }
        for date in [None, Some(""), Some("20160829"), Some("2016-08-29T09:12:33Z"), Some("20160829T09123Z")] {
            assert_eq!(check(Some(GOOD), date).unwrap_err().code, "IncompleteSignature", "{date:?}");
        }
    }

    proptest! {
        #[test]
        fn no_header_causes_a_panic(header in "(AWS4-HMAC-SHA256 )?(Credential|Signature|SignedHeaders)?.{0,20}", date in ".{0,20}") {
            let _ = check(Some(&header), Some(&date));
        }
    }
}
