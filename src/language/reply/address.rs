//! Whether an address on a card or behind a button can be opened, as far as its text shows; nothing is fetched.

use crate::language::diagnostic::Suggestion;
use crate::language::reply::fault::ReplyFault;
use crate::language::rule_reader::RuleReader;
use crate::language::template::foreign::invisible_in;
use crate::language::yaml::reader::Text;

/// Looks at an address, in which templates may insert something.
///
/// # Errors
///
/// It has no scheme, names no site, or has a blank in it.
pub fn check_address(url: &str) -> Result<(), ReplyFault> {
    let written = || url.to_owned();
    let Some(rest) = behind_scheme(url) else {
        let half = url.trim().replace('：', ":").replace('／', "/").replace(":// ", "://");
        let meant = (half != url && behind_scheme(&half).is_some()).then_some(half);
        return Err(ReplyFault::RelativeUrl { url: written(), meant: Suggestion(meant) });
    };
    if rest.trim_start_matches('/').is_empty() {
        return Err(ReplyFault::NoSite { url: written() });
    }
    let is_blank =
        !url.contains("{%") && outside_of_braces(url).any(|part| part.contains(char::is_whitespace));
    if is_blank { Err(ReplyFault::BlankInUrl { url: written() }) } else { Ok(()) }
}

/// Warns of a character in an address that nobody sees.
pub fn warn_of_invisible(reader: &mut RuleReader, address: &Text) {
    if let Some(fault) = invisible_in(&address.value) {
        reader.fault(fault, address.span.clone());
    }
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
        let relative = |url: &str, meant: Option<&str>| {
            let meant = Suggestion::of(meant);
            assert_eq!(check_address(url), Err(ReplyFault::RelativeUrl { url: url.to_owned(), meant }));
        };
        relative("a.com", None);
        relative("https：//a.com", Some("https://a.com"));
        relative(" https://a.com", Some("https://a.com"));
        for no_site in ["https://", "http:///"] {
            assert_eq!(check_address(no_site), Err(ReplyFault::NoSite { url: no_site.to_owned() }));
        }
        for blank in ["https://a.com/ x", "https://a.com "] {
            assert_eq!(check_address(blank), Err(ReplyFault::BlankInUrl { url: blank.to_owned() }));
        }
    }
}
