//! One error type for the whole program. Acted on by kind and code, never by text.
//!
//! Words: a failure is declared once as a [`Text`] (what failed, why, what to do, with `{parameters}`); the sentences that
//! a person reads are its rendering. A vendor's codes are mapped to these in the vendor's own folder.

use crate::{FieldId, StageId};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

/// Result with the program's one error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure: the interface and the engine act on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The person cancelled.
    Cancelled,
    /// A deadline passed.
    TimedOut,
    /// The network, a name or a port.
    Network,
    /// Encryption or a certificate.
    Tls,
    /// Who we are was not accepted.
    Auth,
    /// Who we are may not do this.
    Permission,
    /// The thing named does not exist.
    NotFound,
    /// What was given is not right.
    Invalid,
    /// The server is there but not now (starting, full).
    Busy,
    /// The other side does not speak as expected.
    Protocol,
    /// Refused by the reading-only rules.
    ReadOnly,
    /// The server refused the statement.
    Statement,
    /// Not something that this connector can do.
    Unsupported,
    /// The vault is locked, or a secret is needed.
    Vault,
    /// The local database or a file.
    Store,
    /// A defect of ours.
    Internal,
}

/// The words of one failure, declared once. `{name}` is replaced by the parameter of that name.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// Stable code, `area.failure`, as in `postgres.wrong_password`.
    pub code: &'static str,
    /// What sort of failure.
    pub kind: Kind,
    /// One sentence: what failed.
    pub what: &'static str,
    /// One sentence: why. May be empty.
    pub why: &'static str,
    /// One sentence: what to do. May be empty.
    pub remedy: &'static str,
    /// True when the same thing may succeed a little later.
    pub retryable: bool,
}

/// The other side's own words, shown behind *Details*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Vendor {
    /// The vendor's code, as in SQLSTATE `28P01`.
    pub code: Option<String>,
    /// The vendor's message, redacted.
    pub message: String,
}

/// A button beside an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Do the same again.
    Retry,
    /// Put a value into a field, said by the label.
    Set {
        /// Where.
        field: FieldId,
        /// What.
        value: String,
        /// The button's words.
        label: String,
    },
    /// Copy a text (a statement, an address).
    Copy {
        /// The button's words.
        label: String,
        /// What is copied.
        text: String,
    },
}

#[derive(Debug)]
struct Inner {
    text: &'static Text,
    params: Vec<(&'static str, String)>,
    stage: Option<StageId>,
    field: Option<FieldId>,
    vendor: Option<Vendor>,
    actions: Vec<Action>,
}

/// The program's one error. Small: one pointer.
#[derive(Debug)]
pub struct Error(Box<Inner>);

impl Error {
    /// The failure that `text` declares.
    pub fn new(text: &'static Text) -> Self {
        Self(Box::new(Inner { text, params: Vec::new(), stage: None, field: None, vendor: None, actions: Vec::new() }))
    }

    /// Fills the parameter `{name}` of the text. Control characters are made visible; 300 characters are kept.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.0.params.push((name, visible(&value.to_string())));
        self
    }

    /// Says in which stage it happened, unless that is known already.
    #[must_use]
    pub fn at(mut self, stage: StageId) -> Self {
        self.0.stage.get_or_insert(stage);
        self
    }

    /// Says which field to look at.
    #[must_use]
    pub fn field(mut self, field: FieldId) -> Self {
        self.0.field = Some(field);
        self
    }

    /// Keeps the vendor's own code and message for *Details*.
    #[must_use]
    pub fn vendor(mut self, code: Option<String>, message: impl Into<String>) -> Self {
        self.0.vendor = Some(Vendor { code, message: message.into() });
        self
    }

    /// Adds a button.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.0.actions.push(action);
        self
    }

    /// The same failure told once more, to someone else who waits for it.
    #[must_use]
    pub fn again(&self) -> Self {
        let Inner { text, params, stage, field, vendor, actions } = &*self.0;
        Self(Box::new(Inner {
            text,
            params: params.clone(),
            stage: stage.clone(),
            field: field.clone(),
            vendor: vendor.clone(),
            actions: actions.clone(),
        }))
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.text.code
    }

    /// What sort of failure.
    pub fn kind(&self) -> Kind {
        self.0.text.kind
    }

    /// The stage in which it happened, if in one.
    pub fn stage(&self) -> Option<&StageId> {
        self.0.stage.as_ref()
    }

    /// The field to look at, if there is one.
    pub fn field_id(&self) -> Option<&FieldId> {
        self.0.field.as_ref()
    }

    /// The vendor's own code, if it gave one.
    pub fn vendor_code(&self) -> Option<&str> {
        self.0.vendor.as_ref()?.code.as_deref()
    }

    /// The rendering that a person reads, and that crosses to the interface.
    pub fn view(&self) -> ErrorView {
        let inner = &*self.0;
        ErrorView {
            code: inner.text.code.to_owned(),
            kind: inner.text.kind,
            what: render(inner.text.what, &inner.params),
            why: render(inner.text.why, &inner.params),
            remedy: render(inner.text.remedy, &inner.params),
            stage: inner.stage.clone(),
            field: inner.field.clone(),
            vendor: inner.vendor.clone(),
            actions: inner.actions.clone(),
            retryable: inner.text.retryable,
        }
    }
}

/// An error as a person reads it. This is what crosses to the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ErrorView {
    /// Stable code.
    pub code: String,
    /// What sort of failure.
    pub kind: Kind,
    /// What failed.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// In which stage.
    pub stage: Option<StageId>,
    /// Which field to look at.
    pub field: Option<FieldId>,
    /// The vendor's words.
    pub vendor: Option<Vendor>,
    /// Buttons.
    pub actions: Vec<Action>,
    /// True when trying again may help.
    pub retryable: bool,
}

fn render(template: &str, params: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|n| open + n) else { break };
        out.push_str(&rest[..open]);
        let name = &rest[open + 1..close];
        match params.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Text from outside, fit to be shown: no control or direction-changing characters, and not endless.
fn visible(text: &str) -> String {
    const KEPT: usize = 300;
    let mut out: String = text
        .chars()
        .take(KEPT)
        .map(|c| match c {
            c if c.is_control() => '\u{FFFD}',
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' => '\u{FFFD}',
            c => c,
        })
        .collect();
    if text.chars().nth(KEPT).is_some() {
        out.push('…');
    }
    out
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let view = self.view();
        write!(f, "{}: {}", view.code, view.what)?;
        if !view.why.is_empty() {
            write!(f, " {}", view.why)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

/// Failures that any room can meet.
pub mod common {
    use super::{Error, Kind, Text};

    /// The person pressed *Cancel*.
    pub const CANCELLED: Text =
        Text { code: "cancelled", kind: Kind::Cancelled, what: "Cancelled.", why: "", remedy: "", retryable: true };
    /// A wait ended at its deadline.
    pub const TIMED_OUT: Text = Text {
        code: "timed_out",
        kind: Kind::TimedOut,
        what: "No answer within {seconds} seconds.",
        why: "The other side did not answer in time.",
        remedy: "Try again, or allow more time.",
        retryable: true,
    };
    /// A defect of the program.
    pub const INTERNAL: Text = Text {
        code: "internal",
        kind: Kind::Internal,
        what: "Something in Landbridge went wrong.",
        why: "{detail}",
        remedy: "Copy the report in Settings and send it to us.",
        retryable: false,
    };
    /// The thing is not there any more.
    pub const GONE: Text = Text {
        code: "gone",
        kind: Kind::NotFound,
        what: "This {thing} does not exist any more.",
        why: "It was closed or deleted meanwhile.",
        remedy: "Go back to the list.",
        retryable: false,
    };
    /// A connector does not offer this.
    pub const UNSUPPORTED: Text = Text {
        code: "unsupported",
        kind: Kind::Unsupported,
        what: "{what} is not available here.",
        why: "This kind of warehouse does not offer it.",
        remedy: "",
        retryable: false,
    };

    /// [`CANCELLED`].
    pub fn cancelled() -> Error {
        Error::new(&CANCELLED)
    }
    /// [`INTERNAL`] with a word about where; never with data.
    pub fn internal(detail: impl std::fmt::Display) -> Error {
        Error::new(&INTERNAL).with("detail", detail)
    }
    /// [`GONE`]: `thing` as in "connection".
    pub fn gone(thing: &str) -> Error {
        Error::new(&GONE).with("thing", thing)
    }
    /// [`UNSUPPORTED`]: `what` as in "Cancelling".
    pub fn unsupported(what: &str) -> Error {
        Error::new(&UNSUPPORTED).with("what", what)
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, common};

    #[test]
    fn a_parameter_cannot_bring_in_another_or_a_control_character() {
        let error = Error::new(&common::GONE).with("thing", "{thing}\u{202e}\n");
        assert_eq!(error.view().what, "This {thing}\u{FFFD}\u{FFFD} does not exist any more.");
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(std::mem::size_of::<Error>(), std::mem::size_of::<usize>());
    }
}
