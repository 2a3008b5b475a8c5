//! The simulator: the body of a request in AWS's query protocols.

use elbm_simulator::{Clock, Fleet, InProcess, Load};
use futures_util::FutureExt as _;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use quick_xml::events::Event;

/// For which service requests of a version are signed.
const SCOPES: [(&str, &str); 3] = [("2016-11-15", "ec2"), ("2011-01-01", "autoscaling"), ("2011-06-15", "sts")];

/// A body is answered at once in well-formed XML, and what is refused changes nothing.
pub(crate) fn is_answered(body: &[u8]) {
    let simulator = InProcess::new(Clock::Stepped, Fleet::seeded(), Load::default()).expect("the seeded fleet");
    let handle = simulator.handle();
    let members = || handle.membership("default-tg").ok();
    let before = members();

    let signed_for = |(version, _): &&(&str, &str)| body.windows(version.len()).any(|part| part == version.as_bytes());
    let service = SCOPES.iter().find(signed_for).map_or("elasticloadbalancing", |(_, service)| service);
    let credential = format!("AKIA/20260101/us-east-1/{service}/aws4_request");
    let signature = "0".repeat(64);
    let request = Request::builder()
        .method(Method::POST)
        .uri("/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-amz-date", "20260101T000000Z")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature={signature}"),
        )
        .body(body.to_vec().into())
        .expect("a request");
    let answered = simulator.answer(request).now_or_never().expect("nothing is late");
    let Ok(response) = answered else { panic!("no answer") };
    let status = response.status();
    let collected = response.into_body().collect().now_or_never().expect("it is all there");
    let Ok(collected) = collected else { panic!("half an answer") };
    let answer = collected.to_bytes();
    let answer = std::str::from_utf8(&answer).expect("text");

    assert!(status.is_success() || status.is_client_error(), "{status}: {answer}");
    is_well_formed(answer);
    if !status.is_success() {
        assert_eq!(members(), before, "{status}: {answer}");
    }
}

fn is_well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0_u32;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{xml}");
}
