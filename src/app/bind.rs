//! Listening on an address.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use super::Refused;

/// Connections that wait in the system's queue until they are accepted. Beyond the queue the system drops
/// them, and a client waits a second before it tries again.
const QUEUE: u32 = 4_096;

/// A listener on this address, and the address that it has.
///
/// # Errors
/// It is in use, or not to be had.
pub(super) fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Refused> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // a restart must not wait for what the last process left in the system
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(QUEUE)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    listen().map_err(|source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => Refused::InUse { address },
        _ => Refused::Bind { address, source },
    })
}
