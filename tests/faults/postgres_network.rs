//! The network between. Nothing is sent to an outside address: what needs one runs in a network namespace without any.

use super::servers::{closed_port, full_backlog};
use super::{brief, failure, plain_form};
use landbridge_tests::peers::postgres::SCRAM;
use std::process::Command;

/// Runs that test once more where there is no network at all; true in there.
fn without_network(test: &str) -> bool {
    const INSIDE: &str = "LANDBRIDGE_TEST_WITHOUT_NETWORK";
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    if std::fs::read_to_string("/proc/self/status").unwrap().lines().any(|l| l.starts_with("Uid:") && !l.contains("\t0\t")) {
        command.args(["--user", "--map-root-user"]);
    }
    let ran = command.arg("--net").arg(this).args(["--exact", test, "--nocapture"]).env(INSIDE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    false
}

#[tokio::test]
async fn postgres_refused_port_points_at_the_port() {
    let (view, report) = failure(plain_form("127.0.0.1", closed_port().await, SCRAM)).await;
    assert_eq!(brief(&view), "net.refused reach port");
    assert_eq!(report.ends(), ["resolve Done", "reach Failed"]);
}

#[tokio::test]
async fn postgres_missing_socket_points_at_the_server() {
    let (view, _) = failure(plain_form("/nowhere/at/all", 5432, SCRAM)).await;
    assert_eq!(brief(&view), "net.no_socket reach server");
}

#[tokio::test]
async fn postgres_unknown_host_points_at_the_server() {
    if !without_network("postgres_network::postgres_unknown_host_points_at_the_server") {
        return;
    }
    let (view, report) = failure(plain_form("no-such-host.invalid", 5432, SCRAM)).await;
    assert_eq!(brief(&view), "net.unknown_host resolve server");
    assert_eq!(report.ends(), ["resolve Failed"]);
}

#[tokio::test]
async fn postgres_unreachable_host_points_at_the_server() {
    if !without_network("postgres_network::postgres_unreachable_host_points_at_the_server") {
        return;
    }
    let (view, _) = failure(plain_form("192.0.2.1", 5432, SCRAM)).await;
    assert_eq!(brief(&view), "net.unreachable reach server");
}

#[tokio::test]
async fn postgres_host_that_does_not_answer_is_timed_out() {
    let (port, _kept) = full_backlog().await;
    let (view, _) = failure(plain_form("127.0.0.1", port, SCRAM).with("connect_timeout", 1)).await;
    assert_eq!(brief(&view), "net.no_answer reach server");
    assert!(view.what.contains("1 seconds") || view.what.contains("1 second"), "{view:?}");
}
