//! A real PostgreSQL with PostGIS, TLS by a private authority, and an account for each way to sign in.
//!
//! Tests share one server ([`Postgres::shared`]) and keep apart by database ([`Postgres::fresh_database`]) or schema;
//! a test that needs another certificate or setting starts its own ([`Postgres::start`], about a second).
//! `cargo xtask test` starts the shared one once for all test processes and names it in the environment.

mod cluster;
mod template;

use super::certs::Pair;
use cluster::Cluster;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

/// Names the JSON file that [`Postgres::describe`] wrote, when a shared server runs already.
pub const SHARED: &str = "LANDBRIDGE_PEER_POSTGRES";
/// The seeded database; read it, change nothing in it (see [`Postgres::fresh_database`]).
pub const DATABASE: &str = "landbridge";
/// A database without PostGIS.
pub const PLAIN: &str = "plain";
/// A database that nobody but the administrator may connect to (42501).
pub const CLOSED: &str = "closed";

/// Someone who can sign in, or cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The role's name.
    pub user: &'static str,
    /// The password; empty where none is asked for.
    pub password: &'static str,
}

const fn account(user: &'static str, password: &'static str) -> Account {
    Account { user, password }
}

/// SCRAM-SHA-256, with TLS or without. Reads everything in the seed but the schema `forbidden`.
pub const SCRAM: Account = account("scram_user", "pässword 'with\" spaces & 100%");
/// MD5.
pub const MD5: Account = account("md5_user", "md5-secret");
/// The password in clear, inside whatever channel there is.
pub const CLEARTEXT: Account = account("clear_user", "clear-secret");
/// No password is asked for. Also on the Unix socket.
pub const TRUST: Account = account("trust_user", "");
/// A client certificate is asked for (TLS only): [`Postgres::client_cert`].
pub const CERT: Account = account("cert_user", "");
/// SCRAM-SHA-256, let in through TLS only.
pub const TLS_ONLY: Account = account("tls_user", "tls-secret");
/// May write: owns each fresh database, and the schema `scratch`.
pub const WRITER: Account = account("writer_user", "writer-secret");
/// The role exists, and no line of pg_hba.conf matches it (28000).
pub const NO_HBA: Account = account("nohba_user", "nohba-secret");
/// No such role, under trust (28000).
pub const GHOST: Account = account("ghost_user", "");
/// No such role, under a client certificate (28000): [`Postgres::ghost_cert`].
pub const GHOST_CERT: Account = account("ghost_cert", "");
/// No such role, under a password (28P01, as for a wrong password).
pub const ABSENT: Account = account("absent_user", "absent-secret");
/// The role may not log in (28000).
pub const NO_LOGIN: Account = account("nologin_user", "");
/// The role's own connection limit is 0 (53300).
pub const FULL: Account = account("full_user", "full-secret");

/// Which certificate the server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServerCertificate {
    /// For localhost, 127.0.0.1 and ::1, by the authority in [`Postgres::ca_pem`].
    #[default]
    Good,
    /// By the same authority, for `elsewhere.example`.
    WrongName,
    /// By the same authority, until 2021.
    Expired,
    /// By the same authority, from 2048.
    NotYetValid,
    /// By an authority that [`Postgres::ca_pem`] does not hold.
    UnknownAuthority,
}

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its certificate.
    pub certificate: ServerCertificate,
    /// TLS at all.
    pub tls: bool,
    /// Connections, of which 3 are kept for the administrator.
    pub max_connections: u16,
    /// It never finishes starting up: every connection gets 57P03.
    pub starting_up: bool,
    /// More lines for postgresql.conf.
    pub settings: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { certificate: ServerCertificate::Good, tls: true, max_connections: 60, starting_up: false, settings: Vec::new() }
    }
}

/// A running server. Ends when dropped, or with the process that started it.
pub struct Postgres {
    /// A name its certificate is made for.
    pub host: String,
    /// Its port, on 127.0.0.1 and ::1.
    pub port: u16,
    /// The directory of its Unix socket.
    pub socket_dir: PathBuf,
    /// The authority that a client should trust.
    pub ca_pem: String,
    /// For [`CERT`].
    pub client_cert: String,
    /// For [`CERT`].
    pub client_key: String,
    /// A certificate for [`GHOST_CERT`], by the right authority.
    pub ghost_cert: Pair,
    /// A certificate for [`CERT`], by an authority that the server does not know.
    pub foreign_cert: Pair,
    dir: PathBuf,
    cluster: Option<Cluster>,
}

impl Postgres {
    /// The server that all tests of this process share.
    pub async fn shared() -> &'static Self {
        static ONE: OnceCell<Postgres> = OnceCell::const_new();
        ONE.get_or_init(|| async {
            match std::env::var_os(SHARED) {
                Some(file) => Self::described(Path::new(&file)),
                None => Self::start(Options::default()).await,
            }
        })
        .await
    }

    /// A server of one's own.
    pub async fn start(options: Options) -> Self {
        let cluster = tokio::task::spawn_blocking(move || Cluster::start(&options)).await.expect("PostgreSQL starts");
        let mut this = Self::at(&cluster.dir, cluster.port);
        this.cluster = Some(cluster);
        this
    }

    /// Ends it, and waits until it has ended. One that is shared goes on.
    pub async fn stop(mut self) {
        let cluster = self.cluster.take();
        tokio::task::spawn_blocking(move || drop(cluster)).await.expect("PostgreSQL ends");
    }

    /// What another process needs to use this server.
    pub fn describe(&self) -> Value {
        json!({ "dir": self.dir, "port": self.port })
    }

    fn described(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).expect("the shared server's description");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let port = value["port"].as_u64().and_then(|p| u16::try_from(p).ok()).expect("a port");
        Self::at(Path::new(value["dir"].as_str().expect("a directory")), port)
    }

    fn at(dir: &Path, port: u16) -> Self {
        let read = |name: &str| std::fs::read_to_string(dir.join("certs").join(name)).expect(name);
        let pair = |name: &str| Pair { cert: read(&format!("{name}.pem")), key: read(&format!("{name}.key")) };
        let client = pair("client");
        Self {
            host: "localhost".to_owned(),
            port,
            socket_dir: dir.join("run"),
            ca_pem: read("ca.pem"),
            client_cert: client.cert,
            client_key: client.key,
            ghost_cert: pair("ghost"),
            foreign_cert: pair("foreign"),
            dir: dir.to_owned(),
            cluster: None,
        }
    }

    /// A connection URL for [`SCRAM`] and the seeded database.
    pub fn url(&self) -> String {
        self.url_for(SCRAM, DATABASE)
    }

    /// A connection URL for this account and database.
    pub fn url_for(&self, who: Account, database: &str) -> String {
        let secret = if who.password.is_empty() { String::new() } else { format!(":{}", percent(who.password)) };
        format!("postgresql://{}{secret}@{}:{}/{}", who.user, self.host, self.port, percent(database))
    }

    /// The authority's certificate as a file.
    pub fn ca_file(&self) -> PathBuf {
        self.dir.join("certs/ca.pem")
    }

    /// The server's log so far.
    pub fn log(&self) -> String {
        std::fs::read(self.dir.join("log")).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
    }

    /// Connects as the administrator (Unix socket), for looking and for arranging.
    pub async fn admin(&self, database: &str) -> Client {
        let mut config = tokio_postgres::Config::new();
        config.host_path(&self.socket_dir).port(self.port).user("postgres").dbname(database).application_name("test arrangement");
        let (client, connection) = config.connect(NoTls).await.expect("the administrator connects");
        tokio::spawn(connection);
        client
    }

    /// Runs statements as the administrator in the seeded database.
    pub async fn admin_query(&self, sql: &str) {
        self.admin_query_in(DATABASE, sql).await;
    }

    /// Runs statements as the administrator in this database.
    pub async fn admin_query_in(&self, database: &str, sql: &str) {
        self.admin(database).await.batch_execute(sql).await.expect("the statements run");
    }

    /// A database of one's own with the whole seed in it, owned by [`WRITER`]; the answer is its name.
    pub async fn fresh_database(&self, purpose: &str) -> String {
        let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_nanos();
        let name = format!("{purpose}_{}_{:x}", std::process::id(), nanos & 0xffff_ffff);
        let sql = format!("CREATE DATABASE \"{name}\" TEMPLATE seed OWNER {}", WRITER.user);
        self.admin("postgres").await.batch_execute(&sql).await.expect("a database");
        name
    }

    /// Removes a database that [`Postgres::fresh_database`] made, whoever is connected to it.
    pub async fn drop_database(&self, name: &str) {
        let sql = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
        self.admin("postgres").await.batch_execute(&sql).await.expect("the database is removed");
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}
