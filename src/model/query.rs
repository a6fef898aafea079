//! The query of a URL as names and values. The first of several equal names counts; what is not UTF-8 is left out.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A decoded query.
#[derive(Debug, Default)]
pub struct Query<'q>(Vec<(Cow<'q, str>, Cow<'q, str>)>);

/// More names than this are not looked at; the platform sends four (docs/protocol.md 1.1).
const MOST: usize = 32;

impl<'q> Query<'q> {
    /// That of a URL, still encoded; an empty one where it has none.
    pub fn of(query: Option<&'q str>) -> Self {
        let pair = |pair: &'q str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        };
        Self(query.unwrap_or_default().split('&').take(MOST).filter_map(pair).collect())
    }

    /// The value of a name, or an empty text.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('+') {
        let blanks = text.replace('+', " ");
        return percent_decode_str(&blanks).decode_utf8().ok().map(|text| Cow::Owned(text.into_owned()));
    }
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_the_first_counts() {
        let query = Query::of(Some("nonce=a%2Bb+c&signature=&nonce=x&flag&bad=%FF"));
        assert_eq!(query.get("nonce"), "a+b c");
        let names: Vec<_> = query.0.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["nonce", "signature", "nonce", "flag"]);
        assert_eq!((query.get("signature"), query.get("echostr")), ("", ""));
    }
}
