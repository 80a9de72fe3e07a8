//! The peers are what their documentation says: else a test that trusts them proves nothing.
#![allow(clippy::unwrap_used)]

use landbridge_tests::peers::postgres::{self as pg, Account, DATABASE, Options, Postgres};
use tokio_postgres::NoTls;

async fn sqlstate(server: &Postgres, who: Account, database: &str) -> String {
    let mut config = tokio_postgres::Config::new();
    config.host("127.0.0.1").port(server.port).user(who.user).dbname(database);
    if !who.password.is_empty() {
        config.password(who.password);
    }
    config.ssl_mode(tokio_postgres::config::SslMode::Disable);
    match config.connect(NoTls).await {
        Ok((client, connection)) => {
            tokio::spawn(connection);
            let row = client.query_one("SELECT current_user::text", &[]).await.unwrap();
            row.get(0)
        }
        Err(e) => e.code().map_or_else(|| e.to_string(), |c| c.code().to_owned()),
    }
}

#[tokio::test]
async fn peer_postgres_each_account_signs_in_as_its_name_says() {
    let server = Postgres::shared().await;
    for (who, expected) in [
        (pg::SCRAM, "scram_user"),
        (pg::MD5, "md5_user"),
        (pg::CLEARTEXT, "clear_user"),
        (pg::TRUST, "trust_user"),
        (pg::WRITER, "writer_user"),
        (pg::CERT, "28000"),
        (pg::TLS_ONLY, "28000"),
        (pg::NO_HBA, "28000"),
        (pg::GHOST, "28000"),
        (pg::NO_LOGIN, "28000"),
        (pg::ABSENT, "28P01"),
        (pg::FULL, "53300"),
        (Account { user: "scram_user", password: "wrong" }, "28P01"),
    ] {
        assert_eq!(sqlstate(server, who, DATABASE).await, expected, "{}", who.user);
    }
    assert_eq!(sqlstate(server, pg::SCRAM, "nowhere").await, "3D000");
    assert_eq!(sqlstate(server, pg::SCRAM, pg::CLOSED).await, "42501");
}

#[tokio::test]
async fn peer_postgres_the_seed_is_there_and_copies_are_apart() {
    let server = Postgres::shared().await;
    let name = server.fresh_database("peer").await;
    server.admin_query_in(&name, "DROP TABLE geo.places CASCADE").await;
    let admin = server.admin(DATABASE).await;
    let count: i64 = admin.query_one("SELECT count(*) FROM geo.places", &[]).await.unwrap().get(0);
    assert_eq!(count, 5000);
    let version: String = admin.query_one("SELECT version FROM kinds.foreign_table", &[]).await.unwrap().get(0);
    assert_eq!(version, "15");
    server.drop_database(&name).await;
}

#[tokio::test]
async fn peer_postgres_answers_on_both_loopback_addresses() {
    let server = Postgres::shared().await;
    for host in ["127.0.0.1", "::1"] {
        tokio::net::TcpStream::connect((host, server.port)).await.unwrap();
    }
}

#[tokio::test]
async fn peer_postgres_that_is_starting_up_says_so() {
    let server = Postgres::start(Options { starting_up: true, ..Options::default() }).await;
    assert_eq!(sqlstate(&server, pg::SCRAM, DATABASE).await, "57P03", "{}", server.log());
    server.stop().await;
}

#[tokio::test]
async fn peer_postgres_with_few_connections_runs_out_of_them() {
    let server = Postgres::start(Options { max_connections: 5, tls: false, ..Options::default() }).await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let url = format!("host=127.0.0.1 port={} user=trust_user dbname={DATABASE}", server.port);
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        kept.push(client);
    }
    assert_eq!(sqlstate(&server, pg::TRUST, DATABASE).await, "53300");
}
