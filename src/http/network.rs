//! Who counts as one client, where connections or failures are counted.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use hyper::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies in front whose word on a client's address is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    /// The client of a request that `peer` sent: behind trusted proxies the last address of `X-Forwarded-For` that is
    /// not one of theirs. What stands before that address is the client's own word.
    pub fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_trusted = |address: IpAddr| self.0.iter().any(|network| network.contains(&address));
        let lines = headers.get_all(FORWARDED_FOR).into_iter();
        let hops = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        // told from the nearest to the farthest
        let hops = hops.map(address_of).collect::<Vec<_>>().into_iter().rev();
        let mut client = peer;
        for hop in hops {
            match hop {
                Some(farther) if is_trusted(client) => client = farther,
                _ => break,
            }
        }
        client
    }
}

/// An address as proxies write it, some with a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}

/// Whoever has one IPv6 address usually has its whole /64.
pub fn network_of(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !0 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_behind_trusted_proxies_is_the_last_that_is_none_of_them() {
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        let client = |peer: &str, lines: &[&str]| {
            let lines = lines.iter().map(|line| (FORWARDED_FOR.parse().unwrap(), line.parse().unwrap()));
            proxies.client_of(peer.parse().unwrap(), &lines.collect()).to_string()
        };
        assert_eq!(client("10.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(
            client("10.0.0.1", &["1.1.1.1, 203.0.113.7, 10.9.9.9"]),
            "203.0.113.7",
            "a forged first one"
        );
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "203.0.113.7:4711"]), "203.0.113.7");
        assert_eq!(client("::1", &["[2001:db8::7]:80"]), "2001:db8::7");
        assert_eq!(client("203.0.113.7", &["1.1.1.1"]), "203.0.113.7", "no proxy of ours");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, unknown"]), "10.0.0.1", "no address");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(
            TrustedProxies::default().client_of([10, 0, 0, 1].into(), &HeaderMap::new()).to_string(),
            "10.0.0.1"
        );
    }

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_network() {
        let network = |text: &str| network_of(text.parse().unwrap()).to_string();
        assert_eq!(network("10.1.2.3"), "10.1.2.3");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1:2::");
        assert_ne!(network("2001:db8:1:3::"), "2001:db8:1:2::");
    }
}
