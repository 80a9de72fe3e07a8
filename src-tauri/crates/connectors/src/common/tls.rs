//! TLS as a client, by rustls: how much of the server is verified, against which authorities, with which certificate of ours.
//! Owns the verifying and what was seen while verifying; the words of its failures are in `tls_error`.
//!
//! The meanings are libpq's: nothing verified, the chain and its dates, or the chain and the name.

use super::pem::{self, CertFacts};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme};
use std::result::Result;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How much of the server is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verify {
    /// Encrypted, but it could be anyone.
    Nothing,
    /// A trusted authority signed it and its dates hold; any name will do.
    Chain,
    /// And it is for the host that was asked for.
    ChainAndName,
}

/// Whom to trust and who we are.
pub(crate) struct Plan {
    /// How much is verified.
    pub verify: Verify,
    /// Authorities that replace the system's.
    pub roots: Option<Vec<CertificateDer<'static>>>,
    /// Authorities beside the system's.
    pub extra_roots: Vec<Vec<u8>>,
    /// Our certificate and its key.
    pub client: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

/// What is known of an encrypted channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFacts {
    /// As in "TLS 1.3".
    pub version: &'static str,
    /// How much of the server was verified.
    pub verified: Verify,
    /// The server's certificate.
    pub certificate: Option<CertFacts>,
}

/// Why no configuration can be made of a plan.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// Our key does not belong to our certificate.
    KeyMismatch,
    /// Our certificate or key cannot be used.
    ClientCertificate,
    /// A root certificate cannot be used.
    Roots,
    /// This computer has no authorities that it trusts.
    NoSystemRoots(String),
}

/// A ready configuration, and what its last handshake showed.
#[derive(Clone)]
pub(crate) struct Tls {
    pub config: Arc<ClientConfig>,
    pub seen: Arc<Seen>,
    pub verify: Verify,
}

/// What handshakes showed, for explanations.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    certificate: Mutex<Option<CertFacts>>,
    tls13: AtomicBool,
    asked_for_certificate: AtomicBool,
}

impl Seen {
    /// The certificate that the server showed last.
    pub fn certificate(&self) -> Option<CertFacts> {
        self.certificate.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The server asked for a certificate of ours.
    pub fn asked_for_certificate(&self) -> bool {
        self.asked_for_certificate.load(Ordering::Relaxed)
    }
}

impl Tls {
    /// Makes the configuration. Reads the system's authorities from disk when they are needed: call it where that may wait.
    ///
    /// # Errors
    /// What of the plan cannot be used.
    pub fn new(plan: Plan) -> Result<Self, Unusable> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let seen = Arc::new(Seen::default());
        let trust = match (plan.verify, plan.roots) {
            (Verify::Nothing, _) => Trust::Anyone,
            (_, Some(roots)) => given(roots, &provider)?,
            (_, None) => system(plan.extra_roots, &provider)?,
        };
        let verifier = Witness { trust, verify: plan.verify, provider: provider.clone(), seen: seen.clone() };
        let client = match plan.client {
            None => None,
            Some((chain, key)) => Some(Arc::new(CertifiedKey::from_der(chain, key, &provider).map_err(|e| match e {
                TlsError::InconsistentKeys(_) => Unusable::KeyMismatch,
                _ => Unusable::ClientCertificate,
            })?)),
        };
        let identity = Identity { key: client, seen: seen.clone() };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| Unusable::Roots)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_cert_resolver(Arc::new(identity));
        // Each handshake shows the server's certificate anew, so that what is told of it is never an older one.
        config.resumption = Resumption::disabled();
        Ok(Self { config: Arc::new(config), seen, verify: plan.verify })
    }

    /// What the last handshake showed.
    pub fn facts(&self) -> TlsFacts {
        let version = if self.seen.tls13.load(Ordering::Relaxed) { "TLS 1.3" } else { "TLS 1.2" };
        TlsFacts { version, verified: self.verify, certificate: self.seen.certificate() }
    }
}

/// The name to verify, and to ask for by SNI: the host without a zone or a dot at its end.
pub(crate) fn tls_name(host: &str) -> Option<String> {
    let host = host.split_once('%').map_or(host, |(address, _)| address);
    let name = host.strip_suffix('.').unwrap_or(host);
    ServerName::try_from(name).is_ok().then(|| name.to_owned())
}

#[derive(Debug)]
enum Trust {
    Anyone,
    Given { verifier: Arc<WebPkiServerVerifier>, pinned: Vec<CertificateDer<'static>>, roots: Arc<RootCertStore> },
    System(rustls_platform_verifier::Verifier),
}

fn given(certificates: Vec<CertificateDer<'static>>, provider: &Arc<CryptoProvider>) -> Result<Trust, Unusable> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates.iter().cloned());
    if added == 0 {
        return Err(Unusable::Roots);
    }
    let roots = Arc::new(roots);
    let verifier =
        WebPkiServerVerifier::builder_with_provider(roots.clone(), provider.clone()).build().map_err(|_| Unusable::Roots)?;
    Ok(Trust::Given { verifier, pinned: certificates, roots })
}

fn system(extra: Vec<Vec<u8>>, provider: &Arc<CryptoProvider>) -> Result<Trust, Unusable> {
    let extra = extra.into_iter().map(CertificateDer::from);
    rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider.clone())
        .map(Trust::System)
        .map_err(|e| Unusable::NoSystemRoots(e.to_string()))
}

/// Verifies as asked, and remembers what it saw.
#[derive(Debug)]
struct Witness {
    trust: Trust,
    verify: Verify,
    provider: Arc<CryptoProvider>,
    seen: Arc<Seen>,
}

impl Witness {
    fn check(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        match &self.trust {
            Trust::Anyone => Ok(()),
            Trust::Given { pinned, .. } if pinned.iter().any(|c| c.as_ref() == leaf.as_ref()) => {
                self.check_pinned(leaf, name, now)
            }
            Trust::Given { verifier, .. } if self.verify == Verify::ChainAndName => {
                verifier.verify_server_cert(leaf, chain, name, ocsp, now).map(drop)
            }
            Trust::Given { roots, .. } => {
                let parsed = ParsedCertificate::try_from(leaf)?;
                let algorithms = self.provider.signature_verification_algorithms.all;
                rustls::client::verify_server_cert_signed_by_trust_anchor(&parsed, roots, chain, now, algorithms)
            }
            Trust::System(verifier) if self.verify == Verify::ChainAndName => {
                verifier.verify_server_cert(leaf, chain, name, ocsp, now).map(drop)
            }
            // The system verifies chain and name in one step, so it is asked about a name that the certificate is for.
            Trust::System(verifier) => {
                let own = self
                    .seen
                    .certificate()
                    .and_then(|c| c.names.iter().find_map(|n| ServerName::try_from(n.replace('*', "any")).ok()));
                verifier.verify_server_cert(leaf, chain, own.as_ref().unwrap_or(name), ocsp, now).map(drop)
            }
        }
    }

    /// The very certificate that was given as root: commonly self-signed, which a chain of authorities does not allow at its end.
    fn check_pinned(&self, leaf: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> Result<(), TlsError> {
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let (from, until) = pem::describe(leaf).ok_or(CertificateError::BadEncoding)?.holds;
        if now < from {
            return Err(CertificateError::NotValidYet.into());
        }
        if now > until {
            return Err(CertificateError::Expired.into());
        }
        if self.verify == Verify::ChainAndName {
            verify_server_name(&ParsedCertificate::try_from(leaf)?, name)?;
        }
        Ok(())
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        *self.seen.certificate.lock().unwrap_or_else(PoisonError::into_inner) = pem::describe(end_entity);
        self.check(end_entity, intermediates, server_name, ocsp_response, now).map(|()| ServerCertVerified::assertion())
    }

    // The signature is checked in every mode: even an unverified server must own the key of the certificate it shows.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.seen.tls13.store(false, Ordering::Relaxed);
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.seen.tls13.store(true, Ordering::Relaxed);
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Shows our certificate when asked, and remembers that it was asked.
#[derive(Debug)]
struct Identity {
    key: Option<Arc<CertifiedKey>>,
    seen: Arc<Seen>,
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.seen.asked_for_certificate.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        // Always true, else rustls would not ask us and we could not tell that the server wants one.
        true
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_name_to_verify_has_no_zone_and_no_dot_at_its_end() {
        for (host, name) in
            [("db.example.org.", "db.example.org"), ("fe80::1%eth0", "fe80::1"), ("my_host", "my_host"), ("10.0.0.1", "10.0.0.1")]
        {
            assert_eq!(tls_name(host).as_deref(), Some(name));
        }
        assert_eq!(tls_name("a b"), None);
    }

    #[test]
    fn a_key_of_another_certificate_and_an_unusable_root_are_told_before_connecting() {
        let pair = || {
            let key = rcgen::KeyPair::generate().unwrap();
            (rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap(), key)
        };
        let ((cert, _), (_, other)) = (pair(), pair());
        let key = PrivateKeyDer::try_from(other.serialize_der()).unwrap();
        let plan = |roots, client| Plan { verify: Verify::Chain, roots, extra_roots: Vec::new(), client };
        let mismatch = plan(Some(vec![cert.der().clone()]), Some((vec![cert.der().clone()], key)));
        assert!(matches!(Tls::new(mismatch), Err(Unusable::KeyMismatch)));
        assert!(matches!(Tls::new(plan(Some(vec![CertificateDer::from(vec![1, 2, 3])]), None)), Err(Unusable::Roots)));
    }
}
