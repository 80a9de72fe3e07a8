//! The real window, driven as a person does: WebKitWebDriver for what is inside it, xdotool for keys and native dialogs.
//!
//! Owns: a computer of its own for each test ([`Computer`]: screen, bus, keychain, data directory) and the application
//! running on it ([`App`]). Does not own: any story; those are the files beside this folder.
//!
//! Elements are found by what a person perceives (role and name), never by class or position.

mod app;
mod computer;
mod find;
mod look;
mod native;

pub use app::App;
pub use computer::Computer;
pub use look::Violation;
pub use xtask::desktop::Keyring;
