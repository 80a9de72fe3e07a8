//! The commands as Tauri calls them, and their TypeScript: one list serves both.

use crate::commands;
use tauri_specta::{Builder, collect_commands};

/// The commands and their types.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new().disable_serde_phases().commands(collect_commands![
        commands::app_start,
        commands::connection_delete,
        commands::connection_dependents,
        commands::connection_duplicate,
        commands::connection_edit,
        commands::connection_organise,
        commands::connection_restore,
        commands::connection_test,
        commands::connections_list,
        commands::data_folder_open,
        commands::draft_check,
        commands::draft_choices,
        commands::draft_close,
        commands::draft_connect,
        commands::draft_file_choose,
        commands::draft_file_clear,
        commands::draft_file_drop,
        commands::draft_file_paste,
        commands::draft_new,
        commands::draft_organise,
        commands::draft_paste,
        commands::draft_paste_new,
        commands::draft_secret,
        commands::draft_secret_clear,
        commands::draft_set,
        commands::draft_source,
        commands::draft_test,
        commands::draft_view,
        commands::explorer::connection_facts,
        commands::explorer::derived_clear,
        commands::explorer::derived_set,
        commands::explorer::derived_view,
        commands::explorer::explorer_roots,
        commands::explorer::export_choose,
        commands::explorer::export_run,
        commands::explorer::export_show,
        commands::explorer::history_delete,
        commands::explorer::history_list,
        commands::explorer::local_add_choose,
        commands::explorer::local_add_dropped,
        commands::explorer::local_files,
        commands::explorer::local_remove,
        commands::explorer::rows_cell,
        commands::explorer::rows_close,
        commands::explorer::rows_copy,
        commands::explorer::rows_count,
        commands::explorer::rows_open,
        commands::explorer::rows_part,
        commands::explorer::save_as_run,
        commands::explorer::save_as_view,
        commands::explorer::saved_delete,
        commands::explorer::saved_list,
        commands::explorer::saved_put,
        commands::explorer::sql_check,
        commands::explorer::sql_estimate,
        commands::explorer::sql_execute,
        commands::explorer::sql_names,
        commands::explorer::statistics_compute,
        commands::explorer::statistics_estimate,
        commands::explorer::statistics_seen,
        commands::explorer::table_describe,
        commands::explorer::tree_level,
        commands::explorer::tree_nodes,
        commands::explorer::tree_search,
        commands::explorer::tree_search_server,
        commands::explorer::writes_allow,
        commands::licences,
        commands::listen,
        commands::open_link,
        commands::question_answer,
        commands::report_text,
        commands::run_cancel,
        commands::settings_choose_ca,
        commands::settings_clear_ca,
        commands::settings_set,
        commands::settings_view,
        commands::vault_rekey,
        commands::vault_remove_recovery,
        commands::vault_retry,
        commands::vault_set_recovery,
        commands::vault_unlock,
        commands::vault_view,
        commands::window_ready,
    ])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use specta_typescript::Typescript;

    /// `LANDBRIDGE_REGENERATE=1` writes the file, otherwise it is compared.
    #[test]
    fn the_typescript_bindings_are_fresh() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/ipc/bindings.ts");
        let fresh = tempfile::NamedTempFile::new().unwrap();
        let header = "// Generated from src-tauri/src/bindings.rs: LANDBRIDGE_REGENERATE=1 cargo test -p landbridge bindings\n";
        super::builder().export(Typescript::default().header(header), fresh.path()).unwrap();
        let fresh = std::fs::read_to_string(fresh.path()).unwrap();
        if std::env::var_os("LANDBRIDGE_REGENERATE").is_some() {
            std::fs::write(file, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        assert!(kept == fresh, "{file} is stale: run LANDBRIDGE_REGENERATE=1 cargo test -p landbridge bindings");
    }
}
