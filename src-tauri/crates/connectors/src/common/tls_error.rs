//! Why encryption failed, told apart by rustls' typed errors and by what the server showed.
//! Owns the words; names no warehouse and no field (the caller knows which field to look at).

use super::tls::{Seen, Unusable};
use model::{Error, Kind, Text, net};
use rustls::{AlertDescription, CertificateError, Error as TlsError};

const fn text(code: &'static str, what: &'static str, why: &'static str, remedy: &'static str) -> Text {
    Text { code, kind: Kind::Tls, what, why, remedy, retryable: false }
}

pub(crate) static UNKNOWN_AUTHORITY: Text = text(
    "tls.unknown_authority",
    "The certificate of {host} is not signed by an authority that this computer trusts.",
    "It was issued by {issuer}, which is not among the system's authorities, and no root certificate is given here.",
    "Choose the server's root certificate; a cloud provider offers it for download. Or add the authority in Settings.",
);
pub(crate) static WRONG_ROOT: Text = text(
    "tls.unknown_authority",
    "The certificate of {host} is not signed by the root certificate given here.",
    "It was issued by {issuer}.",
    "Choose the root certificate of the authority that issued it.",
);
pub(crate) static WRONG_NAME: Text = text(
    "tls.wrong_name",
    "The certificate of this server is not for {host}.",
    "It is for {names}.",
    "Use one of these names as the server, if it is the same computer; anything else may be someone in between.",
);
pub(crate) static EXPIRED: Text = text(
    "tls.expired",
    "The certificate of {host} expired on {until}.",
    "It was valid from {from} to {until}.",
    "Have it renewed by whoever runs the server. If it is new, check this computer's date.",
);
pub(crate) static NOT_YET_VALID: Text = text(
    "tls.not_yet_valid",
    "The certificate of {host} is not valid before {from}.",
    "It is valid from {from} to {until}.",
    "Check this computer's date and time; if they are right, the server's certificate was made with a wrong date.",
);
pub(crate) static BAD_CERTIFICATE: Text = text(
    "tls.bad_certificate",
    "The certificate of {host} cannot be used.",
    "It is damaged, revoked, made for another purpose, or signed by a method that is no longer safe.",
    "Have it replaced by whoever runs the server.",
);
pub(crate) static CLIENT_CERTIFICATE_REQUIRED: Text = text(
    "tls.client_certificate_required",
    "{host} asks for a client certificate.",
    "This server lets in only who shows a certificate, and none was given.",
    "Choose the client certificate and its key.",
);
pub(crate) static CLIENT_CERTIFICATE_REFUSED: Text = text(
    "tls.client_certificate_refused",
    "{host} does not accept the client certificate.",
    "It expired, was revoked, or was not issued by an authority that the server trusts.",
    "Choose a certificate that was issued for this server.",
);
pub(crate) static KEY_MISMATCH: Text = text(
    "tls.key_mismatch",
    "The client key does not belong to the client certificate.",
    "They are of two different pairs.",
    "Choose the key that the certificate was made with.",
);
pub(crate) static UNUSABLE_CLIENT_CERTIFICATE: Text = text(
    "tls.client_certificate_unusable",
    "The client certificate or its key cannot be used.",
    "Its kind is not supported or it is damaged.",
    "Choose a certificate with an RSA, ECDSA or Ed25519 key.",
);
pub(crate) static UNUSABLE_ROOT: Text = text(
    "tls.root_unusable",
    "The root certificate cannot be used.",
    "It is not the certificate of an authority.",
    "Choose the root certificate of the authority that issued the server's certificate.",
);
pub(crate) static NO_SYSTEM_ROOTS: Text = text(
    "tls.no_system_roots",
    "This computer knows no certificate authorities.",
    "Its store of trusted authorities is empty or cannot be read.",
    "Choose the server's root certificate, or install the system's authorities (on Debian: ca-certificates).",
);
pub(crate) static NOTHING_IN_COMMON: Text = text(
    "tls.nothing_in_common",
    "{host} and this program have no way of encrypting in common.",
    "The server is old or set up to use only methods that are no longer safe; TLS 1.2 and 1.3 are supported.",
    "Have TLS 1.2 or newer enabled on the server.",
);
pub(crate) static BROKEN: Text = text(
    "tls.broken",
    "Encryption with {host} failed.",
    "What the server sent is not what TLS expects; something between may be changing it.",
    "Check the port and any proxy between, and try again.",
);
pub(crate) static NO_NAME: Text = text(
    "tls.no_name",
    "{host} cannot be the name in a certificate.",
    "A certificate is for a DNS name or an IP address.",
    "Use the server's DNS name or IP address.",
);

/// Why a plan cannot be used.
pub(crate) fn unusable(why: Unusable) -> Error {
    match why {
        Unusable::KeyMismatch => Error::new(&KEY_MISMATCH),
        Unusable::ClientCertificate => Error::new(&UNUSABLE_CLIENT_CERTIFICATE),
        Unusable::Roots => Error::new(&UNUSABLE_ROOT),
        Unusable::NoSystemRoots(said) => Error::new(&NO_SYSTEM_ROOTS).vendor(None, said),
    }
}

/// The rustls error inside an I/O error, if there is one.
pub(crate) fn tls_cause(error: &std::io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref::<TlsError>()
}

/// What a failed handshake, or an alert that came later, means.
pub(crate) fn explain(error: &std::io::Error, (host, port): (&str, u16), seen: &Seen, own_roots: bool) -> Error {
    let Some(cause) = tls_cause(error) else { return net::connect_error(error, host, port) };
    let certificate = seen.certificate();
    let issuer = certificate.as_ref().map_or("an unknown issuer", |c| &c.issuer);
    let text = match cause {
        TlsError::InvalidCertificate(why) => certificate_text(why, own_roots),
        TlsError::AlertReceived(alert) => alert_text(*alert, seen),
        TlsError::PeerIncompatible(_) => &NOTHING_IN_COMMON,
        _ => &BROKEN,
    };
    let (names, from, until) =
        certificate.as_ref().map_or_else(Default::default, |c| (listed(&c.names, &c.subject), c.from.clone(), c.until.clone()));
    Error::new(text)
        .with("host", host)
        .with("issuer", issuer)
        .with("names", names)
        .with("from", from)
        .with("until", until)
        .vendor(None, cause.to_string())
}

fn certificate_text(why: &CertificateError, own_roots: bool) -> &'static Text {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => &EXPIRED,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => &NOT_YET_VALID,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => &WRONG_NAME,
        CertificateError::UnknownIssuer | CertificateError::BadSignature if own_roots => &WRONG_ROOT,
        CertificateError::UnknownIssuer => &UNKNOWN_AUTHORITY,
        // webpki's word for a self-signed certificate that says it is an authority: nobody vouches for it.
        CertificateError::Other(_) if own_roots => &WRONG_ROOT,
        CertificateError::Other(_) => &UNKNOWN_AUTHORITY,
        _ => &BAD_CERTIFICATE,
    }
}

fn alert_text(alert: AlertDescription, seen: &Seen) -> &'static Text {
    match alert {
        AlertDescription::CertificateRequired => &CLIENT_CERTIFICATE_REQUIRED,
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied
        | AlertDescription::DecryptError
            if seen.asked_for_certificate() =>
        {
            &CLIENT_CERTIFICATE_REFUSED
        }
        AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => {
            &NOTHING_IN_COMMON
        }
        _ => &BROKEN,
    }
}

/// At most five names; a certificate without any is told by its subject, which is not a name that counts.
fn listed(names: &[String], subject: &str) -> String {
    match names.len() {
        0 => format!("no host at all (it has only the subject {subject}, and names in a subject do not count any more)"),
        1..=5 => names.join(", "),
        n => format!("{} and {} more", names[..5].join(", "), n - 5),
    }
}
