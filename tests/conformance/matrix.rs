//! The matrix of cases and connectors in the README.

use super::cases;
use super::entrant::Entrant;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

const BEGIN: &str = "<!-- conformance:begin -->";
const END: &str = "<!-- conformance:end -->";

/// Fails when the README's matrix is not what would be written now; writes it when asked to.
pub async fn check(joined: &[Arc<dyn Entrant>]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(&path).unwrap_or_default();
    let table = format!("{BEGIN}\n{}{END}", table(joined).await);
    let fresh = match (readme.find(BEGIN), readme.find(END)) {
        (Some(from), Some(to)) if from < to => format!("{}{table}{}", &readme[..from], &readme[to + END.len()..]),
        _ => format!("{readme}\n## Conformance\n\n{table}\n"),
    };
    if std::env::var_os("LANDBRIDGE_REGENERATE").is_some() {
        std::fs::write(&path, fresh).expect("the README");
        return;
    }
    assert!(readme == fresh, "the README's conformance matrix is stale: run this test with LANDBRIDGE_REGENERATE=1");
}

async fn table(joined: &[Arc<dyn Entrant>]) -> String {
    let mut facts = Vec::new();
    for entrant in joined {
        let session = entrant.open().await;
        // What it can do is known from the first look on.
        session.probe(&landbridge_tests::support::ctx().0).await.expect("a first look");
        facts.push(session.facts().clone());
        session.close(&landbridge_tests::support::ctx().0).await;
    }
    let mut out = String::from("| case |");
    joined.iter().for_each(|e| write!(out, " {} |", e.id()).unwrap());
    out.push_str("\n|---|");
    joined.iter().for_each(|_| out.push_str("---|"));
    out.push('\n');
    for case in cases::all() {
        write!(out, "| {} |", case.name.replace('_', " ")).unwrap();
        for (facts, entrant) in facts.iter().zip(joined) {
            let offered = case.needs.is_none_or(|need| need.offered(facts, &**entrant));
            out.push_str(if offered { " ✓ |" } else { " not offered |" });
        }
        out.push('\n');
    }
    out
}
