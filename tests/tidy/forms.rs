//! What every form must be, whichever warehouse it is for.

use crate::assert_none;
use landbridge_tests::fixtures;
use model::{ConnectorSpec, Field, FieldKind, NAME, Required, SIGN_IN};
use std::collections::BTreeSet;

fn specs() -> Vec<&'static ConnectorSpec> {
    let real = connectors::ALL.iter().map(|c| c.spec());
    real.chain(fixtures::specs::ALL.iter().copied()).collect()
}

fn by_name(spec: &ConnectorSpec, name: &str) -> Option<&'static Field> {
    spec.fields.iter().find(|f| f.id.as_str() == name)
}

#[test]
fn all_seven_warehouses_have_a_form() {
    let ids: BTreeSet<String> = specs().iter().map(|s| s.id.to_string()).collect();
    assert_eq!(ids.len(), 7, "{ids:?}");
}

#[test]
fn field_names_are_unique_and_begin_with_the_name() {
    let mut found = Vec::new();
    for spec in specs() {
        let mut seen = BTreeSet::new();
        found.extend(spec.fields.iter().filter(|f| !seen.insert(f.id.as_str())).map(|f| format!("{}: {} twice", spec.id, f.id)));
        if spec.fields.first().map(|f| &f.id) != Some(&NAME) {
            found.push(format!("{}: does not begin with the name", spec.id));
        }
    }
    assert_none("each field has a name of its own within its form", &found);
}

#[test]
fn conditions_point_at_real_fields_and_values() {
    let mut found = Vec::new();
    for spec in specs() {
        for field in spec.fields {
            let required = if let Required::If(conditions) = field.required { conditions } else { &[] };
            for condition in field.visible_if.iter().chain(required) {
                let allowed: Option<Vec<&str>> = if condition.field == SIGN_IN.as_str() {
                    Some(spec.sign_in.iter().map(|s| s.id).collect())
                } else {
                    match by_name(spec, condition.field).map(|f| &f.kind) {
                        Some(FieldKind::Select { options }) => Some(options.iter().map(|o| o.value).collect()),
                        Some(FieldKind::Switch) => Some(vec!["true", "false"]),
                        Some(_) => None,
                        None => {
                            found.push(format!("{}.{}: there is no field {}", spec.id, field.id, condition.field));
                            continue;
                        }
                    }
                };
                for value in condition.is {
                    if allowed.as_ref().is_some_and(|a| !a.contains(value)) {
                        found.push(format!("{}.{}: {} is never {value}", spec.id, field.id, condition.field));
                    }
                }
            }
        }
    }
    assert_none("a condition names a field of the form and a value that it can have", &found);
}

#[test]
fn a_secret_has_no_default_and_a_default_is_possible() {
    let mut found = Vec::new();
    for spec in specs() {
        for field in spec.fields {
            let Some(default) = field.default else { continue };
            let good = match &field.kind {
                _ if field.is_secret() => false,
                FieldKind::Number { min, max, .. } => default.parse::<i32>().is_ok_and(|n| n >= *min && n <= *max),
                FieldKind::Select { options } => options.iter().any(|o| o.value == default),
                FieldKind::Switch => default == "true" || default == "false",
                FieldKind::File(_) => false,
                _ => true,
            };
            if !good {
                found.push(format!("{}.{}: {default:?}", spec.id, field.id));
            }
        }
    }
    assert_none("a default is a value that the field can have, and never on a secret or a file", &found);
}

#[test]
fn loaded_selectors_need_fields_that_are_there() {
    let mut found = Vec::new();
    for spec in specs() {
        for field in spec.fields {
            if let FieldKind::Loaded { needs } = &field.kind {
                found.extend(
                    needs.iter().filter(|n| by_name(spec, n).is_none()).map(|n| format!("{}.{}: {n}", spec.id, field.id)),
                );
            }
        }
    }
    assert_none("what a selector is loaded with is a field of the form", &found);
}

#[test]
fn words_of_forms_are_whole_and_links_are_https() {
    let mut found = Vec::new();
    for spec in specs() {
        for field in spec.fields {
            if field.label.is_empty() || field.label.trim() != field.label || field.label.ends_with([':', '.']) {
                found.push(format!("{}.{}: label {:?}", spec.id, field.id, field.label));
            }
            if !field.help.is_empty() && !field.help.ends_with(['.', '?', '!', ')']) {
                found.push(format!("{}.{}: help is no sentence: {:?}", spec.id, field.id, field.help));
            }
        }
        let beside = spec.fields.iter().filter_map(|f| f.link);
        for link in spec.first_page.links.iter().chain(beside) {
            if !link.url.starts_with("https://") {
                found.push(format!("{}: {} is not https", spec.id, link.url));
            }
        }
        if spec.first_page.button.is_empty() || spec.first_page.needs.is_empty() || spec.stages.is_empty() {
            found.push(format!("{}: the first page has no button or needs, or the test no stages", spec.id));
        }
    }
    assert_none("what a person reads in a form", &found);
}
