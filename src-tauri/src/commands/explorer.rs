//! The commands of the Data Explorer: one line each, into the engine.

use super::{Answer, D, told};
use crate::news::Stages;
use crate::outside::Wanted;
use engine::views::{
    AddedView, CellView, CompletionView, CopyRequest, DerivedKind, DerivedView, EstimateView, ExecutedView, ExportDone,
    ExportFormat, ExportProgress, ExportRequest, ExportTarget, FactsView, HistoryView, HitsView, LevelRequest, LevelView,
    LocalFileView, NodeView, NodesRequest, PartView, RootsView, RowsId, RowsSource, RowsView, RunId, SaveAsView, SavedQueryView,
    SqlCheckView, StatisticsView, TableView,
};
use model::{ConnectionId, Count, Path, StageEvent};
use tauri::ipc::Channel;
use tauri::{AppHandle, WebviewWindow};

super::commands! {
    /// The tree's roots.
    async fn explorer_roots(desk, search: String) -> RootsView { desk.engine()?.explorer_roots(search).await }
    /// What is known of a connection; opens it.
    async fn connection_facts(desk, connection: ConnectionId, run: RunId, stages: Channel<StageEvent>) -> FactsView { desk.engine()?.connection_facts(connection, run, Stages::of(stages)).await }
    /// One level of the tree: as cached, or asked for. Answers with its first page; the rest is loaded behind it.
    async fn tree_level(desk, request: LevelRequest, stages: Channel<StageEvent>) -> LevelView { desk.engine()?.tree_level(request, Stages::of(stages)).await }
    /// A part of a level's group.
    async fn tree_nodes(desk, request: NodesRequest) -> Vec<NodeView> { desk.engine()?.tree_nodes(request).await }
    /// Looks through every name that was seen; never asks a server.
    async fn tree_search(desk, text: String, connection: Option<ConnectionId>) -> HitsView { desk.engine()?.tree_search(text, connection).await }
    /// Looks through the names at the server.
    async fn tree_search_server(desk, connection: ConnectionId, text: String, run: RunId) -> HitsView { desk.engine()?.tree_search_server(connection, text, run).await }
    /// A table's header and columns; as cached, or asked for.
    async fn table_describe(desk, connection: ConnectionId, path: Path, refresh: bool, run: RunId, stages: Channel<StageEvent>) -> TableView { desk.engine()?.table_describe(connection, path, refresh, run, Stages::of(stages)).await }
    /// The files, in the order of their names.
    async fn local_files(desk) -> Vec<LocalFileView> { desk.engine()?.local_files().await }
    /// Takes a file out of Local data; the file itself stays.
    async fn local_remove(desk, id: String) -> () { desk.engine()?.local_remove(id).await }
    /// Each kind of it with its size.
    async fn derived_view(desk) -> Vec<DerivedView> { desk.engine()?.derived_view().await }
    /// Keeps a kind from now on, or no more; what is there is cleared when turned off.
    async fn derived_set(desk, kind: DerivedKind, on: bool) -> Vec<DerivedView> { desk.engine()?.derived_set(kind, on).await }
    /// Clears a kind.
    async fn derived_clear(desk, kind: DerivedKind) -> Vec<DerivedView> { desk.engine()?.derived_clear(kind).await }
    /// Opens rows and answers with their first part.
    async fn rows_open(desk, connection: ConnectionId, source: RowsSource, run: RunId, stages: Channel<StageEvent>) -> RowsView { desk.engine()?.rows_open(connection, source, run, Stages::of(stages)).await }
    /// A part of the rows; fetches more where needed.
    async fn rows_part(desk, id: RowsId, offset: u32, limit: u32, run: RunId) -> PartView { desk.engine()?.rows_part(id, offset, limit, run).await }
    /// One value, whole.
    async fn rows_cell(desk, id: RowsId, row: u32, column: u32) -> CellView { desk.engine()?.rows_cell(id, row, column).await }
    /// Cells as tab-separated text.
    async fn rows_copy(desk, id: RowsId, request: CopyRequest) -> String { desk.engine()?.rows_copy(id, request).await }
    /// Counts the rows at the server.
    async fn rows_count(desk, id: RowsId, run: RunId) -> Count { desk.engine()?.rows_count(id, run).await }
    /// Closes rows; what still runs is cancelled at the server.
    async fn rows_close(desk, id: RowsId) -> () { desk.engine()?.rows_close(id).await }
    /// As they were last computed, if they were.
    async fn statistics_seen(desk, connection: ConnectionId, path: Path, column: String) -> Option<StatisticsView> { desk.engine()?.statistics_seen(connection, path, column).await }
    /// What computing them would take.
    async fn statistics_estimate(desk, connection: ConnectionId, path: Path, column: String, run: RunId) -> EstimateView { desk.engine()?.statistics_estimate(connection, path, column, run).await }
    /// Computes them, in the warehouse where it can.
    async fn statistics_compute(desk, connection: ConnectionId, path: Path, column: String, run: RunId) -> StatisticsView { desk.engine()?.statistics_compute(connection, path, column, run).await }
    /// Looks at a text without the server.
    async fn sql_check(desk, connection: ConnectionId, sql: String) -> SqlCheckView { desk.engine()?.sql_check(connection, sql).await }
    /// What a statement would take.
    async fn sql_estimate(desk, connection: ConnectionId, sql: String, run: RunId) -> EstimateView { desk.engine()?.sql_estimate(connection, sql, run).await }
    /// Names for completion that begin with, or contain, what was typed; of what was seen.
    async fn sql_names(desk, connection: ConnectionId, within: Path, typed: String) -> Vec<CompletionView> { desk.engine()?.sql_names(connection, within, typed).await }
    /// Runs a changing statement; only where the person allowed changes.
    async fn sql_execute(desk, connection: ConnectionId, sql: String, run: RunId) -> ExecutedView { desk.engine()?.sql_execute(connection, sql, run).await }
    /// Allows changes on a connection, or no more.
    async fn writes_allow(desk, connection: ConnectionId, allowed: bool) -> () { desk.engine()?.writes_allow(connection, allowed).await }
    /// What keeping a result as a table would run and take.
    async fn save_as_view(desk, connection: ConnectionId, sql: String, path: Path, run: RunId) -> SaveAsView { desk.engine()?.save_as_view(connection, sql, path, run).await }
    /// Keeps a result as a table; only where the person allowed changes, never in the place of another.
    async fn save_as_run(desk, connection: ConnectionId, sql: String, path: Path, run: RunId) -> ExecutedView { desk.engine()?.save_as_run(connection, sql, path, run).await }
    /// The newest first, up to 200.
    async fn history_list(desk, connection: Option<ConnectionId>, search: String) -> Vec<HistoryView> { desk.engine()?.history_list(connection, search).await }
    /// Forgets one.
    async fn history_delete(desk, id: u32) -> () { desk.engine()?.history_delete(id).await }
    /// The saved queries of a connection, by name.
    async fn saved_list(desk, connection: ConnectionId) -> Vec<SavedQueryView> { desk.engine()?.saved_list(connection).await }
    /// Saves a query, or changes a saved one.
    async fn saved_put(desk, connection: ConnectionId, id: Option<u32>, name: String, sql: String) -> SavedQueryView { desk.engine()?.saved_put(connection, id, name, sql).await }
    /// Deletes a saved query.
    async fn saved_delete(desk, id: u32) -> () { desk.engine()?.saved_delete(id).await }
    /// Writes rows into the file that was chosen.
    async fn export_run(desk, request: ExportRequest, run: RunId, progress: Channel<ExportProgress>) -> ExportDone {
        // A window that closed meanwhile needs no news.
        let tell = move |now| drop(progress.send(now));
        desk.engine()?.export_run(request, run, Box::new(tell)).await
    }
    /// Shows an exported file's folder in the system's file browser.
    async fn export_show(desk, target: u32) -> () { crate::outside::open(desk.engine()?.export_folder(target)?.as_os_str()) }
    /// Adds the files and folders that were dropped to Local data.
    async fn local_add_dropped(desk, run: RunId) -> AddedView { desk.engine()?.local_add(desk.take_all_dropped()?, run).await }
}

/// Opens the system's file chooser for files of Local data; None when it is cancelled.
#[tauri::command]
#[specta::specta]
pub async fn local_add_choose(
    app: AppHandle,
    window: WebviewWindow,
    desk: D<'_>,
    folder: bool,
    run: RunId,
) -> Answer<Option<AddedView>> {
    told(
        async {
            let engine = desk.engine()?;
            let wanted = if folder { Wanted::Folders } else { Wanted::Files };
            match crate::outside::choose_several(&app, &window, wanted).await? {
                Some(paths) => Ok(Some(engine.local_add(paths, run).await?)),
                None => Ok(None),
            }
        }
        .await,
    )
}

/// Opens the system's chooser for the file that an export writes; None when it is cancelled.
#[tauri::command]
#[specta::specta]
pub async fn export_choose(
    app: AppHandle,
    window: WebviewWindow,
    desk: D<'_>,
    source: RowsSource,
    format: ExportFormat,
) -> Answer<Option<ExportTarget>> {
    told(
        async {
            let engine = desk.engine()?;
            let name = engine.export_name(&source, format)?;
            let chosen = crate::outside::choose_target(&app, &window, &name).await?;
            chosen.map(|path| engine.export_target(path, format)).transpose()
        }
        .await,
    )
}
