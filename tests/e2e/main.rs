//! Stories in the real window, from the first screen to the reconnect after a restart.
#![allow(clippy::unwrap_used)]

mod accessibility;
mod explorer;
mod failures;
mod files;
mod first_screen;
mod keyboard;
mod many;
mod secrets;
mod story;
mod vault;
