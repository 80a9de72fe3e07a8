//! `postgres://`, `postgresql://` and their relatives with a driver in the scheme, and `jdbc:postgresql:`.
//! By libpq's own grammar, not a web address': several hosts, a socket's folder as host, nothing normalised.

use super::Pair;
use percent_encoding::percent_decode_str;

/// The pairs of a URL; None when it is none.
pub(super) fn read(text: &str) -> Option<Vec<Pair>> {
    // An URL holds no white space; what follows it on a line is not part of it.
    let text = text.split_whitespace().next()?;
    if let Some(rest) = strip_prefix_ignoring_case(text, "jdbc:postgresql:") {
        return Some(jdbc(rest));
    }
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let family = scheme.split_once('+').map_or(scheme.as_str(), |(family, _driver)| family);
    matches!(family, "postgres" | "postgresql" | "postgis" | "pg").then(|| standard(rest))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// `[user[:password]@][host[:port],…][/database][?name=value&…]`
fn standard(rest: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (place, query) = rest.split_once('?').map_or((rest, ""), |(place, query)| (place, query));
    let (authority, database) = match place.rfind('@') {
        // A password may hold a slash; the host begins behind the last @.
        Some(at) => place[at..].split_once('/').map_or((place, ""), |(host, db)| (&place[..at + host.len()], db)),
        None => place.split_once('/').unwrap_or((place, "")),
    };
    let (login, hosts) = authority.rsplit_once('@').map_or(("", authority), |(login, hosts)| (login, hosts));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    push(&mut pairs, "user", user);
    push(&mut pairs, "password", password);
    hosts_and_ports(&mut pairs, hosts);
    push(&mut pairs, "dbname", database.trim_end_matches('/'));
    for part in query.split('&').filter(|p| !p.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        parameter(&mut pairs, &decoded(key), decoded(value));
    }
    pairs
}

/// `//host[:port],…/database?user=…&password=…`, or `database` alone.
fn jdbc(rest: &str) -> Vec<Pair> {
    match rest.strip_prefix("//") {
        Some(rest) => standard(rest),
        None => standard(&format!("/{}", rest.trim_start_matches('/'))),
    }
}

/// `a:1,b:2` becomes `a,b` and `1,2`; an address in brackets keeps its colons.
fn hosts_and_ports(pairs: &mut Vec<Pair>, hosts: &str) {
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for host in hosts.split(',') {
        let behind = host.rfind(']').map_or(0, |n| n + 1);
        let (name, port) = match host[behind..].rfind(':') {
            Some(n) => (&host[..behind + n], &host[behind + n + 1..]),
            None => (host, ""),
        };
        names.push(decoded(name.trim_start_matches('[').trim_end_matches(']')));
        ports.push(port.to_owned());
    }
    pairs.push(("host".to_owned(), names.join(",")));
    if ports.iter().any(|p| !p.is_empty()) {
        pairs.push(("port".to_owned(), ports.join(",")));
    }
}

/// The words of the JDBC driver and of older URLs, in libpq's words.
fn parameter(pairs: &mut Vec<Pair>, key: &str, value: String) {
    let value_is = |wanted: &str| value.eq_ignore_ascii_case(wanted);
    match key {
        "ssl" if value_is("true") || value_is("require") => {
            // Both mean "encrypt"; the form's own proposal is at least that.
        }
        "ssl" | "gssEncMode" if value_is("false") || value_is("disable") => {}
        "database" => pairs.push(("dbname".to_owned(), value)),
        "username" => pairs.push(("user".to_owned(), value)),
        "connectTimeout" | "loginTimeout" => pairs.push(("connect_timeout".to_owned(), value)),
        "ApplicationName" | "application_name" => {}
        "currentSchema" => pairs.push(("currentschema".to_owned(), value)),
        _ => pairs.push((key.to_owned(), value)),
    }
}

fn push(pairs: &mut Vec<Pair>, key: &str, value: &str) {
    if !value.is_empty() {
        pairs.push((key.to_owned(), decoded(value)));
    }
}

/// Percent-decoded; bytes that are no UTF-8 stay as they were typed.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), |t| t.into_owned())
}
