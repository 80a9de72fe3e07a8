//! Tables of pastes: `user|password|server|port|database|sslmode`.
#![allow(clippy::unwrap_used)]

use super::{paste, shown};

fn taken(text: &str) -> String {
    shown(&paste(text).unwrap_or_else(|| unreachable!("not recognised: {text}")))
}

#[test]
fn postgres_urls_fill_the_form() {
    for (text, fields) in [
        ("postgres://ana:secret@db.example.org:6543/gis", "ana|secret|db.example.org|6543|gis|"),
        ("postgresql://db.example.org", "||db.example.org|||"),
        ("postgresql://", "|||||"),
        ("postgresql://localhost/mydb?connect_timeout=10", "||localhost||mydb|"),
        ("postgresql://ana@localhost", "ana||localhost|||"),
        ("postgres://ana:p%40ss%2Fw%3Ard@h/d", "ana|p@ss/w:rd|h||d|"),
        ("postgres://ana:p@ss/word@h:1/d", "ana|p@ss/word|h|1|d|"),
        ("postgres://ana:a:b@h/d", "ana|a:b|h||d|"),
        ("postgres://%C3%A4na:%E2%82%AC@h/%E4%BE%8B", "äna|€|h||例|"),
        ("postgres://ana:100%@h/d", "ana|100%|h||d|"),
        ("postgresql://[2001:db8::1234]:5433/database", "||2001:db8::1234|5433|database|"),
        ("postgresql://[::1]/d", "||::1||d|"),
        ("postgresql://%2Fvar%2Flib%2Fpostgresql/dbname", "||/var/lib/postgresql||dbname|"),
        ("postgresql:///mydb?host=localhost&port=5433", "||localhost|5433|mydb|"),
        ("postgresql:///dbname?host=/var/lib/postgresql&user=me", "me||/var/lib/postgresql||dbname|"),
        ("postgresql://host1:123,host2:456/somedb?target_session_attrs=any", "||host1|123|somedb|"),
        ("postgresql+psycopg2://ana:x@h/d", "ana|x|h||d|"),
        ("POSTGRES://ana@h/d", "ana||h||d|"),
        ("postgis://ana@h/d", "ana||h||d|"),
        ("\"postgres://ana:x@h/d\"", "ana|x|h||d|"),
        ("postgres://h/d?sslmode=verify-full", "||h||d|verify-full"),
        ("postgres://h/d?sslmode=require", "||h||d|"),
        ("postgres://localhost/d?sslmode=disable", "||localhost||d|disable"),
        ("postgres://h/d?password=a%26b&user=u", "u|a&b|h||d|"),
        ("postgres://h/d#fragment", "||h||d|"),
    ] {
        assert_eq!(taken(text), fields, "{text}");
    }
}

#[test]
fn postgres_jdbc_urls_fill_the_form() {
    for (text, fields) in [
        ("jdbc:postgresql://h:5433/d?user=ana&password=s%26t&ssl=true", "ana|s&t|h|5433|d|"),
        ("jdbc:postgresql://h/d?sslmode=verify-full&currentSchema=gis,public", "||h||d|verify-full"),
        ("jdbc:postgresql:d", "||||d|"),
        ("jdbc:postgresql:/d", "||||d|"),
        ("jdbc:postgresql://[::1]:1/d", "||::1|1|d|"),
        ("JDBC:postgresql://h/", "||h|||"),
    ] {
        assert_eq!(taken(text), fields, "{text}");
    }
    let patch = paste("jdbc:postgresql://h/d?currentSchema=gis,public").unwrap();
    assert_eq!(patch.values[&super::SCHEMA], "gis");
}

#[test]
fn postgres_keyword_strings_fill_the_form() {
    for (text, fields) in [
        ("host=localhost port=5432 dbname=mydb connect_timeout=10", "||localhost|5432|mydb|"),
        (r"host = 'h' user='it\'s me' password='a b\\c'", r"it's me|a b\c|h|||"),
        (r"host=h password=a\ b user=u", "u|a b|h|||"),
        ("host=a,b port=1,2 user=u", "u||a|1||"),
        ("hostaddr=10.0.0.1 user=u", "u||10.0.0.1|||"),
        ("host=/tmp user=u sslmode=disable", "u||/tmp|||disable"),
        ("host=h user='' dbname=d", "||h||d|"),
        ("HOST=h USER=u", "u||h|||"),
    ] {
        assert_eq!(taken(text), fields, "{text}");
    }
}

#[test]
fn postgres_environment_lines_fill_the_form() {
    for (text, fields) in [
        ("export PGHOST=h\nexport PGPORT=5433\nexport PGUSER='ana'\nexport PGPASSWORD=\"s e\"\n", "ana|s e|h|5433||"),
        ("PGHOST=h\r\nPGDATABASE=d\r\n# a comment\r\n\r\nOTHER=1", "||h||d|"),
        ("set PGHOST=h\r\nset \"PGPASSWORD=a&b\"", "|a&b|h|||"),
        ("$env:PGHOST = \"h\"\n$env:PGUSER = 'u'", "u||h|||"),
        ("PGHOST=h PGUSER=u PGPASSWORD='x y' psql", "u|x y|h|||"),
        ("DATABASE_URL=postgres://ana:x@h/d", "ana|x|h||d|"),
        ("export DATABASE_URL=\"postgres://ana:x@h/d?sslmode=require\"", "ana|x|h||d|"),
        ("PGHOST=h; PGUSER=u", "u||h|||"),
    ] {
        assert_eq!(taken(text), fields, "{text}");
    }
}

#[test]
fn postgres_psql_commands_fill_the_form() {
    for (text, fields) in [
        ("psql 'postgres://ana:x@h/d?sslmode=require'", "ana|x|h||d|"),
        ("psql \"host=h port=1 dbname=d user=ana\"", "ana||h|1|d|"),
        ("psql -h h -p 5433 -U ana -d d", "ana||h|5433|d|"),
        ("psql --host=h --port 5433 -Uana d", "ana||h|5433|d|"),
        ("PGPASSWORD='x y' psql -h h -U ana d", "ana|x y|h||d|"),
        ("psql -d postgres://ana:x@h/d", "ana|x|h||d|"),
        ("psql -W -h h d ana", "ana||h||d|"),
    ] {
        assert_eq!(taken(text), fields, "{text}");
    }
    for text in ["psql", "psqlx -h h", "psql -h", "psql 'open"] {
        assert!(paste(text).is_none(), "{text}");
    }
}

#[test]
fn postgres_paste_names_what_it_leaves_out() {
    for (text, word) in [
        ("postgres://h/d?sslmode=require", "sslmode=require"),
        ("postgres://h/d?sslmode=allow", "sslmode=allow"),
        ("postgres://h/d?sslrootcert=/etc/passwd", "Root certificate"),
        ("postgres://h/d?sslkey=/home/me/key", "Client key"),
        ("postgres://h1,h2/d", "first server"),
        ("service=prod", "service"),
        ("host=h options='-c search_path=x'", "options"),
        ("host=h passfile=/x connect_timeout=0", "passfile"),
        ("PGHOST=h\nPGSSLROOTCERT=/x", "Root certificate"),
        ("host=h hostaddr=10.0.0.1", "hostaddr"),
        ("PGHOST=h\nPGTZ=UTC", "PGTZ"),
    ] {
        let patch = paste(text).unwrap();
        assert!(patch.ignored.iter().any(|line| line.contains(word)), "{text}: {:?}", patch.ignored);
        assert!(patch.ignored.iter().all(|line| !line.contains("/etc/passwd") && !line.contains("/home/me")), "{text}");
    }
}

#[test]
fn postgres_paste_leaves_other_texts_alone() {
    let long = format!("postgres://{}", "a".repeat(20_000));
    for text in [
        "",
        "   ",
        "hello",
        "https://example.org/?host=x",
        "mysql://u:p@h/d",
        "jdbc:redshift://h/d",
        "snowflake://x",
        "a=b",
        "1+1=2",
        "SELECT * FROM t WHERE user = 'x' AND host = 'y'",
        "{\"type\": \"service_account\"}",
        "db.example.org",
        "host='open",
        "host=x\\",
        &long,
    ] {
        assert!(paste(text).is_none(), "{text}");
    }
}

#[test]
fn postgres_paste_survives_anything() {
    for text in [
        "postgres://@:@:/?&=#",
        "postgres://[",
        "postgres://]:[@",
        "jdbc:postgresql:",
        "PG=",
        "=",
        "host=\0",
        "postgres://é\u{202e}:@/x?%",
    ] {
        drop(paste(text));
    }
}

proptest::proptest! {
    #[test]
    fn postgres_paste_never_breaks(text in "(postgres://|jdbc:postgresql:|host=|export PGHOST=|)[\\PC\\t\\n]{0,40}") {
        drop(paste(&text));
        drop(crate::common::host::tidy(&text));
    }

    /// What libpq's own quoting makes of any password comes back as it was.
    #[test]
    fn postgres_paste_takes_any_password(password in "\\PC{1,30}") {
        let quoted = password.replace('\\', "\\\\").replace('\'', "\\'");
        let taken = paste(&format!("host=h password='{quoted}' user=u")).unwrap();
        proptest::prop_assert_eq!(taken.secrets[&super::PASSWORD].expose(), password.as_bytes());
        let encoded = percent_encoding::utf8_percent_encode(&password, percent_encoding::NON_ALPHANUMERIC);
        let taken = paste(&format!("postgres://u:{encoded}@h/d")).unwrap();
        proptest::prop_assert_eq!(taken.secrets[&super::PASSWORD].expose(), password.as_bytes());
    }
}
