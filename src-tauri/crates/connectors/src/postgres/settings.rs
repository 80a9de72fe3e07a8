//! A PostgreSQL form that was found right, typed. Parsed once by `check`; nothing downstream parses again.

use crate::common::host::is_loopback;
use crate::common::tls::Verify;
use model::Destination;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::time::Duration;

/// Where the server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Server {
    /// By name (ASCII) or address.
    Host(String),
    /// The folder of its Unix socket.
    Socket(PathBuf),
}

impl Server {
    /// As it is told to a person.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Host(host) => host.clone(),
            Self::Socket(folder) => folder.display().to_string(),
        }
    }

    /// True when nothing that is sent leaves this computer.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Self::Host(host) => is_loopback(host),
            Self::Socket(_) => true,
        }
    }
}

/// libpq's modes, weakest first. `allow` is not offered: it asks for encryption only after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SslMode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl SslMode {
    const ALL: [(&'static str, Self); 5] = [
        ("disable", Self::Disable),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    /// By libpq's word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(w, _)| *w == word).map(|(_, mode)| *mode)
    }

    /// libpq's word.
    pub(super) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, mode)| *mode == self).map_or("", |(word, _)| word)
    }

    /// What a form begins with: verified, unless the server is this computer.
    pub(super) fn proposed(local: bool) -> Self {
        if local { Self::Prefer } else { Self::VerifyFull }
    }
}

/// Everything that a connection needs but its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) server: Server,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) ssl: SslMode,
    /// PEM. It replaces the system's authorities.
    pub(super) root: Option<String>,
    /// PEM; its key is a secret.
    pub(super) client_certificate: Option<String>,
    pub(super) connect_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) schema: Option<String>,
    pub(super) read_only: bool,
}

impl Settings {
    /// How much of the server TLS verifies. As libpq: `require` with a root certificate verifies as `verify-ca` does.
    pub(super) fn verify(&self) -> Verify {
        match self.ssl {
            SslMode::VerifyFull => Verify::ChainAndName,
            SslMode::VerifyCa => Verify::Chain,
            SslMode::Require if self.root.is_some() => Verify::Chain,
            _ => Verify::Nothing,
        }
    }

    /// Where the secrets may be sent. Not the database: it is the same server and the same user.
    pub(super) fn destination(&self) -> Destination {
        let verified = match (&self.server, self.verify()) {
            (Server::Socket(_), _) => "socket",
            (_, Verify::Nothing) => "not",
            (_, Verify::Chain) => "chain",
            (_, Verify::ChainAndName) => "chain and name",
        };
        let root = match (&self.root, self.verify()) {
            (Some(pem), Verify::Chain | Verify::ChainAndName) => {
                Sha256::digest(pem.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
            }
            _ => "system".to_owned(),
        };
        Destination::new(
            &super::spec::ID,
            vec![
                ("host", self.server.shown()),
                ("port", self.port.to_string()),
                ("user", self.user.clone()),
                ("verified", verified.to_owned()),
                ("root", root),
            ],
        )
    }
}
