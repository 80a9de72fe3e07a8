//! Connections put into a data directory before the program is opened.

use model::{Connection, ConnectionId, ConnectorId, Environment, FieldId, LastTest, TestState};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use store::Store;

const PLACES: [&str; 8] = ["Parcels", "Roads", "Rivers", "Trees", "Buildings", "Bus stops", "Land use", "Elevation"];
const ENVIRONMENTS: [Environment; 4] =
    [Environment::Production, Environment::Staging, Environment::Development, Environment::None];

/// Writes these into that directory; no program may have it open.
pub fn connections(dir: &Path, all: &[Connection]) {
    let store = Store::open(dir).expect("the data directory");
    store.put_all(all).expect("they are saved");
}

/// Damages the entry of that name, as a failing disk would; no program may have the directory open.
pub fn damage(dir: &Path, name: &str) {
    let database = rusqlite::Connection::open(dir.join("landbridge.db")).expect("the database");
    let sql = "UPDATE connections SET document = '{' WHERE name_key = lower(?1)";
    assert_eq!(database.execute(sql, [name]).expect("an update"), 1, "{name} is there");
}

/// Connections that differ in all that a list shows.
pub fn varied(count: usize) -> Vec<Connection> {
    (0..count).map(one).collect()
}

fn one(n: usize) -> Connection {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(0));
    let place = PLACES[n % PLACES.len()];
    let name = if n < PLACES.len() { place.to_owned() } else { format!("{place} {n:05}") };
    let host = format!("db{n}.example.org");
    // Should one be tested, it is refused on this computer: no look-up leaves it.
    let values =
        [("name", name.as_str()), ("server", "127.0.0.1"), ("username", "reader"), ("database", "landbridge"), ("port", "1")]
            .into_iter()
            .chain([("ssl_mode", "verify-full"), ("connect_timeout", "10"), ("read_only", "true"), ("proxy", "settings")])
            .map(|(field, value)| (FieldId::named(field), value.to_owned()))
            .collect();
    Connection {
        id: ConnectionId::fresh(),
        connector: ConnectorId::named("postgres"),
        environment: ENVIRONMENTS[n % ENVIRONMENTS.len()],
        labels: ["gis", "eu", "nightly"].iter().take(n % 4).map(|l| (*l).to_owned()).collect(),
        values,
        files: BTreeMap::new(),
        sources: BTreeMap::new(),
        secret_files: BTreeMap::new(),
        last_test: tested(n, now),
        created_at: now,
        changed_at: now,
        name,
        host,
    }
}

fn tested(n: usize, now: u64) -> Option<LastTest> {
    let (state, summary) = match n % 4 {
        0 => (TestState::Ok, "PostgreSQL 15.14, PostGIS 3.3.2"),
        1 => (TestState::Warning, "PostGIS is not installed in this database."),
        2 => (TestState::Failed, "The server does not accept this username and password."),
        _ => return None,
    };
    Some(LastTest { state, at: now.saturating_sub(60_000 * 37 * (n as u64 + 1)), summary: summary.to_owned() })
}
