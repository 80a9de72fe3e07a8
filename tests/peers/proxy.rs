//! Proxies that we did not write, from Debian's packages: tinyproxy (HTTP CONNECT) and microsocks (SOCKS5). On loopback, on
//! free ports, ended by their process id.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// An HTTP proxy.
pub struct HttpProxy(Running, PathBuf, #[expect(dead_code, reason = "holds its files")] tempfile::TempDir);

/// A SOCKS5 proxy.
pub struct SocksProxy(Running);

struct Running {
    child: Child,
    port: u16,
}

impl HttpProxy {
    /// Starts one that gives a way to these ports only.
    pub fn start(ports: &[u16]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let (log, config, port) = (dir.path().join("log"), dir.path().join("conf"), free_port());
        let mut text = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nLogFile \"{}\"\nLogLevel Connect\n",
            log.display()
        );
        for port in ports {
            text.push_str(&format!("ConnectPort {port}\n"));
        }
        std::fs::write(&config, text).expect("a configuration");
        let running = Running::start(Command::new("tinyproxy").arg("-d").arg("-c").arg(&config), port);
        Self(running, log, dir)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.port)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.1).unwrap_or_default()
    }
}

/// TLS in front of another proxy, by socat.
pub struct TlsFront(Running);

impl TlsFront {
    /// Starts one that hands what it decrypts to `port`.
    pub fn start(certificate: &Path, key: &Path, port: u16) -> Self {
        let here = free_port();
        let listen = format!(
            "OPENSSL-LISTEN:{here},bind=127.0.0.1,reuseaddr,fork,verify=0,cert={},key={}",
            certificate.display(),
            key.display()
        );
        Self(Running::start(Command::new("socat").arg(listen).arg(format!("TCP:127.0.0.1:{port}")), here))
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.0.port)
    }
}

impl SocksProxy {
    /// Starts one.
    pub fn start() -> Self {
        let port = free_port();
        Self(Running::start(Command::new("microsocks").args(["-i", "127.0.0.1", "-p", &port.to_string()]), port))
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("socks5://127.0.0.1:{}", self.0.port)
    }
}

impl Running {
    fn start(command: &mut Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the proxy starts");
        let running = Self { child, port };
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "the proxy does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}
