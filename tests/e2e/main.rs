//! Stories in the real window, from the first screen to the reconnect after a restart.
#![allow(clippy::unwrap_used)]

mod first_screen;
mod story;
