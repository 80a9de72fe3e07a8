//! A server as a person types or pastes it, made into a host that can be looked up.
//! Owns the tidying and its words; does not look anything up.

use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A name (ASCII, as DNS wants it) or an address without brackets, and the port that was typed with it.
    Tcp {
        /// The name or address.
        host: String,
        /// Typed behind it, as in `db:6543`.
        port: Option<u16>,
    },
    /// The folder of a Unix socket.
    Socket(PathBuf),
}

/// Makes a [`Place`] of a text.
///
/// # Errors
/// Words that say how to fix it.
pub(crate) fn tidy(text: &str) -> Result<Place, String> {
    let text = text.trim();
    if text.starts_with('/') {
        return Ok(Place::Socket(PathBuf::from(trim_slashes(text))));
    }
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest).trim_end_matches('/');
    if bare.is_empty() {
        return Err("Type the name or the IP address of the server.".to_owned());
    }
    if bare.contains('@') {
        return Err("Only the server's name belongs here; the user name has its own field.".to_owned());
    }
    if bare.contains(['/', '?', '#', '\\']) {
        return Err("Only the server's name belongs here, as in db.example.org, without what follows it.".to_owned());
    }
    let (host, port) = split_port(bare)?;
    Ok(Place::Tcp { host: normal(host)?, port })
}

/// True when it never leaves this computer.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn trim_slashes(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed }
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or("The bracket of this IPv6 address is not closed.")?;
        if !host.contains(':') {
            return Err(format!("“{}” is no IPv6 address; only these stand in brackets.", shown(host)));
        }
        (host, rest.strip_prefix(':'))
    } else if text.matches(':').count() > 1 {
        (text, None) // an IPv6 address without brackets
    } else {
        text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)))
    };
    match port {
        None | Some("") => Ok((host, None)),
        Some(port) => match port.parse::<u16>() {
            Ok(number) if number > 0 && port.bytes().all(|b| b.is_ascii_digit()) => Ok((host, Some(number))),
            _ => Err(format!("“{}” behind the colon is no port; a port is a number from 1 to 65535.", shown(port))),
        },
    }
}

fn normal(host: &str) -> Result<String, String> {
    if host.contains(':') {
        let (address, zone) = host.split_once('%').map_or((host, None), |(a, z)| (a, Some(z)));
        let ip: Ipv6Addr = address.parse().map_err(|_| format!("“{}” is no IPv6 address.", shown(host)))?;
        return match zone {
            None => Ok(ip.to_string()),
            Some(zone) if !zone.is_empty() && zone.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) => {
                Ok(format!("{ip}%{zone}"))
            }
            Some(_) => Err(format!("“{}” is no IPv6 address.", shown(host))),
        };
    }
    let wrong = || format!("“{}” is no server name. It looks like db.example.org or 192.0.2.10.", shown(host));
    if host.contains('%') {
        return Err(wrong());
    }
    match url::Host::parse(host).map_err(|_| wrong())? {
        url::Host::Ipv4(ip) => Ok(ip.to_string()),
        url::Host::Ipv6(ip) => Ok(ip.to_string()),
        url::Host::Domain(name) => {
            let labels = name.strip_suffix('.').unwrap_or(&name);
            let fits = labels.len() <= 253 && labels.split('.').all(|l| (1..=63).contains(&l.len()));
            if fits { Ok(name) } else { Err(wrong()) }
        }
    }
}

fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(60).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn tcp(text: &str) -> (String, Option<u16>) {
        match tidy(text).unwrap() {
            Place::Tcp { host, port } => (host, port),
            Place::Socket(_) => unreachable!("not a socket: {text}"),
        }
    }

    #[test]
    fn a_server_is_taken_as_people_paste_it() {
        for (typed, host, port) in [
            ("db.example.org", "db.example.org", None),
            ("  https://db.example.org/ ", "db.example.org", None),
            ("postgres://db.example.org//", "db.example.org", None),
            ("DB.Example.org:6543", "db.example.org", Some(6543)),
            ("127.0.0.1", "127.0.0.1", None),
            ("::1", "::1", None),
            ("[::1]", "::1", None),
            ("[2001:DB8::1]:5433", "2001:db8::1", Some(5433)),
            ("fe80::1%eth0", "fe80::1%eth0", None),
            ("bücher.example", "xn--bcher-kva.example", None),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah", None),
            ("my_host", "my_host", None),
            ("db.example.org.", "db.example.org.", None),
        ] {
            assert_eq!(tcp(typed), (host.to_owned(), port), "{typed}");
        }
        assert_eq!(tidy("/var/run/postgresql/").unwrap(), Place::Socket("/var/run/postgresql".into()));
    }

    #[test]
    fn what_is_no_server_is_refused_in_words() {
        let long = "a".repeat(10_000);
        for typed in [
            "",
            "https://",
            "a b",
            "db:0",
            "db:65536",
            "db:-1",
            "db:abc",
            "db:+5",
            "[::1",
            "[zz]",
            "user@db",
            "db/postgres",
            "db?x=1",
            "<script>",
            "'; DROP TABLE x; --",
            "a..b",
            "%2Ftmp",
            "fe80::1%",
            "1.2.3.4.5.6",
            "a\\b",
            &long,
        ] {
            let words = tidy(typed).expect_err(typed);
            assert!(words.ends_with('.') && words.len() < 300, "{typed:?}: {words}");
        }
    }

    #[test]
    fn loopback_is_known_by_name_and_address() {
        for host in ["localhost", "LOCALHOST.", "app.localhost", "127.8.9.1", "::1", "::ffff:127.0.0.1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.org", "10.0.0.1", "fe80::1", "notlocalhost"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
