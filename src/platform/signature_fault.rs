//! Why a request does not count as the platform's.

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SignatureFault {
    /// One of the three parameters is empty.
    #[error("signature, timestamp or nonce is missing")]
    Missing,
    #[error("the signature is not 40 hexadecimal digits")]
    Malformed,
    #[error("the timestamp is no number of seconds or milliseconds")]
    NoTimestamp,
    #[error("the signature is wrong")]
    Wrong,
    /// Right, but too far from now, either way.
    #[error("the timestamp is too far from the clock of this machine")]
    Stale,
}

impl SignatureFault {
    /// The word of logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::NoTimestamp => "no_timestamp",
            Self::Wrong => "wrong",
            Self::Stale => "stale",
        }
    }
}
