//! Bad input in a form: a clear error in its place, all at once, and nothing is lost.

use crate::desk::{Desk, code};
use engine::views::Outcome;
use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use model::{ConnectorId, FieldId, Secret};
use std::path::Path;

#[tokio::test]
async fn postgres_every_error_is_told_at_once_and_by_field() {
    let desk = Desk::new();
    let form = desk.engine.draft_new(&ConnectorId::of("postgres")).unwrap();
    desk.set(form.id, "port", "abc");
    desk.set(form.id, "database", "");
    let told = code(&desk.connect(form.id).await);
    assert_eq!(told, "name:required server:required username:required database:required port:number");
}

#[tokio::test]
async fn postgres_ports_that_are_none_are_refused() {
    let desk = Desk::new();
    let form = desk.engine.draft_new(&ConnectorId::of("postgres")).unwrap();
    for bad in ["0", "-1", "65536", "abc", "1e3", "５４３２", " ", "99999999999999999999"] {
        desk.set(form.id, "port", bad);
        let errors = desk.engine.draft_check(form.id).await.unwrap();
        assert!(errors.iter().any(|e| e.field.as_str() == "port"), "{bad:?}");
        assert_eq!(desk.engine.draft_view(form.id).unwrap().values[&FieldId::named("port")], bad);
    }
}

#[tokio::test]
async fn names_of_any_script_are_kept_and_impossible_ones_explained() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let names =
        ["Ω≈ç√∫", "田中さん", "اردو", "👩‍👩‍👧 family", "'; DROP TABLE connections;--", "<img src=x onerror=alert(1)>", "{name}"];
    for name in names {
        let form = desk.verified_form(name, server, SCRAM).await;
        assert_eq!(code(&desk.connect(form).await), "worked", "{name}");
    }
    let mut kept = desk.names().await;
    kept.sort();
    let mut expected: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    expected.sort();
    assert_eq!(kept, expected);
    let long = "x".repeat(10 * 1024);
    for (bad, why) in
        [(long.as_str(), "too_long"), ("a\u{0}b", "control"), ("a\nb", "control"), ("  ", "required"), ("اردو", "name_taken")]
    {
        let form = desk.verified_form(bad, server, SCRAM).await;
        assert_eq!(code(&desk.connect(form).await), format!("name:{why}"));
    }
    let form = desk.verified_form(" OMEGA ", server, SCRAM).await;
    assert_eq!(code(&desk.connect(form).await), "worked");
    let form = desk.verified_form("omega", server, SCRAM).await;
    assert_eq!(code(&desk.connect(form).await), "name:name_taken", "whatever the case and the space around");
}

#[tokio::test]
async fn hostile_text_in_every_field_is_an_error_in_its_place_or_a_refusal_of_the_server() {
    let desk = Desk::new();
    let nasty = [
        "'; DROP TABLE x;--",
        "<script>alert(1)</script>",
        "\u{202e}txt.exe",
        "a\u{0}b",
        "\u{7f}",
        "%s%n{0}",
        "../../etc/passwd",
    ];
    let spec = connectors::ALL[0].spec();
    for text in nasty {
        let form = desk.engine.draft_new(&spec.id).unwrap();
        for field in spec.fields {
            if !field.is_secret() && !matches!(field.kind, model::FieldKind::File(_)) {
                desk.set(form.id, field.id.as_str(), text);
                assert_eq!(desk.engine.draft_view(form.id).unwrap().values[&field.id], text);
            }
        }
        let outcome = desk.connect(form.id).await;
        assert!(matches!(outcome, Outcome::Fields { .. }), "{text:?}: {outcome:?}");
    }
    assert!(desk.engine.draft_set(desk.engine.draft_new(&spec.id).unwrap().id, &FieldId::named("password"), "x").is_err());
}

#[tokio::test]
async fn postgres_a_root_certificate_that_is_none_is_refused_in_words_and_the_one_before_stays() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Files", server, SCRAM).await;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::write(at("empty.pem"), "").unwrap();
    std::fs::write(at("key.pem"), &server.client_key).unwrap();
    std::fs::write(at("garbage.pem"), "certainly no certificate").unwrap();
    std::fs::File::create(at("giant.pem")).unwrap().set_len(1 << 30).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at("pipe.pem")).status().unwrap().success());
    let field = FieldId::named("root_certificate");
    for bad in [
        at("empty.pem"),
        at("key.pem"),
        at("garbage.pem"),
        at("giant.pem"),
        at("pipe.pem"),
        at("none.pem"),
        dir.path().to_owned(),
    ] {
        let error = desk.engine.draft_file(form, &field, &bad).await.unwrap_err().view();
        assert_eq!(error.field.as_ref(), Some(&field), "{}", bad.display());
        assert!(!error.what.is_empty() && !error.remedy.is_empty(), "{}", bad.display());
        assert_eq!(desk.engine.draft_view(form).unwrap().files[&field].name, "ca.pem");
    }
    let der = der_of(&server.ca_pem);
    std::fs::write(at("ca.der"), der).unwrap();
    desk.file(form, "root_certificate", &at("ca.der")).await;
    assert_eq!(code(&desk.connect(form).await), "worked", "the binary form does as well");
}

#[tokio::test]
async fn postgres_a_pasted_url_fills_the_form_and_its_password_stays_in_rust() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let pasted = desk.engine.draft_paste_new(&Secret::from(server.url())).unwrap();
    let filled: Vec<&str> = pasted.filled.iter().map(FieldId::as_str).collect();
    assert_eq!(filled, ["server", "username", "password", "database", "port"]);
    assert!(!serde_json::to_string(&pasted).unwrap().contains("spaces"), "the password is not in the answer");
    desk.set(pasted.draft.id, "name", "Pasted");
    assert_eq!(code(&desk.connect(pasted.draft.id).await), "worked");
    let nothing = desk.engine.draft_paste_new(&Secret::from("hello".to_owned())).unwrap_err();
    assert_eq!(nothing.code(), "draft.not_a_connection");
    assert!(desk.engine.draft_paste_new(&Secret::new(vec![0xff; 4096])).is_err());
}

fn der_of(pem: &str) -> Vec<u8> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

#[tokio::test]
async fn a_closed_form_is_gone() {
    let desk = Desk::new();
    let form = desk.engine.draft_new(&ConnectorId::of("postgres")).unwrap();
    desk.engine.draft_close(form.id);
    assert_eq!(desk.engine.draft_view(form.id).unwrap_err().code(), "gone");
    assert_eq!(
        desk.engine.draft_file(form.id, &FieldId::named("root_certificate"), Path::new("/")).await.unwrap_err().code(),
        "gone"
    );
    assert_eq!(desk.engine.draft_new(&ConnectorId::named("nothing")).unwrap_err().code(), "gone");
}
