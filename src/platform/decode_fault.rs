//! Why a body could not be decoded. A fault says what is wrong and where, but does not quote the body, so that no words of
//! a fan reach a log through it.

/// A body that is no push and no reply. `Display` is one short line without a newline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFault {
    #[error("the body is empty")]
    Empty,
    #[error("the body is neither JSON nor XML")]
    NeitherJsonNorXml,
    #[error("the body is not UTF-8")]
    NotUtf8,
    #[error("no valid JSON: {reason}")]
    BadJson { reason: String },
    #[error("the JSON is not an object")]
    NotAnObject,
    #[error("nested beyond reason")]
    TooDeep,
    #[error("no valid XML: {reason}")]
    BadXml { reason: String },
    #[error("a document type definition is refused")]
    Doctype,
    #[error("the field {field} is missing")]
    MissingField { field: &'static str },
    #[error("the field {field} has no usable value")]
    BadField { field: &'static str },
}

impl DecodeFault {
    /// The word of logs and metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NeitherJsonNorXml => "neither_json_nor_xml",
            Self::NotUtf8 => "not_utf8",
            Self::BadJson { .. } => "bad_json",
            Self::NotAnObject => "not_an_object",
            Self::TooDeep => "too_deep",
            Self::BadXml { .. } => "bad_xml",
            Self::Doctype => "doctype",
            Self::MissingField { .. } => "missing_field",
            Self::BadField { .. } => "bad_field",
        }
    }
}
