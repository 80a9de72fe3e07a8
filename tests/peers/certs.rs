//! A certificate authority of the tests' own, and what it signs: for servers (also wrong, expired or early ones) and clients.
//!
//! Does not own: any TLS connection.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

/// The names that a good server certificate of the tests is made for.
pub const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A certificate and its private key, both PEM.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The certificate.
    pub cert: String,
    /// The key (PKCS#8).
    pub key: String,
}

/// When a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Valid {
    /// From 2020 until 2049.
    Now,
    /// Until the end of 2020.
    Expired,
    /// From 2048 on.
    NotYet,
}

/// An authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one, with a key that nobody else has.
    pub fn new(name: &str) -> Self {
        let mut params = params(name, &[], Valid::Now);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    /// Its own certificate (PEM).
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Its own certificate (DER).
    pub fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    /// A server's certificate for these names and addresses.
    pub fn server(&self, names: &[&str], valid: Valid) -> Pair {
        let mut params = params(names.first().copied().unwrap_or("server"), names, valid);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params)
    }

    /// A client's certificate; `name` is its common name.
    pub fn client(&self, name: &str) -> Pair {
        let mut params = params(name, &[], Valid::Now);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Pair {
        let key = KeyPair::generate().expect("a key");
        let cert = params.signed_by(&key, &self.0).expect("a certificate");
        Pair { cert: cert.pem(), key: key.serialize_pem() }
    }
}

fn params(common_name: &str, names: &[&str], valid: Valid) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    let (from, until) = match valid {
        Valid::Now => (2020, 2049),
        Valid::Expired => (2019, 2021),
        Valid::NotYet => (2048, 2049),
    };
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}
