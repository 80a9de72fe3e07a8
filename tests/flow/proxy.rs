//! The way out through proxies that we did not write: tinyproxy (HTTP CONNECT; behind
//! socat also inside TLS) and microsocks (SOCKS5), on loopback.

use crate::desk::{Desk, code};
use engine::views::{Proxy, Settings};
use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use landbridge_tests::peers::proxy::{HttpProxy, SocksProxy, TlsFront};

#[tokio::test]
async fn postgres_connects_through_an_http_proxy_and_a_socks_proxy() {
    let server = Postgres::shared().await;
    let (http, socks) = (HttpProxy::start(&[server.port]), SocksProxy::start());
    for (name, url) in [("http", http.url()), ("socks", socks.url())] {
        let desk = Desk::new();
        let form = desk.verified_form(name, server, SCRAM).await;
        desk.set(form, "proxy", "manual");
        desk.set(form, "proxy_url", &url);
        assert_eq!(code(&desk.connect(form).await), "worked", "{name}");
        let resolve = desk.heard.0.lock().unwrap().iter().find_map(|e| e.note.clone());
        assert!(resolve.is_some_and(|n| n.contains("proxy")), "the report says so");
    }
    assert!(http.log().contains("CONNECT"), "the proxy saw it");
}

#[tokio::test]
async fn postgres_connects_through_a_proxy_inside_tls_once_its_authority_is_added() {
    let server = Postgres::shared().await;
    let http = HttpProxy::start(&[server.port]);
    let (certificate, key) = (server.ca_file().with_file_name("server.pem"), server.ca_file().with_file_name("server.key"));
    let tls = TlsFront::start(&certificate, &key, http.port());
    let desk = Desk::new();
    let form = desk.verified_form("Inside TLS", server, SCRAM).await;
    desk.set(form, "proxy", "manual");
    desk.set(form, "proxy_url", &tls.url());
    assert_eq!(code(&desk.connect(form).await), "net.proxy_failed", "nobody vouches for it yet");
    desk.engine.settings_set_ca(server.ca_file()).await.unwrap();
    assert_eq!(code(&desk.connect(form).await), "worked");
    assert!(http.log().contains("CONNECT"), "the proxy saw it");
}

#[tokio::test]
async fn postgres_a_proxy_that_refuses_or_is_not_there_is_named() {
    let server = Postgres::shared().await;
    let http = HttpProxy::start(&[1]);
    let desk = Desk::new();
    let form = desk.verified_form("Refused", server, SCRAM).await;
    desk.set(form, "proxy", "manual");
    for url in [http.url(), "http://127.0.0.1:9".to_owned(), "socks5://127.0.0.1:9".to_owned()] {
        desk.set(form, "proxy_url", &url);
        assert_eq!(code(&desk.connect(form).await), "net.proxy_failed", "{url}");
    }
    for url in ["", "proxy", "http://me:secret@127.0.0.1:1", "ftp://127.0.0.1:1"] {
        desk.set(form, "proxy_url", url);
        assert!(code(&desk.connect(form).await).starts_with("proxy_url:"), "{url}");
    }
}

#[tokio::test]
async fn a_proxy_s_address_is_checked_before_it_is_kept() {
    let desk = Desk::new();
    let manual = |url: &str| Settings { proxy: Proxy::Manual { url: url.to_owned() }, ..Settings::default() };
    assert_eq!(desk.engine.settings_set(manual("nonsense")).await.unwrap_err().code(), "net.proxy_invalid");
    desk.engine.settings_set(manual("http://proxy.example:3128")).await.unwrap();
    let desk = desk.restart().await;
    assert_eq!(desk.engine.settings_view().await.unwrap().settings, manual("http://proxy.example:3128"));
}
