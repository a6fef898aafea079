//! The signature of a callback: whoever knows the app secret may speak (docs/protocol.md 1). It does not cover
//! the body. The comparison takes the same time however close a wrong signature comes.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use crate::model::query::Query;
use crate::platform::SignatureFault;
use crate::platform::weibo::instant;

/// The three query parameters of a signed request, as they came (docs/protocol.md 1.1).
#[derive(Clone, Copy, Debug)]
pub struct Signed<'q> {
    pub signature: &'q str,
    pub timestamp: &'q str,
    pub nonce: &'q str,
}

impl<'q> Signed<'q> {
    pub fn of(query: &'q Query) -> Self {
        let [signature, timestamp, nonce] = ["signature", "timestamp", "nonce"].map(|name| query.get(name));
        Self { signature, timestamp, nonce }
    }
}

/// The query of a request that is signed at this moment.
pub fn signed(secret: &SecretString, at: Timestamp, nonce: String) -> Vec<(&'static str, String)> {
    let timestamp = at.as_millisecond().to_string();
    let signature = sign(secret, &timestamp, &nonce);
    vec![("signature", signature), ("timestamp", timestamp), ("nonce", nonce)]
}

/// The signature of a timestamp and a nonce, in lower-case hexadecimal digits.
pub fn sign(secret: &SecretString, timestamp: &str, nonce: &str) -> String {
    hex::encode(digest(secret, timestamp, nonce))
}

/// Checks a signature. Without `max_age` any time counts, but it must be one.
///
/// # Errors
///
/// The first fault that applies, in the order of the enum. Staleness comes last, so that only somebody who knows the
/// secret learns something about the clock.
pub fn verify(
    secret: &SecretString,
    signed: Signed<'_>,
    now: Timestamp,
    max_age: Option<SignedDuration>,
) -> Result<(), SignatureFault> {
    if [signed.signature, signed.timestamp, signed.nonce].contains(&"") {
        return Err(SignatureFault::Missing);
    }
    let mut claimed = [0; 20];
    hex::decode_to_slice(signed.signature, &mut claimed).map_err(|_| SignatureFault::Malformed)?;
    let at = instant::of_digits(signed.timestamp).ok_or(SignatureFault::NoTimestamp)?;
    let expected = digest(secret, signed.timestamp, signed.nonce);
    if !bool::from(expected.ct_eq(&claimed)) {
        return Err(SignatureFault::Wrong);
    }
    if max_age.is_some_and(|max_age| now.duration_since(at).abs() > max_age) {
        return Err(SignatureFault::Stale);
    }
    Ok(())
}

fn digest(secret: &SecretString, timestamp: &str, nonce: &str) -> [u8; 20] {
    let mut parts = [secret.expose_secret(), timestamp, nonce];
    // bytewise: as numbers, a short nonce would come before the timestamp
    parts.sort_unstable();
    parts.iter().fold(Sha1::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "xyz123xyz";
    const OFFICIAL: Signed<'static> = Signed {
        signature: "90e4c22c90a58f26526c2dd5b6c56c8822edeaa1",
        timestamp: "1397022061823",
        nonce: "57155157",
    };

    fn verified(
        signed: Signed<'_>,
        off_by: SignedDuration,
        max_age: Option<SignedDuration>,
    ) -> Result<(), SignatureFault> {
        let now = Timestamp::from_millisecond(1_397_022_061_823).unwrap() + off_by;
        verify(&SECRET.into(), signed, now, max_age)
    }

    fn ever(signed: Signed<'_>) -> Result<(), SignatureFault> {
        verified(signed, SignedDuration::from_hours(9_999), None)
    }

    #[test]
    fn every_known_vector_is_reproduced() {
        let table = include_str!("../../../tests/fixtures/protocol/verify/vectors.tsv");
        let rows: Vec<_> = table.lines().skip(1).filter(|line| !line.is_empty()).collect();
        assert_eq!(rows.len(), 7);
        for row in rows {
            let columns: Vec<_> = row.split('\t').collect();
            let [secret, timestamp, nonce, _, signature, note] = columns[..] else { panic!("{row}") };
            assert_eq!(sign(&secret.into(), timestamp, nonce), signature, "{note}");
            let signed = Signed { signature, timestamp, nonce };
            assert_eq!(verify(&secret.into(), signed, Timestamp::UNIX_EPOCH, None), Ok(()), "{note}");
        }
    }

    #[test]
    fn hexadecimal_digits_count_in_either_case() {
        let signature = OFFICIAL.signature.to_uppercase();
        assert_eq!(ever(Signed { signature: &signature, ..OFFICIAL }), Ok(()));
    }

    #[test]
    fn an_empty_parameter_is_missing() {
        for signed in [
            Signed { signature: "", ..OFFICIAL },
            Signed { timestamp: "", ..OFFICIAL },
            Signed { nonce: "", ..OFFICIAL },
        ] {
            assert_eq!(ever(signed), Err(SignatureFault::Missing), "{signed:?}");
        }
    }

    #[test]
    fn only_forty_hexadecimal_digits_are_a_signature() {
        let long = format!("{}00", OFFICIAL.signature);
        let blank = format!("{} ", &OFFICIAL.signature[1..]);
        let signatures = [&OFFICIAL.signature[1..], &OFFICIAL.signature[2..], &long, &blank, "签名"];
        for signature in signatures {
            assert_eq!(ever(Signed { signature, ..OFFICIAL }), Err(SignatureFault::Malformed), "{signature}");
        }
    }

    #[test]
    fn a_time_that_is_no_number_is_refused_even_where_any_time_counts() {
        let signature = sign(&SECRET.into(), "yesterday", OFFICIAL.nonce);
        let signed = Signed { signature: &signature, timestamp: "yesterday", ..OFFICIAL };
        assert_eq!(ever(signed), Err(SignatureFault::NoTimestamp));
    }

    #[test]
    fn another_secret_time_or_nonce_is_wrong() {
        assert_eq!(ever(Signed { nonce: "57155158", ..OFFICIAL }), Err(SignatureFault::Wrong));
        assert_eq!(ever(Signed { timestamp: "1397022061824", ..OFFICIAL }), Err(SignatureFault::Wrong));
        let other = verify(&"xyz123xyy".into(), OFFICIAL, Timestamp::UNIX_EPOCH, None);
        assert_eq!(other, Err(SignatureFault::Wrong));
    }

    #[test]
    fn a_signature_ages_in_both_directions() {
        let five_minutes = SignedDuration::from_mins(5);
        let millisecond = SignedDuration::from_millis(1);
        for way in [five_minutes, -five_minutes] {
            assert_eq!(verified(OFFICIAL, way, Some(five_minutes)), Ok(()));
            let beyond = if way.is_negative() { way - millisecond } else { way + millisecond };
            assert_eq!(verified(OFFICIAL, beyond, Some(five_minutes)), Err(SignatureFault::Stale));
        }
    }

    #[test]
    fn ten_digits_are_seconds() {
        let signature = sign(&SECRET.into(), "1397022061", "1");
        let signed = Signed { signature: &signature, timestamp: "1397022061", nonce: "1" };
        assert_eq!(verified(signed, SignedDuration::ZERO, Some(SignedDuration::from_secs(1))), Ok(()));
    }

    #[test]
    fn who_does_not_know_the_secret_learns_nothing_about_the_clock() {
        let signed = Signed { timestamp: "1", ..OFFICIAL };
        let age = Some(SignedDuration::from_secs(1));
        assert_eq!(verified(signed, SignedDuration::ZERO, age), Err(SignatureFault::Wrong));
    }
}
