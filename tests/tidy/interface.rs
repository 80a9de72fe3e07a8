//! What the interface must never do, and which of its rooms may import which.

use crate::assert_none;
use crate::files::{Source, below, interface};
use crate::rooms::ids;

/// Text in markup that is no language: marks, units, names of keys.
const NO_LANGUAGE: &[&str] = &["Landbridge", "Ctrl", "Esc", "Enter", "BETA", "ms", "px", "svg"];

#[test]
fn the_interface_knows_no_warehouse() {
    let (mut found, ids) = (Vec::new(), ids());
    for source in interface() {
        for (number, line) in source.lines() {
            let low = line.to_lowercase();
            if ids.iter().any(|id| low.contains(id.as_str())) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("a warehouse is drawn from its spec, never by its name", &found);
}

#[test]
fn no_html_is_made_from_text_and_no_text_is_run() {
    let marks = [
        "{@html",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "srcdoc",
        "javascript:",
    ];
    let mut found = Vec::new();
    for source in interface() {
        for (number, line) in source.lines().filter(|(_, l)| marks.iter().any(|m| l.contains(m))) {
            found.push(format!("{}:{number}: {}", source.path, line.trim()));
        }
    }
    assert_none("text stays text", &found);
}

#[test]
fn only_ipc_imports_tauri() {
    let found = imports(|source, target| {
        let bindings = target.ends_with("/bindings") || target == "./bindings";
        (target.starts_with("@tauri-apps/") || bindings) && !source.path.starts_with("ui/src/ipc/")
    });
    assert_none("@tauri-apps and the bindings are imported in ui/src/ipc only", &found);
}

#[test]
fn features_import_shared_and_ipc_and_never_another_feature() {
    let found = imports(|source, target| {
        let Some(feature) = room(&source.path, "ui/src/features/") else { return false };
        let target = resolve(&source.path, target);
        let other = room(&target, "ui/src/features/").is_some_and(|other| other != feature);
        other || target.starts_with("ui/src/app/")
    });
    assert_none("a feature knows neither another feature nor the app around it", &found);
}

#[test]
fn shared_imports_neither_features_nor_the_app() {
    let found = imports(|source, target| {
        let target = resolve(&source.path, target);
        source.path.starts_with("ui/src/shared/") && (target.starts_with("ui/src/features/") || target.starts_with("ui/src/app/"))
    });
    assert_none("what is shared knows nobody who uses it", &found);
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let mut found = Vec::new();
    let mut sources = interface();
    sources.extend(below("ui/src", &["css"]));
    for source in sources {
        for (number, line) in source.lines() {
            let remote = line.contains("http://") || line.contains("https://");
            let comment = line.trim_start().starts_with("//") || line.trim_start().starts_with('*') || line.contains("xmlns");
            if remote && !comment {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("fonts, pictures, styles and links come from inside; Rust opens what is outside", &found);
}

#[test]
fn all_words_are_in_the_catalogue() {
    let mut found = Vec::new();
    for source in interface().iter().filter(|s| s.path.ends_with(".svelte")) {
        let markup = without(&without(&source.text, "<script", "</script>"), "<style", "</style>");
        let markup = without(&markup, "<!--", "-->");
        let (text, attributes) = split(&markup);
        for words in text.iter().chain(&attributes) {
            let language = words.split(|c: char| !c.is_alphabetic()).any(|w| w.len() > 1 && !NO_LANGUAGE.contains(&w));
            if language {
                found.push(format!("{}: {words:?}", source.path));
            }
        }
    }
    assert_none("what a person reads stands in ui/messages, not in markup", &found);
}

/// Every import that `wrong` says yes to.
fn imports(wrong: impl Fn(&Source, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in interface() {
        for (number, line) in source.lines() {
            for opening in ["from \"", "from '", "import \"", "import '", "import(\"", "import('"] {
                let Some((_, rest)) = line.split_once(opening) else { continue };
                let target = rest.split(['"', '\'']).next().unwrap_or("");
                if wrong(&source, target) {
                    found.push(format!("{}:{number}: {target}", source.path));
                }
            }
        }
    }
    found
}

/// The first folder below `under`.
fn room<'a>(path: &'a str, under: &str) -> Option<&'a str> {
    path.strip_prefix(under)?.split('/').next()
}

/// Where an import leads, from the top of the clone.
fn resolve(from: &str, target: &str) -> String {
    if let Some(inside) = target.strip_prefix("@/") {
        return format!("ui/src/{inside}");
    }
    if !target.starts_with('.') {
        return target.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn without(text: &str, opening: &str, closing: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(opening) {
        kept += before;
        rest = after.split_once(closing).map_or("", |(_, r)| r);
    }
    kept + rest
}

/// The text between tags, and the attributes that are read aloud or shown; `{…}` is code, wherever it stands.
fn split(markup: &str) -> (Vec<String>, Vec<String>) {
    let (mut text, mut tags) = (vec![String::new()], vec![String::new()]);
    let (mut depth, mut in_tag) = (0_u32, false);
    for c in markup.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '<' => {
                in_tag = true;
                tags.push(String::new());
            }
            '>' if in_tag => {
                in_tag = false;
                text.push(String::new());
            }
            c => {
                let into = if in_tag { &mut tags } else { &mut text };
                if let Some(last) = into.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    let shown = ["title=\"", "aria-label=\"", "placeholder=\"", "alt=\"", "aria-description=\"", "label=\""];
    let mut attributes = Vec::new();
    for tag in tags {
        for name in shown {
            let value = tag.split_once(&format!(" {name}")).and_then(|(_, rest)| rest.split('"').next()).unwrap_or("");
            attributes.push(value.to_owned());
        }
    }
    let keep = |list: Vec<String>| list.into_iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    (keep(text), keep(attributes))
}
