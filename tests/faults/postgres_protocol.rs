//! What is no PostgreSQL, or none that answers: small servers of ours.

use super::servers::{Does, start};
use super::{brief, failure, plain_form};
use landbridge_tests::peers::postgres::SCRAM;
use model::ErrorView;

async fn with(does: Does, mode: &str) -> ErrorView {
    let port = start(does).await;
    failure(plain_form("127.0.0.1", port, SCRAM).with("ssl_mode", mode).with("connect_timeout", 2)).await.0
}

#[tokio::test]
async fn postgres_silent_server_is_told_apart_from_one_that_is_not_there() {
    for (mode, stage) in [("require", "tls"), ("disable", "login")] {
        let view = with(Does::Nothing, mode).await;
        assert_eq!(brief(&view), format!("postgres.silent {stage} port"));
        assert!(view.what.contains("2 seconds") && view.retryable, "{view:?}");
    }
    // Says that it encrypts, and then nothing more.
    assert_eq!(brief(&with(Does::Answers(b"S"), "require").await), "postgres.silent tls port");
    assert_eq!(brief(&with(Does::Slowly(b"R\0\0\0"), "disable").await), "postgres.silent login port");
}

#[tokio::test]
async fn postgres_other_protocols_are_no_postgresql() {
    for greeting in [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"220 mail.example ESMTP\r\n",
        b"J\0\0\0\x0a8.0.36\0",
        b"-ERR unknown command\r\n",
        b"\x15\x03\x01\0\x02\x02\x0a",
    ] {
        for mode in ["require", "disable", "prefer", "verify-full"] {
            let view = with(Does::Greets(greeting), mode).await;
            assert_eq!(view.code, "postgres.not_postgres", "{mode} {greeting:?}: {view:?}");
            assert_eq!(view.field.as_ref().unwrap().as_str(), "port");
        }
    }
    for answer in [
        &b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"[..],
        b"\x15\x03\x03\0\x02\x02\x28",
        b"\0",
        b"SSH-2.0-x\r\n",
        b"Sx",
        b"Nx",
    ] {
        let view = with(Does::AnswersAndCloses(answer), "require").await;
        assert_eq!(brief(&view), "postgres.not_postgres tls port", "{answer:?}");
    }
    let view = with(Does::Answers(b"HTTP/1.1 400 Bad\x1b[31mRequest\r\n"), "require").await;
    assert_eq!(view.vendor.unwrap().message, "HTTP/1.1 400 Bad\u{FFFD}[31mRequest");
}

#[tokio::test]
async fn postgres_an_error_before_encryption_is_not_shown() {
    let view = with(Does::Answers(b"E\0\0\0\x40SFATAL\0C28P01\0Mclick here to win\0\0"), "require").await;
    assert_eq!(brief(&view), "postgres.error_at_once tls -");
    assert!(!format!("{view:?}").contains("click"), "{view:?}");
}

#[tokio::test]
async fn postgres_a_server_that_hangs_up_is_told_for_when_it_does() {
    assert_eq!(brief(&with(Does::Closes, "require").await), "postgres.closed_at_once tls -");
    assert_eq!(with(Does::Resets, "require").await.code, "net.lost");
    assert_eq!(brief(&with(Does::Closes, "disable").await), "postgres.login_lost login server");
    assert_eq!(with(Does::Resets, "disable").await.code, "net.lost");
    assert_eq!(with(Does::AnswersAndCloses(b"S"), "require").await.stage.unwrap().as_str(), "tls");
}

#[tokio::test]
async fn postgres_no_encryption_is_no_reason_to_go_on_in_clear() {
    assert_eq!(brief(&with(Does::Answers(b"N"), "require").await), "postgres.no_tls tls ssl_mode");
    assert_eq!(brief(&with(Does::Answers(b"N"), "verify-full").await), "postgres.no_tls tls ssl_mode");
    // prefer goes on, and meets silence at the login.
    assert_eq!(brief(&with(Does::Answers(b"N"), "prefer").await), "postgres.silent login port");
    // prefer does not go on in clear when the handshake fails.
    assert_eq!(with(Does::Twice(b"S", b"garbage that is no TLS"), "prefer").await.stage.unwrap().as_str(), "tls");
}

#[tokio::test]
async fn postgres_unsupported_and_malformed_logins_are_explained() {
    // GSSAPI, then messages that are none.
    assert_eq!(
        brief(&with(Does::Answers(b"R\0\0\0\x08\0\0\0\x07"), "disable").await),
        "postgres.method_unsupported login username"
    );
    assert_eq!(
        brief(&with(Does::Answers(b"R\0\0\0\x15\0\0\0\x0aSCRAM-SHA-1\0\0"), "disable").await),
        "postgres.method_unsupported login username"
    );
    let view = with(Does::Answers(b"R\0\0\0\x08\0\0\0\0R\0\0\0\x08\0\0\0\0"), "disable").await;
    assert_eq!(brief(&view), "postgres.protocol login -");
}

#[tokio::test]
async fn postgres_server_that_cannot_prove_itself_is_not_trusted() {
    // A nonce that is not ours: whoever answers has not read what was sent, or plays back another exchange.
    let asks = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";
    let answers = b"R\0\0\0\x20\0\0\0\x0br=AAAA,s=c2FsdA==,i=4096";
    let view = with(Does::Twice(asks, answers), "disable").await;
    assert_eq!(brief(&view), "postgres.unproven_server login server");
}
