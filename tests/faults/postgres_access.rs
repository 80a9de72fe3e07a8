//! A real PostgreSQL that lets in, and one that does not: who we are, which database, whether there is room.

use super::{brief, failure, form, plain_form, told};
use futures::StreamExt;
use landbridge_tests::peers::certs::{Authority, LOCAL_NAMES, Valid};
use landbridge_tests::peers::postgres::{self as pg, Account, Options, Postgres};
use landbridge_tests::support::{Form, PlainNet, ctx};
use model::{Action, ErrorView, Query};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn postgres_each_way_to_sign_in_works() {
    let server = Postgres::shared().await;
    for (who, note) in [
        (pg::SCRAM, "SCRAM-SHA-256, with channel binding"),
        (pg::MD5, "MD5"),
        (pg::CLEARTEXT, "password in clear inside the channel"),
        (pg::TRUST, "no password"),
        (pg::TLS_ONLY, "SCRAM"),
    ] {
        let (opened, report) = form(server, who).open().await;
        assert!(opened.is_ok(), "{}: {:?}", who.user, opened.err().map(|e| e.view()));
        assert!(report.notes("login")[0].starts_with(note), "{}: {:?}", who.user, report.notes("login"));
        assert_eq!(report.ends(), ["resolve Done", "reach Done", "tls Done", "login Done"], "{}", who.user);
    }
    let with_certificate =
        form(server, pg::CERT).file("client_certificate", &server.client_cert).file("client_key", &server.client_key);
    assert!(with_certificate.open().await.0.is_ok());
}

#[tokio::test]
async fn postgres_connects_by_ipv6_and_by_unix_socket() {
    let server = Postgres::shared().await;
    for host in ["[::1]", "::1", "127.0.0.1"] {
        assert!(form(server, pg::SCRAM).with("server", host).open().await.0.is_ok(), "{host}");
    }
    let socket = plain_form(&server.socket_dir.display().to_string(), server.port, pg::TRUST).with("ssl_mode", "prefer");
    let (opened, report) = socket.open().await;
    assert!(opened.is_ok(), "{:?}", opened.err().map(|e| e.view()));
    assert_eq!(report.ends(), ["reach Done", "tls Skipped", "login Done"]);
}

#[tokio::test]
async fn postgres_wrong_password_names_both_fields() {
    let server = Postgres::shared().await;
    for who in [
        Account { user: "scram_user", password: "canary-wrong" },
        Account { user: "md5_user", password: "canary-wrong" },
        pg::ABSENT,
    ] {
        let (view, _) = failure(form(server, who)).await;
        assert_eq!(brief(&view), "postgres.wrong_password login password");
        assert!(view.what.contains("username and password") && view.remedy.contains("Username and Password"), "{view:?}");
        assert_eq!(view.vendor.as_ref().unwrap().code.as_deref(), Some("28P01"));
        assert!(!format!("{view:?}").contains("canary"), "{view:?}");
    }
}

#[tokio::test]
async fn postgres_missing_password_is_asked_for() {
    let server = Postgres::shared().await;
    for user in ["scram_user", "md5_user", "clear_user"] {
        let (view, _) = failure(form(server, Account { user, password: "" })).await;
        assert_eq!(brief(&view), "postgres.password_missing login password");
    }
}

#[tokio::test]
async fn postgres_missing_role_is_told_apart_from_a_missing_rule() {
    let server = Postgres::shared().await;
    for who in [pg::GHOST, pg::NO_LOGIN] {
        let (view, _) = failure(form(server, who)).await;
        assert_eq!(brief(&view), "postgres.role_missing login username", "{}", who.user);
        assert_eq!(view.vendor.as_ref().unwrap().code.as_deref(), Some("28000"));
    }
    let ghost = form(server, pg::GHOST_CERT)
        .file("client_certificate", &server.ghost_cert.cert)
        .file("client_key", &server.ghost_cert.key);
    assert_eq!(brief(&failure(ghost).await.0), "postgres.role_missing login username");
}

#[tokio::test]
async fn postgres_no_pg_hba_entry_says_user_database_and_encryption() {
    let server = Postgres::shared().await;
    let (view, _) = failure(form(server, pg::NO_HBA)).await;
    assert_eq!(brief(&view), "postgres.no_hba_entry login username");
    assert!(view.what.contains("nohba_user") && view.what.contains(pg::DATABASE) && view.why.contains("(encrypted)"), "{view:?}");
    let (view, _) = failure(plain_form("localhost", server.port, pg::TLS_ONLY)).await;
    assert_eq!(brief(&view), "postgres.no_hba_entry login username");
    assert!(view.why.contains("(not encrypted)"), "{view:?}");
    assert!(matches!(&view.actions[..], [Action::Set { value, .. }] if value == "prefer"), "{view:?}");
}

#[tokio::test]
async fn postgres_client_certificate_that_is_missing_foreign_or_another_s_is_explained() {
    let server = Postgres::shared().await;
    let (view, _) = failure(form(server, pg::CERT)).await;
    assert_eq!(brief(&view), "postgres.no_hba_entry login username");
    assert!(view.why.contains("client certificate"), "{view:?}");
    let foreign =
        form(server, pg::CERT).file("client_certificate", &server.foreign_cert.cert).file("client_key", &server.foreign_cert.key);
    assert_eq!(brief(&failure(foreign).await.0), "tls.client_certificate_refused login client_certificate");
    let another =
        form(server, pg::CERT).file("client_certificate", &server.ghost_cert.cert).file("client_key", &server.ghost_cert.key);
    assert_eq!(brief(&failure(another).await.0), "postgres.identity_refused login client_certificate");
    let mixed = form(server, pg::CERT).file("client_certificate", &server.client_cert).file("client_key", &server.ghost_cert.key);
    assert_eq!(brief(&failure(mixed).await.0), "tls.key_mismatch tls client_key");
}

#[tokio::test]
async fn postgres_unknown_and_closed_databases_point_at_the_field() {
    let server = Postgres::shared().await;
    for (database, expected) in [
        ("nowhere", "postgres.no_database login database"),
        ("'; DROP DATABASE landbridge; --", "postgres.no_database login database"),
        (pg::CLOSED, "postgres.no_connect_right login database"),
    ] {
        let (view, _) = failure(form(server, pg::SCRAM).with("database", database)).await;
        assert_eq!(brief(&view), expected);
    }
}

#[tokio::test]
async fn postgres_full_role_and_full_server_say_so() {
    let server = Postgres::shared().await;
    let (view, _) = failure(form(server, pg::FULL)).await;
    assert_eq!(brief(&view), "postgres.too_many_connections login -");
    assert!(view.retryable);
    // Five connections, of which three are kept for the administrator.
    let small = Postgres::start(Options { max_connections: 5, ..Options::default() }).await;
    let kept = (form(&small, pg::TRUST).open().await.0.unwrap(), form(&small, pg::TRUST).open().await.0.unwrap());
    let (view, _) = failure(form(&small, pg::TRUST)).await;
    assert_eq!(brief(&view), "postgres.too_many_connections login -");
    drop(kept);
    small.stop().await;
}

#[tokio::test]
async fn postgres_dropped_session_leaves_no_connection_behind() {
    let server = Postgres::start(Options::default()).await;
    let session = form(&server, pg::SCRAM).open().await.0.unwrap();
    let admin = server.admin(pg::DATABASE).await;
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Landbridge'";
    assert_eq!(admin.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 1);
    drop(session);
    let gone = async {
        while admin.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the connection ends");
    server.stop().await;
}

#[tokio::test]
async fn postgres_pooler_that_takes_no_options_is_connected_without_them() {
    let server = Postgres::shared().await;
    let port = super::servers::pooler_without_options(server.port).await;
    let (opened, report) = plain_form("127.0.0.1", port, pg::SCRAM).open().await;
    assert!(opened.is_ok(), "{:?}", opened.err().map(|e| e.view()));
    assert!(report.notes("login").iter().any(|n| n.contains("pooler")), "{:?}", report.notes("login"));
}

#[tokio::test]
async fn postgres_starting_up_says_to_try_again() {
    let server = Postgres::start(Options { starting_up: true, ..Options::default() }).await;
    let (view, _) = failure(form(&server, pg::SCRAM)).await;
    assert_eq!(brief(&view), "postgres.not_ready login -");
    assert!(view.retryable);
    server.stop().await;
}

/// As [`failure`], with the server of the tests standing for a remote one.
async fn remote_failure(form: Form) -> ErrorView {
    let (mut cx, _, _) = ctx();
    cx.net = Arc::new(PlainNet { stand_in: Some(Ipv4Addr::LOCALHOST.into()), ..PlainNet::default() });
    told(&form.with("server", "db.example.org").open_in(&cx).await.err().expect("a failure"))
}

#[tokio::test]
async fn postgres_password_in_clear_goes_only_to_a_verified_or_local_server() {
    let server = Postgres::shared().await;
    for mode in ["require", "prefer", "disable"] {
        let form = || plain_form("localhost", server.port, pg::CLEARTEXT).with("ssl_mode", mode);
        assert!(form().open().await.0.is_ok(), "on this computer: {mode}");
        let view = remote_failure(form()).await;
        assert_eq!(brief(&view), "postgres.cleartext_refused login ssl_mode", "{mode}");
        assert!(matches!(&view.actions[..], [Action::Set { value, .. }] if value == "verify-full"));
    }
    let verified = plain_form("localhost", server.port, pg::CLEARTEXT)
        .with("ssl_mode", "verify-ca")
        .file("root_certificate", &server.ca_pem);
    let (mut cx, _, _) = ctx();
    cx.net = Arc::new(PlainNet { stand_in: Some(Ipv4Addr::LOCALHOST.into()), ..PlainNet::default() });
    assert!(verified.with("server", "db.example.org").open_in(&cx).await.is_ok());
}

#[tokio::test]
async fn postgres_someone_in_between_is_stopped_by_channel_binding() {
    let server = Postgres::shared().await;
    let other = Authority::new("An authority of someone else").server(&LOCAL_NAMES, Valid::Now);
    let port = super::servers::in_between(other.cert, other.key, server.port).await;
    let (view, report) = failure(plain_form("localhost", port, pg::SCRAM).with("ssl_mode", "require")).await;
    assert_eq!(brief(&view), "postgres.in_between login server", "{view:?}");
    assert_eq!(report.ends(), ["resolve Done", "reach Done", "tls Done", "login Failed"]);
    // And with a server that is verified it does not come to a login at all.
    let (view, _) = failure(form(server, pg::SCRAM).with("port", port)).await;
    assert_eq!(view.code, "tls.unknown_authority");
    assert!(!view.actions.iter().any(|a| matches!(a, Action::Set { .. })), "with an own root nothing weaker is offered");
}

#[tokio::test]
async fn postgres_session_has_the_form_s_settings_and_they_are_no_way_in() {
    let server = Postgres::shared().await;
    let form = form(server, pg::SCRAM).with("statement_timeout", 7).with("schema", "od\"d -c work_mem=64kB \\");
    let session = form.open().await.0.unwrap();
    let sql = "SELECT current_setting('application_name'), current_setting('statement_timeout'), current_setting('search_path'), \
               current_setting('default_transaction_read_only'), current_setting('work_mem') <> '64kB'";
    let (cx, _, _) = ctx();
    let query = Query { sql: sql.to_owned(), ..Query::default() };
    let mut rows = session.query(&query, &cx).await.unwrap_or_else(|e| panic!("{:?} {}", e.view(), server.log()));
    let batch = rows.stream.next().await.unwrap().unwrap();
    let shown = format!("{batch:?}");
    for part in ["\"Landbridge\"", "\"7s\"", "\"\\\"od\\\"\\\"d -c work_mem=64kB \\\\\\\",public\"", "\"on\"", "true"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
}
