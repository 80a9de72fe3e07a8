//! Stories of the Data Explorer in the real window.

use landbridge_tests::explore::{branch, connect, table, write};
use landbridge_tests::peers::postgres::{DATABASE, Postgres, SCRAM, WRITER};
use landbridge_tests::steps;
use landbridge_tests::window::Computer;

#[tokio::test]
async fn local_a_dropped_file_is_there_after_a_restart_and_can_be_taken_out() {
    let computer = Computer::new();
    let app = computer.open().await;
    let trees = steps::file(&app, "trees.csv", "name,lat,lon\nOak,38.72,-9.14\nPine,38.71,-9.13\n".as_bytes());
    app.press("Explore the sample data").await;
    app.click("treeitem", "Local data").await;
    app.drop_file(&trees, "heading", "Local data").await;
    app.see("1 file was added.").await;
    app.find("grid", "Rows of trees").await;
    app.see("Point (-9.14, 38.72)").await;
    app.see("2 rows").await;
    steps::close_window(app).await;

    let app = computer.open().await;
    app.find("heading", "Connect your first data warehouse").await;
    app.press("Data Explorer").await;
    table(&app, "trees").await;
    app.see("Pine").await;
    // The folder of a file is said in the list of files only; no path is in the page.
    assert!(!app.text().await.contains(&trees.display().to_string()));
    app.close().await;
    assert_eq!(std::fs::read_to_string(&trees).unwrap(), "name,lat,lon\nOak,38.72,-9.14\nPine,38.71,-9.13\n");
}

#[tokio::test]
async fn postgres_a_table_is_sorted_filtered_and_written_to_a_file() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    connect(&app, server, SCRAM, DATABASE).await;
    steps::menu(&app, "Parcels", "Open in Data Explorer").await;
    branch(&app, "geo").await;
    table(&app, "places").await;
    app.see("of about 5,000 rows").await;
    app.press("Count exactly").await;
    app.see("of 5,000 rows").await;
    app.press("Export…").await;
    app.find("dialog", "Export").await;
    app.click("radio", "CSV").await;
    let file = computer.home().join("places.csv");
    app.press("Choose a file…").await;
    app.save_file(&file).await;
    app.see("5,000 rows").await;
    app.find("button", "Show in folder").await;
    app.close().await;
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written.lines().count(), 5_001);
    assert!(written.starts_with("id,name,population,geom\r\n"), "{}", &written[..100]);
}

#[tokio::test]
async fn postgres_a_statement_that_writes_is_refused_until_changes_are_allowed() {
    let server = Postgres::shared().await;
    let database = server.fresh_database("explorer_writes").await;
    server.admin_query_in(&database, "CREATE TABLE public.canary (n int); INSERT INTO public.canary VALUES (1); ALTER TABLE public.canary OWNER TO writer_user").await;
    let computer = Computer::new();
    let app = computer.open().await;
    connect(&app, server, WRITER, &database).await;
    steps::menu(&app, "Parcels", "Open in Data Explorer").await;
    branch(&app, "public").await;
    table(&app, "canary").await;
    app.click("tab", "SQL").await;
    write(&app, "UPDATE canary SET n = 2").await;
    app.see("This statement was not sent: it changes something.").await;
    app.click("field", "Allow changes").await;
    app.find("dialog", "Allow changes on Parcels?").await;
    app.press("Allow changes").await;
    app.see("Changes are allowed on Parcels.").await;
    app.see("Changes data").await;
    app.press("Run").await;
    app.find("dialog", "Run this on Parcels?").await;
    app.press("Run it").await;
    app.see("1 row was changed.").await;
    write(&app, "SELECT n + 40 AS answer FROM canary").await;
    app.press("Run").await;
    app.see("42").await;
    app.close().await;
    server.drop_database(&database).await;
}
