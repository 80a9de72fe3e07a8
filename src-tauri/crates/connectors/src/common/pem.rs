//! Certificates and private keys as people have them: PEM with one or many, or DER.
//! Owns reading, naming and converting them; does not decide whom to trust (`tls` does), and reads no file (the engine does).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Secret;
use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;
use zeroize::Zeroizing;

/// Larger files hold something else.
const MAX_BYTES: usize = 1024 * 1024;

/// What a certificate says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertFacts {
    /// Its subject's common name, or the whole subject.
    pub subject: String,
    /// Its issuer's common name, or the whole issuer.
    pub issuer: String,
    /// The host names and addresses that it is for.
    pub names: Vec<String>,
    /// First day, `2026-11-22`.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Seconds since 1970 between which it holds.
    pub holds: (i64, i64),
}

/// A file that cannot be used: a stable code and words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub &'static str, pub String);

/// The certificates in a file, as PEM text, with one line about them.
///
/// # Errors
/// In words for the field.
pub(crate) fn accept_certificates(content: &[u8]) -> Result<(String, String), Refused> {
    check_size(content)?;
    let sections = sections(content)?;
    let certificates: Vec<&[u8]> =
        sections.iter().filter(|(kind, _)| *kind == SectionKind::Certificate).map(|(_, der)| der.as_slice()).collect();
    let Some(first) = certificates.first() else { return Err(no_certificate(&sections, content)) };
    if sections.iter().any(|(kind, _)| is_key(*kind)) {
        return Err(Refused(
            "holds_key",
            "This file holds a private key beside the certificate. Choose a file with the certificate alone.".to_owned(),
        ));
    }
    let mut pem = String::new();
    for der in &certificates {
        describe(der).ok_or_else(|| Refused("damaged", "A certificate in this file is damaged. Ask for it again.".to_owned()))?;
        pem.push_str(&to_pem("CERTIFICATE", der));
    }
    let facts = describe(first).map(|f| format!("{}, valid until {}", f.subject, f.until)).unwrap_or_default();
    let more = certificates.len() - 1;
    Ok((pem, if more == 0 { facts } else { format!("{facts}, and {more} more") }))
}

/// The private key in a file, as PEM, with one line about it that holds nothing secret.
///
/// # Errors
/// In words for the field.
pub(crate) fn accept_key(content: &Secret) -> Result<(Secret, String), Refused> {
    let bytes = content.expose();
    check_size(bytes)?;
    let encrypted = |needle: &str| find(bytes, needle.as_bytes());
    if encrypted("-----BEGIN ENCRYPTED PRIVATE KEY-----") || encrypted("Proc-Type: 4,ENCRYPTED") {
        return Err(Refused(
            "encrypted_key",
            "This key is protected by a passphrase, which is not supported. Save it without one (openssl pkey -in KEY -out NEW), \
             and let the vault protect it."
                .to_owned(),
        ));
    }
    let key = read_key(bytes).ok_or_else(|| no_key(bytes))?;
    let signing = rustls::crypto::ring::sign::any_supported_type(&key);
    signing.map_err(|_| {
        Refused("unsupported_key", "This kind of key is not supported. RSA, ECDSA (P-256, P-384) and Ed25519 are.".to_owned())
    })?;
    let (label, kind) = match &key {
        PrivateKeyDer::Pkcs1(_) => ("RSA PRIVATE KEY", "RSA private key"),
        PrivateKeyDer::Sec1(_) => ("EC PRIVATE KEY", "EC private key"),
        _ => ("PRIVATE KEY", "Private key"),
    };
    Ok((Secret::from(to_pem(label, key.secret_der())), kind.to_owned()))
}

/// Certificates from PEM that was accepted before.
pub(crate) fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    let all: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().ok()?;
    (!all.is_empty()).then_some(all)
}

/// The first private key: PKCS#8, PKCS#1 or SEC1, in PEM or DER.
pub(crate) fn read_key(content: &[u8]) -> Option<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(content).ok().or_else(|| PrivateKeyDer::try_from(content).ok().map(|key| key.clone_key()))
}

/// What a certificate says of itself. None when it cannot be read.
pub(crate) fn describe(der: &[u8]) -> Option<CertFacts> {
    let (rest, cert) = X509Certificate::from_der(der).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let names = match cert.subject_alternative_name() {
        Ok(Some(san)) => san.value.general_names.iter().filter_map(name_of).collect(),
        _ => Vec::new(),
    };
    let validity = cert.validity();
    Some(CertFacts {
        subject: common_name(cert.subject()),
        issuer: common_name(cert.issuer()),
        names,
        from: day(&validity.not_before),
        until: day(&validity.not_after),
        holds: (validity.not_before.timestamp(), validity.not_after.timestamp()),
    })
}

fn name_of(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|b| std::net::Ipv4Addr::from(b).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|b| std::net::Ipv6Addr::from(b).to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn common_name(name: &x509_parser::x509::X509Name<'_>) -> String {
    let cn = name.iter_common_name().next().and_then(|a| a.as_str().ok());
    cn.map_or_else(|| name.to_string(), |cn| format!("CN={cn}"))
}

fn day(time: &ASN1Time) -> String {
    let date = time.to_datetime();
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

fn check_size(content: &[u8]) -> Result<(), Refused> {
    if content.iter().all(u8::is_ascii_whitespace) {
        return Err(Refused("empty", "This file is empty.".to_owned()));
    }
    if content.len() > MAX_BYTES {
        return Err(Refused("too_large", "This file is larger than 1 MB, so it is no certificate or key.".to_owned()));
    }
    Ok(())
}

/// All sections that PEM can name; a DER certificate is one of its own.
fn sections(content: &[u8]) -> Result<Vec<(SectionKind, Vec<u8>)>, Refused> {
    if content.first() == Some(&0x30) {
        if describe(content).is_some() {
            return Ok(vec![(SectionKind::Certificate, content.to_vec())]);
        }
        if PrivateKeyDer::try_from(content).is_ok() {
            return Ok(vec![(SectionKind::PrivateKey, Vec::new())]);
        }
    }
    <(SectionKind, Vec<u8>)>::pem_slice_iter(content).collect::<Result<_, _>>().map_err(|_| {
        Refused("damaged", "The text of this file is damaged: a BEGIN or END line or its letters do not fit.".to_owned())
    })
}

fn is_key(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey)
}

fn no_certificate(sections: &[(SectionKind, Vec<u8>)], content: &[u8]) -> Refused {
    let key = sections.iter().any(|(kind, _)| is_key(*kind)) || find(content, b"PRIVATE KEY-----");
    if key {
        return Refused("key_not_certificate", "This is a private key. Choose the certificate here.".to_owned());
    }
    if sections.iter().any(|(kind, _)| *kind == SectionKind::Csr) {
        return Refused("request", "This is a request for a certificate, not the certificate that was issued.".to_owned());
    }
    Refused(
        "not_certificate",
        "This is no certificate. It is a file that begins with -----BEGIN CERTIFICATE-----, or its DER form.".to_owned(),
    )
}

fn no_key(content: &[u8]) -> Refused {
    if describe(content).is_some() || find(content, b"-----BEGIN CERTIFICATE-----") {
        return Refused(
            "certificate_not_key",
            "This is a certificate. Choose the private key that belongs to it here.".to_owned(),
        );
    }
    if find(content, b"-----BEGIN PUBLIC KEY-----") {
        return Refused("public_key", "This is a public key. Choose the private one.".to_owned());
    }
    Refused(
        "not_key",
        "This is no private key. It is a file that begins with -----BEGIN PRIVATE KEY----- (PKCS#8, RSA or EC).".to_owned(),
    )
}

fn find(content: &[u8], needle: &[u8]) -> bool {
    content.windows(needle.len()).any(|w| w == needle)
}

fn to_pem(label: &str, der: &[u8]) -> String {
    let letters = Zeroizing::new(STANDARD.encode(der));
    // Room for all of it at once: a string that grows leaves copies of a key behind.
    let mut out = String::with_capacity(letters.len() + letters.len() / 64 + 2 * label.len() + 64);
    out.push_str("-----BEGIN ");
    out.push_str(label);
    out.push_str("-----\n");
    let mut rest = letters.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn pair(name: &str) -> (rcgen::Certificate, rcgen::KeyPair) {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned(), "10.1.2.3".to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        (params.self_signed(&key).unwrap(), key)
    }

    #[test]
    fn a_certificate_is_accepted_as_pem_as_der_and_in_a_bundle() {
        let (one, _) = pair("one.example");
        let (two, _) = pair("two.example");
        let (pem, summary) = accept_certificates(one.pem().as_bytes()).unwrap();
        assert!(summary.starts_with("CN=one.example, valid until 4096-01-01"), "{summary}");
        assert_eq!(accept_certificates(one.der()).unwrap(), (pem.clone(), summary));
        let (both, summary) = accept_certificates(format!("noise\n{}{}", one.pem(), two.pem()).as_bytes()).unwrap();
        assert!(summary.ends_with("and 1 more"), "{summary}");
        assert_eq!(certificates(&both).unwrap(), [one.der().clone(), two.der().clone()]);
        assert_eq!(describe(one.der()).unwrap().names, ["one.example", "10.1.2.3"]);
    }

    #[test]
    fn a_file_that_is_no_certificate_is_refused_for_what_it_is() {
        let (cert, key) = pair("one.example");
        let code = |content: &[u8]| accept_certificates(content).unwrap_err().0;
        assert_eq!(code(b""), "empty");
        assert_eq!(code(b" \n\t"), "empty");
        assert_eq!(code(&vec![b'x'; MAX_BYTES + 1]), "too_large");
        assert_eq!(code(key.serialize_pem().as_bytes()), "key_not_certificate");
        assert_eq!(code(&key.serialize_der()), "key_not_certificate");
        assert_eq!(code(format!("{}{}", cert.pem(), key.serialize_pem()).as_bytes()), "holds_key");
        assert_eq!(code(b"hello"), "not_certificate");
        assert_eq!(code(&[0x30, 0x82, 0xff, 0xff, 0]), "not_certificate");
        assert_eq!(code(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "damaged");
        assert_eq!(code(b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"), "damaged");
        let cut = cert.pem();
        assert_eq!(code(&cut.as_bytes()[..cut.len() - 30]), "damaged");
    }

    #[test]
    fn a_key_is_accepted_in_every_usual_form_and_refused_for_what_it_is() {
        let (cert, key) = pair("one.example");
        let accept = |content: &[u8]| accept_key(&Secret::new(content.to_vec()));
        let (pem, summary) = accept(key.serialize_pem().as_bytes()).unwrap();
        assert_eq!(summary, "Private key");
        assert_eq!(read_key(pem.expose()).unwrap().secret_der(), key.serialize_der());
        let (again, _) = accept(&key.serialize_der()).unwrap();
        assert_eq!(again.expose(), pem.expose());
        let code = |content: &[u8]| accept(content).unwrap_err().0;
        assert_eq!(code(b""), "empty");
        assert_eq!(code(cert.pem().as_bytes()), "certificate_not_key");
        assert_eq!(code(cert.der()), "certificate_not_key");
        assert_eq!(code(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"), "encrypted_key");
        assert_eq!(
            code(b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----"),
            "encrypted_key"
        );
        assert_eq!(code(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), "public_key");
        assert_eq!(code(b"garbage"), "not_key");
        assert_eq!(code(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), "unsupported_key");
    }
}
