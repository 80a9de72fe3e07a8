//! Files and pasted connections: dropped, chosen, pasted for real; what is wrong with one is said in its place.

use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use landbridge_tests::steps;
use landbridge_tests::window::Computer;

const MARKER: &str = "Zq7~pasted/Wv3+kX9";

#[tokio::test]
async fn postgres_a_root_certificate_is_dropped_from_another_program() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::postgres_form(&app).await;
    steps::fill(&app, "Parcels", server, SCRAM).await;
    steps::open_advanced(&app).await;
    steps::choose(&app, "SSL mode", "verify-full").await;
    let authority = steps::file(&app, "authority.pem", server.ca_pem.as_bytes());
    app.drop_file(&authority, "button", "Choose file for Root certificate").await;
    app.see("authority.pem").await;
    app.see("CN=Landbridge tests: authority, valid until 2049-01-01").await;
    let html = steps::html(&app).await;
    assert!(!html.contains(&computer.home().display().to_string()), "the window learns a file's name, not its folder");
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    app.close().await;
}

#[tokio::test]
async fn postgres_a_file_that_cannot_be_used_is_explained_in_its_place() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::postgres_form(&app).await;
    steps::open_advanced(&app).await;
    steps::choose(&app, "SSL mode", "verify-full").await;

    let empty = steps::file(&app, "empty.pem", b"");
    steps::choose_file(&app, "Root certificate", &empty).await;
    app.see("empty.pem is empty.").await;
    for (text, said) in [
        ("this is no certificate at all", "no certificate"),
        (server.client_key.as_str(), "private key"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "certificate"),
    ] {
        steps::paste_into(&app, "Root certificate", text).await;
        let place = "const field = document.querySelector('[data-field=root_certificate]'); \
                     const control = field.querySelector('[aria-describedby$=error], [aria-describedby*=\"error \"]'); \
                     const error = document.getElementById((control?.getAttribute('aria-describedby') ?? '').split(' ')[0]); \
                     return !!error && field.contains(error) && error.innerText.includes(arguments[0])";
        app.until(&format!("“{said}” at the field"), place, vec![said.into()]).await;
        assert!(!steps::html(&app).await.contains("PRIVATE KEY"), "nothing of a key stays in the window");
    }
    // After all that the right one is taken.
    steps::paste_root(&app, &server.ca_pem).await;
    app.see_no_more("empty.pem").await;

    // A cancelled dialog changes nothing.
    app.press("Replace Root certificate").await;
    app.cancel_file_chooser().await;
    app.see("CN=Landbridge tests: authority").await;
    app.close().await;
}

#[tokio::test]
async fn postgres_a_pasted_url_fills_the_form_for_review_and_its_password_is_never_seen() {
    let computer = Computer::new();
    let app = computer.open().await;
    app.press("New connection").await;
    app.find("button", "Paste a connection URL").await;
    app.press("Paste a connection URL").await;
    steps::see_focus(&app, "textarea Connection URL or settings").await;
    let url = format!("postgres://reader:{}@db.example.org:6543/parcels?sslmode=verify-ca", percent(MARKER));
    app.set_clipboard(&url).await;
    app.real_key("ctrl+v").await;
    app.find("heading", "New PostgreSQL connection").await;
    app.see("Filled from what you pasted:").await;
    for (label, value) in [("Server", "db.example.org"), ("Username", "reader"), ("Database", "parcels"), ("Port", "6543")] {
        assert_eq!(app.value(label).await, value, "{label}");
    }
    app.find("button", "Replace Password").await;
    nowhere(&app, "after the paste").await;

    // Pasted once more, in the middle of a form: the same, and one press undoes it.
    let other = format!("host=other.example.org user=writer password={MARKER} dbname=roads");
    app.find("field", "Name").await.click().await.expect("the field takes the focus");
    app.set_clipboard(&other).await;
    app.real_key("ctrl+v").await;
    app.until("the server of the second paste", VALUE, vec!["Server".into(), "other.example.org".into()]).await;
    assert_eq!(app.value("Name").await, "");
    nowhere(&app, "after the second paste").await;
    app.press("Undo").await;
    app.until("the server of before", VALUE, vec!["Server".into(), "db.example.org".into()]).await;
    nowhere(&app, "after the undo").await;

    // What is no connection is said to be none.
    steps::to_the_list(&app).await;
    app.press("New connection").await;
    app.press("Paste a connection URL").await;
    app.set_clipboard("ftp://example.org/file").await;
    app.real_key("ctrl+v").await;
    app.see("This is no connection that can be recognised here.").await;
    app.close().await;
}

const VALUE: &str = "return [...document.querySelectorAll('input')].some((e) => e.labels[0]?.textContent === arguments[0] && e.value === arguments[1])";

async fn nowhere(app: &landbridge_tests::window::App<'_>, when: &str) {
    let html = steps::html(app).await;
    for text in [MARKER.to_owned(), percent(MARKER)] {
        assert!(!html.contains(&text), "the password is in the document {when}");
    }
}

fn percent(text: &str) -> String {
    landbridge_tests::peers::postgres::percent(text)
}
