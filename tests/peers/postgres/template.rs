//! The seeded cluster, made once on this computer and then copied: `initdb` and the seed take seconds, a copy does not.

use super::Options;
use super::cluster::{self, Cluster, as_postgres, own, run};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

const ROLES: &str = include_str!("roles.sql");
const SEED: &str = include_str!("seed.sql");
const TYPES: &str = include_str!("types.sql");
const GEO: &str = include_str!("geo.sql");
const FINISH: &str = include_str!("finish.sql");

/// Puts a copy of the template at `dir`/data.
pub fn copy_to(dir: &Path) {
    run(Command::new("cp").arg("-a").arg(made()).arg(dir.join("data")));
}

/// The template's directory; made when it is not there, by one process at a time.
fn made() -> PathBuf {
    let mut hash = DefaultHasher::new();
    (ROLES, SEED, TYPES, GEO, FINISH).hash(&mut hash);
    let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    let peers = home.join(".cache/landbridge/peers");
    fs::create_dir_all(&peers).expect("a place for the template");
    let data = peers.join(format!("postgres-15-{:016x}", hash.finish()));
    let lock = File::create(peers.join("postgres-15.lock")).expect("a lock");
    lock.lock().expect("the lock");
    if !data.exists() {
        make(&data);
    }
    data
}

fn make(into: &Path) {
    let home = cluster::room();
    own(home.path());
    let dir = home.path().to_owned();
    run(as_postgres("initdb").arg("-D").arg(dir.join("data")).args([
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
        "--wal-segsize=1",
    ]));
    let server = Cluster::run(home, &Options { tls: false, ..Options::default() });
    sql(&server, "postgres", ROLES);
    for text in [SEED, TYPES, GEO] {
        sql(&server, "seed", text);
    }
    sql(&server, "postgres", FINISH);
    server.end_keeping_files();
    for stale in ["postmaster.pid", "postmaster.opts"] {
        let _ = fs::remove_file(dir.join("data").join(stale));
    }
    // Copied, then renamed: a half-made template is never taken for a whole one.
    let half = into.with_extension("half");
    let _ = fs::remove_dir_all(&half);
    run(Command::new("cp").arg("-a").arg(dir.join("data")).arg(&half));
    fs::rename(&half, into).expect("the template in its place");
    let _ = fs::remove_dir_all(&dir);
}

fn sql(server: &Cluster, database: &str, text: &str) {
    let file = server.dir.join("run/statements.sql");
    fs::write(&file, text).expect("statements");
    run(as_postgres("psql")
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--username=postgres"])
        .arg(format!("--host={}", server.dir.join("run").display()))
        .arg(format!("--port={}", server.port))
        .arg(format!("--dbname={database}"))
        .arg(format!("--file={}", file.display())));
}
