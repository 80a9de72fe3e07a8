#![allow(clippy::unwrap_used)]
use super::dialect::PostgresDialect;
use super::lexer::tokens;
use super::{Area, Known, Sampling, boxes, select, statements};
use model::StatementKind::{Control, Other, Read, Write};
use model::{BoundingBox, Comparison, Dialect, Path, Predicate, Scalar, Scan, Sort};

#[test]
fn statements_are_told_apart_by_their_words() {
    let cases: &[(&str, &[model::StatementKind])] = &[
        ("", &[]),
        (" -- nothing\n /* or /* this */ */ ;;", &[]),
        ("SELECT 1", &[Read]),
        ("(((select 1)))", &[Read]),
        ("select ';' ; select $$;$$; select $a$ $$ ; $a$", &[Read, Read, Read]),
        ("select 'it''s; -- no' /* ; */", &[Read]),
        (r"select E'\'; drop table x; --'", &[Read]),
        ("select 'a'\n'b;c'", &[Read]),
        ("select E'a'\n'\\';b'", &[Read]),
        ("select \"a;\"\"b\" from t", &[Read]),
        ("select U&\"d!0061t;\" UESCAPE '!'", &[Read]),
        ("values (1); table t; show all", &[Read, Read, Read]),
        ("with a as (select 1) select * from a for update", &[Read]),
        ("with a as (delete from t returning 1) select * from a", &[Write]),
        ("with a as (select 1) insert into t select * from a", &[Write]),
        ("select 1 into t", &[Write]),
        ("select (select 1 as into_x)", &[Read]),
        ("explain select 1", &[Read]),
        ("explain insert into t values (1)", &[Read]),
        ("explain analyze insert into t values (1)", &[Write]),
        ("explain (costs off, analyze) delete from t", &[Write]),
        ("explain (select 1)", &[Read]),
        ("explain analyze verbose select 1", &[Read]),
        ("insert into t values (1) returning 1", &[Write]),
        ("begin; commit; set x = 1; rollback", &[Control, Control, Control, Control]),
        ("copy t to stdout; call p(); do $$ begin; end $$", &[Other, Other, Other]),
        (
            "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3",
            &[Write, Read],
        ),
        ("select 1.5e3, $1, a$b$c from t", &[Read]),
    ];
    for (sql, kinds) in cases {
        assert_eq!(&PostgresDialect.kinds(sql).unwrap(), kinds, "{sql}");
    }
}

#[test]
fn an_open_quote_is_told_with_its_place() {
    for (sql, what) in [
        ("select 'abc", "a string"),
        ("select é, \"abc", "a quoted name"),
        ("select $x$ abc $y$", "a dollar quote"),
        ("select /* /* */", "a comment"),
        (r"select E'\'", "a string"),
        ("select E'\\", "a string"),
    ] {
        let error = statements(sql).unwrap_err();
        assert_eq!(error.code(), "postgres.unfinished", "{sql}");
        assert!(error.view().what.contains(what), "{sql}: {error}");
    }
    assert_eq!(statements("select 1\0").unwrap_err().code(), "postgres.nul");
}

#[test]
fn a_statement_s_range_leaves_out_what_surrounds_it() {
    let sql = " /* a */ select 1 -- b\n ; -- c";
    assert_eq!(&sql[statements(sql).unwrap()[0].range.clone()], "select 1");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_lexer_panic_or_stand_still(sql in r#"[ a-zA-Z0-9_$'"();\\/*\n\-é🗺&E]{0,60}"#) {
        if let Ok(found) = tokens(&sql) {
            for pair in found.windows(2) {
                assert!(pair[0].1.end <= pair[1].1.start && pair[0].1.start < pair[0].1.end);
            }
        }
    }

    #[test]
    fn any_name_quoted_is_one_name(name in "[^\\x00]{1,40}") {
        let quoted = PostgresDialect.quote(&Path::of([name]));
        let found = tokens(&quoted).unwrap();
        assert_eq!(found.len(), 1);
    }
}

fn scan() -> Scan {
    Scan { table: Path::of(["s", "t\"x"]), ..Scan::default() }
}

#[test]
fn a_scan_is_written_with_quoted_names_and_parameters() {
    let mut scan = scan();
    scan.columns = Some(vec!["a".into(), "B".into()]);
    scan.predicate = Some(Predicate::All(vec![
        Predicate::Compare("a".into(), Comparison::GreaterOrEqual, Scalar::Float(1.5)),
        Predicate::Not(Box::new(Predicate::In("B".into(), vec![Scalar::Text("x'; --".into()), Scalar::Null]))),
        Predicate::Compare("B".into(), Comparison::Contains, Scalar::Text("50%_\\".into())),
        Predicate::Any(vec![]),
    ]));
    scan.sort = vec![Sort { column: "a".into(), descending: true }];
    scan.limit = Some(10);
    let sql = PostgresDialect.select(&scan).unwrap();
    assert_eq!(
        sql.text,
        "SELECT \"a\", \"B\" FROM \"s\".\"t\"\"x\" WHERE (\"a\" >= $1::float8 AND (\"B\" IN ($2, NULL)) IS NOT TRUE AND \
         \"B\"::text ILIKE $3 AND false) ORDER BY \"a\" DESC LIMIT 10"
    );
    assert_eq!(sql.params, [Scalar::Float(1.5), Scalar::Text("x'; --".into()), Scalar::Text("%50\\%\\_\\\\%".into())]);
}

#[test]
fn going_on_behind_a_row_minds_nulls_and_directions() {
    let mut scan = scan();
    scan.sort = vec![Sort { column: "a".into(), descending: false }, Sort { column: "b".into(), descending: true }];
    scan.after = Some(vec![Scalar::Int(1), Scalar::Null]);
    assert_eq!(
        select(&scan, &Known::default()).unwrap().text,
        "SELECT * FROM \"s\".\"t\"\"x\" WHERE (((\"a\" > $1::int8 OR \"a\" IS NULL)) OR (\"a\" = $2::int8 AND \"b\" IS NOT NULL)) \
         ORDER BY \"a\" ASC, \"b\" DESC"
    );
    scan.sort[1].descending = false;
    scan.after = Some(vec![Scalar::Int(1), Scalar::Int(2)]);
    let known = Known { sort_never_null: true, ..Known::default() };
    assert!(select(&scan, &known).unwrap().text.contains("(\"a\", \"b\") > ($1::int8, $2::int8)"));
    scan.after = Some(vec![]);
    assert_eq!(select(&scan, &known).unwrap_err().code(), "postgres.scan");
}

#[test]
fn a_box_across_the_antimeridian_becomes_two() {
    let of = |degrees| boxes(&BoundingBox { column: "g".into(), degrees });
    assert_eq!(of([170.0, -10.0, -170.0, 10.0]).unwrap(), [[170.0, -10.0, 180.0, 10.0], [-180.0, -10.0, -170.0, 10.0]]);
    assert_eq!(of([-190.0, -95.0, 190.0, 95.0]).unwrap(), [[-180.0, -90.0, 180.0, 90.0]]);
    assert_eq!(of([170.0, 0.0, 190.0, 1.0]).unwrap(), [[170.0, 0.0, 180.0, 1.0], [-180.0, 0.0, -170.0, 1.0]]);
    assert!(of([0.0, f64::NAN, 1.0, 1.0]).is_err());
    assert!(of([0.0, 2.0, 1.0, 1.0]).is_err());
}

#[test]
fn samples_and_areas_are_written_as_the_table_allows() {
    let mut scan = scan();
    scan.sample = Some(0.25);
    let with = |sampling| select(&scan, &Known { sampling, ..Known::default() }).unwrap().text;
    assert!(with(Sampling::Blocks).ends_with("TABLESAMPLE SYSTEM (25)"));
    assert!(with(Sampling::Rows).ends_with("TABLESAMPLE BERNOULLI (25)"));
    assert!(with(Sampling::Random).ends_with("WHERE pg_catalog.random() < 0.25"));
    let area = Area::Planar { srid: 3857, boxes: vec![[0.0, 1.0, 2.0, 3.5]] };
    assert_eq!(
        area.condition("g", Some("gis")),
        "((\"g\" OPERATOR(\"gis\".&&) \"gis\".ST_MakeEnvelope(0::float8, 1::float8, 2::float8, 3.5::float8, 3857)))"
    );
}
