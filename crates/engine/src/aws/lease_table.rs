//! The lease table: one item for each lease, which only who knows the last token of it replaces.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use chrono::{DateTime, Utc};
use elbm_core::{Departed, LeaseRecord, TargetKey};

use super::{Action, Aws, AwsError};

/// The key of the table.
const NAME: &str = "name";
/// Seconds since 1970, after which `DynamoDB` may delete an item that nobody wants any more.
const FORGOTTEN: &str = "forgotten";
/// How long an item is kept that nobody writes: much longer than anything in it matters.
const KEPT: i64 = 24 * 60 * 60;

type Item = HashMap<String, AttributeValue>;

/// What became of a write.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// The record is this now.
    Done,
    /// It was another one than the writer knew, and still is: this, or none.
    Is(Option<LeaseRecord>),
}

impl Aws {
    /// Writes the record of a lease, where it still has the token that it `had`.
    pub(crate) async fn put_lease(
        &self,
        table: &str,
        name: &str,
        had: Option<&str>,
        record: &LeaseRecord,
        now: DateTime<Utc>,
    ) -> Result<Put, AwsError> {
        let item = item(name, record, now);
        self.call(Action::PutItem, || {
            let put = self.dynamodb.put_item().table_name(table).set_item(Some(item.clone()));
            let put = match had {
                None => {
                    put.condition_expression("attribute_not_exists(#name)").expression_attribute_names("#name", NAME)
                }
                Some(had) => put
                    .condition_expression("#token = :had")
                    .expression_attribute_names("#token", "token")
                    .expression_attribute_values(":had", AttributeValue::S(had.to_owned())),
            };
            let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
            async move {
                let answer = put.send().await;
                let request_id = answer.request_id().map(str::to_owned);
                match answer {
                    Ok(_) => Ok(Answer { put: Put::Done, request_id }),
                    Err(error) => match error.as_service_error() {
                        Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                            let put = Put::Is(refused.item().and_then(self::record));
                            Ok(Answer { put, request_id })
                        }
                        _ => Err(error),
                    },
                }
            }
        })
        .await
        .map(|answer| answer.put)
    }
}

/// An answer, which a failed condition is too.
struct Answer {
    put: Put,
    request_id: Option<String>,
}

impl RequestId for Answer {
    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

fn item(name: &str, record: &LeaseRecord, now: DateTime<Utc>) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let departed = |departed: &Departed| {
        let key = &departed.key;
        let pairs = [
            ("id", Some(text(&key.id))),
            ("port", key.port.map(|port| AttributeValue::N(port.to_string()))),
            ("zone", key.zone.as_deref().map(text)),
            ("by", Some(text(&departed.by))),
            ("at", departed.at.map(|at| AttributeValue::N(at.timestamp_millis().to_string()))),
        ];
        AttributeValue::M(present(pairs))
    };
    present([
        (NAME, Some(text(name))),
        ("token", Some(text(&record.token))),
        ("holder", record.holder.as_deref().map(text)),
        ("departures", Some(AttributeValue::L(record.departures.iter().map(departed).collect()))),
        (FORGOTTEN, Some(AttributeValue::N((now.timestamp() + KEPT).to_string()))),
    ])
}

fn present<const N: usize>(pairs: [(&str, Option<AttributeValue>); N]) -> Item {
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// `None` for an item that is not of this service's making: it is replaced by nobody who expects its token.
fn record(item: &Item) -> Option<LeaseRecord> {
    let departures = item.get("departures")?.as_l().ok()?.iter().map(|entry| departed(entry.as_m().ok()?));
    Some(LeaseRecord {
        token: text(item, "token")?,
        holder: text(item, "holder"),
        departures: departures.collect::<Option<_>>()?,
    })
}

fn departed(item: &Item) -> Option<Departed> {
    let key = TargetKey { id: text(item, "id")?, port: number(item, "port"), zone: text(item, "zone") };
    Some(Departed { key, by: text(item, "by")?, at: number(item, "at").and_then(DateTime::from_timestamp_millis) })
}

fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

fn number<T: std::str::FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let now = DateTime::from_timestamp_millis(1_800_000_000_123).expect("a time");
        let key = |port, zone: Option<&str>| TargetKey { id: "10.0.0.1".to_owned(), port, zone: zone.map(Into::into) };
        let departed = |key, at| Departed { key, by: "a".to_owned(), at };
        let held = LeaseRecord {
            token: "1".to_owned(),
            holder: Some("a".to_owned()),
            departures: vec![departed(key(Some(80), Some("all")), Some(now)), departed(key(None, None), None)],
        };
        let free = LeaseRecord { token: "2".to_owned(), holder: None, departures: Vec::new() };
        for written in [held, free] {
            let item = item("group", &written, now);
            assert_eq!(record(&item).as_ref(), Some(&written));
            assert_eq!((text(&item, NAME).as_deref(), number(&item, FORGOTTEN)), (Some("group"), Some(1_800_086_400)));
        }
        assert_eq!(record(&Item::from([("token".to_owned(), AttributeValue::S("3".to_owned()))])), None);
    }
}
