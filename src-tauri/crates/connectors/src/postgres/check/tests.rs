//! The form, right and wrong.
#![allow(clippy::unwrap_used)]

use super::super::settings::{Server, Settings, SslMode};
use super::super::spec::{self, SPEC};
use super::{check, defaults};
use model::{Checked, Draft, DraftSecret, FieldError, FieldId, FileValue, NAME, Secret};
use std::sync::Arc;

/// A form that is right, with these values changed.
fn draft(changes: &[(&str, &str)]) -> Draft {
    let mut draft = Draft { connector: Some(spec::ID), ..Draft::default() };
    for field in SPEC.fields {
        if let Some(value) = field.default {
            draft.values.insert(field.id.clone(), value.to_owned());
        }
    }
    let given = [("name", "Berlin"), ("server", "db.example.org"), ("username", "ana")];
    for (id, value) in given.iter().chain(changes) {
        draft.values.insert(FieldId::named(*id), (*value).to_owned());
    }
    draft
}

fn settings(checked: &Checked) -> &Settings {
    checked.settings::<Arc<Settings>>().unwrap()
}

fn errors(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let told = |e: FieldError| (e.field.as_str().to_owned(), e.code);
    check(&draft(changes)).err().unwrap_or_default().into_iter().map(told).collect()
}

fn certificate() -> FileValue {
    let key = rcgen::KeyPair::generate().unwrap();
    let cert = rcgen::CertificateParams::new(vec!["ca.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    FileValue { name: "ca.pem".to_owned(), summary: String::new(), text: cert.pem() }
}

#[test]
fn postgres_a_right_form_becomes_settings() {
    let checked = check(&draft(&[
        ("name", "  Straße 🗺 東京  "),
        ("server", " https://DB.example.org/ "),
        ("database", "gis"),
        ("port", " 6543 "),
        ("statement_timeout", "30"),
        ("schema", "my \"schema\""),
        ("read_only", "false"),
    ]))
    .unwrap();
    let found = settings(&checked);
    assert_eq!((checked.name.as_str(), checked.host.as_str()), ("Straße 🗺 東京", "db.example.org"));
    assert_eq!(found.server, Server::Host("db.example.org".to_owned()));
    assert_eq!((found.port, found.ssl, found.read_only), (6543, SslMode::VerifyFull, false));
    assert_eq!(found.schema.as_deref(), Some("my \"schema\""));
    assert_eq!(found.statement_timeout.unwrap().as_secs(), 30);
    assert!(settings(&check(&draft(&[("read_only", "")])).unwrap()).read_only);
}

#[test]
fn postgres_all_errors_come_at_once_in_the_form_s_order() {
    let found = errors(&[("name", ""), ("server", ""), ("username", " "), ("port", "abc"), ("connect_timeout", "0")]);
    let fields: Vec<&str> = found.iter().map(|(f, _)| f.as_str()).collect();
    assert_eq!(fields, ["name", "server", "username", "port", "connect_timeout"]);
}

#[test]
fn postgres_bad_values_are_refused_in_their_place() {
    let long_name = "ä".repeat(101);
    let long = "x".repeat(10_000);
    for (field, value, code) in [
        ("name", long_name.as_str(), "too_long"),
        ("name", "a\0b", "control"),
        ("name", "a\u{7}b", "control"),
        ("username", "a\0", "control"),
        ("username", &long, "too_long"),
        ("database", "", "required"),
        ("database", &long, "too_long"),
        ("server", "a b", "host"),
        ("server", "user@db", "host"),
        ("server", "db:5433", "port"),
        ("server", "db:99999", "host"),
        ("server", &long, "too_long"),
        ("port", "0", "number"),
        ("port", "-1", "number"),
        ("port", "65536", "number"),
        ("port", "abc", "number"),
        ("port", "5432.0", "number"),
        ("port", "", "required"),
        ("ssl_mode", "allow", "option"),
        ("read_only", "maybe", "switch"),
        ("statement_timeout", "0", "number"),
        ("connect_timeout", "601", "number"),
    ] {
        assert_eq!(errors(&[(field, value)]), [(field.to_owned(), code.to_owned())], "{field}={value:.20}");
    }
    let socket = format!("/{}", "d".repeat(120));
    assert_eq!(errors(&[("server", &socket)]), [("server".to_owned(), "too_long".to_owned())]);
}

#[test]
fn postgres_names_in_any_script_and_with_any_sign_are_kept_as_they_are() {
    for name in [
        "'; DROP TABLE x; --",
        "<script>alert(1)</script>",
        "\"quoted\"",
        "ملك",
        "\u{202e}abc",
        "🙂🙂",
        "a;b\\c",
        "%s%n",
        "${jndi}",
    ] {
        let checked = check(&draft(&[("name", name), ("username", name), ("database", name)])).unwrap();
        assert_eq!(
            (checked.name.as_str(), settings(&checked).user.as_str(), settings(&checked).database.as_str()),
            (name, name, name)
        );
    }
}

#[test]
fn postgres_the_password_is_taken_as_it_is_but_for_nul() {
    let mut form = draft(&[]);
    form.secrets.insert(spec::PASSWORD, DraftSecret::Typed(Secret::new(b"a\0b".to_vec())));
    let found = check(&form).unwrap_err();
    assert_eq!((found[0].field.as_str(), found[0].code.as_str()), ("password", "control"));
    form.secrets.insert(spec::PASSWORD, DraftSecret::Typed(Secret::new("  ä\u{7}\n".into())));
    assert!(check(&form).is_ok());
}

#[test]
fn postgres_ssl_mode_is_proposed_by_where_the_server_is() {
    for (server, mode, port) in [
        ("", "verify-full", "5432"),
        ("db.example.org", "verify-full", "5432"),
        ("db.example.org:6543", "verify-full", "6543"),
        ("localhost", "prefer", "5432"),
        ("127.0.0.1", "prefer", "5432"),
        ("[::1]:1", "prefer", "1"),
        ("/var/run/postgresql", "prefer", "5432"),
        ("10.0.0.1", "verify-full", "5432"),
    ] {
        let found = defaults(&draft(&[("server", server)]));
        assert_eq!(found, [(spec::SSL_MODE, mode.to_owned()), (spec::PORT, port.to_owned())], "{server}");
    }
}

#[test]
fn postgres_certificate_and_key_belong_together_and_hidden_files_do_not_count() {
    let mut form = draft(&[]);
    form.files.insert(spec::CLIENT_CERTIFICATE, certificate());
    assert_eq!(check(&form).unwrap_err()[0].field, spec::CLIENT_KEY);
    form.secrets.insert(spec::CLIENT_KEY, DraftSecret::Stored);
    assert!(check(&form).is_ok());
    form.files.clear();
    assert_eq!(check(&form).unwrap_err()[0].field, spec::CLIENT_CERTIFICATE);
    form.values.insert(spec::SSL_MODE, "disable".to_owned());
    form.files.insert(spec::ROOT_CERTIFICATE, certificate());
    assert_eq!(settings(&check(&form).unwrap()).root, None);
}

#[test]
fn postgres_a_damaged_root_certificate_is_told_at_its_field() {
    let mut form = draft(&[]);
    form.files.insert(spec::ROOT_CERTIFICATE, FileValue { text: "x".to_owned(), ..certificate() });
    assert_eq!(check(&form).unwrap_err()[0].field, spec::ROOT_CERTIFICATE);
}

#[test]
fn postgres_a_secret_s_destination_is_host_port_user_and_what_verifies_the_server() {
    let base = check(&draft(&[])).unwrap().destination;
    let differs = |changes: &[(&str, &str)]| base.differs_in(&check(&draft(changes)).unwrap().destination);
    assert_eq!(differs(&[("server", "https://DB.example.org/"), ("database", "other"), ("name", "n"), ("schema", "s")]), [""; 0]);
    assert_eq!(differs(&[("server", "db2.example.org")]), ["host"]);
    assert_eq!(differs(&[("port", "5433")]), ["port"]);
    assert_eq!(differs(&[("username", "bob")]), ["user"]);
    assert_eq!(differs(&[("ssl_mode", "require")]), ["verified"]);
    assert_eq!(differs(&[("ssl_mode", "verify-ca")]), ["verified"]);
    let mut form = draft(&[]);
    form.files.insert(spec::ROOT_CERTIFICATE, certificate());
    let rooted = check(&form).unwrap().destination;
    assert_eq!(base.differs_in(&rooted), ["root"]);
    form.files.insert(spec::ROOT_CERTIFICATE, certificate());
    assert_eq!(rooted.differs_in(&check(&form).unwrap().destination), ["root"]);
    form.values.insert(spec::SSL_MODE, "require".to_owned());
    assert_eq!(base.differs_in(&check(&form).unwrap().destination), ["verified", "root"]);
}

#[test]
fn postgres_the_form_is_sound() {
    let mut seen = std::collections::BTreeSet::new();
    for field in SPEC.fields {
        assert!(seen.insert(field.id.clone()), "{} twice", field.id);
        assert!(!(field.is_secret() && field.default.is_some()), "{}", field.id);
        for condition in field.visible_if {
            assert!(SPEC.field(&FieldId::of(condition.field)).is_some(), "{}", condition.field);
        }
    }
    assert_eq!(SPEC.fields[0].id, NAME);
    let basic: Vec<&str> = SPEC.fields.iter().filter(|f| !f.advanced).map(|f| f.label).collect();
    assert_eq!(basic, ["Name", "Server", "Username", "Password", "Database", "Port"]);
}
