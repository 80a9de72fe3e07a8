//! PostgreSQL's form, as data.

use super::logo::LOGO;
use model::{
    Condition, ConnectorId, ConnectorSpec, Copyable, Field, FieldId, FieldKind, FileField, FirstPage, HelpLink, LinkId, Need,
    Option_, SignIn, StageSpec, stage,
};

pub(super) const ID: ConnectorId = ConnectorId::of("postgres");

pub(super) const SERVER: FieldId = FieldId::of("server");
pub(super) const USERNAME: FieldId = FieldId::of("username");
pub(super) const PASSWORD: FieldId = FieldId::of("password");
pub(super) const DATABASE: FieldId = FieldId::of("database");
pub(super) const PORT: FieldId = FieldId::of("port");
pub(super) const SSL_MODE: FieldId = FieldId::of("ssl_mode");
pub(super) const ROOT_CERTIFICATE: FieldId = FieldId::of("root_certificate");
pub(super) const CLIENT_CERTIFICATE: FieldId = FieldId::of("client_certificate");
pub(super) const CLIENT_KEY: FieldId = FieldId::of("client_key");
pub(super) const CONNECT_TIMEOUT: FieldId = FieldId::of("connect_timeout");
pub(super) const STATEMENT_TIMEOUT: FieldId = FieldId::of("statement_timeout");
pub(super) const SCHEMA: FieldId = FieldId::of("schema");
pub(super) const READ_ONLY: FieldId = FieldId::of("read_only");

const ENCRYPTED: &[Condition] = &[Condition::new("ssl_mode", &["prefer", "require", "verify-ca", "verify-full"])];
const ROOT_COUNTS: &[Condition] = &[Condition::new("ssl_mode", &["require", "verify-ca", "verify-full"])];

const fn pem(secret: bool, extensions: &'static [&'static str]) -> FieldKind {
    FieldKind::File(FileField { extensions, max_bytes: 1024 * 1024, secret, paste: true })
}

const SSL_MODES: FieldKind = FieldKind::Select {
    options: &[
        Option_ { value: "disable", label: "disable", note: "not encrypted" },
        Option_ { value: "prefer", label: "prefer", note: "encrypted if the server can; the server is not verified" },
        Option_ { value: "require", label: "require", note: "encrypted, but the server is not verified" },
        Option_ { value: "verify-ca", label: "verify-ca", note: "encrypted; the certificate must be trusted, whatever its name" },
        Option_ {
            value: "verify-full",
            label: "verify-full",
            note: "encrypted; the certificate must be trusted and for this server",
        },
    ],
};

static SSL_LINK: HelpLink = HelpLink {
    id: LinkId::of("postgres-ssl"),
    label: "What the SSL modes mean",
    url: "https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION",
};

static FIELDS: &[Field] = &[
    Field::NAME,
    Field::text("server", "Server")
        .help("The DNS name or IP address of the server, or the folder of its Unix socket.")
        .placeholder("host name or IP address")
        .required(),
    Field::text("username", "Username").help("The role that logs in.").required(),
    Field::secret("password", "Password").help("Left empty when the server trusts you or asks for a certificate instead."),
    Field::text("database", "Database").help("The database on that server.").default("postgres").required(),
    Field::of("port", "Port", FieldKind::Number { min: 1, max: 65535, unit: "" }).default("5432").required(),
    Field::of("ssl_mode", "SSL mode", SSL_MODES)
        .help("How the connection is encrypted and how much of the server is verified.")
        .default("verify-full")
        .required()
        .advanced()
        .link(&SSL_LINK),
    Field::of("root_certificate", "Root certificate", pem(false, &["pem", "crt", "cer", "der"]))
        .help("Of the authority that signed the server's certificate. It takes the place of the system's authorities; with require, too, the server is then verified.")
        .visible_if(ROOT_COUNTS)
        .advanced(),
    Field::of("client_certificate", "Client certificate", pem(false, &["pem", "crt", "cer", "der"]))
        .help("Only when the server asks for one.")
        .visible_if(ENCRYPTED)
        .advanced(),
    Field::of("client_key", "Client key", pem(true, &["pem", "key", "pk8", "der"]))
        .help("The private key of the client certificate, without a passphrase; it is kept in the vault.")
        .visible_if(ENCRYPTED)
        .advanced(),
    Field::of("connect_timeout", "Connect timeout", FieldKind::Number { min: 1, max: 600, unit: "seconds" })
        .help("How long to wait for the server to let us in.")
        .default("10")
        .required()
        .advanced(),
    Field::of("statement_timeout", "Statement timeout", FieldKind::Number { min: 1, max: 86_400, unit: "seconds" })
        .help("The server stops a statement that takes longer. Left empty: the server's own limit.")
        .advanced(),
    Field::of("schema", "Default schema", FieldKind::Text { max: 63 })
        .help("Names without a schema are looked for here first. Left empty: the role's own search path.")
        .advanced(),
    Field::of("read_only", "Read-only session", FieldKind::Switch)
        .help("The server itself refuses every change.")
        .default("true")
        .advanced(),
    Field::PROXY,
    Field::PROXY_URL,
];

const GRANTS: &str = r#"CREATE ROLE landbridge_reader LOGIN PASSWORD 'choose-a-long-one';
GRANT CONNECT ON DATABASE your_database TO landbridge_reader;
GRANT USAGE ON SCHEMA public TO landbridge_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO landbridge_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO landbridge_reader;"#;

const FIRST_PAGE: FirstPage = FirstPage {
    needs: &[
        Need {
            title: "The server's name and port",
            text: "In the cloud provider's console as Endpoint, Public IP or Host. The port is mostly 5432. \
                   This computer has to be allowed to reach it.",
        },
        Need {
            title: "A user name and its password",
            text: "A role that may log in and read. One of its own, as below, is better than an administrator's.",
        },
        Need { title: "The database's name", text: "One server holds several; without one of your own it is postgres." },
        Need {
            title: "The provider's root certificate, mostly",
            text: "The server is verified unless you choose otherwise. Cloud SQL, Amazon RDS and Aurora sign with their own authority: \
                   download its certificate there. Azure's is known to most computers.",
        },
    ],
    copies: &[Copyable { title: "A role that can only read", text: GRANTS }],
    cost: None,
    links: &[
        HelpLink {
            id: LinkId::of("postgres-cloud-sql"),
            label: "Cloud SQL: certificates",
            url: "https://cloud.google.com/sql/docs/postgres/manage-ssl-instance",
        },
        HelpLink {
            id: LinkId::of("postgres-rds"),
            label: "Amazon RDS and Aurora: certificates",
            url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
        },
        HelpLink {
            id: LinkId::of("postgres-azure"),
            label: "Azure: connecting with TLS",
            url: "https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-tls-ssl",
        },
        HelpLink {
            id: LinkId::of("postgres-privileges"),
            label: "PostgreSQL: privileges",
            url: "https://www.postgresql.org/docs/current/ddl-priv.html",
        },
    ],
    button: "Setup connection",
};

pub(super) static SPEC: ConnectorSpec = ConnectorSpec {
    id: ID,
    name: "PostgreSQL",
    covers: "Cloud SQL, Amazon Aurora & RDS, Azure Database for PostgreSQL",
    beta: false,
    logo: LOGO,
    first_page: FIRST_PAGE,
    notice: None,
    sign_in: &[SignIn {
        id: "password",
        label: "Username and password",
        reason: "Also for trust and client certificates, without a password.",
        recommended: true,
    }],
    fields: FIELDS,
    pastes: &[
        "postgres://user:password@host:5432/database",
        "jdbc:postgresql://host:5432/database",
        "host=… port=… user=… dbname=…",
        "PGHOST=… PGUSER=… lines",
        "psql -h … -U … database",
    ],
    stages: &[
        StageSpec { id: stage::RESOLVE, label: "Find the server" },
        StageSpec { id: stage::REACH, label: "Reach the port" },
        StageSpec { id: stage::TLS, label: "Encrypt and verify" },
        StageSpec { id: stage::LOGIN, label: "Log in" },
        StageSpec { id: stage::QUERY, label: "First query" },
        StageSpec { id: stage::CAPABILITIES, label: "Look for PostGIS" },
    ],
};
