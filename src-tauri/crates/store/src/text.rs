//! The words of every failure of the store and the vault.
//!
//! Owns: codes, sentences, remedies. Does not own: deciding which one it is (`fault`, and the place where it happens).

use model::{Kind, Text};

const fn text(code: &'static str, kind: Kind, what: &'static str, why: &'static str, remedy: &'static str) -> Text {
    Text { code, kind, what, why, remedy, retryable: false }
}

const fn retryable(mut text: Text) -> Text {
    text.retryable = true;
    text
}

/// Another process holds the data directory.
pub const ALREADY_RUNNING: Text = text(
    "store.already_running",
    Kind::Store,
    "Landbridge is already running with the data folder {folder}.",
    "Only one Landbridge at a time may write to a data folder.",
    "Switch to the window that is open, or close it and start again.",
);
/// The data directory cannot be made, read or written.
pub const NOT_WRITABLE: Text = text(
    "store.not_writable",
    Kind::Store,
    "Landbridge cannot use {path}.",
    "{detail}",
    "Check that the folder belongs to you, can be written to, and is not on a read-only or unmounted disk.",
);
/// No space.
pub const DISK_FULL: Text = retryable(text(
    "store.disk_full",
    Kind::Store,
    "The disk that holds Landbridge's data is full.",
    "Nothing was changed.",
    "Free some space and try again.",
));
/// The disk does not do what it should.
pub const DISK_FAILED: Text = retryable(text(
    "store.disk_failed",
    Kind::Store,
    "The disk that holds Landbridge's data could not be read or written.",
    "The system answered: {detail}. Nothing was changed.",
    "Check the disk (is it full, unplugged, a network folder that is away?) and try again.",
));
/// The database is damaged.
pub const CORRUPT: Text = text(
    "store.corrupt",
    Kind::Store,
    "Landbridge's database {path} is damaged.",
    "{detail}",
    "Close Landbridge, move this file and those beside it with the same beginning away, and put the newest file of the folder \"backups\" in its place, if there is one.",
);
/// The file is a database of something else.
pub const NOT_OURS: Text = text(
    "store.not_ours",
    Kind::Store,
    "{path} is not a database of Landbridge.",
    "It was made by another program.",
    "Move it away, or choose another data folder.",
);
/// A newer Landbridge wrote it.
pub const NEWER: Text = text(
    "store.newer",
    Kind::Store,
    "This data was written by a newer version of Landbridge.",
    "Its format is {found}; this version knows formats up to {known}. Nothing was changed.",
    "Install the newer version again, or choose another data folder.",
);
/// The copy before a migration failed.
pub const BACKUP_FAILED: Text = retryable(text(
    "store.backup_failed",
    Kind::Store,
    "Landbridge could not make a safety copy of its database, and changed nothing.",
    "{detail}",
    "Make sure that there is free space and that the folder {folder} can be written to, then try again.",
));
/// A migration failed.
pub const MIGRATION_FAILED: Text = text(
    "store.migration_failed",
    Kind::Store,
    "Landbridge could not bring its database to format {to}.",
    "{detail} The database is as it was before.",
    "Copy the report in Settings and send it to us; the earlier version of Landbridge still works.",
);
/// Someone else writes to the database.
pub const BUSY: Text = retryable(text(
    "store.busy",
    Kind::Store,
    "Landbridge's database is in use by another program.",
    "It did not become free within some seconds.",
    "Close the program that has it open (a backup or a database tool), and try again.",
));
/// SQLite refused in another way.
pub const FAILED: Text = retryable(text(
    "store.failed",
    Kind::Store,
    "Landbridge could not {doing}.",
    "Its database answered with an error. Nothing was changed.",
    "Try again; if it stays, copy the report in Settings and send it to us.",
));
/// A row cannot be understood.
pub const UNREADABLE: Text = text(
    "store.unreadable",
    Kind::Store,
    "A saved {thing} cannot be read.",
    "Its entry in the database is damaged ({detail}).",
    "Delete it and make it again, or go back to a backup.",
);
/// The name is used by another connection.
pub const NAME_TAKEN: Text = text(
    "store.name_taken",
    Kind::Invalid,
    "Another connection is called \"{name}\" already.",
    "Names are compared without regard to case.",
    "Choose another name.",
);
/// The name is used by another saved query.
pub const QUERY_NAME_TAKEN: Text = text(
    "store.query_name_taken",
    Kind::Invalid,
    "Another saved query is called \"{name}\" already.",
    "Names are compared without regard to case.",
    "Choose another name.",
);
/// What is to be kept was never stored.
pub const NOTHING_STORED: Text = text(
    "vault.nothing_stored",
    Kind::Invalid,
    "There is no saved secret to keep here.",
    "It was removed, or never saved.",
    "Type it again.",
);
/// A stored secret may not follow a changed destination.
pub const DESTINATION_CHANGED: Text = text(
    "vault.destination_changed",
    Kind::Invalid,
    "The saved secret is not sent to a changed destination.",
    "It was saved for another server, port, account, user or TLS setting.",
    "Type it again, to confirm that it belongs to the new destination.",
);
/// A sealed row was changed or moved.
pub const DAMAGED: Text = text(
    "vault.damaged",
    Kind::Vault,
    "The saved secret cannot be opened.",
    "Its entry in the database was changed, moved or damaged since it was saved.",
    "Edit the connection and type the secret again.",
);

const LOCKED_WHAT: &str = "The vault is locked, so the secret was neither saved nor read.";
/// No keychain.
pub const LOCKED_ABSENT: Text = retryable(text(
    "vault.locked",
    Kind::Vault,
    LOCKED_WHAT,
    "This computer offers no keychain (no Secret Service answers on this desktop).",
    "Type the secret for this session only; or start a keychain such as GNOME Keyring, KWallet or KeePassXC, and try again.",
));
/// A keychain that stays locked.
pub const LOCKED_LOCKED: Text = retryable(text(
    "vault.locked",
    Kind::Vault,
    LOCKED_WHAT,
    "This computer's keychain is locked, and it was not unlocked when asked.",
    "Unlock the keychain and try again, type the secret for this session only, or use your recovery passphrase.",
));
/// The key is not in the keychain.
pub const LOCKED_MISSING: Text = retryable(text(
    "vault.locked",
    Kind::Vault,
    LOCKED_WHAT,
    "The keychain does not hold the key of this data folder: it was deleted, or the folder comes from another computer or user.",
    "Use your recovery passphrase, or type the secret for this session only. If your keychain is locked, unlock it and try again.",
));
/// The keychain holds another key under this name.
pub const LOCKED_WRONG: Text = retryable(text(
    "vault.locked",
    Kind::Vault,
    LOCKED_WHAT,
    "What the keychain holds under this data folder's name is not its key.",
    "Use your recovery passphrase, or type the secret for this session only.",
));
/// No answer in time.
pub const LOCKED_SILENT: Text = retryable(text(
    "vault.locked",
    Kind::Vault,
    LOCKED_WHAT,
    "This computer's keychain did not answer in time; it may be asking you to unlock it in another window.",
    "Answer the keychain's question and try again, or type the secret for this session only.",
));
/// The keychain does not give back what it was given.
pub const KEYCHAIN_FORGETS: Text = retryable(text(
    "vault.keychain_forgets",
    Kind::Vault,
    "The keychain did not keep the vault's new key, so nothing was sealed with it.",
    "What was read back is not what was written.",
    "Check the keychain program of this computer and try again, or type the secret for this session only.",
));
/// Not the recovery passphrase.
pub const WRONG_PASSPHRASE: Text = retryable(text(
    "vault.wrong_passphrase",
    Kind::Auth,
    "This is not the recovery passphrase.",
    "It does not open the vault of this data folder.",
    "Check Caps Lock and the keyboard's language, and type it again.",
));
/// None was set.
pub const NO_RECOVERY: Text = text(
    "vault.no_recovery",
    Kind::Vault,
    "No recovery passphrase was set for this data folder.",
    "It can only be set while the vault is open.",
    "Type the secrets again for this session, or restore the keychain's entry from a backup of the keychain.",
);
/// Too easy to guess.
pub const SHORT_PASSPHRASE: Text = text(
    "vault.short_passphrase",
    Kind::Invalid,
    "The recovery passphrase is too short.",
    "It must withstand guessing by someone who has a copy of the data folder.",
    "Use at least {least} characters; several unrelated words are good.",
);
/// Re-keying needs the passphrase.
pub const PASSPHRASE_NEEDED: Text = text(
    "vault.passphrase_needed",
    Kind::Invalid,
    "The recovery passphrase is needed to make a new key.",
    "It seals the old key, and has to seal the new one.",
    "Type the recovery passphrase, or remove it first.",
);
