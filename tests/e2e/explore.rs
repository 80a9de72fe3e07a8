//! Ways through the Data Explorer, with someone looking at each screen: the samples, files of one's own, a real warehouse.
//!
//! Owns: how each state is reached. Does not own: what is done there (`walk` says who looks).

use crate::peers::postgres::{Account, DATABASE, Postgres, SCRAM};
use crate::steps;
use crate::walk::Look;
use crate::window::{App, Computer};
use fantoccini::key::Key;

/// From the empty list to the sample data, its columns, SQL on it, and an export.
pub async fn samples(eye: &mut impl Look) {
    let computer = Computer::new();
    let app = computer.open().await;
    app.press("Explore the sample data").await;
    table(&app, "countries").await;
    app.see("Afghanistan").await;
    eye.look(&app, "explorer-samples").await;
    app.click("tab", "Columns").await;
    app.press("Statistics of area_km2").await;
    app.press("Compute statistics").await;
    app.see("Computed just now").await;
    eye.look(&app, "explorer-statistics").await;
    app.press("Close statistics").await;
    app.click("tab", "SQL").await;
    app.find("button", "Begin with a SELECT from countries").await;
    eye.look(&app, "explorer-sql").await;
    app.press("Begin with a SELECT from countries").await;
    app.press("Run").await;
    app.see("Afghanistan").await;
    eye.look(&app, "explorer-sql-result").await;
    app.click("tab", "Data").await;
    app.press("Export…").await;
    app.find("dialog", "Export").await;
    eye.look(&app, "explorer-export").await;
    app.press("Cancel").await;
    app.fill("Search names", "pop").await;
    app.find("option", "populated_places").await;
    eye.look(&app, "explorer-search").await;
    app.close().await;
}

/// Files of one's own, dropped on the window: one that is read, one that is not.
pub async fn files(eye: &mut impl Look) {
    let computer = Computer::new();
    let app = computer.open().await;
    let trees = steps::file(&app, "trees.csv", "name,lat,lon,height\nOak,38.72,-9.14,12.5\nPine,38.71,-9.13,\n".as_bytes());
    let notes = steps::file(&app, "notes.gpkg", b"not a database");
    app.press("Explore the sample data").await;
    table(&app, "countries").await;
    app.click("treeitem", "Local data").await;
    app.see("Drop files or folders here").await;
    eye.look(&app, "local").await;
    app.drop_file(&trees, "heading", "Local data").await;
    app.see("1 file was added.").await;
    eye.look(&app, "local-added").await;
    app.find("grid", "Rows of trees").await;
    app.see("Point (-9.14, 38.72)").await;
    eye.look(&app, "local-file").await;
    app.drop_file(&notes, "treeitem", "Local data").await;
    app.see("1 file was not added").await;
    eye.look(&app, "local-refused").await;
    app.close().await;
}

/// A warehouse: connecting, the tree, a table, a refused statement, a table that is gone.
pub async fn warehouse(eye: &mut impl Look) {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    connect(&app, server, SCRAM, DATABASE).await;
    steps::menu(&app, "Parcels", "Open in Data Explorer").await;
    app.find("treeitem", "geo").await;
    eye.look(&app, "explorer-warehouse").await;
    branch(&app, "geo").await;
    table(&app, "places").await;
    app.see("place 7").await;
    eye.look(&app, "explorer-table").await;
    app.click("tab", "SQL").await;
    write(&app, "DELETE FROM geo.places").await;
    app.see("This statement was not sent: it changes something.").await;
    eye.look(&app, "explorer-sql-refused").await;
    write(&app, "SELECT name, 1 / (population - 7919) FROM geo.places").await;
    app.press("Run").await;
    app.see("division by zero").await;
    eye.look(&app, "explorer-sql-failed").await;
    app.close().await;
}

/// A connection in the list, verified by the server's own authority.
pub async fn connect(app: &App<'_>, server: &Postgres, who: Account, database: &str) {
    steps::verified_form(app, "Parcels", server, who).await;
    app.fill("Database", database).await;
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    app.press("Dismiss").await;
}

/// Opens a branch of the tree.
pub async fn branch(app: &App<'_>, name: &str) {
    app.click("treeitem", name).await;
    app.keys(&[Key::Right]).await;
}

/// Chooses a table in the tree, and waits for its rows.
pub async fn table(app: &App<'_>, name: &str) {
    app.click("treeitem", name).await;
    app.find("grid", &format!("Rows of {name}")).await;
}

/// Writes a statement in the place of what the editor holds.
pub async fn write(app: &App<'_>, sql: &str) {
    app.find("field", "SQL").await.click().await.expect("the editor takes the focus");
    let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
    let editor = app.find("field", "SQL").await;
    editor.send_keys(&all).await.expect("all of it is chosen");
    editor.send_keys(&char::from(Key::Delete).to_string()).await.expect("it is empty");
    editor.send_keys(sql).await.expect("it is typed");
    // What is being completed would take the next key.
    app.keys(&[Key::Escape]).await;
}
