//! Callers that ask too often.

use reqwest::Method;

use crate::context::{Answer, TestContext};
use crate::credentials::{File, PASSWORD, With, bearer, change, list, two_load_balancers, user};

/// Each protected operation by this caller.
async fn each_operation(context: &TestContext, who: &With) -> [Answer; 4] {
    [
        list(context, "/elb", who).await,
        list(context, "/elb/web", who).await,
        change(context, Method::POST, "web", who).await,
        change(context, Method::DELETE, "web", who).await,
    ]
}

fn refused_as_too_often(answer: &Answer) -> String {
    let wait = answer.headers["retry-after"].to_str().expect("text");
    let sentence = answer.refused(429, "TooManyRequests");
    assert!(sentence.ends_with(&format!("in {wait} s")), "{sentence}");
    sentence
}

#[tokio::test]
async fn wrong_passwords_end_soon() {
    let file = File::none();
    let token = file.everybody().await;
    let context =
        TestContext::start_with(two_load_balancers(), &["--credentials", &file.text(), "--proxies", "1"]).await;
    let from = |who: With, address: &'static str| -> With {
        Box::new(move |request| who(request).header("x-forwarded-for", address))
    };
    let known = || user("ann", PASSWORD);
    assert_eq!(list(&context, "/elb/web", &known()).await.status, 200);
    let wrong = from(user("ann", "correct horse batterx"), "198.51.100.1, 203.0.113.9");
    let mut guesses = 0;
    while list(&context, "/elb/web", &wrong).await.status == 401 {
        guesses += 1;
        assert!(guesses < 1000, "there is no end to it");
    }
    let calls = context.aws.simulator().calls().len();
    // Every two seconds one more password is checked.
    let refused = loop {
        let answers = each_operation(&context, &wrong).await;
        if answers.iter().all(|answer| answer.status != 401) {
            break answers;
        }
        guesses += 1;
        assert!(guesses < 1000, "there is no end to it");
    };
    for answer in &refused {
        refused_as_too_often(answer);
    }
    // What the client itself wrote in front does not help it.
    let elsewhere = from(user("eve", "correct horse batterx"), "192.0.2.1, 203.0.113.9");
    refused_as_too_often(&list(&context, "/elb", &elsewhere).await);
    assert_eq!(context.aws.simulator().calls().len(), calls, "AWS was asked");

    assert_eq!(list(&context, "/healthcheck", &wrong).await.status, 200, "it is public");
    for fine in
        [from(known(), "203.0.113.9"), from(bearer(&token), "203.0.113.9"), from(user("vic", PASSWORD), "192.0.2.1")]
    {
        assert_eq!(list(&context, "/elb/web", &fine).await.status, 200);
    }
    context.stop().await;
}

#[tokio::test]
async fn a_caller_keeps_to_its_rate() {
    let file = File::none();
    file.everybody().await;
    let context =
        TestContext::start_with(two_load_balancers(), &["--credentials", &file.text(), "--rate-limit", "1"]).await;
    let (ann, vic) = (user("ann", PASSWORD), user("vic", PASSWORD));
    let mut seen = [0; 4];
    let mut rounds = 0;
    while seen.contains(&0) {
        rounds += 1;
        assert!(rounds < 1000, "it has no rate: {seen:?}");
        for (answer, seen) in each_operation(&context, &ann).await.iter().zip(&mut seen) {
            if answer.status == 429 {
                assert!(refused_as_too_often(answer).starts_with("'ann' may send 1 requests a second"));
                *seen += 1;
            }
        }
    }
    assert_eq!(list(&context, "/elb/web", &vic).await.status, 200, "it has a rate of its own");
    context.stop().await;
}
