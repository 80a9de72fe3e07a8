//! A password with a unique marker goes through create, test, fail, edit and delete; afterwards it is nowhere.

use crate::desk::{Desk, code, saved};
use engine::views::RunId;
use landbridge_tests::peers::postgres::{Options, Postgres, SCRAM};
use landbridge_tests::support::canary;

const MARKER: &str = "Zq7~canary/Wv3+kX9";

fn assert_nowhere(what: &str, bytes: &[u8]) {
    canary::assert_nowhere(MARKER, what, bytes);
}

#[tokio::test]
async fn postgres_a_password_is_nowhere_after_create_test_fail_edit_and_delete() {
    // A server of its own: the marker becomes the password of an account that others use.
    let server = Postgres::start(Options::default()).await;
    let role = SCRAM.user;
    server.admin_query(&format!("ALTER ROLE {role} PASSWORD '{MARKER}'")).await;
    let desk = Desk::new();
    let _ = engine::log::start(&desk.dir().join("data"));
    let mut told: Vec<u8> = Vec::new();

    let form = desk.verified_form("Canary", &server, SCRAM).await;
    told.extend(serde_json::to_vec(&desk.secret(form, "password", MARKER)).unwrap());
    let tested = desk.engine.draft_test(form, RunId("t".into()), desk.heard.clone()).await.unwrap();
    assert_eq!(code(&tested), "worked");
    let outcome = desk.connect(form).await;
    told.extend(serde_json::to_vec(&outcome).unwrap());
    let id = saved(&outcome);
    told.extend(serde_json::to_vec(&desk.test(id).await).unwrap());

    server.admin_query(&format!("ALTER ROLE {role} PASSWORD 'other'")).await;
    let failed = desk.test(id).await;
    assert_ne!(code(&failed), "worked");
    told.extend(serde_json::to_vec(&failed).unwrap());
    // Pasted, too: a URL with the marker in it, into a form that fails.
    let paste = format!("postgres://{role}:{MARKER}@{}:{}/postgres", server.host, server.port);
    let pasted = desk.engine.draft_paste_new(&model::Secret::from(paste)).unwrap();
    told.extend(serde_json::to_vec(&pasted).unwrap());
    told.extend(serde_json::to_vec(&desk.connect(pasted.draft.id).await).unwrap());
    desk.engine.draft_close(pasted.draft.id);

    let edit = desk.engine.connection_edit(id).await.unwrap();
    told.extend(serde_json::to_vec(&edit).unwrap());
    server.admin_query(&format!("ALTER ROLE {role} PASSWORD '{MARKER}'")).await;
    told.extend(serde_json::to_vec(&desk.secret(edit.id, "password", MARKER)).unwrap());
    let edited = desk.connect(edit.id).await;
    assert_eq!(code(&edited), "worked");
    told.extend(serde_json::to_vec(&edited).unwrap());
    desk.engine.draft_close(edit.id);
    let report = desk.engine.report_text().await.unwrap();
    told.extend(serde_json::to_vec(&*desk.heard.0.lock().unwrap()).unwrap());
    desk.engine.connection_delete(id).await.unwrap();
    let desk = desk.restart().await;

    assert_nowhere("what the window was told", &told);
    assert_nowhere("the report", report.as_bytes());
    let files = canary::everything_in(&desk.dir());
    assert!(!files.is_empty());
    for (path, file) in files {
        assert_nowhere(&path.display().to_string(), &file);
    }
    assert_nowhere("the process's arguments", &std::fs::read("/proc/self/cmdline").unwrap());
    assert_nowhere("the process's environment", &std::fs::read("/proc/self/environ").unwrap());
    server.stop().await;
}
