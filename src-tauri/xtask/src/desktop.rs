//! A desktop without a display: a virtual screen, a window manager, a message bus and a keychain of its own.
//!
//! Owns: starting them in private directories and ending them by pid. Does not own: what is opened there.
//! Nothing of the person's own session is used: neither their bus nor their keychain nor their files.

use crate::process;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What opens the keychain.
pub const KEYRING_PASSWORD: &str = "the desktop's own password";

const PREFIX: &str = "landbridge-desktop-";

/// How the keychain is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// There and open.
    Open,
    /// There, and nobody answers its prompt.
    Locked,
    /// No such service on the bus.
    Absent,
}

/// A running desktop; ends when dropped.
pub struct Desktop {
    /// Its private directory: home, run, data, config, cache.
    pub dir: PathBuf,
    /// Its screen, as in `:99`.
    pub display: String,
    bus: String,
    end: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

/// What a keeper tells when everything runs.
struct Ready {
    display: String,
    bus: String,
}

impl Desktop {
    /// Starts one with a screen of this size.
    ///
    /// # Errors
    /// When a part of it does not start, with which and why.
    pub fn start(width: u32, height: u32, keyring: Keyring) -> Result<Self, String> {
        let dir = make_dirs()?;
        let (tell, told) = channel();
        let (end, ended) = channel();
        let room = dir.clone();
        // One thread starts and outlives them all: should this process be killed, the kernel ends them with that thread.
        let keeper = thread::spawn(move || keep(&Room { dir: room, width, height, keyring }, &tell, &ended));
        let ready = told.recv().map_err(|_| "the desktop's thread ended".to_owned())?;
        let (display, bus) = match ready {
            Ok(Ready { display, bus }) => (display, bus),
            Err(why) => {
                let _ = keeper.join();
                let _ = fs::remove_dir_all(&dir);
                return Err(why);
            }
        };
        Ok(Self { dir, display, bus, end: Some(end), keeper: Some(keeper) })
    }

    /// The environment of everything that is to run there.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        let mut env = dirs_env(&self.dir);
        env.push(("DISPLAY", self.display.clone()));
        env.push(("DBUS_SESSION_BUS_ADDRESS", self.bus.clone()));
        env
    }

    /// A command that runs there.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_remove("WAYLAND_DISPLAY").envs(self.env());
        command
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

struct Room {
    dir: PathBuf,
    width: u32,
    height: u32,
    keyring: Keyring,
}

fn keep(room: &Room, tell: &Sender<Result<Ready, String>>, ended: &Receiver<()>) {
    let mut children = Vec::new();
    let ready = start_all(room, &mut children);
    let good = ready.is_ok();
    if tell.send(ready).is_ok() && good {
        let _ = ended.recv();
    }
    for child in children.iter_mut().rev() {
        process::end(child);
    }
}

fn start_all(room: &Room, children: &mut Vec<Child>) -> Result<Ready, String> {
    let size = format!("{}x{}x24", room.width, room.height);
    let mut xvfb = room.command("Xvfb", &["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"]);
    let number = first_line(xvfb.stdout(Stdio::piped()), "Xvfb", children)?;
    let display = format!(":{number}");

    let conf = room.dir.join("bus.conf");
    // No service directories: nothing is on this bus but what is started here.
    let text = format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\"><busconfig><type>session</type>\
         <listen>unix:dir={}</listen><auth>EXTERNAL</auth><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
         <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
        room.dir.join("run").display()
    );
    fs::write(&conf, text).map_err(|e| format!("{}: {e}", conf.display()))?;
    let config_file = format!("--config-file={}", conf.display());
    let mut bus = room.command("dbus-daemon", &[&config_file, "--print-address=1", "--nofork", "--nopidfile"]);
    let bus = first_line(bus.stdout(Stdio::piped()), "dbus-daemon", children)?;

    match room.keyring {
        Keyring::Absent => {}
        Keyring::Open => keyring(room, &display, &bus, true, children)?,
        Keyring::Locked => {
            // Made and opened once, so that there is something to be locked.
            let mut first = Vec::new();
            let made = keyring(room, &display, &bus, true, &mut first);
            first.iter_mut().for_each(process::end);
            made?;
            keyring(room, &display, &bus, false, children)?;
        }
    }
    let mut openbox = room.command("openbox", &[]);
    openbox.env("DISPLAY", &display).env("DBUS_SESSION_BUS_ADDRESS", &bus);
    children.push(openbox.spawn().map_err(|e| format!("openbox: {e}"))?);
    Ok(Ready { display, bus })
}

impl Room {
    /// A command that ends with the thread that starts it, whatever happens.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig=TERM", "--", program]).args(arguments);
        command.env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY").envs(dirs_env(&self.dir));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

fn keyring(room: &Room, display: &str, bus: &str, open: bool, children: &mut Vec<Child>) -> Result<(), String> {
    let how = if open { "--unlock" } else { "--start" };
    let mut command = room.command("gnome-keyring-daemon", &[how, "--foreground", "--components=secrets"]);
    command.env("DISPLAY", display).env("DBUS_SESSION_BUS_ADDRESS", bus).stdin(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("gnome-keyring-daemon: {e}"))?;
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(if open { KEYRING_PASSWORD.as_bytes() } else { b"" });
    }
    children.push(child);
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        let mut ask = room.command(
            "dbus-send",
            &[
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ],
        );
        if process::says(ask.env("DBUS_SESSION_BUS_ADDRESS", bus).stdout(Stdio::piped())).is_some_and(|t| t.contains("true")) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err("gnome-keyring-daemon did not take its place on the bus within 10 seconds".to_owned())
}

/// Starts a program that says one line when it is ready.
fn first_line(command: &mut Command, name: &str, children: &mut Vec<Child>) -> Result<String, String> {
    let mut child = command.spawn().map_err(|e| format!("{name}: {e}"))?;
    let out = child.stdout.take();
    children.push(child);
    let mut line = String::new();
    if let Some(out) = out {
        let _ = BufReader::new(out).read_line(&mut line);
    }
    match line.trim() {
        "" => Err(format!("{name} ended before it was ready")),
        said => Ok(said.to_owned()),
    }
}

/// Removes what a killed test left behind: directories named by processes that are no more.
fn sweep() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if owner.is_some_and(|pid| !std::path::Path::new("/proc").join(pid.to_string()).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn make_dirs() -> Result<PathBuf, String> {
    sweep();
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    let dir = std::env::temp_dir().join(format!("{PREFIX}{}-{:x}", std::process::id(), nanos & 0xff_ffff_ffff));
    for (_, path) in dirs_env(&dir) {
        fs::create_dir_all(&path).map_err(|e| format!("{path}: {e}"))?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for private in [dir.clone(), dir.join("run")] {
            fs::set_permissions(&private, fs::Permissions::from_mode(0o700))
                .map_err(|e| format!("{}: {e}", private.display()))?;
        }
    }
    Ok(dir)
}

fn dirs_env(dir: &std::path::Path) -> Vec<(&'static str, String)> {
    let at = |name: &str| dir.join(name).display().to_string();
    vec![
        ("HOME", at("home")),
        ("TMPDIR", at("tmp")),
        ("XDG_RUNTIME_DIR", at("run")),
        ("XDG_DATA_HOME", at("data")),
        ("XDG_CONFIG_HOME", at("config")),
        ("XDG_CACHE_HOME", at("cache")),
        ("XDG_STATE_HOME", at("state")),
    ]
}
