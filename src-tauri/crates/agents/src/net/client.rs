//! The HTTP clients: made at first use, then shared, so that connections are kept.

use std::sync::OnceLock;
use std::time::Duration;

use heddle_model::{Failure, FailureCode};
use reqwest::{Client, ClientBuilder, Url, redirect};

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// One client for this machine's own servers, which no proxy can reach, and one for everybody else's.
#[derive(Default)]
pub(crate) struct Clients {
    local: OnceLock<Result<Client, String>>,
    remote: OnceLock<Result<Client, String>>,
}

impl Clients {
    /// The client for an address.
    ///
    /// # Errors
    /// [`FailureCode::Unavailable`] when TLS cannot be set up on this machine.
    pub(crate) fn to(&self, url: &Url) -> Result<&Client, Failure> {
        let made = if is_local(url) {
            self.local.get_or_init(|| make(|| builder().no_proxy()))
        } else {
            self.remote.get_or_init(|| make(builder))
        };
        made.as_ref().map_err(|error| {
            Failure::new(FailureCode::Unavailable, format!("HTTP cannot be used on this machine: {error}"))
        })
    }
}

fn is_local(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

fn builder() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("heddle/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::limited(MAX_REDIRECTS))
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
}

fn make(builder: impl Fn() -> ClientBuilder) -> Result<Client, String> {
    // Somebody else may have chosen a provider for the whole process already; then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder()
        .build()
        // A machine without any trusted certificates can still reach plain http:// addresses.
        .or_else(|error| builder().tls_certs_only([]).build().map_err(|_| error))
        .map_err(|error| format!("{error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        for local in ["http://localhost:11434/v1", "http://127.0.0.1/", "http://[::1]:80/", "http://127.1.2.3/"] {
            assert!(is_local(&Url::parse(local).unwrap()), "{local}");
        }
        for remote in ["http://localhost.example/", "https://10.0.0.1/", "https://example.org/127.0.0.1"] {
            assert!(!is_local(&Url::parse(remote).unwrap()), "{remote}");
        }
    }
}
