//! A form as data. The interface draws any [`ConnectorSpec`] and knows no warehouse by name.
//!
//! Everything here is known when the program is built: a spec is a `static` in its warehouse's folder.

use crate::draft::Draft;
use crate::{ConnectorId, FieldId, LinkId, StageId};
use serde::Serialize;
use specta::Type;

/// The field every form begins with: the connection's name.
pub const NAME: FieldId = FieldId::of("name");
/// The pseudo-field whose value is the chosen sign-in card's id.
pub const SIGN_IN: FieldId = FieldId::of("sign_in");

/// The field by which a connection overrides Settings' proxy.
pub const PROXY: FieldId = FieldId::of("proxy");
/// The proxy's address, when [`PROXY`] is `manual`.
pub const PROXY_URL: FieldId = FieldId::of("proxy_url");

/// Everything that the interface needs to know of a warehouse.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ConnectorSpec {
    /// Its folder's name.
    pub id: ConnectorId,
    /// The product's name, as its makers write it.
    pub name: &'static str,
    /// One line on what it covers, as in "Cloud SQL, Amazon Aurora & RDS, Azure Database for PostgreSQL".
    pub covers: &'static str,
    /// Marked **BETA**.
    pub beta: bool,
    /// Its mark.
    pub logo: Logo,
    /// The page before the form.
    pub first_page: FirstPage,
    /// A notice to be confirmed after the first page.
    pub notice: Option<Notice>,
    /// The ways to sign in; one is drawn as nothing, several as cards, the recommended one first.
    pub sign_in: &'static [SignIn],
    /// The fields, in their order.
    pub fields: &'static [Field],
    /// What can be pasted, as examples that a person recognises.
    pub pastes: &'static [&'static str],
    /// The stages of a test, in their order.
    pub stages: &'static [StageSpec],
}

impl ConnectorSpec {
    /// The field of that id.
    pub fn field(&self, id: &FieldId) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.id == *id)
    }
}

/// A mark in a frame, always beside the name in text.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Logo {
    /// One path in a 24×24 box (simple-icons, CC0), and the brand's colour as `#rrggbb`.
    Path {
        /// The `d` of the path.
        d: &'static str,
        /// The colour.
        color: &'static str,
    },
    /// One or two letters.
    Monogram {
        /// The letters.
        letters: &'static str,
    },
}

/// The page before the form: what will be needed, where to find it, what to grant, what it can cost.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FirstPage {
    /// What a person should have at hand.
    pub needs: &'static [Need],
    /// Statements and roles to copy.
    pub copies: &'static [Copyable],
    /// What it can cost, where it can.
    pub cost: Option<&'static str>,
    /// Where to read more.
    pub links: &'static [HelpLink],
    /// The words of the one button.
    pub button: &'static str,
}

/// One thing to have at hand, and where to find it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Need {
    /// The thing.
    pub title: &'static str,
    /// Where to find it.
    pub text: &'static str,
}

/// A text to copy, with what it is for.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Copyable {
    /// What it is for.
    pub title: &'static str,
    /// The text.
    pub text: &'static str,
}

/// A link into the vendor's documentation. The address is not serialised: the interface asks Rust to open the id.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HelpLink {
    /// What the interface holds.
    pub id: LinkId,
    /// The words.
    pub label: &'static str,
    /// The address; https.
    #[serde(skip)]
    pub url: &'static str,
}

/// A notice to be confirmed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Notice {
    /// Its title.
    pub title: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The button, as in "Got it!".
    pub button: &'static str,
}

/// A way to sign in.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SignIn {
    /// The value of [`SIGN_IN`].
    pub id: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Half a line: when to choose it.
    pub reason: &'static str,
    /// Recommended.
    pub recommended: bool,
}

/// A stage of the test.
#[derive(Debug, Clone, Serialize, Type)]
pub struct StageSpec {
    /// Its id.
    pub id: StageId,
    /// As in "Find the server".
    pub label: &'static str,
}

/// One field.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Field {
    /// Unique within the spec.
    pub id: FieldId,
    /// The words on the screen, exactly.
    pub label: &'static str,
    /// Below the field. May be empty.
    pub help: &'static str,
    /// Shows the *shape* of a value; never looks like a value. May be empty.
    pub placeholder: &'static str,
    /// How it is drawn and what it holds.
    pub kind: FieldKind,
    /// When it must be given.
    pub required: Required,
    /// A real value in the field from the start. Never on a secret.
    pub default: Option<&'static str>,
    /// In the section *Advanced*.
    pub advanced: bool,
    /// All of these must hold for the field to be there.
    pub visible_if: &'static [Condition],
    /// A help link beside it.
    pub link: Option<&'static HelpLink>,
}

impl Field {
    /// **Name**: the field every spec begins with.
    pub const NAME: Field =
        Field::of("name", "Name", FieldKind::Text { max: 100 }).help("How this connection is called in your list.").required();

    /// **Proxy**: part of *Advanced* in every spec that goes over the network; read by the engine, not by the connector.
    pub const PROXY: Field = Field::of(
        "proxy",
        "Proxy",
        FieldKind::Select {
            options: &[
                Option_ { value: "settings", label: "As in Settings", note: "" },
                Option_ { value: "none", label: "None", note: "connect directly" },
                Option_ { value: "manual", label: "This one", note: "for this connection only" },
            ],
        },
    )
    .default("settings")
    .advanced();

    /// **Proxy address**: follows [`Field::PROXY`].
    pub const PROXY_URL: Field = Field::text("proxy_url", "Proxy address")
        .help("HTTP, HTTPS and SOCKS5 proxies work, without a user or password.")
        .placeholder("http://host:port")
        .required()
        .visible_if(&[Condition::new("proxy", &["manual"])])
        .advanced();

    /// An optional field without a default.
    pub const fn of(id: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self {
            id: FieldId::of(id),
            label,
            help: "",
            placeholder: "",
            kind,
            required: Required::Never,
            default: None,
            advanced: false,
            visible_if: &[],
            link: None,
        }
    }

    /// One line of text of up to 1,000 characters.
    pub const fn text(id: &'static str, label: &'static str) -> Self {
        Self::of(id, label, FieldKind::Text { max: 1000 })
    }

    /// One line that is entered once and never shown again.
    pub const fn secret(id: &'static str, label: &'static str) -> Self {
        Self::of(id, label, FieldKind::Secret { multiline: false })
    }

    /// Words below the field.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// The shape of a value.
    #[must_use]
    pub const fn placeholder(mut self, shape: &'static str) -> Self {
        self.placeholder = shape;
        self
    }

    /// A real value from the start.
    #[must_use]
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// It must be given whenever it is visible.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = Required::Always;
        self
    }

    /// It must be given when all of these hold.
    #[must_use]
    pub const fn required_if(mut self, conditions: &'static [Condition]) -> Self {
        self.required = Required::If(conditions);
        self
    }

    /// It is there when all of these hold.
    #[must_use]
    pub const fn visible_if(mut self, conditions: &'static [Condition]) -> Self {
        self.visible_if = conditions;
        self
    }

    /// It belongs to *Advanced*.
    #[must_use]
    pub const fn advanced(mut self) -> Self {
        self.advanced = true;
        self
    }

    /// A help link beside it.
    #[must_use]
    pub const fn link(mut self, link: &'static HelpLink) -> Self {
        self.link = Some(link);
        self
    }

    /// True when the field is part of the form with these values.
    pub fn is_visible(&self, draft: &Draft) -> bool {
        self.visible_if.iter().all(|c| c.holds(draft))
    }

    /// True when the field must be given with these values.
    pub fn is_required(&self, draft: &Draft) -> bool {
        match self.required {
            Required::Always => true,
            Required::Never => false,
            Required::If(conditions) => conditions.iter().all(|c| c.holds(draft)),
        }
    }

    /// True when what it holds must never come back to the interface.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, FieldKind::Secret { .. } | FieldKind::File(FileField { secret: true, .. }))
    }
}

/// When a field must be given.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    /// Whenever it is visible.
    Always,
    /// It may be left out.
    Never,
    /// When all of these hold.
    If(&'static [Condition]),
}

/// "That field has one of these values."
#[derive(Debug, Clone, Serialize, Type)]
pub struct Condition {
    /// The id of the field looked at: a real one, or [`SIGN_IN`].
    pub field: &'static str,
    /// The values that satisfy it.
    pub is: &'static [&'static str],
}

impl Condition {
    /// "`field` is one of `is`."
    pub const fn new(field: &'static str, is: &'static [&'static str]) -> Self {
        Self { field, is }
    }

    /// True with these values.
    pub fn holds(&self, draft: &Draft) -> bool {
        self.is.contains(&draft.text(&FieldId::of(self.field)))
    }
}

/// How a field is drawn and what it holds.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text of at most `max` characters.
    Text {
        /// In characters.
        max: u32,
    },
    /// A whole number.
    Number {
        /// Smallest.
        min: i32,
        /// Largest.
        max: i32,
        /// Written behind it, as in "seconds". May be empty.
        unit: &'static str,
    },
    /// Entered once, never shown again.
    Secret {
        /// Several lines, as for a key.
        multiline: bool,
    },
    /// `true` or `false`.
    Switch,
    /// One of a few.
    Select {
        /// The few.
        options: &'static [Option_],
    },
    /// One of those that the warehouse tells; typing one by hand is always possible.
    Loaded {
        /// The ids of the fields that must be given before it can be loaded.
        needs: &'static [&'static str],
    },
    /// A file, chosen, dropped or pasted; read in Rust, never seen by the interface.
    File(FileField),
}

/// A file that a form asks for.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FileField {
    /// Extensions offered first, without the dot.
    pub extensions: &'static [&'static str],
    /// Larger files are refused unread, in bytes.
    pub max_bytes: u32,
    /// What it holds is secret.
    pub secret: bool,
    /// Its text may be pasted.
    pub paste: bool,
}

/// An entry of a fixed selector.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Option_ {
    /// What is stored.
    pub value: &'static str,
    /// What is shown.
    pub label: &'static str,
    /// Half a line about it. May be empty.
    pub note: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    static SPEC: ConnectorSpec = ConnectorSpec {
        id: ConnectorId::of("example"),
        name: "Example",
        covers: "",
        beta: false,
        logo: Logo::Monogram { letters: "E" },
        first_page: FirstPage { needs: &[], copies: &[], cost: None, links: &[], button: "Setup connection" },
        notice: None,
        sign_in: &[],
        fields: &[Field::NAME, Field::PROXY, Field::PROXY_URL],
        pastes: &[],
        stages: &[StageSpec { id: crate::stage::RESOLVE, label: "Find the server" }],
    };

    #[test]
    fn a_field_is_there_only_when_its_condition_holds() {
        let mut draft = Draft::default();
        let url = SPEC.field(&PROXY_URL).map(|f| f.is_visible(&draft));
        assert_eq!(url, Some(false));
        draft.values.insert(PROXY, "manual".to_owned());
        assert_eq!(SPEC.field(&PROXY_URL).map(|f| f.is_visible(&draft)), Some(true));
    }
}
