//! What is left when the process is killed, or the disk is full, at any write of a save or a re-key; and what others may read.
//!
//! `strace` kills at the n-th call, for every n, until a run comes through.
// A step tells the test what it found by printing it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;
use store::{Store, Vault, VaultState};
use support::{FileKeychain, again, save, saved, step};

fn open(data: &Path) -> model::Result<(Store, Vault)> {
    let store = Store::open(data)?;
    let keychain = FileKeychain(data.parent().unwrap().join("keychain"));
    let vault = Vault::open(&store, Arc::new(keychain), Duration::from_secs(10));
    Ok((store, vault))
}

/// What a step does in its own process; prints `=code`.
fn run_step(step: &str, data: &Path) {
    let work = || {
        let (store, vault) = open(data)?;
        match step {
            "save" => save(&store, &vault, "new"),
            "rekey" => vault.rekey(None).map(drop),
            "back up" => save(&store, &vault, "new").and_then(|()| vault.rekey(None).map(drop)),
            other => panic!("no step {other}"),
        }
    };
    println!("={}", work().map_or_else(|e: model::Error| e.code(), |()| "ok"));
}

/// A data directory with the connection "old" and its password, or an empty one.
fn prepared(with_old: bool) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    if with_old {
        let (store, vault) = open(&dir.path().join("data")).unwrap();
        save(&store, &vault, "old").unwrap();
    }
    dir
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() { copy(&path, &target) } else { assert!(fs::copy(&path, &target).is_ok()) }
    }
}

/// The step with a fault injected.
fn with_fault(test: &str, step: &str, data: &Path, syscall: &str, fault: &str) -> Output {
    let plain = again(test, step, data);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={syscall}")]);
    command.args(["-e", &format!("inject={syscall}:{fault}")]).arg(plain.get_program()).args(plain.get_args());
    command.envs(plain.get_envs().filter_map(|(k, v)| Some((k, v?))));
    command.output().expect("strace is needed for this test (Debian: apt-get install strace)")
}

/// Runs the step with the fault at every call of `syscall`, and hands each outcome to `judge`. Returns how many there were.
fn sweep(test: &str, step: &str, from: &Path, syscall: &str, fault: &str, judge: impl Fn(&Path, &Output)) -> usize {
    for n in 1..400 {
        let dir = tempfile::tempdir().unwrap();
        copy(from, dir.path());
        let data = dir.path().join("data");
        let output = with_fault(test, step, &data, syscall, &fault.replace("=K", &format!("={n}")));
        judge(&data, &output);
        if String::from_utf8_lossy(&output.stdout).contains("=ok") {
            return n - 1;
        }
    }
    panic!("no run of {step} came through");
}

/// Name and password after opening again; the vault is not locked.
fn reopened(data: &Path) -> Option<(String, Option<String>)> {
    let (store, vault) = open(data).unwrap();
    assert!(!matches!(vault.state(), VaultState::Locked(_)), "{:?}", vault.state());
    saved(&store, &vault).unwrap()
}

fn both(name: &str) -> Option<(String, Option<String>)> {
    Some((name.to_owned(), Some(format!("password of {name}"))))
}

#[test]
fn a_save_killed_at_any_write_is_whole_or_absent() {
    const TEST: &str = "a_save_killed_at_any_write_is_whole_or_absent";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    for (with_old, before) in [(true, both("old")), (false, None)] {
        let from = prepared(with_old);
        let mut points = 0;
        for syscall in ["pwrite64", "fdatasync"] {
            points += sweep(TEST, "save", from.path(), syscall, "signal=SIGKILL:when=K", |data, _| {
                let after = reopened(data);
                assert!(after == before || after == both("new"), "{syscall}: {after:?}");
            });
        }
        assert!(points >= 10, "only {points} points were tried");
        println!("{points} points");
    }
}

#[test]
fn a_save_on_a_disk_that_fills_up_is_told_and_whole_or_absent() {
    const TEST: &str = "a_save_on_a_disk_that_fills_up_is_told_and_whole_or_absent";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let from = prepared(true);
    let points = sweep(TEST, "save", from.path(), "pwrite64", "error=ENOSPC:when=K+", |data, output| {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("=ok") || said.contains("=store.disk_full"), "{said}");
        let after = reopened(data);
        assert!(after == both("new") || (after == both("old") && !said.contains("=ok")), "{said} {after:?}");
    });
    assert!(points >= 5, "only {points} points were tried");
}

#[test]
fn a_rekey_killed_at_any_write_leaves_a_vault_that_opens() {
    const TEST: &str = "a_rekey_killed_at_any_write_leaves_a_vault_that_opens";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let from = prepared(true);
    let mut points = 0;
    for syscall in ["pwrite64", "fdatasync", "rename", "unlink"] {
        points += sweep(TEST, "rekey", from.path(), syscall, "signal=SIGKILL:when=K", |data, _| {
            assert_eq!(reopened(data), both("old"), "{syscall}");
            // What the crash left was cleared away with that.
            let keys = fs::read_dir(data.parent().unwrap().join("keychain")).unwrap();
            let names = keys.map(|e| e.unwrap().file_name()).filter(|n| n != "part");
            assert_eq!(names.count(), 1, "{syscall}");
        });
    }
    assert!(points >= 15, "only {points} points were tried");
}

#[test]
fn nothing_can_be_read_by_others_even_with_a_umask_of_zero() {
    const TEST: &str = "nothing_can_be_read_by_others_even_with_a_umask_of_zero";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let plain = again(TEST, "back up", &data);
    let trace = dir.path().join("trace");
    let mut command = Command::new("sh");
    command.args(["-c", "umask 000; exec strace -f -qq -e trace=openat,mkdir -o \"$0\" \"$@\""]).arg(&trace);
    command.arg(plain.get_program()).args(plain.get_args());
    command.envs(plain.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let output = command.output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("=ok"), "{output:?}");
    let trace = fs::read_to_string(trace).unwrap();
    let inside = data.to_str().unwrap();
    let made: Vec<&str> =
        trace.lines().filter(|l| l.contains(inside) && (l.contains("O_CREAT") || l.contains("mkdir("))).collect();
    assert!(made.len() >= 4, "{made:#?}");
    // Not only in the end: from the moment that each is made.
    for line in made {
        assert!(line.contains(if line.contains("mkdir(") { "0700" } else { "0600" }), "{line}");
    }
}
