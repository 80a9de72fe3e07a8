//! Failures of reaching a host, told apart. Owns the words and the mapping from the operating system's errors;
//! does not own any connecting (that is the engine's `Net`), nor what a warehouse says once it is reached.
//!
//! A name that is not found has no error code of its own in the standard library, so the *place* decides:
//! [`resolve_error`] is for looking a name up, [`connect_error`] for connecting to an address.

use crate::error::{Error, Kind, Result, Text};
use crate::{Ctx, StageId};
use std::future::Future;
use std::io::{Error as IoError, ErrorKind};
use std::time::Duration;

/// The name is not known to the name service, or the name service does not answer.
pub const UNKNOWN_HOST: Text = Text {
    code: "net.unknown_host",
    kind: Kind::Network,
    what: "The server {host} was not found.",
    why: "No address is known for this name, or this computer's name service (DNS) cannot be reached.",
    remedy: "Check the spelling. A private name needs the network or VPN that it belongs to.",
    retryable: true,
};
/// The name was not looked up in time.
pub const SLOW_NAME: Text = Text {
    code: "net.slow_name",
    kind: Kind::TimedOut,
    what: "The address of {host} was not found within {seconds} seconds.",
    why: "This computer's name service (DNS) does not answer.",
    remedy: "Check that this computer is online and that its VPN is connected, then try again.",
    retryable: true,
};
/// The computer answers, the port does not.
pub const REFUSED: Text = Text {
    code: "net.refused",
    kind: Kind::Network,
    what: "{host} refused the connection on port {port}.",
    why: "The computer is there, but nothing listens on this port, or a firewall turns it down.",
    remedy: "Check the port, and that the server runs and listens on this address.",
    retryable: true,
};
/// No way to the network or the host.
pub const UNREACHABLE: Text = Text {
    code: "net.unreachable",
    kind: Kind::Network,
    what: "{host} cannot be reached from this computer.",
    why: "There is no way to its network.",
    remedy: "Check that this computer is online and that the VPN that the server needs is connected.",
    retryable: true,
};
/// Nothing came back.
pub const NO_ANSWER: Text = Text {
    code: "net.no_answer",
    kind: Kind::TimedOut,
    what: "{host} did not answer on port {port} within {seconds} seconds.",
    why: "Mostly a firewall or an allow list drops the connection without a word, or the address is not the server's.",
    remedy: "Check the server and the port, connect the VPN, or have this computer's address allowed.",
    retryable: true,
};
/// This computer's own rules forbid it.
pub const BLOCKED: Text = Text {
    code: "net.blocked",
    kind: Kind::Permission,
    what: "This computer does not allow a connection to {host}.",
    why: "A local firewall, a sandbox or the permissions of the socket forbid it.",
    remedy: "Allow Landbridge to connect there, or ask whoever looks after this computer.",
    retryable: false,
};
/// No such Unix socket.
pub const NO_SOCKET: Text = Text {
    code: "net.no_socket",
    kind: Kind::NotFound,
    what: "There is no server socket at {host}.",
    why: "The folder or the socket in it does not exist: the server does not run, uses another folder, or another port.",
    remedy: "Check the folder and the port. Many servers use /var/run/postgresql or /tmp.",
    retryable: true,
};
/// It was connected and is no more.
pub const LOST: Text = Text {
    code: "net.lost",
    kind: Kind::Network,
    what: "The connection to {host} was lost.",
    why: "The server or something between closed it without a word.",
    remedy: "Try again. If it happens at once each time, check the port and any proxy or firewall between.",
    retryable: true,
};
/// Anything else, with the system's words behind *Details*.
pub const OTHER: Text = Text {
    code: "net.other",
    kind: Kind::Network,
    what: "The connection to {host} failed.",
    why: "The operating system reports a network error; its words are under Details.",
    remedy: "Check the server, the port and this computer's network.",
    retryable: true,
};

/// What a failed look-up of a name means.
pub fn resolve_error(error: &IoError, host: &str) -> Error {
    Error::new(&UNKNOWN_HOST).with("host", host).vendor(None, error.to_string())
}

/// What a failed connection, or one that broke, means. `port` is 0 for a Unix socket.
pub fn connect_error(error: &IoError, host: &str, port: u16) -> Error {
    let text = match error.kind() {
        ErrorKind::ConnectionRefused => &REFUSED,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown | ErrorKind::AddrNotAvailable => {
            &UNREACHABLE
        }
        ErrorKind::TimedOut => return no_answer(host, port, Duration::ZERO).vendor(os_code(error), error.to_string()),
        ErrorKind::PermissionDenied => &BLOCKED,
        ErrorKind::NotFound => &NO_SOCKET,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => &LOST,
        _ => &OTHER,
    };
    Error::new(text).with("host", host).with("port", port).vendor(os_code(error), error.to_string())
}

/// Nothing came back for so long. Zero: for as long as the operating system waits.
pub fn no_answer(host: &str, port: u16, after: Duration) -> Error {
    let seconds = if after.is_zero() { "many".to_owned() } else { seconds(after) };
    Error::new(&NO_ANSWER).with("host", host).with("port", port).with("seconds", seconds)
}

/// Looks a name up as `stage`, bounded by the context.
///
/// # Errors
/// `cancelled`, [`SLOW_NAME`], [`UNKNOWN_HOST`].
pub async fn resolving<T>(cx: &Ctx, stage: StageId, host: &str, work: impl Future<Output = std::io::Result<T>>) -> Result<T> {
    let late = |after| Error::new(&SLOW_NAME).with("host", host).with("seconds", seconds(after));
    cx.stage_or(stage, late, async { work.await.map_err(|e| resolve_error(&e, host)) }).await
}

/// Connects as `stage`, bounded by the context.
///
/// # Errors
/// `cancelled`, [`NO_ANSWER`], and as [`connect_error`] tells.
pub async fn reaching<T>(
    cx: &Ctx,
    stage: StageId,
    (host, port): (&str, u16),
    work: impl Future<Output = std::io::Result<T>>,
) -> Result<T> {
    let late = |after| no_answer(host, port, after);
    cx.stage_or(stage, late, async { work.await.map_err(|e| connect_error(&e, host, port)) }).await
}

/// A time in seconds, for the parameter `{seconds}`.
pub fn seconds(time: Duration) -> String {
    format!("{:.0}", time.as_secs_f32().max(1.0))
}

fn os_code(error: &IoError) -> Option<String> {
    error.raw_os_error().map(|code| format!("os error {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_errors_are_told_apart() {
        let code = |kind| connect_error(&IoError::from(kind), "db", 5432).code();
        assert_eq!(code(ErrorKind::ConnectionRefused), "net.refused");
        assert_eq!(code(ErrorKind::HostUnreachable), "net.unreachable");
        assert_eq!(code(ErrorKind::TimedOut), "net.no_answer");
        assert_eq!(code(ErrorKind::NotFound), "net.no_socket");
        assert_eq!(code(ErrorKind::UnexpectedEof), "net.lost");
        assert_eq!(code(ErrorKind::Other), "net.other");
    }
}
