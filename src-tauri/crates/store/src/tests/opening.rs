//! The data directory: private, one at a time, sound, and of a known format.

use super::*;
use crate::schema;
use std::fs;

fn data() -> (TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("a folder").join("Länder");
    (dir, data)
}

#[test]
fn a_second_instance_is_refused_until_the_first_ends() {
    let (_dir, data) = data();
    let first = Store::open(&data).unwrap();
    let clone = first.clone();
    let refused = Store::open(&data).unwrap_err();
    assert_eq!(refused.code(), "store.already_running");
    assert!(refused.view().what.contains("Länder"), "{refused}");
    drop(first);
    assert_eq!(code(Store::open(&data)), "store.already_running", "a clone still holds it");
    drop(clone);
    Store::open(&data).unwrap();
}

#[cfg(unix)]
#[test]
fn every_file_is_private_even_in_a_folder_that_was_open_to_all() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, data) = data();
    fs::create_dir_all(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o777)).unwrap();
    fs::write(data.join("landbridge.db"), "").unwrap();
    fs::set_permissions(data.join("landbridge.db"), fs::Permissions::from_mode(0o666)).unwrap();
    let store = Store::open(&data).unwrap();
    store.set_setting("theme", &"dark".into()).unwrap();
    store.back_up().unwrap();
    assert_private(&data);
    let names: Vec<_> = fs::read_dir(&data).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().any(|n| n == "landbridge.db-wal"), "{names:?}");
    assert!(names.iter().any(|n| n == "landbridge.db-shm"), "{names:?}");
}

#[cfg(unix)]
fn assert_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|e| assert_private(&e.unwrap().path()));
    }
}

#[test]
fn a_file_where_the_folder_should_be_is_named() {
    let (dir, _) = data();
    let path = dir.path().join("file");
    fs::write(&path, "x").unwrap();
    let error = Store::open(&path).unwrap_err();
    assert_eq!(error.code(), "store.not_writable");
    assert!(error.view().why.contains("file where a folder"), "{error}");
}

#[test]
fn a_newer_format_is_refused_and_left_as_it_is() {
    let (_dir, data) = data();
    drop(Store::open(&data).unwrap());
    let path = data.join("landbridge.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    db.close().unwrap();
    let before = fs::read(&path).unwrap();
    let error = Store::open(&data).unwrap_err();
    assert_eq!(error.code(), "store.newer");
    assert!(error.view().why.contains("99"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn the_database_of_another_program_is_refused_and_left_as_it_is() {
    let (_dir, data) = data();
    fs::create_dir_all(&data).unwrap();
    let path = data.join("landbridge.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("CREATE TABLE recipes (name)").unwrap();
    db.close().unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(code(Store::open(&data)), "store.not_ours");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_database_is_told_and_never_replaced() {
    let (_dir, data) = data();
    let store = Store::open(&data).unwrap();
    for n in 0..200 {
        store.set_setting(&format!("key {n}"), &"x".repeat(400).into()).unwrap();
    }
    drop(store);
    let path = data.join("landbridge.db");
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    damaged[4096 * 8..4096 * 12].fill(0xA5);
    for content in [damaged, b"no database at all".to_vec(), whole[..whole.len() / 2].to_vec()] {
        fs::write(&path, &content).unwrap();
        let error = Store::open(&data).unwrap_err();
        assert_eq!(error.code(), "store.corrupt", "{error}");
        assert!(error.view().remedy.contains("backups"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn a_migration_is_preceded_by_a_sound_backup_and_five_are_kept() {
    let (_dir, data) = data();
    let store = Store::open(&data).unwrap();
    store.set_setting("kept", &1.into()).unwrap();
    drop(store);
    let mut formats = schema::MIGRATIONS.to_vec();
    for n in 0..7 {
        formats.push(["CREATE TABLE a (x)", "CREATE TABLE b (x)", "DROP TABLE a"].get(n).unwrap_or(&"SELECT 1"));
        let store = Store::open_as(&data, &formats).unwrap();
        let backups = store.backups();
        assert_eq!(backups.len(), (n + 1).min(5));
        let newest = rusqlite::Connection::open(&backups.last().unwrap().path).unwrap();
        assert!(schema::is_sound(&newest));
        let version: i64 = newest.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
        assert_eq!(version, (schema::MIGRATIONS.len() + n) as i64, "the backup is of the format before");
    }
    let store = Store::open_as(&data, &formats).unwrap();
    assert_eq!(store.backups().len(), 5, "no backup without a migration");
    assert_eq!(store.setting("kept").unwrap(), Some(1.into()));
    drop(store);
    assert_eq!(code(Store::open(&data)), "store.newer");
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    let (_dir, data) = data();
    let store = Store::open(&data).unwrap();
    store.set_setting("kept", &1.into()).unwrap();
    drop(store);
    let formats = [schema::MIGRATIONS, &["DELETE FROM settings; CREATE TABLE half (x); SELECT nonsense"]].concat();
    let error = Store::open_as(&data, &formats).unwrap_err();
    assert_eq!(error.code(), "store.migration_failed");
    let store = Store::open(&data).unwrap();
    assert_eq!(store.setting("kept").unwrap(), Some(1.into()));
}

#[test]
fn a_migration_is_not_begun_when_the_backup_cannot_be_made() {
    let (_dir, data) = data();
    drop(Store::open(&data).unwrap());
    fs::write(data.join("backups"), "a file in the way").unwrap();
    let formats = [schema::MIGRATIONS, &["CREATE TABLE half (x)"]].concat();
    assert_eq!(code(Store::open_as(&data, &formats)), "store.not_writable");
    Store::open(&data).unwrap();
}

#[test]
fn the_database_is_set_up_to_last() {
    let (_dir, data) = data();
    let store = Store::open(&data).unwrap();
    let pragma = |name: &str| -> String {
        let sql = format!("SELECT CAST((SELECT * FROM pragma_{name}) AS TEXT)");
        store.read("", |db| db.query_row(&sql, [], |r| r.get(0))).unwrap()
    };
    let set = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "secure_delete"].map(pragma);
    assert_eq!(set, ["wal", "2", "1", "0", "1"]);
}

#[test]
fn settings_are_kept_over_a_restart_and_null_removes_one() {
    let (_dir, data) = data();
    let store = Store::open(&data).unwrap();
    store.set_setting("proxy", &serde_json::json!({ "kind": "manual", "url": "http://[::1]:3128" })).unwrap();
    store.set_setting("gone", &true.into()).unwrap();
    store.set_setting("gone", &serde_json::Value::Null).unwrap();
    drop(store);
    let store = Store::open(&data).unwrap();
    assert_eq!(store.setting("proxy").unwrap().unwrap()["url"], "http://[::1]:3128");
    assert_eq!(store.setting("gone").unwrap(), None);
}
