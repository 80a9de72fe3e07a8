//! The first page and the form of every warehouse. The window offers only those with a connector; these are drawn by the same
//! interface from the same specs, with a stand-in for Rust, in the web view's own browser.
//!
//! Owns: building the previews, handing them out on loopback, visiting them. Does not own: the scenes (`ui/tests/preview`).

use landbridge_tests::walk::Look;
use landbridge_tests::window::{App, Computer};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Takes pictures of all of them.
pub async fn all(camera: &mut impl Look) {
    let address = serve(build());
    let computer = Computer::new();
    let browser = computer.browse(&address).await;
    browser.see("form-").await;
    let listed = browser.text().await;
    for scene in listed.split(' ').filter(|name| ["first-", "form-", "notice-"].iter().any(|kind| name.starts_with(kind))) {
        browser.client.goto(&format!("{address}?scene={scene}")).await.expect("the scene");
        let ready = "return document.documentElement.dataset.scene === 'ready'";
        browser.until(&format!("the scene {scene}"), ready, vec![]).await;
        camera.look(&browser, &format!("all-{scene}")).await;
        if scene.ends_with("-advanced") {
            further_down(&browser, scene, camera).await;
        }
    }
    browser.close().await;
}

/// The rest of a form that is longer than the window.
async fn further_down(browser: &App<'_>, scene: &str, camera: &mut impl Look) {
    let down = "const long = [...document.querySelectorAll('main *')].find((e) => e.scrollHeight > e.clientHeight + 8 && e.clientHeight > 200); \
                if (!long) return false; const before = long.scrollTop; long.scrollTop += long.clientHeight - 80; return long.scrollTop > before";
    for page in 2..5 {
        if browser.client.execute(down, vec![]).await.ok() != Some(true.into()) {
            return;
        }
        camera.look(browser, &format!("all-{scene}-{page}")).await;
    }
}

fn build() -> PathBuf {
    let ui = xtask::place::ui();
    let built = Command::new(ui.join("node_modules/.bin/vite"))
        .args(["build", "--logLevel", "error", "--config", "tests/preview/vite.config.ts"])
        .current_dir(&ui)
        .status();
    assert!(built.expect("vite").success(), "the previews are not built");
    ui.join("tests/preview/dist")
}

/// Hands out a directory on a free loopback port, for as long as this process lives; the address of its first page.
fn serve(dir: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let dir = dir.clone();
            std::thread::spawn(move || answer(stream, &dir));
        }
    });
    format!("http://{address}/index.html")
}

fn answer(mut stream: TcpStream, dir: &Path) -> std::io::Result<()> {
    let mut request = String::new();
    let mut lines = BufReader::new(stream.try_clone()?);
    lines.read_line(&mut request)?;
    let mut header = String::new();
    while lines.read_line(&mut header)? > 2 {
        header.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/").trim_start_matches('/');
    let kind = match Path::new(path).extension().and_then(|e| e.to_str()) {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("woff2") => "font/woff2",
        _ => "text/html",
    };
    match std::fs::read(dir.join(path)) {
        Ok(body) if !path.contains("..") => {
            let length = body.len();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
            stream.write_all(&body)
        }
        _ => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    }
}
