//! One running cluster: its directory, its process, its end.
//!
//! Does not own: what is in the databases (template.rs), nor who uses them.

use super::{Options, ServerCertificate, template};
use crate::peers::certs::{Authority, LOCAL_NAMES, Pair, Valid};
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where Debian keeps the server's programs.
pub const BIN: &str = "/usr/lib/postgresql/15/bin";
const PREFIX: &str = "landbridge-postgres-";

/// A running cluster; ends when dropped. Should this process be killed, the kernel ends the server with it.
pub struct Cluster {
    pub dir: PathBuf,
    pub port: u16,
    end: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Cluster {
    /// Copies the template, configures it, starts it and waits until it answers.
    pub fn start(options: &Options) -> Self {
        let home = room();
        template::copy_to(home.path());
        write_certs(home.path(), options.certificate);
        if options.starting_up {
            fs::write(home.path().join("data/standby.signal"), "").expect("standby.signal");
        }
        own(home.path());
        Self::run(home, options)
    }

    /// Starts the server on a directory that has all its files.
    pub fn run(home: TempDir, options: &Options) -> Self {
        let mut home = Some(home);
        for _ in 0..5 {
            let dir = home.as_ref().expect("a directory").path().to_owned();
            let port = free_port();
            configure(&dir, port, options);
            let (tell, told) = channel();
            let (end, ended) = channel::<()>();
            let waiting_for = if options.starting_up { "starting" } else { "ready" };
            let keeper = {
                let dir = dir.clone();
                // The keeper lives as long as the server: the kernel's parent-death signal follows the thread that spawned it.
                thread::spawn(move || {
                    let mut child = spawn(&dir);
                    let ready = wait_until(&dir, &mut child, waiting_for);
                    let go_on = ready.is_ok();
                    if tell.send(ready).is_err() || !go_on {
                        stop(&mut child);
                        return;
                    }
                    let _ = ended.recv();
                    stop(&mut child);
                })
            };
            match told.recv().expect("the keeper answers") {
                Ok(()) => {
                    // Removed by Drop, after the server has ended.
                    let _ = home.take().map(TempDir::keep);
                    return Self { dir, port, end: Some(end), keeper: Some(keeper) };
                }
                Err(why) if why.contains("could not bind") || why.contains("Address already in use") => {
                    let _ = keeper.join();
                }
                Err(why) => panic!("PostgreSQL did not start: {why}"),
            }
        }
        panic!("PostgreSQL found no free port in five attempts");
    }
}

impl Cluster {
    /// Ends the server; its files stay.
    pub fn end_keeping_files(mut self) {
        self.end();
        self.dir = PathBuf::new();
    }

    fn end(&mut self) {
        drop(self.end.take());
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.end();
        if !self.dir.as_os_str().is_empty() {
            let _ = fs::remove_dir_all(&self.dir);
        }
    }
}

/// A new directory for a cluster, named by this process so that what a killed test left behind can be told and removed.
pub fn room() -> TempDir {
    sweep();
    let dir = tempfile::Builder::new().prefix(&format!("{PREFIX}{}-", std::process::id())).tempdir().expect("a directory");
    for sub in ["run", "certs"] {
        fs::create_dir(dir.path().join(sub)).expect(sub);
    }
    dir
}

/// Removes the directories of processes that are no more.
fn sweep() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        let server = fs::read_to_string(entry.path().join("data/postmaster.pid")).ok();
        let server = server.and_then(|text| text.lines().next()?.parse::<u32>().ok());
        let alive = |pid: u32| Path::new(&format!("/proc/{pid}")).exists();
        if pid.is_some_and(|pid| !alive(pid)) && !server.is_some_and(alive) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}

/// A command that runs as `postgres` when we are root: the server refuses to run as root.
pub fn as_postgres(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.args(["--pdeathsig=QUIT", "--"]).arg(format!("{BIN}/{program}")).current_dir("/").stdin(Stdio::null());
    command
}

/// Hands the directory to the server's user.
pub fn own(dir: &Path) {
    if is_root() {
        run(Command::new("chown").args(["-R", "postgres:postgres"]).arg(dir));
    }
}

/// Runs a command to its end, and shows what it said when it failed.
pub fn run(command: &mut Command) {
    let out = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        out.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

fn free_port() -> u16 {
    loop {
        let four = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let port = four.local_addr().expect("its address").port();
        if TcpListener::bind(("::1", port)).is_ok() || TcpListener::bind("[::1]:0").is_err() {
            return port;
        }
    }
}

fn spawn(dir: &Path) -> Child {
    let log = File::create(dir.join("log")).expect("a log");
    let err = log.try_clone().expect("a log");
    as_postgres("postgres").arg("-D").arg(dir.join("data")).stdout(log).stderr(err).spawn().expect("the server's program")
}

/// Waits for the server's own word in postmaster.pid; an error is what its log says.
fn wait_until(dir: &Path, child: &mut Child, word: &str) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let state = fs::read_to_string(dir.join("data/postmaster.pid")).unwrap_or_default();
        if state.lines().nth(7).is_some_and(|line| line.trim() == word) {
            return Ok(());
        }
        if child.try_wait().is_ok_and(|done| done.is_some()) || Instant::now() > deadline {
            return Err(fs::read_to_string(dir.join("log")).unwrap_or_default());
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A fast shutdown by the process's id; an immediate one if that takes too long.
fn stop(child: &mut Child) {
    for signal in ["-INT", "-QUIT", "-KILL"] {
        let _ = Command::new("kill").arg(signal).arg(child.id().to_string()).stderr(Stdio::null()).status();
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if child.try_wait().map_or(true, |done| done.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn configure(dir: &Path, port: u16, options: &Options) {
    let shown = dir.display();
    let mut conf = format!(
        "port = {port}\nlisten_addresses = '127.0.0.1,::1'\nunix_socket_directories = '{shown}/run'\nmax_connections = {}\n\
         superuser_reserved_connections = 3\nmax_wal_senders = 0\nwal_level = minimal\nfsync = off\nsynchronous_commit = off\n\
         full_page_writes = off\nautovacuum = off\nshared_buffers = 32MB\nmin_wal_size = 4MB\nmax_wal_size = 64MB\n\
         timezone = 'UTC'\nlc_messages = 'C'\ndynamic_shared_memory_type = posix\nlogging_collector = off\nlog_connections = on\n",
        options.max_connections,
    );
    if options.tls {
        conf += &format!(
            "ssl = on\nssl_cert_file = '{shown}/certs/server.pem'\nssl_key_file = '{shown}/certs/server.key'\n\
             ssl_ca_file = '{shown}/certs/ca-client.pem'\n"
        );
    }
    if options.starting_up {
        // Recovery waits for a file that never comes; wal_level and the like are checked only later.
        conf += "restore_command = 'sleep 3600; false'\nhot_standby = off\n";
    }
    for line in &options.settings {
        conf += &format!("{line}\n");
    }
    fs::write(dir.join("data/postgresql.conf"), conf).expect("postgresql.conf");
    fs::write(dir.join("data/pg_hba.conf"), pg_hba()).expect("pg_hba.conf");
}

fn pg_hba() -> String {
    let mut lines = String::from("local all postgres,trust_user trust\nlocal all scram_user,writer_user scram-sha-256\n");
    for (kind, users, method) in [
        ("host", "scram_user,writer_user,absent_user,full_user", "scram-sha-256"),
        ("host", "md5_user", "md5"),
        ("host", "clear_user", "password"),
        ("host", "trust_user,ghost_user,nologin_user", "trust"),
        ("hostssl", "cert_user,ghost_cert", "cert"),
        ("hostssl", "tls_user", "scram-sha-256"),
    ] {
        for net in ["127.0.0.1/32", "::1/128"] {
            lines += &format!("{kind} all {users} {net} {method}\n");
        }
    }
    lines
}

fn write_certs(dir: &Path, which: ServerCertificate) {
    let known = Authority::new("Landbridge tests: authority");
    let other = Authority::new("Landbridge tests: another authority");
    let server = match which {
        ServerCertificate::Good => known.server(&LOCAL_NAMES, Valid::Now),
        ServerCertificate::WrongName => known.server(&["elsewhere.example", "db.elsewhere.example"], Valid::Now),
        ServerCertificate::Expired => known.server(&LOCAL_NAMES, Valid::Expired),
        ServerCertificate::NotYetValid => known.server(&LOCAL_NAMES, Valid::NotYet),
        ServerCertificate::UnknownAuthority => other.server(&LOCAL_NAMES, Valid::Now),
    };
    let certs = dir.join("certs");
    let write = |name: &str, pair: &Pair| {
        fs::write(certs.join(format!("{name}.pem")), &pair.cert).expect(name);
        let key = certs.join(format!("{name}.key"));
        fs::write(&key, &pair.key).expect(name);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect(name);
    };
    write("server", &server);
    write("client", &known.client("cert_user"));
    write("ghost", &known.client("ghost_cert"));
    write("foreign", &other.client("cert_user"));
    for name in ["ca.pem", "ca-client.pem"] {
        fs::write(certs.join(name), known.pem()).expect(name);
    }
}
