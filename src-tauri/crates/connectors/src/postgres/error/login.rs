//! Failures of the login.

use super::super::settings::{Server, SslMode};
use super::super::spec::{CLIENT_CERTIFICATE, DATABASE, PASSWORD, SERVER, SSL_MODE, USERNAME};
use super::super::watch::{Asked, Refusal};
use super::{Context, handshake, not_postgres, set_mode, texts, with_details};
use crate::common::tls::Verify;
use crate::common::tls_error::tls_cause;
use model::{Error, FieldId, Text};
use std::error::Error as _;
use std::io::ErrorKind;
use tokio_postgres::error::{DbError, Error as PgError};

/// What was known when it failed.
pub(in super::super) struct Attempt<'a> {
    pub(in super::super) context: Context<'a>,
    /// What the server asked for.
    pub(in super::super) asked: Asked,
    /// A password was at hand.
    pub(in super::super) has_password: bool,
    /// The channel is encrypted.
    pub(in super::super) encrypted: bool,
}

/// What a failed login means.
pub(in super::super) fn login(error: &PgError, attempt: &Attempt<'_>) -> Error {
    if let Some(db) = error.as_db_error() {
        return refused(db, attempt);
    }
    if let Some(io) = error.source().and_then(|e| e.downcast_ref::<std::io::Error>()) {
        return broken(io, attempt);
    }
    let told = |text| Error::new(text).with("user", &attempt.context.settings.user).with("host", attempt.context.host());
    if error.is_closed() {
        return told(&texts::LOGIN_LOST).field(SERVER);
    }
    match attempt.asked {
        asked if asked.is_password() && !attempt.has_password => told(&texts::PASSWORD_MISSING).field(PASSWORD),
        Asked::Other | Asked::Sasl => told(&texts::METHOD).field(USERNAME),
        _ => told(&texts::PROTOCOL),
    }
}

/// The stream ended or was stopped.
fn broken(io: &std::io::Error, attempt: &Attempt<'_>) -> Error {
    let context = &attempt.context;
    let made_here = matches!(io.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other);
    match io.get_ref().and_then(|e| e.downcast_ref::<Refusal>()) {
        Some(Refusal::Cleartext) => {
            let error = Error::new(&texts::CLEARTEXT).field(SSL_MODE);
            let unverified = context.settings.verify() == Verify::Nothing;
            if unverified { error.action(set_mode(SslMode::VerifyFull, "Use verify-full")) } else { error }
        }
        Some(Refusal::NotPostgres) => not_postgres(context, &[]),
        // With TLS 1.3 a server turns a client certificate down only now.
        None if tls_cause(io).is_some() => handshake(io, context),
        // The protocol's crate found the server's part of the exchange, or its proof, wrong.
        None if attempt.asked == Asked::Sasl && made_here => Error::new(&texts::UNPROVEN_SERVER).field(SERVER),
        None if matches!(io.kind(), ErrorKind::UnexpectedEof) => {
            Error::new(&texts::LOGIN_LOST).with("host", context.host()).field(SERVER)
        }
        None if matches!(io.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput) => not_postgres(context, &[]),
        None => super::lost(io, context),
    }
}

/// The server said no.
fn refused(db: &DbError, attempt: &Attempt<'_>) -> Error {
    let settings = attempt.context.settings;
    let (text, field) = meaning(db, attempt);
    let encryption = if attempt.encrypted { "encrypted" } else { "not encrypted" };
    let asked = attempt.context.tls.is_some_and(|t| t.seen.asked_for_certificate());
    let certificate = if attempt.encrypted && asked && settings.client_certificate.is_none() {
        ", or the one that fits asks for a client certificate and none was given"
    } else {
        ""
    };
    let error = Error::new(text)
        .with("user", &settings.user)
        .with("database", &settings.database)
        .with("encryption", encryption)
        .with("certificate", certificate);
    let error = with_details(field.into_iter().fold(error, Error::field), db);
    // A rule for encrypted connections alone is common, and the server does not say so.
    if text.code == texts::NO_HBA_ENTRY.code && settings.ssl == SslMode::Disable && matches!(settings.server, Server::Host(_)) {
        let mode = SslMode::proposed(settings.server.is_local());
        return error.action(set_mode(mode, &format!("Use {}", mode.word())));
    }
    error
}

fn meaning(db: &DbError, attempt: &Attempt<'_>) -> (&'static Text, Option<FieldId>) {
    match db.code().code() {
        "28P01" if !attempt.has_password => (&texts::PASSWORD_MISSING, Some(PASSWORD)),
        "28P01" => (&texts::WRONG_PASSWORD, Some(PASSWORD)),
        "28000" => not_authorized(db.routine(), attempt),
        "3D000" => (&texts::NO_DATABASE, Some(DATABASE)),
        "42501" => (&texts::NO_CONNECT_RIGHT, Some(DATABASE)),
        "53300" => (&texts::FULL, None),
        "57P03" => (&texts::STARTING, None),
        "57P01" | "57P02" | "57P05" => (&texts::ENDED, None),
        code if code.starts_with("53") => (&texts::RESOURCES, None),
        _ => (&texts::LOGIN_OTHER, None),
    }
}

/// 28000 is several failures; the routine of the server that raised it tells which. Without one (a pooler, a gateway) it stays open.
fn not_authorized(routine: Option<&str>, attempt: &Attempt<'_>) -> (&'static Text, Option<FieldId>) {
    match routine {
        Some("ClientAuthentication") => (&texts::NO_HBA_ENTRY, Some(USERNAME)),
        Some("InitializeSessionUserId") => (&texts::ROLE_MISSING, Some(USERNAME)),
        // SCRAM's channel binding did not fit.
        Some("read_client_final_message" | "read_client_first_message") => (&texts::IN_BETWEEN, Some(SERVER)),
        Some("auth_failed") if attempt.context.settings.client_certificate.is_some() => {
            (&texts::IDENTITY, Some(CLIENT_CERTIFICATE))
        }
        Some("auth_failed") => (&texts::IDENTITY, Some(USERNAME)),
        _ => (&texts::NOT_AUTHORIZED, Some(USERNAME)),
    }
}
