//! The way to the server up to the login: reach it, ask for encryption, verify it by libpq's meanings.
//!
//! The request for encryption is made here, byte by byte, so that each way in which it can fail is told apart. `prefer` goes on
//! in clear only when the server says that it has no encryption; unlike libpq it does not try again in clear after TLS failed or a
//! login was refused, because whoever can break a handshake could choose that for us. Root and client certificates replace the system's.
//! Owns no login. Used again, without a report, to carry a cancel request.

use super::error::{self, Context};
use super::settings::{Server, Settings, SslMode};
use super::spec::{CLIENT_CERTIFICATE, CLIENT_KEY, ROOT_CERTIFICATE};
use super::watch::Channel;
use crate::common::tls::{Plan, Tls, TlsFacts, Unusable, Verify, tls_name};
use crate::common::{pem, tls_error};
use futures::FutureExt;
use model::{Ctx, Error, Io, Result, Secret, StageState, common, stage};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Length 8 and the code 80877103.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A way to one server, ready to be gone as often as needed.
pub(super) struct Route {
    pub(super) settings: Arc<Settings>,
    tls: Option<Tls>,
}

/// An open channel, and how it is encrypted.
pub(super) struct Opened {
    pub(super) channel: Channel,
    pub(super) tls: Option<TlsFacts>,
}

impl Route {
    /// Prepares certificates and authorities; `key` is the client key's PEM.
    ///
    /// # Errors
    /// What of them cannot be used, with its field.
    pub(super) async fn prepare(settings: Arc<Settings>, key: Option<Secret>, cx: &Ctx) -> Result<Self> {
        if settings.ssl == SslMode::Disable || matches!(settings.server, Server::Socket(_)) {
            return Ok(Self { settings, tls: None });
        }
        let plan = plan(&settings, key, cx)?;
        // The system's authorities are read from disk.
        let made =
            cx.run(async { tokio::task::spawn_blocking(|| Tls::new(plan)).await.map_err(|_| common::internal("tls")) }).await?;
        let tls = made.map_err(|why| unusable(why).at(stage::TLS))?;
        Ok(Self { settings, tls: Some(tls) })
    }

    /// Goes it: stages `resolve`, `reach`, `tls`.
    ///
    /// # Errors
    /// Each with its stage.
    pub(super) async fn open(&self, cx: &Ctx) -> Result<Opened> {
        let context = self.context();
        let io = match &self.settings.server {
            Server::Host(host) => cx.net.tcp(host, self.settings.port, cx).await,
            Server::Socket(folder) => cx.net.unix(&folder.join(format!(".s.PGSQL.{}", self.settings.port)), cx).await,
        };
        let io = io.map_err(error::reach)?;
        let Some(tls) = &self.tls else {
            let why =
                if matches!(self.settings.server, Server::Socket(_)) { "not needed on a Unix socket" } else { "switched off" };
            cx.note(stage::TLS, StageState::Skipped, why);
            return Ok(Opened { channel: Channel::new(io, None, self.settings.server.is_local()), tls: None });
        };
        let late = |after| error::silent(&context, after);
        let opened = cx.stage_or(stage::TLS, late, self.secure(io, tls, &context)).await?;
        match &opened.tls {
            Some(facts) => cx.note(stage::TLS, StageState::Note, note(facts)),
            None => cx.note(stage::TLS, StageState::Warning, "The server offers no encryption: the connection is not encrypted."),
        }
        Ok(opened)
    }

    /// What explanations need to know.
    pub(super) fn context(&self) -> Context<'_> {
        Context { settings: &self.settings, tls: self.tls.as_ref() }
    }

    async fn secure(&self, mut io: Io, tls: &Tls, context: &Context<'_>) -> Result<Opened> {
        let lost = |e: std::io::Error| error::lost(&e, context);
        io.write_all(&SSL_REQUEST).await.map_err(lost)?;
        io.flush().await.map_err(lost)?;
        // Room for more than the one byte: a greeting, or bytes slipped in front of the handshake, are seen for what they are.
        let mut answer = [0u8; 256];
        let count = io.read(&mut answer).await.map_err(lost)?;
        match &answer[..count] {
            [] => Err(Error::new(&error::CLOSED_AT_ONCE).with("host", self.settings.server.shown())),
            [b'S'] => {
                if let Some(Ok(1..)) = io.read(&mut answer).now_or_never() {
                    return Err(error::not_postgres(context, &answer));
                }
                self.handshake(io, tls, context).await
            }
            [b'N'] if self.settings.ssl == SslMode::Prefer => {
                Ok(Opened { channel: Channel::new(io, None, self.settings.server.is_local()), tls: None })
            }
            [b'N'] => Err(error::no_tls(context)),
            // Not shown: an error that comes before the server is verified can be anyone's words.
            [b'E', ..] => Err(Error::new(&error::ERROR_AT_ONCE).with("host", self.settings.server.shown())),
            other => Err(error::not_postgres(context, other)),
        }
    }

    async fn handshake(&self, io: Io, tls: &Tls, context: &Context<'_>) -> Result<Opened> {
        let host = self.settings.server.shown();
        let name = tls_name(&host).ok_or_else(|| Error::new(&tls_error::NO_NAME).with("host", &host))?;
        let mut maker = MakeRustlsConnect::new((*tls.config).clone());
        let connector = MakeTlsConnect::<Io>::make_tls_connect(&mut maker, &name).map_err(|e| match e {})?;
        let stream = connector.connect(io).await.map_err(|e| error::handshake(&e, context))?;
        let facts = tls.facts();
        let binding = stream.channel_binding();
        let clear = facts.verified != Verify::Nothing || self.settings.server.is_local();
        Ok(Opened { channel: Channel::new(Box::new(stream), Some(binding), clear), tls: Some(facts) })
    }
}

fn plan(settings: &Settings, key: Option<Secret>, cx: &Ctx) -> Result<Plan> {
    let client = match (&settings.client_certificate, key) {
        (None, _) => None,
        (Some(_), None) => return Err(Error::new(&error::CLIENT_KEY_MISSING).field(CLIENT_KEY).at(stage::TLS)),
        (Some(chain), Some(key)) => {
            let unusable = || unusable(Unusable::ClientCertificate).at(stage::TLS);
            let chain = pem::certificates(chain).ok_or_else(unusable)?;
            Some((chain, pem::read_key(key.expose()).ok_or_else(unusable)?))
        }
    };
    let roots = match settings.root.as_deref().map(pem::certificates) {
        Some(None) => return Err(unusable(Unusable::Roots).at(stage::TLS)),
        Some(roots) => roots,
        None => None,
    };
    Ok(Plan { verify: settings.verify(), roots, extra_roots: cx.net.extra_roots(), client })
}

fn unusable(why: Unusable) -> Error {
    let field = match &why {
        Unusable::KeyMismatch => CLIENT_KEY,
        Unusable::ClientCertificate => CLIENT_CERTIFICATE,
        Unusable::Roots | Unusable::NoSystemRoots(_) => ROOT_CERTIFICATE,
    };
    tls_error::unusable(why).field(field)
}

fn note(facts: &TlsFacts) -> String {
    let verified = match facts.verified {
        Verify::Nothing => "encrypted, but the server is not verified",
        Verify::Chain => "certificate verified, but not its name",
        Verify::ChainAndName => "server verified",
    };
    format!("{}, {verified}", facts.version)
}

/// So that a cancel request finds no stage of its own in the report.
pub(super) fn unreported(cx: &Ctx) -> Ctx {
    Ctx { report: Arc::new(model::NoReport), ..cx.clone() }
}
