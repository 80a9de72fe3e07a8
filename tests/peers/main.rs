//! Holds the shared peers for a whole run of the tests: writes their descriptions into the directory given as the one
//! argument, says `ready`, and ends them when its standard input ends.
#![allow(clippy::print_stdout)]

use landbridge_tests::peers::postgres::{Options, Postgres};
use std::io::Read;
use std::path::PathBuf;

#[tokio::main]
async fn main() {
    let dir = PathBuf::from(std::env::args_os().nth(1).expect("a directory for the descriptions"));
    let postgres = Postgres::start(Options::default()).await;
    std::fs::write(dir.join("postgres.json"), postgres.describe().to_string()).expect("the description");
    println!("ready");
    let mut rest = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut rest);
    postgres.stop().await;
}
