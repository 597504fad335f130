//! What is wrong with a TLS connection, where trying again would not help.

use std::error::Error;
use std::io;

use rustls::Error as TlsError;

/// What to say about an error, if TLS is behind it and it will be there the next time as well.
pub(super) fn trouble(error: &reqwest::Error) -> Option<&'static str> {
    match find(error)? {
        TlsError::InvalidCertificate(_) => Some(
            "the server's certificate is not accepted; check the address, or have this machine trust who issued it (the \
             variable SSL_CERT_FILE can name a file of trusted certificates)",
        ),
        TlsError::InvalidMessage(_) => Some("the server does not speak TLS there; is it http:// in place of https://?"),
        _ => None,
    }
}

/// The error of TLS itself: somewhere among the causes, often within one of IO.
fn find<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e TlsError> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    let within = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    within.and_then(|inner| find(inner)).or_else(|| error.source().and_then(find))
}
