//! What no SDK sends: large bodies, garbage, connections that are left half open.

use std::time::Duration;

use elbm_simulator::Control;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::Bench;

const HEAD: &str = "POST / HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\
    Content-Type: application/x-www-form-urlencoded\r\n";

/// How long an answer or the end of a connection is waited for; nothing takes so long where all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// The answer to these bytes, or why there is none; what cannot be written is left.
async fn answer(bench: &Bench, parts: &[&[u8]]) -> String {
    let stream = TcpStream::connect(bench.simulator.address()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let mut answer = Vec::new();
    let write = async {
        for part in parts {
            if writer.write_all(part).await.is_err() {
                break;
            }
        }
    };
    let both = async { tokio::join!(reader.read_to_end(&mut answer), write).0 };
    let read = tokio::time::timeout(PATIENCE, both).await.expect("an answer or an end");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    read.map_or_else(|error| error.to_string(), |_| answer)
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_in_xml() {
    let bench = Bench::seeded().await;
    let megabyte = vec![b'a'; 1024 * 1024];
    let length = format!("{HEAD}Content-Length: {}\r\n\r\n", 10 * megabyte.len());
    let mut sized = vec![length.as_bytes()];
    sized.extend([megabyte.as_slice(); 10]);
    let begin = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("{:x}\r\n{}\r\n", megabyte.len(), "a".repeat(megabyte.len()));
    let mut chunked = vec![begin.as_bytes()];
    chunked.extend([chunk.as_bytes(); 10]);
    chunked.push(b"0\r\n\r\n");
    for parts in [sized, chunked] {
        let answer = answer(&bench, &parts).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("<Code>RequestEntityTooLarge</Code>"), "{answer}");
    }
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_body_without_an_end_is_cut_off() {
    let bench = Bench::seeded().await;
    let megabyte = vec![b'a'; 1024 * 1024];
    let length = format!("{HEAD}Content-Length: {}\r\n\r\n", u64::MAX / 2);
    let mut parts = vec![length.as_bytes()];
    parts.extend([megabyte.as_slice(); 80]);
    let answer = answer(&bench, &parts).await;
    assert!(!answer.contains("HTTP/1.1"), "{answer}");
    bench.elb.describe_load_balancers().send().await.unwrap();
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn garbage_is_answered_or_dropped_and_nobody_else_suffers() {
    let bench = Bench::seeded().await;
    let control = Control::start(([127, 0, 0, 1], 0).into(), bench.handle.clone()).await.unwrap();
    let headers = format!("POST / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(500));
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(1024 * 1024));
    let bad_length = format!("{HEAD}Content-Length: -1\r\n\r\n");
    let two_lengths = format!("{HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\na");
    let bad_chunk = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    let garbage: [&[u8]; 9] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        headers.as_bytes(),
        long.as_bytes(),
        bad_length.as_bytes(),
        two_lengths.as_bytes(),
        bad_chunk.as_bytes(),
    ];
    for bytes in garbage {
        let answer = answer(&bench, &[bytes]).await;
        let refused = answer.starts_with("HTTP/1.1 4") || !answer.contains("HTTP/1.1");
        assert!(refused, "{}: {answer}", bytes[..bytes.len().min(40)].escape_ascii());
        let mut stream = TcpStream::connect(control.address()).await.unwrap();
        let _ = stream.write_all(bytes).await;
    }
    assert!(bench.handle.calls().is_empty());
    bench.elb.describe_load_balancers().send().await.unwrap();
    control.shutdown().await;
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn half_open_connections_hold_nobody_up() {
    let bench = Bench::seeded().await;
    let mut open = Vec::new();
    let half = format!("{HEAD}Content-Length: 100\r\n\r\nAction=");
    for begin in ["", "POST / HT", half.as_str()].repeat(30) {
        let mut stream = TcpStream::connect(bench.simulator.address()).await.unwrap();
        stream.write_all(begin.as_bytes()).await.unwrap();
        open.push(stream);
    }
    bench.elb.describe_load_balancers().send().await.unwrap();
    // It also ends though they are open.
    bench.simulator.shutdown().await;
    drop(open);
}
