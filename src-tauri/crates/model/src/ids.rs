//! Names of things, each its own type so that one cannot be passed for another.

use serde::{Deserialize, Serialize};
use specta::Type;
use std::borrow::Cow;
use std::fmt;

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $type(Cow<'static, str>);

        impl $type {
            /// A name known when the program is built.
            pub const fn of(name: &'static str) -> Self {
                Self(Cow::Borrowed(name))
            }

            /// A name that arrived from outside; it names something only if it is found among the known ones.
            pub fn named(name: impl Into<String>) -> Self {
                Self(Cow::Owned(name.into()))
            }

            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A warehouse's id, as in `postgres`: its folder's name, and the prefix of its tests.
    ConnectorId
);
name!(
    /// A field of a form, unique within its spec, as in `server`.
    FieldId
);
name!(
    /// A help link. The interface holds only this; the address stays in Rust.
    LinkId
);
name!(
    /// A stage of connecting, as in `resolve`.
    StageId
);

/// A saved connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct ConnectionId(pub uuid::Uuid);

impl ConnectionId {
    /// Local data, which is there from the first start. No saved connection has this id: theirs are random.
    pub const LOCAL: Self = Self(uuid::Uuid::from_u128(0x4c42_4c4f_4341_4c00_8000_0000_0000_0001));

    /// A new id that no other connection has.
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4())
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The stages that most warehouses share, in their order.
pub mod stage {
    use super::StageId;
    /// The host's name becomes addresses.
    pub const RESOLVE: StageId = StageId::of("resolve");
    /// A connection to the port is made.
    pub const REACH: StageId = StageId::of("reach");
    /// The channel is encrypted and the server's certificate checked.
    pub const TLS: StageId = StageId::of("tls");
    /// The server accepts who we are.
    pub const LOGIN: StageId = StageId::of("login");
    /// The server answers a first query.
    pub const QUERY: StageId = StageId::of("query");
    /// What the server can do is found out.
    pub const CAPABILITIES: StageId = StageId::of("capabilities");
}
