//! The running application: started through WebKitWebDriver, ended with everything that it started.

use super::Computer;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use xtask::process;

/// How long anything on the screen may take before the test gives up.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The application on a [`Computer`].
pub struct App<'c> {
    /// For what this harness has no words for.
    pub client: Client,
    pub(super) computer: &'c Computer,
    driver: Child,
}

impl<'c> App<'c> {
    pub(super) async fn start(computer: &'c Computer, program: &Path, arguments: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let log = std::fs::File::create(computer.everything().join(format!("driver-{port}.log"))).expect("a log");
        let mut command = computer.command("WebKitWebDriver");
        command.arg(format!("--port={port}")).arg("--host=127.0.0.1");
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").envs(computer.app_env());
        // There are neither saved settings nor assistive programs on this bus: nothing is looked for.
        command.env("GSETTINGS_BACKEND", "memory").env("NO_AT_BRIDGE", "1");
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        // A group of its own: the application is the driver's child and can outlive it.
        process::own_group(&mut command);
        let mut driver = command.spawn().expect("WebKitWebDriver");
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "WebKitWebDriver does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let options = json!({ "binary": program, "args": arguments });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{port}");
        // The driver waits for good for an application that ends at once.
        let connected = tokio::time::timeout(2 * PATIENCE, builder.capabilities(capabilities).connect(&address)).await;
        match connected.map_err(|_| "the driver does not answer".to_owned()).and_then(|c| c.map_err(|e| e.to_string())) {
            Ok(client) => Self { client, computer, driver },
            Err(e) => {
                process::end_group(&mut driver);
                panic!("the application did not start: {e}\n{}", computer.logs());
            }
        }
    }

    /// Waits until the interface can be used.
    pub async fn wait_ready(&self) {
        let ready = "return document.querySelector('[data-ready=\"true\"]') !== null";
        self.until("the interface is ready", ready, vec![]).await;
    }

    /// Waits until a script's answer is true.
    pub async fn until(&self, what: &str, script: &str, arguments: Vec<Value>) {
        let deadline = Instant::now() + PATIENCE;
        while self.client.execute(script, arguments.clone()).await.ok() != Some(Value::Bool(true)) {
            if Instant::now() > deadline {
                self.give_up(what).await;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Fails the test with what is on the screen.
    pub async fn give_up(&self, what: &str) -> ! {
        let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let picture = xtask::place::shots().join(format!("failed-{name}.png"));
        self.picture(&picture).await;
        let text = self.text().await;
        panic!(
            "Not within {PATIENCE:?}: {what}\nPicture: {}\nOn the screen:\n{text}\n{}",
            picture.display(),
            self.computer.logs()
        );
    }

    /// Closes the window as the window manager does, and waits until the application has ended.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(5), self.client.clone().close()).await;
        process::end_group(&mut self.driver);
    }

    /// Ends it without a warning, as a power cut does.
    pub fn kill(mut self) {
        let group = format!("-{}", self.driver.id());
        let _ = std::process::Command::new("kill").args(["-KILL", "--", &group]).status();
        process::end_group(&mut self.driver);
    }

    /// What it runs on.
    pub fn computer(&self) -> &Computer {
        self.computer
    }

    /// Ids of the application's own process, of those it started, and of the driver's.
    pub fn pids(&self) -> Vec<u32> {
        let group = self.driver.id().to_string();
        // Behind the name, which may hold anything but a closing bracket: state, parent, group.
        let of = |pid: u32| -> Option<String> {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            stat.rsplit_once(')')?.1.split_whitespace().nth(2).map(str::to_owned)
        };
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        numbers.filter(|pid| of(*pid).as_deref() == Some(&group)).collect()
    }
}

impl Drop for App<'_> {
    fn drop(&mut self) {
        process::end_group(&mut self.driver);
    }
}

impl Computer {
    /// What the driver and the application said.
    pub fn logs(&self) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(self.everything()).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|e| e == "log") {
                all += &std::fs::read_to_string(entry.path()).unwrap_or_default();
            }
        }
        all
    }
}

/// The application, built before the tests: by `cargo xtask test`, or by `cargo build`.
pub(super) fn binary() -> PathBuf {
    let path = std::env::var_os("LANDBRIDGE_APP").map_or_else(|| xtask::place::built("debug", "landbridge"), PathBuf::from);
    assert!(path.exists(), "{} is missing: cargo xtask test builds it", path.display());
    path
}
