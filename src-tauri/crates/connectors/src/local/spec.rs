//! The form of Local data, as data. Nobody fills it in: the engine keeps the list of added files and writes it here.

use model::{ConnectorId, ConnectorSpec, Field, FieldId, FieldKind, FirstPage, Logo, SignIn, StageSpec, stage};

pub(super) const ID: ConnectorId = ConnectorId::of("local");
/// A JSON array of `{"id": …, "path": …}`.
pub(super) const FILES: FieldId = FieldId::of("files");

pub(super) static SPEC: ConnectorSpec = ConnectorSpec {
    id: ID,
    name: "Local data",
    covers: "GeoPackage, SQLite, GeoParquet, FlatGeobuf, Shapefile, GeoJSON and CSV on this computer, and samples",
    beta: false,
    logo: Logo::Monogram { letters: "L" },
    first_page: FirstPage { needs: &[], copies: &[], cost: None, links: &[], button: "Open" },
    notice: None,
    sign_in: &[SignIn { id: "none", label: "No account", reason: "Files on this computer need none.", recommended: true }],
    fields: &[Field::of("files", "Files", FieldKind::Text { max: 16 << 20 }).help("The files that were added.")],
    pastes: &[],
    stages: &[
        StageSpec { id: stage::QUERY, label: "Open the samples" },
        StageSpec { id: stage::CAPABILITIES, label: "Look for the files" },
    ],
};
