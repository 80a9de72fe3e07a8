//! The Debian packages that a fresh machine may lack, and how they are installed.

use crate::process;
use std::process::Command;

/// To build the application.
pub const BUILD: &[&str] = &[
    "build-essential",
    "ca-certificates",
    "curl",
    "file",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "pkg-config",
];

/// To open it without a display: a screen, a window manager, a message bus, a keychain, a picture.
pub const HEADLESS: &[&str] = &[
    "dbus",
    "fonts-dejavu-core",
    "gnome-keyring",
    "imagemagick",
    "libegl-mesa0",
    "libgl1-mesa-dri",
    "openbox",
    "util-linux",
    "xauth",
    "xdotool",
    "xvfb",
];

/// To test it: a driver for the window, a database, two proxies, a way to break writes on purpose.
pub const TEST: &[&str] = &[
    "dbus-x11",
    "gir1.2-gtk-3.0",
    "iproute2",
    "libsecret-tools",
    "microsocks",
    "openssl",
    "postgresql-15",
    "postgresql-15-postgis-3",
    "procps",
    "python3-gi",
    "socat",
    "strace",
    "tinyproxy-bin",
    "webkit2gtk-driver",
    "xclip",
];

/// Those of these packages that are not installed. None on a system without `dpkg-query`.
pub fn missing(wanted: &[&'static str]) -> Option<Vec<&'static str>> {
    let mut command = Command::new("dpkg-query");
    command.args(["--show", "--showformat=${binary:Package} ${db:Status-Status}\n"]).args(wanted);
    // It fails when one is unknown, and still lists the others.
    let out = command.output().ok()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let installed = |name: &str| {
        text.lines().any(|line| {
            let (package, state) = line.split_once(' ').unwrap_or((line, ""));
            package.split(':').next() == Some(name) && state == "installed"
        })
    };
    Some(wanted.iter().copied().filter(|name| !installed(name)).collect())
}

/// Installs what of these is missing; says what it did.
///
/// # Errors
/// Without root: the command to run. When apt fails twice: what it said.
pub fn install(wanted: &[&'static str]) -> Result<String, String> {
    let Some(lacking) = missing(wanted) else {
        return Ok(format!("not Debian: it is up to you to have the like of {}", wanted.join(" ")));
    };
    if lacking.is_empty() {
        return Ok(format!("all {} there", wanted.len()));
    }
    if process::says(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Err(format!(
            "These packages are missing, and installing them needs root. Run:\n\
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
            lacking.join(" ")
        ));
    }
    apt(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&lacking);
    // Once more if it fails: a mirror or a temporary directory that goes away in the middle is not rare.
    apt(&arguments).or_else(|_| apt(&["update"]).and_then(|()| apt(&arguments)))?;
    Ok(format!("installed {}", lacking.join(" ")))
}

fn apt(arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    command.args(["-q", "-o", "DPkg::Lock::Timeout=300"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    crate::steps::said(&format!("apt-get {}", arguments.first().unwrap_or(&"")), &mut command).map(drop)
}
