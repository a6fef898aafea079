//! Whether an address on a card or behind a button is one that can be opened, as far as its text shows. It
//! opens none.

use crate::language::diagnostic::Suggestion;

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnAddress {
    /// It does not begin with https:// or http://; what was perhaps meant does.
    Relative(Suggestion),
    /// Nothing stands behind that.
    NoSite,
    Blank,
}

/// Looks at an address, in which templates may insert something.
pub fn check_address(url: &str) -> Result<(), NotAnAddress> {
    let Some(rest) = behind_scheme(url) else {
        let half = url.trim().replace('：', ":").replace('／', "/").replace(":// ", "://");
        let meant = (half != url && behind_scheme(&half).is_some()).then_some(half);
        return Err(NotAnAddress::Relative(Suggestion(meant)));
    };
    if rest.trim_start_matches('/').is_empty() {
        return Err(NotAnAddress::NoSite);
    }
    let is_blank =
        !url.contains("{%") && outside_of_braces(url).any(|part| part.contains(char::is_whitespace));
    if is_blank { Err(NotAnAddress::Blank) } else { Ok(()) }
}

fn behind_scheme(url: &str) -> Option<&str> {
    ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme))
}

/// What stands around the insertions of a text.
pub fn outside_of_braces(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = text.split("{{");
    let before = parts.next().into_iter();
    before.chain(parts.map(|part| part.split_once("}}").map_or("", |(_, behind)| behind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_site_and_no_blank() {
        for full in ["https://a.com", "http://{{ site }}/x", "https://a.com/{{ text | upper }}?q=1"] {
            assert_eq!(check_address(full), Ok(()), "{full}");
        }
        let relative =
            |meant: Option<&str>| Err(NotAnAddress::Relative(Suggestion(meant.map(str::to_owned))));
        assert_eq!(check_address("a.com"), relative(None));
        assert_eq!(check_address("https：//a.com"), relative(Some("https://a.com")));
        assert_eq!(check_address(" https://a.com"), relative(Some("https://a.com")));
        assert_eq!(check_address("https://"), Err(NotAnAddress::NoSite));
        assert_eq!(check_address("https://a.com/ x"), Err(NotAnAddress::Blank));
        assert_eq!(check_address("https://a.com "), Err(NotAnAddress::Blank));
    }
}
