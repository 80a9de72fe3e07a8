//! Rows in a grid, against a real PostgreSQL: what is shown is what is there, once and in order, and whatever goes wrong is
//! said in place while nothing else is lost.

use crate::desk::{Desk, saved};
use engine::views::{CellKind, CopyRequest, FilterOp, FilterView, PartView, RowsId, RowsSource, RowsView, RunId, SortView};
use landbridge_tests::peers::postgres::{DATABASE, Postgres, WRITER};
use model::{ConnectionId, ErrorView, Kind, NoReport, Path};
use std::sync::Arc;
use tokio_postgres::SimpleQueryMessage;

type Texts = Vec<Vec<Option<String>>>;

/// A desk with a connection to a database of its own, in which it may write.
pub struct Own {
    pub desk: Desk,
    pub id: ConnectionId,
    pub database: String,
    pub server: &'static Postgres,
}

impl Own {
    pub async fn with(sql: &str) -> Self {
        let server = Postgres::shared().await;
        let database = server.fresh_database("rows").await;
        if !sql.is_empty() {
            let grant = format!("SET ROLE {}; {sql}", WRITER.user);
            server.admin_query_in(&database, &grant).await;
        }
        let desk = Desk::new();
        let form = desk.verified_form("Own", server, WRITER).await;
        desk.set(form, "database", &database);
        let id = saved(&desk.connect(form).await);
        Self { desk, id, database, server }
    }

    pub async fn admin(&self, sql: &str) {
        self.server.admin_query_in(&self.database, sql).await;
    }

    /// What the server itself prints.
    pub async fn truth(&self, sql: &str) -> Texts {
        truth(self.server, &self.database, sql).await
    }

    /// How many sessions of ours run something with this marker.
    pub async fn running(&self, marker: &str) -> usize {
        let sql = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Landbridge' AND datname = '{}' AND state = 'active' AND query LIKE '%{marker}%'",
            self.database
        );
        self.truth(&sql).await[0][0].as_ref().unwrap().parse().unwrap()
    }

    pub async fn is_over(&self, marker: &str) {
        for _ in 0..1000 {
            if self.running(marker).await == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{marker} still runs at the server");
    }

    pub async fn is_running(&self, marker: &str) {
        for _ in 0..1000 {
            if self.running(marker).await > 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{marker} does not run at the server");
    }

    pub async fn open(&self, source: RowsSource) -> Result<RowsView, ErrorView> {
        open(&self.desk, self.id, source).await
    }

    pub async fn end(self) {
        self.desk.engine.stop().await;
        self.server.drop_database(&self.database).await;
    }
}

async fn truth(server: &Postgres, database: &str, sql: &str) -> Texts {
    let client = server.admin(database).await;
    client.batch_execute("SET timezone = 'UTC'").await.unwrap();
    let answer = client.simple_query(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    let row = |m: &SimpleQueryMessage| match m {
        SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()),
        _ => None,
    };
    answer.iter().filter_map(row).collect()
}

pub fn run(name: &str) -> RunId {
    RunId(name.into())
}

pub async fn open(desk: &Desk, id: ConnectionId, source: RowsSource) -> Result<RowsView, ErrorView> {
    desk.engine.rows_open(id, source, run("open"), Arc::new(NoReport)).await.map_err(|e| e.view())
}

pub fn table(path: &[&str]) -> RowsSource {
    sorted(path, &[])
}

pub fn query(sql: &str, limit: u32) -> RowsSource {
    RowsSource::Query { sql: sql.to_owned(), limit, max_bytes: None }
}

fn sorted(path: &[&str], by: &[(&str, bool)]) -> RowsSource {
    let sort = by.iter().map(|(column, descending)| SortView { column: (*column).to_owned(), descending: *descending }).collect();
    RowsSource::Table { path: Path::of(path.iter().copied()), columns: None, filter: Vec::new(), sort }
}

fn filtered(path: &[&str], column: &str, op: FilterOp, value: &str) -> RowsSource {
    let filter = vec![FilterView { column: column.to_owned(), op, value: value.to_owned() }];
    RowsSource::Table { path: Path::of(path.iter().copied()), columns: None, filter, sort: Vec::new() }
}

async fn part(desk: &Desk, id: RowsId, offset: usize, limit: u32) -> Result<PartView, ErrorView> {
    let offset = u32::try_from(offset).unwrap();
    desk.engine.rows_part(id, offset, limit, run("part")).await.map_err(|e| e.view())
}

/// All rows, part by part as a grid asks for them.
async fn all(desk: &Desk, view: &RowsView) -> Texts {
    let mut rows = view.first.rows.clone();
    loop {
        let next = part(desk, view.id, rows.len(), 400).await.unwrap();
        if next.rows.is_empty() {
            assert!(next.complete);
            return rows;
        }
        assert_eq!(next.offset as usize, rows.len());
        rows.extend(next.rows);
    }
}

/// Connected to the seed that everybody reads.
async fn reader() -> (Desk, ConnectionId) {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Seed", server, landbridge_tests::peers::postgres::SCRAM).await;
    let id = saved(&desk.connect(form).await);
    (desk, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_grid_shows_every_type_as_the_server_prints_it() {
    let (desk, id) = reader().await;
    let view = open(&desk, id, sorted(&["types", "every_type"], &[("id", false)])).await.unwrap();
    let expected = truth(Postgres::shared().await, DATABASE, "SELECT * FROM types.every_type ORDER BY id").await;
    assert_eq!((view.first.rows.len(), view.first.complete), (6, true));
    for (row, (shown, printed)) in view.first.rows.iter().zip(&expected).enumerate() {
        for (column, (shown, printed)) in view.columns.iter().zip(shown.iter().zip(printed)) {
            let at = format!("{} in row {row}", column.name);
            let (Some(shown), Some(printed)) = (shown, printed) else {
                assert_eq!(shown, printed, "{at}");
                continue;
            };
            match column.kind {
                CellKind::Bool => assert_eq!(shown.starts_with('t'), printed == "t", "{at}"),
                CellKind::Number if column.type_name.starts_with("double") || column.type_name == "real" => {
                    let read = |t: &str| t.parse::<f64>().unwrap().to_bits();
                    assert_eq!(read(shown), read(printed), "{at}: {shown}");
                }
                CellKind::Binary => assert!(shown.ends_with("bytes") || shown.ends_with("byte"), "{at}: {shown}"),
                CellKind::Geometry => assert!(shown.starts_with(char::is_uppercase), "{at}: {shown}"),
                _ => match shown.strip_suffix('…') {
                    Some(cut) => assert!(printed.starts_with(cut) && cut.chars().count() == 300, "{at}"),
                    None => assert_eq!(shown, printed, "{at}"),
                },
            }
        }
    }
    let of = |name: &str| view.columns.iter().find(|c| c.name == name).unwrap();
    assert_eq!((of("c_json").kind, of("c_numeric").kind, of("c_date").kind), (CellKind::Json, CellKind::Number, CellKind::Time));
    assert_eq!((of("id").key, of("c_int8").key), (true, false));
    assert!(of("c_text").sorts && !of("c_geometry").sorts && !of("c_json").filters);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_naughty_strings_are_cells_like_any_other() {
    let naughty = [
        "",
        " ",
        "NULL",
        "null",
        "undefined",
        "<script>alert(1)</script>",
        "'; DROP TABLE t; --",
        "\u{202e}rtl",
        "\u{feff}bom",
        "a\u{0}b",
        "\u{1b}[31mred",
        "tab\there",
        "new\nline\r\n",
        "👨‍👩‍👧‍👦",
        "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
        "ﷺ",
        "\\x00",
        "%s%n",
        "${7*7}",
        "{{7*7}}",
        "=1+1",
        "\"quoted\"",
        "田中さん",
        "\u{1f1e9}\u{1f1ea}",
    ];
    // PostgreSQL's texts hold no NUL.
    let naughty: Vec<String> = naughty.iter().map(|t| t.replace('\0', "␀")).chain(["é".repeat(1000)]).collect();
    let values: Vec<String> = naughty.iter().enumerate().map(|(at, t)| format!("({at}, '{}')", t.replace('\'', "''"))).collect();
    let own = Own::with(&format!(
        "CREATE TABLE public.naughty (id int PRIMARY KEY, t text); INSERT INTO public.naughty VALUES {}",
        values.join(", ")
    ))
    .await;
    let view = own.open(table(&["public", "naughty"])).await.unwrap();
    let last = naughty.len() - 1;
    for (at, text) in naughty.iter().enumerate().take(last) {
        assert_eq!(view.first.rows[at][1].as_deref(), Some(text.as_str()));
    }
    assert_eq!(view.first.cut, [[u32::try_from(last).unwrap(), 1]]);
    let whole = own.desk.engine.rows_cell(view.id, u32::try_from(last).unwrap(), 1).await.unwrap();
    assert_eq!((whole.text.as_deref(), whole.cut, whole.bytes), (Some(naughty[last].as_str()), false, 2000));
    let copy = CopyRequest { from: 10, to: 14, columns: vec![1], header: true };
    let text = own.desk.engine.rows_copy(view.id, copy).await.unwrap();
    assert_eq!(text, "t\n\u{1b}[31mred\n\"tab\there\"\n\"new\nline\r\n\"\n👨‍👩‍👧‍👦\n");
    for text in naughty.iter().filter(|t| !t.is_empty()) {
        let found = own.open(filtered(&["public", "naughty"], "t", FilterOp::Equal, text)).await.unwrap();
        assert_eq!(found.first.rows.len(), 1, "{text:?}");
    }
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_pages_show_each_row_once_in_the_servers_order_whatever_is_sorted() {
    let own = Own::with(
        "CREATE TABLE public.pages (a int, b text, id int, n numeric(12, 3), f float8, t timestamptz, d date, u uuid, big numeric, PRIMARY KEY (b, id)); \
         INSERT INTO public.pages SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE hashint4(i) % 30 END, 'b' || hashint4(i) % 5, i, \
           CASE WHEN i % 11 <> 0 THEN (hashint4(i) % 1000) / 8.0 END, \
           CASE i % 13 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-0' ELSE (hashint4(i) % 50) / 7.0 END, \
           CASE i % 17 WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '0044-03-15 BC' ELSE timestamptz '2024-01-01' + (hashint4(i) % 99) * interval '1.000001 s' END, \
           date '2024-01-01' + hashint4(i) % 20, md5((i % 300)::text)::uuid, CASE i % 9 WHEN 0 THEN 'NaN' ELSE (hashint4(i) % 7)::numeric / 3 END \
         FROM generate_series(1, 2500) AS i; ANALYZE public.pages",
    )
    .await;
    let ids = |rows: &Texts| rows.iter().map(|r| r[2].clone().unwrap()).collect::<Vec<_>>();
    for (by, order) in [
        (vec![], "b, id"),
        (vec![("a", false)], "a, b, id"),
        (vec![("a", true)], "a DESC, b, id"),
        (vec![("n", true), ("a", false)], "n DESC, a, b, id"),
        (vec![("f", false)], "f, b, id"),
        (vec![("f", true)], "f DESC, b, id"),
        (vec![("t", false)], "t, b, id"),
        (vec![("t", true), ("b", true)], "t DESC, b DESC, id"),
        (vec![("d", true)], "d DESC, b, id"),
        (vec![("u", false)], "u, b, id"),
        (vec![("big", true)], "big DESC, b, id"),
        (vec![("id", true)], "id DESC, b"),
    ] {
        let view = own.open(sorted(&["public", "pages"], &by)).await.unwrap();
        assert_eq!(view.first.rows.len(), 100);
        let rows = all(&own.desk, &view).await;
        let expected = own.truth(&format!("SELECT 0, 0, id FROM public.pages ORDER BY {order}")).await;
        assert_eq!(ids(&rows), ids(&expected), "ORDER BY {order}");
        own.desk.engine.rows_close(view.id).await.unwrap();
    }
    // Columns that are not shown still order.
    let few = RowsSource::Table {
        path: Path::of(["public", "pages"]),
        columns: Some(vec!["n".to_owned()]),
        filter: vec![FilterView { column: "a".to_owned(), op: FilterOp::NotNull, value: String::new() }],
        sort: vec![SortView { column: "a".to_owned(), descending: false }],
    };
    let view = own.open(few).await.unwrap();
    assert_eq!(view.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["n"]);
    let rows = all(&own.desk, &view).await;
    assert_eq!(rows, own.truth("SELECT n FROM public.pages WHERE a IS NOT NULL ORDER BY a, b, id").await);
    let count = own.desk.engine.rows_count(view.id, run("count")).await.unwrap();
    assert_eq!((count.rows as usize, count.exact), (rows.len(), true));
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_filter_means_what_the_column_holds_and_nonsense_is_not_sent() {
    let (desk, id) = reader().await;
    let places = ["geo", "places"];
    let total = async |column, op, value| -> Result<usize, ErrorView> {
        let view = open(&desk, id, filtered(&places, column, op, value)).await?;
        let count = desk.engine.rows_count(view.id, run("count")).await.map_err(|e| e.view())?;
        desk.engine.rows_close(view.id).await.unwrap();
        Ok(usize::try_from(count.rows).unwrap())
    };
    assert_eq!(total("id", FilterOp::Less, " 10.5 ").await.unwrap(), 11);
    assert_eq!(total("name", FilterOp::Contains, "PLACE 12").await.unwrap(), 111);
    assert_eq!(total("geom", FilterOp::Null, "").await.unwrap(), 0);
    assert_eq!(total("geom", FilterOp::NotNull, "").await.unwrap(), 5000);
    for (column, op, value, code) in [
        ("id", FilterOp::Equal, "many", "rows.no_number"),
        ("id", FilterOp::Equal, "", "rows.no_number"),
        ("geom", FilterOp::Equal, "x", "rows.no_order"),
        ("nowhere", FilterOp::Null, "", "rows.no_column"),
    ] {
        let error = total(column, op, value).await.unwrap_err();
        assert_eq!(error.code, code);
        assert_eq!(error.field.map(|f| f.to_string()).as_deref(), Some(column));
    }
    let plain = ["kinds", "plain_table"];
    let of = async |op, value| open(&desk, id, filtered(&plain, "noted", op, value)).await;
    assert_eq!(of(FilterOp::Less, "2024-01-01 03:30").await.unwrap().first.rows.len(), 3);
    assert_eq!(of(FilterOp::Less, "soon").await.unwrap_err().code, "rows.no_time");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_query_is_read_as_far_as_somebody_looks_and_its_cap_is_told() {
    let own = Own::with("").await;
    let series = "SELECT generate_series(1, 300000) AS n, repeat('x', 100) AS t_marker";
    let view = own.open(query(series, 1_000_000)).await.unwrap();
    assert!(!view.first.complete && view.total.is_none() && view.first.fetched < 100_000, "not all of it was read");
    let late = part(&own.desk, view.id, 150_000, 10).await.unwrap();
    assert_eq!(late.rows[0][0].as_deref(), Some("150001"));
    let count = own.desk.engine.rows_count(view.id, run("count")).await.unwrap();
    assert_eq!(count.rows, 300_000);
    own.desk.engine.rows_close(view.id).await.unwrap();
    own.is_over("t_marker").await;
    assert_eq!(part(&own.desk, view.id, 0, 1).await.unwrap_err().code, "rows.closed");

    let capped = own.open(query("SELECT generate_series(1, 5000) AS n", 250)).await.unwrap();
    let end = part(&own.desk, capped.id, 200, 100).await.unwrap();
    assert_eq!((end.rows.len(), end.fetched, end.complete, end.bounded), (50, 250, false, true));
    let exact = own.open(query("SELECT generate_series(1, 250) AS n", 250)).await.unwrap();
    let end = part(&own.desk, exact.id, 200, 100).await.unwrap();
    assert_eq!((end.rows.len(), end.complete, end.bounded), (50, true, false));
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_table_without_a_key_and_a_view_are_streamed() {
    let (desk, id) = reader().await;
    let view = open(&desk, id, table(&["kinds", "without_key"])).await.unwrap();
    let expected = [[Some("1"), Some("x")], [Some("1"), Some("x")], [None, None]];
    let expected: Texts = expected.iter().map(|r| r.iter().map(|c| c.map(str::to_owned)).collect()).collect();
    assert_eq!((view.first.rows, view.first.complete, view.total.unwrap().exact), (expected, true, true));
    let view = open(&desk, id, table(&["kinds", "plain_view"])).await.unwrap();
    assert_eq!(view.first.rows.len(), 10);
    let empty = open(&desk, id, table(&["kinds", "empty_table"])).await.unwrap();
    assert_eq!((empty.columns.len(), empty.first.rows.len(), empty.first.complete), (1, 0, true));
    let bare = open(&desk, id, table(&["kinds", "without_columns"])).await.unwrap();
    assert_eq!((bare.columns.len(), bare.first.complete), (0, true));
    let partly = open(&desk, id, table(&["partly", "columns_only"])).await.unwrap();
    assert_eq!(partly.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["id", "visible"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_cancelling_reaches_the_server() {
    let own = Own::with("").await;
    let engine = own.desk.engine.clone();
    let id = own.id;
    let opening = tokio::spawn(async move {
        let source = query("SELECT 1 AS slow_marker FROM pg_sleep(300)", 10);
        engine.rows_open(id, source, run("slow"), Arc::new(NoReport)).await.map(|_| ())
    });
    own.is_running("slow_marker").await;
    own.desk.engine.runs().cancel(&run("slow"));
    assert_eq!(opening.await.unwrap().unwrap_err().kind(), Kind::Cancelled);
    own.is_over("slow_marker").await;

    // In the middle of rows: what came stays.
    let sql = "SELECT g AS mid_marker, CASE WHEN g > 20000 THEN pg_sleep(300) END FROM generate_series(1, 30000) AS g";
    let view = own.open(query(sql, 1_000_000)).await.unwrap();
    let (engine, rows) = (own.desk.engine.clone(), view.id);
    let more = tokio::spawn(async move { engine.rows_part(rows, 19_990, 1000, run("more")).await.map(|p| p.rows.len()) });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    own.desk.engine.runs().cancel(&run("more"));
    assert_eq!(more.await.unwrap().unwrap_err().kind(), Kind::Cancelled);
    own.is_over("mid_marker").await;
    assert_eq!(part(&own.desk, view.id, 0, 50).await.unwrap().rows.len(), 50);
    let error = part(&own.desk, view.id, 25_000, 50).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.retryable), ("rows.stopped", true));
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_table_that_is_dropped_or_changed_meanwhile_is_said_in_place() {
    let own = Own::with(
        "CREATE TABLE public.going AS SELECT generate_series(1, 500) AS id, 'x' AS t; ALTER TABLE public.going ADD PRIMARY KEY (id)",
    )
    .await;
    let view = own.open(table(&["public", "going"])).await.unwrap();
    own.admin("ALTER TABLE public.going RENAME COLUMN t TO renamed").await;
    let again = own.open(table(&["public", "going"])).await.unwrap();
    assert_eq!(again.columns[1].name, "renamed", "what was known of it was looked at anew");
    own.admin("DROP TABLE public.going").await;
    let error = part(&own.desk, view.id, 200, 100).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound, "{error:?}");
    assert_eq!(part(&own.desk, view.id, 0, 100).await.unwrap().rows.len(), 100, "what was read stays");
    assert_eq!(own.open(table(&["public", "going"])).await.unwrap_err().kind, Kind::NotFound);
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_lost_connection_is_gone_on_after_where_rows_have_a_key() {
    let own = Own::with(
        "CREATE TABLE public.keyed AS SELECT generate_series(1, 3000) AS id; ALTER TABLE public.keyed ADD PRIMARY KEY (id)",
    )
    .await;
    let keyed = own.open(table(&["public", "keyed"])).await.unwrap();
    let stream = own.open(query("SELECT generate_series(1, 1000000) AS n, repeat('x', 200) AS t", 1_000_000)).await.unwrap();
    own.admin(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Landbridge' AND datname = current_database()",
    )
    .await;
    // The loss may be noticed by this request, or have been noticed before.
    let mut rows = part(&own.desk, keyed.id, 100, 1000).await;
    if rows.as_ref().map_or(true, |p| p.rows.len() < 1000) {
        rows = part(&own.desk, keyed.id, 100, 1000).await;
    }
    assert_eq!(rows.unwrap().rows[0][0].as_deref(), Some("101"));
    assert_eq!(all(&own.desk, &keyed).await.len(), 3000);
    let mut error = part(&own.desk, stream.id, 900_000, 100).await;
    for _ in 0..3 {
        error = part(&own.desk, stream.id, 900_000, 100).await;
    }
    assert!(error.unwrap_err().retryable);
    assert_eq!(part(&own.desk, stream.id, 0, 100).await.unwrap().rows.len(), 100, "what was read stays");
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn local_data_is_shown_paged_counted_and_queried_in_a_grid() {
    let desk = Desk::new();
    let (id, engine) = (ConnectionId::LOCAL, desk.engine.clone());
    for name in ["countries", "populated_places", "generated_points"] {
        let path = ["Sample data", name];
        let view = open(&desk, id, table(&path)).await.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let total = view.total.unwrap();
        assert!(total.exact && view.first.rows.len() == 100, "{name}");
        let geometry = view.columns.iter().position(|c| c.kind == CellKind::Geometry).unwrap();
        assert!(view.first.rows[0][geometry].as_ref().is_some_and(|g| g.contains("Po")), "{name}");
        if total.rows < 2000 {
            let rows = all(&desk, &view).await;
            assert_eq!(rows.len() as u64, total.rows, "{name}");
        }
        let count = engine.rows_count(view.id, run("count")).await.unwrap();
        assert_eq!((count.rows, count.exact), (total.rows, true), "{name}");
        let whole = engine.rows_cell(view.id, 0, u32::try_from(geometry).unwrap()).await.unwrap();
        assert!(whole.text.is_some_and(|t| t.contains('(')));
        let column = view.columns.iter().position(|c| c.kind == CellKind::Text && c.sorts).unwrap();
        let by = view.columns[column].name.clone();
        let filter = filtered(&path, &by, FilterOp::Contains, "a");
        let found = open(&desk, id, filter).await.unwrap();
        assert!(found.first.rows.iter().all(|r| r[column].as_ref().is_some_and(|t| t.to_lowercase().contains('a'))));
    }
    // Each row once, in order, however it is sorted.
    for (column, descending) in [("name", false), ("name", true)] {
        let view = open(&desk, id, sorted(&["Sample data", "countries"], &[(column, descending)])).await.unwrap();
        let at = view.columns.iter().position(|c| c.name == column).unwrap();
        let rows = all(&desk, &view).await;
        let names: Vec<_> = rows.iter().map(|r| r[at].clone()).collect();
        assert!(names.is_sorted_by(|a, b| if descending { a >= b } else { a <= b }));
        assert_eq!(rows.len() as u64, view.total.unwrap().rows);
    }
    let sql = "SELECT count(*) AS n FROM \"Sample data\".\"countries\"";
    let answer = open(&desk, id, query(sql, 10)).await.unwrap();
    assert!(answer.first.rows[0][0].as_ref().is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 100)));
    assert_eq!(open(&desk, id, query("DELETE FROM \"Sample data\".\"countries\"", 10)).await.unwrap_err().kind, Kind::ReadOnly);
    assert!(engine.writes_allow(id, true).await.is_err(), "its files are only read");
    let path = Path::of(["Sample data", "countries"]);
    let seen = engine.statistics_compute(id, path, "name".to_owned(), run("s")).await.unwrap();
    assert!(seen.rows > 100 && seen.distinct.is_some_and(|d| d.rows > 100) && seen.min.is_some());
    engine.stop().await;
}
