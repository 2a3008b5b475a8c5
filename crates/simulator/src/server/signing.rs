//! Whether a request is signed by whom it says.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::exchange::Request;
use crate::state::World;
use crate::wire::{AwsError, Claim, Signed, signature};

/// How long after it, or before, a signature is good, whatever it says itself. Rule: signature-age.
const LONGEST: TimeDelta = TimeDelta::minutes(15);

/// Holds what a request claims against the secret of the key, where the fleet has the key. Any other key may have any secret,
/// but not in a presigned request. Rule: signature.
pub(super) fn check(
    world: &World,
    claim: &Claim,
    request: &Request<'_>,
    query: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Result<(), AwsError> {
    let Some(key) = world.access_keys.get(&claim.scope.key).map(|key| &key.spec) else {
        return if claim.expires.is_some() { Err(unknown()) } else { Ok(()) };
    };
    let header = |name: &str| request.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let token = claim.token.as_deref().or_else(|| header("x-amz-security-token"));
    if token != key.session_token.as_deref() {
        return Err(unknown());
    }
    let missing = || mismatch("a signed header is missing");
    let signed_header = |name: &String| Some((name.clone(), header(name)?.to_owned()));
    let headers: Vec<_> = claim.headers.iter().map(signed_header).collect::<Option<_>>().ok_or_else(missing)?;
    let query: Vec<_> = query.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let expected = signature(
        &key.secret,
        &Signed {
            method: request.method,
            path: "/",
            query: &query,
            headers: &headers,
            body: request.body.unwrap_or_default(),
            date: &claim.date,
            scope: (&claim.scope.region, &claim.scope.service),
        },
    );
    if expected != claim.signature {
        return Err(mismatch("The request signature we calculated does not match the signature you provided."));
    }
    let made = NaiveDateTime::parse_from_str(&claim.date, "%Y%m%dT%H%M%SZ").map_err(|_| mismatch("no date"))?.and_utc();
    let lasts = claim.expires.map_or(LONGEST, |expires| expires.min(LONGEST));
    if now > made + lasts {
        return Err(mismatch(&format!("Signature expired: {} is now earlier than {}", claim.date, now - lasts)));
    }
    if made > now + LONGEST {
        return Err(mismatch(&format!("Signature not yet current: {} is still later than {now}", claim.date)));
    }
    Ok(())
}

fn unknown() -> AwsError {
    let message = "The security token included in the request is invalid.";
    AwsError::new("InvalidClientTokenId", message).with_status(403)
}

fn mismatch(message: &str) -> AwsError {
    AwsError::new("SignatureDoesNotMatch", message).with_status(403)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use crate::clock::Clock;
    use crate::fleet::{AccessKeySpec, Fleet};
    use crate::load::Load;
    use crate::server::Inner;
    use crate::server::exchange::{Answer, Request};
    use crate::wire::{Signed, signature};

    const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const ARN: &str = "arn:aws:sts::123456789012:assumed-role/web/i-06060a1e235609999";

    fn inner(session_token: Option<&str>) -> Inner {
        let mut fleet = Fleet::seeded();
        let [id, secret, arn] = [KEY, SECRET, ARN].map(str::to_owned);
        fleet.access_key(AccessKeySpec { id, secret, arn, session_token: session_token.map(str::to_owned) });
        Inner::new(fleet, Clock::Stepped, Load::default()).unwrap()
    }

    /// A presigned request, changed after it was signed.
    fn ask(inner: &mut Inner, change: impl FnOnce(&mut Vec<(String, String)>, &mut Vec<(String, String)>)) -> Answer {
        aged(inner, TimeDelta::zero(), change)
    }

    fn aged(
        inner: &mut Inner,
        age: TimeDelta,
        change: impl FnOnce(&mut Vec<(String, String)>, &mut Vec<(String, String)>),
    ) -> Answer {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let date = (Utc::now() - age).format("%Y%m%dT%H%M%SZ").to_string();
        let mut query = vec![
            pair("Action", "GetCallerIdentity"),
            pair("Version", "2011-06-15"),
            pair("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            pair("X-Amz-Credential", &format!("{KEY}/{}/us-east-1/sts/aws4_request", &date[..8])),
            pair("X-Amz-Date", &date),
            pair("X-Amz-Expires", "60"),
            pair("X-Amz-SignedHeaders", "host;x-elbm-server"),
        ];
        let mut headers = vec![pair("host", "sts.us-east-1.amazonaws.com"), pair("x-elbm-server", "elbm.example.com")];
        let (method, path, body, scope) = ("GET", "/", &b""[..], ("us-east-1", "sts"));
        let signed = Signed { method, path, query: &query, headers: &headers, body, date: &date, scope };
        query.push(pair("X-Amz-Signature", &signature(SECRET, &signed)));
        change(&mut query, &mut headers);
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| {
                let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
                format!("{name}={value}")
            })
            .collect();
        let path_and_query = format!("/?{}", query.join("&"));
        inner.answer(&Request {
            method: "GET",
            path_and_query: &path_and_query,
            content_type: None,
            authorization: None,
            date: None,
            headers: &headers,
            body: Some(b""),
        })
    }

    fn set(query: &mut [(String, String)], name: &str, value: &str) {
        query.iter_mut().find(|(own, _)| own == name).unwrap().1 = value.to_owned();
    }

    #[test]
    fn whoever_has_the_secret_is_told_who_it_is() {
        let answer = ask(&mut inner(None), |_, _| {});
        assert_eq!(answer.status, 200, "{}", answer.xml);
        assert!(answer.xml.contains(&format!("<Arn>{ARN}</Arn>")), "{}", answer.xml);
        assert!(answer.xml.contains(":i-06060a1e235609999</UserId>"), "{}", answer.xml);
    }

    #[test]
    fn what_was_changed_after_it_was_signed_is_refused() {
        type Change = fn(&mut Vec<(String, String)>, &mut Vec<(String, String)>);
        let changes: [Change; 8] = [
            |query, _| set(query, "X-Amz-Signature", &"0".repeat(64)),
            |query, _| set(query, "X-Amz-Expires", "61"),
            |query, _| query.push(("X-Amz-Region-Set".to_owned(), "*".to_owned())),
            |query, _| set(query, "X-Amz-SignedHeaders", "host"),
            |_, headers| headers[1].1 = "other.example.com".to_owned(),
            |_, headers| headers[0].1 = "sts.amazonaws.com".to_owned(),
            |_, headers| drop(headers.pop()),
            |query, _| query.retain(|(name, _)| name != "X-Amz-Expires"),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let answer = ask(&mut inner(None), change);
            assert!((400..404).contains(&answer.status), "{number}: {} {}", answer.status, answer.xml);
        }
    }

    #[test]
    fn a_key_is_known_with_its_session_token_only() {
        let other = |query: &mut Vec<(String, String)>, _: &mut Vec<(String, String)>| {
            let credential = format!("AKIAIOSFODNN7EXAMPL2/{}/us-east-1/sts/aws4_request", Utc::now().format("%Y%m%d"));
            set(query, "X-Amz-Credential", &credential);
        };
        for answer in [ask(&mut inner(Some("token")), |_, _| {}), ask(&mut inner(None), other)] {
            assert!(answer.status == 403 && answer.xml.contains("InvalidClientTokenId"), "{}", answer.xml);
        }
    }

    #[test]
    fn a_signature_is_good_for_its_time() {
        for (seconds, status) in [(-890, 200), (-910, 403), (0, 200), (50, 200), (70, 403), (1000, 403)] {
            let answer = aged(&mut inner(None), TimeDelta::seconds(seconds), |_, _| {});
            assert_eq!(answer.status, status, "{seconds}: {}", answer.xml);
        }
    }
}
