//! `--self`: the machine that `elbm` runs on.

use elbm_simulator::Elbv2;

use crate::support::{Context, answer, end, stranger};

/// An instance metadata service of version 2 that says this id.
async fn metadata(id: String) -> String {
    stranger(move |head| {
        let head = head.to_lowercase();
        let body =
            if head.starts_with("put /latest/api/token ") && head.contains("x-aws-ec2-metadata-token-ttl-seconds: ") {
                "a token"
            } else if head.starts_with("get /latest/meta-data/instance-id ")
                && head.contains("x-aws-ec2-metadata-token: a token\r\n")
            {
                &id
            } else {
                return answer("401 Unauthorized", "", "");
            };
        answer("200 OK", "content-type: text/plain\r\n", body)
    })
    .await
}

#[tokio::test]
async fn a_machine_attaches_itself() {
    let context = Context::start(1).await;
    let endpoint = metadata(context.spare().to_owned()).await;
    let mut command = context.command(&["attach", "web", "--self"]);
    command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint + "/");
    let attached = end(command).await.with(0);
    assert!(attached.output.contains(context.spare()), "{attached:?}");
    assert_eq!(context.members().len(), 2);
    context.stop().await;
}

#[tokio::test]
async fn what_is_no_instance_says_so_and_nothing_is_asked() {
    let context = Context::start(1).await;
    for endpoint in ["http://127.0.0.1:1".to_owned(), metadata("no id".to_owned()).await] {
        let mut command = context.command(&["detach", "web", "--self"]);
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint);
        let refused = end(command).await.with(1);
        assert!(refused.errors.contains("is it an EC2 instance?"), "{refused:?}");
    }
    assert_eq!(context.aws().count(Elbv2::DescribeTargetHealth), 0);
    context.stop().await;
}
