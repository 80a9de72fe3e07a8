//! Stories told through the engine, without a window: what a person does from the empty list to a second start, against a
//! real PostgreSQL. What the window adds is in `e2e`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod canary;
mod desk;
mod drafts;
mod explorer;
mod exports;
mod naughty;
mod proxy;
mod rows;
mod sessions;
mod sql;
mod stop;
mod story;
mod vault;
