//! A parameter's value as text: the server reads it as the type that it inferred.

use super::text::PARAMETERS;
use bytes::BytesMut;
use model::{Error, Result, Scalar};
use std::error::Error as StdError;
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

/// A value on its way to the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Param(Option<String>);

/// The values for a statement that takes `expected` of them.
///
/// # Errors
/// When there are more or fewer.
pub(crate) fn bind(values: &[Scalar], expected: usize) -> Result<Vec<Param>> {
    if values.len() != expected {
        return Err(Error::new(&PARAMETERS).with("expected", expected).with("given", values.len()));
    }
    Ok(values.iter().map(Param::of).collect())
}

impl Param {
    fn of(value: &Scalar) -> Self {
        Self(match value {
            Scalar::Null => None,
            Scalar::Bool(b) => Some(b.to_string()),
            Scalar::Int(n) => Some(n.to_string()),
            // `inf` and `NaN` are PostgreSQL's words too.
            Scalar::Float(n) => Some(n.to_string()),
            Scalar::Text(text) => Some(text.clone()),
        })
    }
}

impl ToSql for Param {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        Ok(match &self.0 {
            None => IsNull::Yes,
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                IsNull::No
            }
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }
}
