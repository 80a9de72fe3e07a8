//! Encryption with a real PostgreSQL, by libpq's meanings.

use super::{brief, failure, form, plain_form};
use landbridge_tests::peers::postgres::{self as pg, Options, Postgres, ServerCertificate};
use landbridge_tests::support::{PlainNet, ctx};
use model::Action;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;

async fn server(certificate: ServerCertificate) -> Postgres {
    Postgres::start(Options { certificate, ..Options::default() }).await
}

#[tokio::test]
async fn postgres_verify_full_is_told_with_the_version_of_tls() {
    let server = Postgres::shared().await;
    let (opened, report) = form(server, pg::SCRAM).open().await;
    assert!(opened.is_ok());
    assert_eq!(report.notes("tls"), ["TLS 1.3, server verified"]);
}

#[tokio::test]
async fn postgres_unknown_authority_is_told_with_and_without_a_root_certificate() {
    let shared = Postgres::shared().await;
    let (view, _) = failure(plain_form("localhost", shared.port, pg::SCRAM).with("ssl_mode", "verify-full")).await;
    assert_eq!(brief(&view), "tls.unknown_authority tls root_certificate");
    let offered = view.actions.iter().any(|a| matches!(a, Action::Set { value, .. } if value == "require"));
    assert!(offered && view.why.contains("CN="), "{view:?}");
    let unknown = server(ServerCertificate::UnknownAuthority).await;
    for mode in ["verify-full", "verify-ca", "require"] {
        let (view, _) = failure(form(&unknown, pg::SCRAM).with("ssl_mode", mode)).await;
        assert_eq!(brief(&view), "tls.unknown_authority tls root_certificate", "{mode}");
    }
    unknown.stop().await;
}

#[tokio::test]
async fn postgres_an_authority_added_in_settings_counts() {
    let server = Postgres::shared().await;
    let (mut cx, _, _) = ctx();
    let extra = CertificateDer::from_pem_slice(server.ca_pem.as_bytes()).unwrap().to_vec();
    cx.net = Arc::new(PlainNet { extra_roots: vec![extra], ..PlainNet::default() });
    for mode in ["verify-full", "verify-ca"] {
        let opened = plain_form("localhost", server.port, pg::SCRAM).with("ssl_mode", mode).open_in(&cx).await;
        assert!(opened.is_ok(), "{mode}: {:?}", opened.err().map(|e| e.view()));
    }
}

#[tokio::test]
async fn postgres_wrong_host_name_tells_the_certificate_s_names() {
    let server = server(ServerCertificate::WrongName).await;
    let (view, _) = failure(form(&server, pg::SCRAM)).await;
    assert_eq!(brief(&view), "tls.wrong_name tls server");
    assert!(view.what.contains("localhost") && view.why.contains("elsewhere.example"), "{view:?}");
    // verify-ca and require with a root certificate verify the chain, whatever the name.
    for mode in ["verify-ca", "require"] {
        let (opened, report) = form(&server, pg::SCRAM).with("ssl_mode", mode).open().await;
        assert!(opened.is_ok(), "{mode}: {:?}", opened.err().map(|e| e.view()));
        assert_eq!(report.notes("tls"), ["TLS 1.3, certificate verified, but not its name"]);
    }
    server.stop().await;
}

#[tokio::test]
async fn postgres_expired_certificate_tells_its_dates() {
    let server = server(ServerCertificate::Expired).await;
    for mode in ["verify-full", "verify-ca"] {
        let (view, _) = failure(form(&server, pg::SCRAM).with("ssl_mode", mode)).await;
        assert_eq!(brief(&view), "tls.expired tls ssl_mode");
        assert!(view.what.contains("2021-01-01") && view.why.contains("2019-01-01"), "{view:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn postgres_certificate_of_the_future_tells_its_dates() {
    let server = server(ServerCertificate::NotYetValid).await;
    let (view, _) = failure(form(&server, pg::SCRAM)).await;
    assert_eq!(brief(&view), "tls.not_yet_valid tls ssl_mode");
    assert!(view.what.contains("2048-01-01"), "{view:?}");
    server.stop().await;
}

#[tokio::test]
async fn postgres_server_without_tls_when_tls_is_required() {
    let server = Postgres::start(Options { tls: false, ..Options::default() }).await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let (view, _) = failure(plain_form("localhost", server.port, pg::SCRAM).with("ssl_mode", mode)).await;
        assert_eq!(brief(&view), "postgres.no_tls tls ssl_mode");
        assert!(view.what.contains(mode), "{view:?}");
    }
    let (opened, report) = plain_form("localhost", server.port, pg::SCRAM).with("ssl_mode", "prefer").open().await;
    assert!(opened.is_ok());
    assert!(report.notes("tls")[0].contains("not encrypted"), "{:?}", report.notes("tls"));
    server.stop().await;
}

#[tokio::test]
async fn postgres_prefer_and_require_encrypt_without_verifying() {
    let server = Postgres::shared().await;
    for mode in ["prefer", "require"] {
        let (opened, report) = plain_form("localhost", server.port, pg::TLS_ONLY).with("ssl_mode", mode).open().await;
        assert!(opened.is_ok(), "{mode}");
        assert_eq!(report.notes("tls"), ["TLS 1.3, encrypted, but the server is not verified"], "{mode}");
    }
    let (opened, report) = plain_form("localhost", server.port, pg::SCRAM).open().await;
    assert!(opened.is_ok());
    assert_eq!(report.ends(), ["resolve Done", "reach Done", "tls Skipped", "login Done"]);
}

#[tokio::test]
async fn postgres_tls_1_2_works_too() {
    let old = Options { settings: vec!["ssl_max_protocol_version = 'TLSv1.2'".to_owned()], ..Options::default() };
    let server = Postgres::start(old).await;
    let (opened, report) = form(&server, pg::SCRAM).open().await;
    assert!(opened.is_ok(), "{:?}", opened.err().map(|e| e.view()));
    assert_eq!(report.notes("tls"), ["TLS 1.2, server verified"]);
    server.stop().await;
}

#[tokio::test]
async fn postgres_self_signed_certificate_given_as_root_is_verified() {
    let server = Postgres::shared().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    // As `openssl req -x509` makes them: an authority and a server in one.
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let cert = params.self_signed(&key).unwrap().pem();
    let port = super::servers::in_between(cert.clone(), key.serialize_pem(), server.port).await;
    let form = |host: &str| plain_form(host, port, pg::MD5).with("ssl_mode", "verify-full").file("root_certificate", &cert);
    let (opened, report) = form("localhost").open().await;
    assert!(opened.is_ok(), "{:?}", opened.err().map(|e| e.view()));
    assert_eq!(report.notes("tls"), ["TLS 1.3, server verified"]);
    assert_eq!(brief(&failure(form("127.0.0.1")).await.0), "tls.wrong_name tls server");
    let unknown = plain_form("localhost", port, pg::MD5).with("ssl_mode", "verify-full");
    assert_eq!(failure(unknown).await.0.code, "tls.unknown_authority");
}
