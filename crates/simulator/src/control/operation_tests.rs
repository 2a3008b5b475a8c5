//! Each example is an operation, and what is none is refused with its place.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::read;
use super::*;

#[test]
fn the_examples_are_all_operations_there_are() {
    let names: BTreeSet<String> = OPERATIONS
        .iter()
        .map(|(example, _)| {
            read(example.as_bytes()).unwrap_or_else(|error| panic!("{example}: {error}"));
            example.split('"').nth(1).unwrap().to_owned()
        })
        .collect();
    // The refusal of an unknown operation names the known ones.
    let refusal = read(br#"{"dance":{}}"#).unwrap_err();
    let (_, known) = refusal.split_once("expected one of").unwrap();
    let known: BTreeSet<String> = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert_eq!((names.len(), names), (OPERATIONS.len(), known));
}

#[test]
fn what_is_no_operation_is_refused_with_its_place() {
    let table = [
        ("", "EOF"),
        ("{}", "expected value"),
        ("[]", "expected"),
        ("null", "expected"),
        ("\"reset\"", "expected"),
        (r#"{"reset":null}"#, "invalid type"),
        (r#"{"reset":{}} x"#, "trailing characters"),
        (r#"{"reset":{},"counts":{}}"#, "expected value at line 1 column 11"),
        (r#"{"reset":{"hard":true}}"#, "unknown field `hard`"),
        (r#"{"advance":{}}"#, "missing field `by`"),
        (r#"{"advance":{"by":5}}"#, "advance.by: invalid type: integer `5`"),
        (r#"{"advance":{"by":"soon"}}"#, "advance.by: 'soon' is not a duration"),
        (r#"{"goAway":{"lasting":null}}"#, "goAway.lasting"),
        (r#"{"advance":{"by":"1s","by":"2s"}}"#, "duplicate field `by`"),
        (r#"{"passChecks":{"target":"i-1","port":null}}"#, "passChecks.port"),
        (r#"{"failChecks":{"target":"i-1","failure":"tired"}}"#, "unknown variant `tired`"),
        (r#"{"failChecks":{"target":"i-1","failure":{"responseCode":70000}}}"#, "expected u16"),
        (
            r#"{"overrideZone":{"loadBalancer":"a","zone":"b","state":"zonalShiftActive"}}"#,
            "'zonalShiftActive' is none of unknown",
        ),
        (r#"{"reserveAddress":{"address":"10.0.0"}}"#, "invalid IP address"),
        (r#"{"journal":{"last":-1}}"#, "journal.last"),
        (r#"{"setLatency":{"latency":null}}"#, "setLatency.latency"),
        (r#"{"setLatency":{"latency":"fast"}}"#, "'fast' is not a latency"),
        (r#"{"setLatency":{"action":"RegisterTargets"}}"#, "there is no action 'RegisterTargets'"),
        (r#"{"setThrottling":{"buckets":"on"}}"#, "'on' is not a throttling"),
        (r#"{"setErrorRates":{"rates":[{"share":2,"fault":"throttled"}]}}"#, "from 0 to 1"),
        (r#"{"setErrorRates":{"rates":[{"share":1,"fault":"throttled","x":1}]}}"#, "unknown field `x`"),
        (r#"{"setErrorRates":{"rates":null}}"#, "setErrorRates.rates"),
        (r#"{"inject":{"action":"elbv2:RegisterTargets","fault":"tired"}}"#, "unknown variant `tired`"),
        (
            r#"{"inject":{"action":"elbv2:RegisterTargets","fault":{"error":{"code":"A","message":"","status":200}}}}"#,
            "from 400 to 599, not 200",
        ),
        (r#"{"inject":{"action":"elbv2:RegisterTargets","fault":"throttled","times":null}}"#, "inject.times"),
    ];
    for (body, sentence) in table {
        let refusal = read(body.as_bytes()).unwrap_err();
        assert!(refusal.contains(sentence), "{body}: {refusal}");
    }
}

#[test]
fn what_may_be_left_out_means_all() {
    let action = Action::from(crate::services::Elbv2::RegisterTargets);
    let inject = read(br#"{"inject":{"action":"elbv2:RegisterTargets","fault":{"error":{"code":"A","message":"b"}}}}"#);
    let fault = Fault::Error(crate::wire::AwsError::new("A", "b"));
    assert_eq!(inject, Ok(Operation::Inject { action, fault, times: Times::All }));
    assert_eq!(read(br#"{"setLatency":{}}"#), Ok(Operation::SetLatency { action: None, latency: None }));
    assert_eq!(read(br#"{"journal":{}}"#), Ok(Operation::Journal { last: usize::MAX }));
    assert_eq!(read(br#"{"goAway":{}}"#), Ok(Operation::GoAway { lasting: None }));
    let all_ports = Operation::PassChecks { target: "i-1".to_owned(), port: None };
    assert_eq!(read(br#"{"passChecks":{"target":"i-1"}}"#), Ok(all_ports));
}

proptest! {
    #[test]
    fn no_body_causes_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
        operation in "(advance|goAway|setLatency|setThrottling|inject)",
        field in "(by|lasting|latency|buckets|action|fault)",
        value in ".{0,12}",
    ) {
        let _ = read(&bytes);
        let _ = read(json!({ operation: { field: value } }).to_string().as_bytes());
    }
}
