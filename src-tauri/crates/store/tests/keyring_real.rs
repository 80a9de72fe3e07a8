//! The vault on a real GNOME Keyring over a real bus: open, locked, silent, absent.
//!
//! Each test has a bus and a keyring of its own, with folders of their own, and ends both by their process ids.
// A step tells the test what it found by printing it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use store::{LockedBecause, Store, SystemKeychain, Vault, VaultState};
use support::{again, save, saved, step};

/// Everything but a way to start services: what is not started here is not there.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=SOCKET</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// How many seconds a step waits for the keyring.
const PATIENCE: &str = "LANDBRIDGE_PATIENCE";

/// A bus, and perhaps a keyring on it.
struct Desktop {
    dir: tempfile::TempDir,
    bus: Option<Child>,
    keyring: Option<Child>,
    patience: &'static str,
}

impl Desktop {
    fn without_bus() -> Self {
        let dir = tempfile::Builder::new().prefix("lb").tempdir().unwrap();
        for name in ["run", "share", "config", "cache"] {
            let path = dir.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        }
        Self { dir, bus: None, keyring: None, patience: "30" }
    }

    fn with_bus() -> Self {
        let mut desktop = Self::without_bus();
        let config = desktop.dir.path().join("bus.conf");
        fs::write(&config, BUS.replace("SOCKET", desktop.socket().to_str().unwrap())).unwrap();
        let mut command = desktop.command("dbus-daemon");
        command.arg("--nofork").arg("--config-file").arg(config);
        desktop.bus = Some(command.spawn().expect("dbus-daemon is needed for this test"));
        wait_for("the bus", || desktop.socket().exists());
        desktop
    }

    fn with_keyring() -> Self {
        let mut desktop = Self::with_bus();
        desktop.start_keyring(true);
        desktop
    }

    fn start_keyring(&mut self, unlocked: bool) {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).stdin(Stdio::piped());
        if unlocked {
            command.arg("--unlock");
        }
        let mut keyring = command.spawn().expect("gnome-keyring-daemon is needed for this test");
        let mut stdin = keyring.stdin.take().unwrap();
        if unlocked {
            stdin.write_all(b"login password").unwrap();
        }
        drop(stdin);
        self.keyring = Some(keyring);
        wait_for("the keyring", || {
            let mut ask = self.command("dbus-send");
            ask.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner"]);
            let answer = ask.arg("string:org.freedesktop.secrets").stdout(Stdio::piped()).output().unwrap();
            String::from_utf8_lossy(&answer.stdout).contains("true")
        });
    }

    fn stop_keyring(&mut self) {
        if let Some(mut keyring) = self.keyring.take() {
            keyring.kill().unwrap();
            keyring.wait().unwrap();
        }
    }

    /// Unlocks the keyring that runs, as PAM does at a login: over its control socket, one packet there and one back.
    fn unlock(&self) {
        let mut control = UnixStream::connect(self.dir.path().join("run/keyring/control")).unwrap();
        let password = b"login password";
        let whole = 12 + password.len() as u32;
        let operation = 1_u32;
        let numbers = [whole, operation, password.len() as u32].map(u32::to_be_bytes).concat();
        control.write_all(&[&[0][..], &numbers, password].concat()).unwrap();
        let mut answer = [0; 8];
        control.read_exact(&mut answer).unwrap();
        assert_eq!(answer[4..], [0; 4], "the keyring refused to be unlocked");
    }

    fn signal(&self, name: &str) {
        let pid = self.keyring.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("run").join("bus")
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.inhabit(&mut command);
        command
    }

    fn inhabit(&self, command: &mut Command) {
        let at = |name: &str| self.dir.path().join(name);
        command.env("XDG_RUNTIME_DIR", at("run")).env("XDG_DATA_HOME", at("share")).env("XDG_CONFIG_HOME", at("config"));
        command.env("XDG_CACHE_HOME", at("cache")).env("HOME", self.dir.path()).env_remove("DISPLAY");
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.socket().display()));
        command.env("GNOME_KEYRING_CONTROL", at("run").join("keyring"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    }

    /// A step in a process of its own on this desktop; what it printed after `=`.
    fn run(&self, test: &str, step: &str) -> Vec<String> {
        let child = self.start(test, step);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{step}: {said}\n{}", String::from_utf8_lossy(&output.stderr));
        said.lines().filter_map(|l| l.split_once('=')).map(|(_, said)| said.to_owned()).collect()
    }

    fn start(&self, test: &str, step: &str) -> Child {
        let mut command = again(test, step, &self.data());
        self.inhabit(&mut command);
        command.env(PATIENCE, self.patience).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in [self.keyring.take(), self.bus.take()].into_iter().flatten() {
            let mut child = child;
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn wait_for(what: &str, ready: impl Fn() -> bool) {
    let started = Instant::now();
    while !ready() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what} did not come up");
        sleep(Duration::from_millis(20));
    }
}

/// Prints what a step found, one `=` line each.
fn run_step(step: &str, data: &Path) {
    let store = Store::open(data).unwrap();
    let patience = std::env::var(PATIENCE).ok().and_then(|s| s.parse().ok()).unwrap_or(30);
    let vault = Vault::open(&store, Arc::new(SystemKeychain), Duration::from_secs(patience));
    let word = |result: model::Result<()>| result.map_or_else(|e| e.code().to_owned(), |()| "ok".to_owned());
    println!("={:?}", vault.state());
    match step {
        "save" => println!("={}", word(save(&store, &vault, "new"))),
        "read" => println!("={}", saved(&store, &vault).map_or_else(|e| e.code().to_owned(), |s| format!("{s:?}"))),
        "rekey" => println!("={}", word(vault.rekey(None).map(|done| assert!(done.old_key_removed)))),
        // Looks, waits for a line, and looks again.
        "retry" => {
            std::io::stdin().read_line(&mut String::new()).unwrap();
            println!("={:?}", vault.retry());
            println!("={}", saved(&store, &vault).map_or_else(|e| e.code().to_owned(), |s| format!("{s:?}")));
        }
        other => panic!("no step {other}"),
    }
}

/// Runs "retry", with `meanwhile` between its two looks.
fn retry(desktop: &Desktop, test: &str, meanwhile: impl FnOnce()) -> Vec<String> {
    let mut child = desktop.start(test, "retry");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut next = || lines.find_map(|l| l.split_once('=').map(|(_, said)| said.to_owned())).unwrap_or_default();
    let first = next();
    meanwhile();
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    let said = vec![first, next(), next()];
    child.wait().unwrap();
    said
}

fn locked(because: LockedBecause) -> String {
    format!("{:?}", VaultState::Locked(because))
}

const SAVED: &str = r#"Some(("new", Some("password of new")))"#;

#[test]
fn a_real_open_keyring_keeps_the_key_over_restarts_and_a_rekey() {
    const TEST: &str = "a_real_open_keyring_keeps_the_key_over_restarts_and_a_rekey";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let mut desktop = Desktop::with_keyring();
    assert_eq!(desktop.run(TEST, "save"), ["New", "ok"]);
    assert_eq!(desktop.run(TEST, "read"), ["Open", SAVED]);
    assert_eq!(desktop.run(TEST, "rekey"), ["Open", "ok"]);
    // The keyring too is started again: what it holds, it holds on disk.
    desktop.stop_keyring();
    desktop.start_keyring(true);
    assert_eq!(desktop.run(TEST, "read"), ["Open", SAVED]);
}

#[test]
fn a_real_locked_keyring_locks_the_vault_until_it_is_unlocked() {
    const TEST: &str = "a_real_locked_keyring_locks_the_vault_until_it_is_unlocked";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let mut desktop = Desktop::with_keyring();
    assert_eq!(desktop.run(TEST, "save"), ["New", "ok"]);
    desktop.stop_keyring();
    desktop.start_keyring(false);
    let is_locked = locked(LockedBecause::KeychainLocked);
    assert_eq!(desktop.run(TEST, "read"), [is_locked.as_str(), "vault.locked"]);
    assert_eq!(desktop.run(TEST, "save"), [is_locked.as_str(), "vault.locked"]);
    let said = retry(&desktop, TEST, || desktop.unlock());
    assert_eq!(said, [is_locked.as_str(), "Open", SAVED]);
}

#[test]
fn a_first_secret_on_a_real_locked_keyring_is_refused_and_saved_after_unlocking() {
    const TEST: &str = "a_first_secret_on_a_real_locked_keyring_is_refused_and_saved_after_unlocking";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let mut desktop = Desktop::with_keyring();
    desktop.stop_keyring();
    desktop.start_keyring(false);
    assert_eq!(desktop.run(TEST, "save"), ["New", "vault.locked"]);
    assert_eq!(desktop.run(TEST, "read"), ["New", "None"]);
    desktop.unlock();
    assert_eq!(desktop.run(TEST, "save"), ["New", "ok"]);
    assert_eq!(desktop.run(TEST, "read"), ["Open", SAVED]);
}

#[test]
fn a_real_keyring_that_falls_silent_holds_up_nobody_and_opens_on_retry() {
    const TEST: &str = "a_real_keyring_that_falls_silent_holds_up_nobody_and_opens_on_retry";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let mut desktop = Desktop::with_keyring();
    assert_eq!(desktop.run(TEST, "save"), ["New", "ok"]);
    desktop.signal("-STOP");
    desktop.patience = "3";
    let said = retry(&desktop, TEST, || desktop.signal("-CONT"));
    assert_eq!(said, [locked(LockedBecause::KeychainSilent).as_str(), "Open", SAVED]);
}

#[test]
fn without_a_secret_service_or_a_bus_the_vault_is_locked_and_opens_when_one_comes() {
    const TEST: &str = "without_a_secret_service_or_a_bus_the_vault_is_locked_and_opens_when_one_comes";
    if let Some((step, data)) = step() {
        return run_step(&step, &data);
    }
    let absent = locked(LockedBecause::KeychainAbsent);
    let no_bus = Desktop::without_bus();
    assert_eq!(no_bus.run(TEST, "save"), [absent.as_str(), "vault.locked"]);
    let mut desktop = Desktop::with_bus();
    assert_eq!(desktop.run(TEST, "save"), [absent.as_str(), "vault.locked"]);
    assert_eq!(desktop.run(TEST, "read"), [absent.as_str(), "None"]);
    desktop.start_keyring(true);
    assert_eq!(desktop.run(TEST, "save"), ["New", "ok"]);
    // And the other way round: a secret is there, the service is gone.
    desktop.stop_keyring();
    assert_eq!(desktop.run(TEST, "read"), [absent.as_str(), "vault.locked"]);
}
