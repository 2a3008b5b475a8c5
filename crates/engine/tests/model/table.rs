//! A lease table, as far as the conditional `PutItem` of `DynamoDB` goes. What it answers is what moto answers to the same calls, which
//! the integration tests make.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

/// The name of the action in requests.
pub(crate) const PUT_ITEM: &str = "DynamoDB_20120810.PutItem";

/// The items by their key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table(Arc<Mutex<HashMap<String, Value>>>);

impl Table {
    /// Status and body of the answer.
    pub(crate) fn answer(&self, body: &[u8]) -> (u16, Value) {
        let ask: Value = serde_json::from_slice(body).expect("JSON");
        let mut items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = ask["Item"]["name"]["S"].as_str().expect("the key").to_owned();
        let current = items.get(&name);
        let holds = match ask["ConditionExpression"].as_str() {
            Some("attribute_not_exists(#name)") => current.is_none(),
            Some("#token = :had") => {
                let had = &ask["ExpressionAttributeValues"][":had"];
                current.is_some_and(|current| current["token"] == *had)
            }
            other => panic!("no condition of ours: {other:?}"),
        };
        if holds {
            items.insert(name, ask["Item"].clone());
            return (200, json!({}));
        }
        let failed = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        let mut answer = json!({ "__type": failed, "message": "The conditional request failed" });
        if let Some(current) = current {
            answer["Item"] = current.clone();
        }
        (400, answer)
    }
}
