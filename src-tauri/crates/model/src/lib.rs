//! The nouns of Landbridge: what a form asks, what a person typed, what was checked, what a warehouse
//! can be asked and answers, and how a failure is told. Pure data and contracts.
//!
//! Owns: every type that two rooms share. Does not own: any I/O, any warehouse's name, any words of the interface
//! (those live in `ui/messages`; the words of a form live in its spec, the words of a failure in its [`Text`]).
#![deny(missing_docs)]

mod catalog;
mod connection;
mod connector;
mod ctx;
mod draft;
mod error;
mod ids;
mod local;
#[path = "net_errors.rs"]
pub mod net;
mod query;
mod secret;
mod spec;

pub use catalog::{Column, Count, Crs, Detail, Filter, Geometry, Node, NodeKind, Page, PageToken, Path, Table};
pub use connection::{Connection, Environment, LastTest, TestState};
pub use connector::{
    Accepted, Choice, Connector, Dialect, DialectWords, Facts, Probe, Profile, ReadingBy, Search, Session, Sql, StatementKind,
};
pub use ctx::{Answer, Ask, Ctx, Io, Net, NoReport, Question, Report, Secrets, Slot, StageEvent, StageState, Stream};
pub use draft::{Checked, Destination, Draft, DraftPatch, DraftSecret, FieldError, FileValue, SecretSource, check_fields};
pub use error::{Action, Error, ErrorView, Kind, Result, Text, Vendor, common};
pub use ids::{ConnectionId, ConnectorId, FieldId, LinkId, StageId, stage};
pub use local::{LocalFiles, LookedAt};
pub use query::{
    Batches, BoundingBox, Comparison, Estimate, Executed, JobId, Predicate, Query, Scalar, Scan, Sort, Work, WritePermit,
};
pub use secret::Secret;
pub use spec::{
    Condition, ConnectorSpec, Copyable, Field, FieldKind, FileField, FirstPage, HelpLink, Logo, NAME, Need, Notice, Option_,
    PROXY, PROXY_URL, Required, SIGN_IN, SignIn, StageSpec,
};
