//! The words of PostgreSQL's failures, each declared once.

use model::{Kind, Text};

const fn text(code: &'static str, kind: Kind, [what, why, remedy]: [&'static str; 3]) -> Text {
    Text { code, kind, what, why, remedy, retryable: false }
}

const fn passing(code: &'static str, kind: Kind, words: [&'static str; 3]) -> Text {
    let mut text = text(code, kind, words);
    text.retryable = true;
    text
}

// Before the login.

pub(crate) static SILENT: Text = passing(
    "postgres.silent",
    Kind::TimedOut,
    [
        "{host} took the connection on port {port} and then said nothing for {seconds} seconds.",
        "Something else than PostgreSQL listens there, or the server is stuck or overloaded.",
        "Check the port. If it is right, try again later or allow more time.",
    ],
);
pub(crate) static NOT_POSTGRES: Text = text(
    "postgres.not_postgres",
    Kind::Protocol,
    [
        "What answers on {host}, port {port}, is not PostgreSQL.",
        "It speaks another protocol, as a web server, SSH or another database does.",
        "Check the port; PostgreSQL's is mostly 5432.",
    ],
);
pub(crate) static CLOSED_AT_ONCE: Text = passing(
    "postgres.closed_at_once",
    Kind::Protocol,
    [
        "{host} closed the connection as soon as it was asked for encryption.",
        "It is something else than PostgreSQL, or a proxy that cannot reach the server behind it.",
        "Check the port and, if there is a proxy or load balancer, that the server behind it runs.",
    ],
);
pub(crate) static ERROR_AT_ONCE: Text = passing(
    "postgres.error_at_once",
    Kind::Busy,
    [
        "{host} answered the request for encryption with an error.",
        "The server cannot take connections just now, or it is something else than PostgreSQL.",
        "Try again in a moment; if it stays, look into the server's log.",
    ],
);
pub(crate) static NO_TLS: Text = text(
    "postgres.no_tls",
    Kind::Tls,
    [
        "{host} does not offer encryption, and the SSL mode {mode} asks for it.",
        "TLS is switched off in this server.",
        "Have TLS switched on (ssl = on). Only on a network that you trust: choose the SSL mode disable.",
    ],
);
pub(crate) static CLIENT_KEY_MISSING: Text = text(
    "postgres.client_key_missing",
    Kind::Vault,
    [
        "The client key is needed.",
        "A client certificate is of no use without its key, and none is stored.",
        "Choose the key again.",
    ],
);

// The login.

pub(crate) static WRONG_PASSWORD: Text = text(
    "postgres.wrong_password",
    Kind::Auth,
    [
        "The server does not accept this username and password.",
        "One of the two is wrong; PostgreSQL does not say which. Seen for the user {user}.",
        "Check both Username and Password; capitals count in both.",
    ],
);
pub(crate) static PASSWORD_MISSING: Text = text(
    "postgres.password_missing",
    Kind::Auth,
    ["The server asks for a password.", "None was given for the user {user}.", "Type the password."],
);
pub(crate) static UNPROVEN_SERVER: Text = text(
    "postgres.unproven_server",
    Kind::Auth,
    [
        "The server could not prove that it knows the password.",
        "In the exchange of proofs its own was missing or wrong: it may not be the server that it claims to be.",
        "Check the server's name and use the SSL mode verify-full before you try again.",
    ],
);
pub(crate) static IN_BETWEEN: Text = text(
    "postgres.in_between",
    Kind::Auth,
    [
        "Something stands between this computer and the server.",
        "The server sees another encrypted channel than this computer does, so it refused the login; the password was not revealed.",
        "Use the SSL mode verify-full. If a proxy that opens encryption is wanted there, have channel binding switched off in it.",
    ],
);
pub(crate) static CLEARTEXT: Text = text(
    "postgres.cleartext_refused",
    Kind::Auth,
    [
        "The server asks for the password in clear, and it was not sent.",
        "Without a verified server anyone in between could read it.",
        "Use the SSL mode verify-full, or have the server ask for scram-sha-256.",
    ],
);
pub(crate) static METHOD: Text = text(
    "postgres.method_unsupported",
    Kind::Unsupported,
    [
        "The server asks for a way to sign in that is not supported.",
        "It wants Kerberos (GSSAPI), SSPI or another method; passwords, client certificates and trust are supported.",
        "Have a line in pg_hba.conf with scram-sha-256 added for the user {user}.",
    ],
);
pub(crate) static ROLE_MISSING: Text = text(
    "postgres.role_missing",
    Kind::Auth,
    [
        "The role {user} does not exist on this server, or may not log in.",
        "The server let the connection through without a password and then did not find a role that may log in.",
        "Check Username; capitals count. A role needs the right to log in (ALTER ROLE … LOGIN).",
    ],
);
pub(crate) static NO_HBA_ENTRY: Text = text(
    "postgres.no_hba_entry",
    Kind::Auth,
    [
        "The server has no rule that lets {user} into {database} from this computer.",
        "No line of its pg_hba.conf fits this user, database, address and encryption ({encryption}){certificate}.",
        "Have such a line added on the server, or connect from a network that it allows. Its own words are under Details.",
    ],
);
pub(crate) static IDENTITY: Text = text(
    "postgres.identity_refused",
    Kind::Auth,
    [
        "The server does not take this connection to be {user}.",
        "It knows you by other means than a password (a client certificate, or the operating system's user), and these are for another role.",
        "Use the role that the certificate or the system's user stands for, or have the mapping (pg_ident.conf) extended.",
    ],
);
pub(crate) static NOT_AUTHORIZED: Text = text(
    "postgres.not_authorized",
    Kind::Auth,
    [
        "The server does not let {user} in.",
        "It accepts neither this user nor this way to connect; its own words are under Details.",
        "Check Username, and that this computer's address is allowed on the server.",
    ],
);
pub(crate) static NO_DATABASE: Text = text(
    "postgres.no_database",
    Kind::NotFound,
    [
        "The database {database} does not exist on this server.",
        "The server let {user} in and has no database of this name.",
        "Check Database; capitals count. Most servers have one called postgres.",
    ],
);
pub(crate) static NO_CONNECT_RIGHT: Text = text(
    "postgres.no_connect_right",
    Kind::Permission,
    [
        "{user} may not connect to the database {database}.",
        "The role exists and the password is right, but the right to connect is missing.",
        "Have it granted: GRANT CONNECT ON DATABASE … TO ….",
    ],
);
pub(crate) static FULL: Text = passing(
    "postgres.too_many_connections",
    Kind::Busy,
    [
        "The server has no connection left for {user}.",
        "As many are open as the server, the database or the role is allowed.",
        "Close some, wait a little, or have the limit raised.",
    ],
);
pub(crate) static STARTING: Text = passing(
    "postgres.not_ready",
    Kind::Busy,
    [
        "The server is starting up, shutting down or recovering.",
        "It is there, but takes no connections just now.",
        "Try again in a moment.",
    ],
);
pub(crate) static LOGIN_OTHER: Text = text(
    "postgres.login_failed",
    Kind::Auth,
    [
        "The server refused the login of {user}.",
        "Its own words are under Details.",
        "Check the form's values, or show the details to whoever runs the server.",
    ],
);
pub(crate) static LOGIN_LOST: Text = passing(
    "postgres.login_lost",
    Kind::Network,
    [
        "{host} closed the connection during the login.",
        "The server stopped, or something between the two ended the connection.",
        "Try again; if it stays, look into the server's log.",
    ],
);

// Afterwards: see also `failure`.

pub(crate) static ENDED: Text = passing(
    "postgres.ended_by_server",
    Kind::Network,
    [
        "The server ended the connection.",
        "An administrator or a limit of the server stopped it; its own words are under Details.",
        "Try again; a new connection is made.",
    ],
);
pub(crate) static RESOURCES: Text = passing(
    "postgres.resources",
    Kind::Busy,
    [
        "The server has run out of something that this needs.",
        "Memory, disk or connections; its own words are under Details.",
        "Ask for less, or try again later.",
    ],
);
pub(crate) static PROTOCOL: Text = text(
    "postgres.protocol",
    Kind::Protocol,
    [
        "The server's answer does not follow PostgreSQL's protocol.",
        "Something between may have changed it, or the server is not quite PostgreSQL.",
        "Try again; if it stays, copy the report in Settings.",
    ],
);
