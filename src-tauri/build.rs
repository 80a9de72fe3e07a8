//! Lists every command for Tauri, so that nothing is allowed by default: a command that is not here, and not in
//! `capabilities/main.json`, cannot be called from the window.

const COMMANDS: &[&str] = &[
    "app_start",
    "connection_delete",
    "connection_dependents",
    "connection_duplicate",
    "connection_edit",
    "connection_organise",
    "connection_restore",
    "connection_test",
    "connections_list",
    "data_folder_open",
    "draft_check",
    "draft_choices",
    "draft_close",
    "draft_connect",
    "draft_file_choose",
    "draft_file_clear",
    "draft_file_drop",
    "draft_file_paste",
    "draft_new",
    "draft_organise",
    "draft_paste",
    "draft_paste_new",
    "draft_secret",
    "draft_secret_clear",
    "draft_set",
    "draft_source",
    "draft_test",
    "draft_view",
    "licences",
    "listen",
    "open_link",
    "question_answer",
    "report_text",
    "run_cancel",
    "settings_choose_ca",
    "settings_clear_ca",
    "settings_set",
    "settings_view",
    "vault_rekey",
    "vault_remove_recovery",
    "vault_retry",
    "vault_set_recovery",
    "vault_unlock",
    "vault_view",
    "window_ready",
];

fn main() {
    // The interface is compiled in, and Tauri does not watch it: without this a new interface would stay outside.
    println!("cargo::rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes =
        tauri_build::Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*").app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
        std::process::exit(1);
    }
}
