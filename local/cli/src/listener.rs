//! Sockets on 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::shutdown::Shutdown;

/// Listens on a port of 127.0.0.1; on a free one if it is 0. `option` is what chooses another, if
/// anything does.
pub(crate) async fn bind(port: u16, what: &str, option: Option<&str>) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match (error.kind(), option) {
            (std::io::ErrorKind::AddrInUse, Some(option)) => {
                Failure::new(format!("port {port} is taken, and {what} needs it"))
                    .with_hint(format!("Stop what listens there, or choose another port with {option} PORT."))
            }
            _ => Failure::new(format!("{what} cannot listen on port {port}: {error}")),
        })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until shutdown, then finishes the requests that are being answered.
pub(crate) fn serve(listener: TcpListener, router: Router, shutdown: &Shutdown) -> JoinHandle<()> {
    let shutdown = shutdown.clone();
    tokio::spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(async move { shutdown.begun().await });
        if let Err(error) = served.await {
            tracing::error!(%error, "a server ended");
        }
    })
}
