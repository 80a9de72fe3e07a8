//! Connecting: the way (`negotiate`), then the login, told as stages; what comes out is a session's raw material.
//!
//! Owns the login and the task that carries the connection, which ends when [`Cancel`] is dropped.
//! Does not own any query.

use super::cancel::Cancel;
use super::error::{self, Attempt};
use super::negotiate::{Opened, Route};
use super::settings::Settings;
use super::spec::{CLIENT_KEY, PASSWORD};
use super::watch::{Asked, Channel, Secured, Watch};
use model::{Ctx, Result, Secret, Secrets, StageState, stage};
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::{Client, Config, Connection};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long a dropped connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// The SQLSTATE by which a pooler turns down options that it cannot pass on.
const PROTOCOL_VIOLATION: &str = "08P01";

type Wire = Connection<Channel, Channel>;

/// A connection that is logged in.
pub(super) struct Connected {
    /// Speaks to the server.
    pub(super) client: Client,
    /// Cancels what the client has under way, over a connection of its own. Keep it as long as the client: it keeps the connection.
    pub(super) cancel: Cancel,
    /// What it was made from.
    pub(super) settings: Arc<Settings>,
    /// As the server names it, as in "15.18 (Debian 15.18-0+deb12u1)".
    pub(super) server_version: String,
}

/// Connects and logs in. The password is asked for before the clock of the connect timeout starts.
///
/// # Errors
/// Each with its stage, cause, remedy and field.
pub(super) async fn connect(settings: Arc<Settings>, secrets: &dyn Secrets, cx: &Ctx) -> Result<Connected> {
    let password = cx.run(secrets.get(&PASSWORD, cx)).await?.filter(|p| !p.is_empty());
    let key = match settings.client_certificate {
        Some(_) => cx.run(secrets.get(&CLIENT_KEY, cx)).await?,
        None => None,
    };
    let cx = &cx.within(settings.connect_timeout);
    let route = Arc::new(Route::prepare(settings.clone(), key, cx).await?);
    let opened = route.open(cx).await?;
    let encrypted = opened.tls.is_some();
    let context = route.context();
    let late = |after| error::silent(&context, after);
    let (client, wire, watch) = cx.stage_or(stage::LOGIN, late, log_in(&route, opened, password.as_ref(), cx)).await?;
    cx.note(stage::LOGIN, StageState::Note, proof(watch.asked(), encrypted));
    let server_version = wire.parameter("server_version").unwrap_or_default().to_owned();
    let cancel = Cancel::new(client.cancel_token(), route.clone(), cx, carry(wire));
    Ok(Connected { client, cancel, settings, server_version })
}

/// Logs in, once more without options when a pooler between cannot pass them on. Each reading runs in a READ ONLY transaction of
/// its own whatever the session's default, so what is lost is the default schema and the server's own timeout.
async fn log_in(route: &Route, opened: Opened, password: Option<&Secret>, cx: &Ctx) -> Result<(Client, Wire, Arc<Watch>)> {
    let first = try_log_in(route, opened, password, true).await;
    match first {
        Err(e) if e.vendor_code() == Some(PROTOCOL_VIOLATION) => {
            let again = route.open(&super::negotiate::unreported(cx)).await?;
            let done = try_log_in(route, again, password, false).await?;
            let note =
                "A connection pooler does not pass on session settings: Default schema and Statement timeout do not apply.";
            cx.note(stage::LOGIN, StageState::Warning, note);
            Ok(done)
        }
        other => other,
    }
}

async fn try_log_in(
    route: &Route,
    opened: Opened,
    password: Option<&Secret>,
    options: bool,
) -> Result<(Client, Wire, Arc<Watch>)> {
    let encrypted = opened.tls.is_some();
    let watch = opened.channel.watch();
    let config = config(&route.settings, password, options);
    let done = config.connect_raw(opened.channel, Secured).await;
    match done {
        Ok((client, wire)) => Ok((client, wire, watch)),
        Err(e) => {
            let attempt = Attempt { context: route.context(), asked: watch.asked(), has_password: password.is_some(), encrypted };
            Err(error::login(&e, &attempt))
        }
    }
}

/// What the server is told at the login. TLS is done by then, which for the protocol's crate is "direct".
fn config(settings: &Settings, password: Option<&Secret>, options: bool) -> Config {
    let mut config = Config::new();
    config
        .user(&settings.user)
        .dbname(&settings.database)
        .application_name("Landbridge")
        .ssl_mode(SslMode::Require)
        .ssl_negotiation(SslNegotiation::Direct);
    if let Some(password) = password {
        config.password(password.expose());
    }
    if options {
        config.options(session_options(settings));
    }
    config
}

/// The session's settings, as the server's command line takes them.
fn session_options(settings: &Settings) -> String {
    let mut options = Vec::new();
    if settings.read_only {
        options.push("-c default_transaction_read_only=on".to_owned());
    }
    if let Some(timeout) = settings.statement_timeout {
        options.push(format!("-c statement_timeout={}", timeout.as_millis()));
    }
    if let Some(schema) = &settings.schema {
        let quoted = format!("\"{}\",public", schema.replace('"', "\"\""));
        options.push(format!("-c search_path={}", escaped(&quoted)));
    }
    options.join(" ")
}

/// White space and backslashes would end or change an option's value.
fn escaped(value: &str) -> String {
    value.chars().flat_map(|c| (c == '\\' || c.is_whitespace()).then_some('\\').into_iter().chain([c])).collect()
}

/// How the server was convinced.
fn proof(asked: Asked, encrypted: bool) -> &'static str {
    match asked {
        Asked::Sasl if encrypted => "SCRAM-SHA-256, with channel binding where the server offers it",
        Asked::Sasl => "SCRAM-SHA-256",
        Asked::Md5 => "MD5",
        Asked::Cleartext => "password in clear inside the channel",
        _ => "no password asked for",
    }
}

/// Carries the connection in a task of its own until the guard is dropped or the server ends it. Whoever waits for an answer then
/// gets the reason from the client; notices are dropped, as their words are not for the log.
fn carry(mut wire: Wire) -> DropGuard {
    let end = CancellationToken::new();
    let gone = end.clone();
    tokio::spawn(async move {
        let talk = async { while let Some(Ok(_)) = poll_fn(|cx| wire.poll_message(cx)).await {} };
        tokio::pin!(talk);
        tokio::select! {
            () = &mut talk => {}
            () = gone.cancelled() => drop(tokio::time::timeout(GOODBYE, talk).await),
        }
    });
    end.drop_guard()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn postgres_an_option_s_value_cannot_begin_another_option() {
        assert_eq!(escaped(r#""a b\c -c x=y""#), r#""a\ b\\c\ -c\ x=y""#);
    }
}
