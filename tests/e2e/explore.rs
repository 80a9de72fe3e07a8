//! Ways through the Data Explorer, with someone looking at each screen: the samples, files of one's own, a real warehouse.
//!
//! Owns: how each state is reached. Does not own: what is done there (`walk` says who looks).

use crate::peers::postgres::{Postgres, SCRAM};
use crate::steps;
use crate::walk::Look;
use crate::window::{App, Computer};

/// From the empty list to the sample data, its columns, SQL on it, and a file that is dropped.
pub async fn samples(eye: &mut impl Look) {
    let computer = Computer::new();
    let app = computer.open().await;
    app.press("Explore the sample data").await;
    app.click("treeitem", "countries, Table").await;
    app.find("grid", "Rows of countries").await;
    app.see("Afghanistan").await;
    eye.look(&app, "explorer-samples").await;
    app.click("tab", "Columns").await;
    app.press("Statistics of name").await;
    eye.look(&app, "explorer-statistics").await;
    app.click("tab", "SQL").await;
    app.find("button", "Run").await;
    eye.look(&app, "explorer-sql").await;
    app.close().await;
}

/// A warehouse: connecting, the tree, a table, a refused statement.
pub async fn warehouse(eye: &mut impl Look) {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::verified_form(&app, "Parcels", server, SCRAM).await;
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    app.press("Dismiss").await;
    steps::menu(&app, "Parcels", "Open in Data Explorer").await;
    app.find("treeitem", "geo").await;
    eye.look(&app, "explorer-warehouse").await;
    open(&app, "geo").await;
    app.click("treeitem", "places").await;
    app.find("grid", "Rows of places").await;
    eye.look(&app, "explorer-table").await;
    app.close().await;
}

/// Opens a branch of the tree.
async fn open(app: &App<'_>, name: &str) {
    app.click("treeitem", name).await;
    app.keys(&[fantoccini::key::Key::Right]).await;
}
