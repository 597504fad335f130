//! HTTPS, against a real server on loopback.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use heddle_model::FailureCode::Unavailable;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

use crate::server::{Server, answer};
use crate::support::Attempt;

/// An authority, and a certificate for a name that it has issued.
fn certificate(name: &str) -> (String, CertificateDer<'static>, PrivateKeyDer<'static>) {
    let mut own = CertificateParams::new(Vec::new()).unwrap();
    own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(own, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let issued = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    (authority.pem(), issued.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
}

/// A server with that certificate that answers every request with `hello`; it stops when the test's runtime ends.
async fn serve(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> String {
    let versions = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = versions.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate], key).unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust the certificate hangs up here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") {
                asked.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello").await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    format!("https://localhost:{port}/")
}

fn http(url: &str) -> Attempt {
    Attempt::new("http", json!({ "url": url }))
}

#[tokio::test]
async fn a_certificate_of_nobody_known_is_refused_and_named_as_the_reason() {
    let (_, certificate, key) = certificate("localhost");
    let url = serve(certificate, key).await;
    let failure =
        http(&url).fails(Unavailable, &["certificate is not accepted", "UnknownIssuer", "SSL_CERT_FILE"]).await;
    assert!(!failure.transient, "trying again does not help");
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_is_not_there() {
    let server = Server::start(|_| answer(200, &[], "hello")).await;
    let failure = http(&server.url.replace("http:", "https:")).fails(Unavailable, &["does not speak TLS"]).await;
    assert!(!failure.transient);
}

/// What is trusted is read once per process, from where the environment says: hence a process of its own.
#[tokio::test]
async fn an_authority_named_by_the_environment_is_trusted_for_its_names_only() {
    const CHILD: &str = "HEDDLE_AGENTS_TEST_FOLDER";
    if let Some(folder) = std::env::var_os(CHILD) {
        let read = |name: String| std::fs::read(PathBuf::from(&folder).join(name)).unwrap();
        let served = |name: &str| {
            serve(read(format!("{name}.der")).into(), PrivateKeyDer::Pkcs8(read(format!("{name}.key")).into()))
        };
        let answer = http(&served("right").await).answer().await;
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["body"], json!("hello"));
        http(&served("wrong").await).fails(Unavailable, &["certificate is not accepted"]).await;
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut trusted = String::new();
    for (name, host) in [("right", "localhost"), ("wrong", "elsewhere.example")] {
        let (authority, certificate, key) = certificate(host);
        trusted += &authority;
        std::fs::write(folder.path().join(format!("{name}.der")), &certificate).unwrap();
        std::fs::write(folder.path().join(format!("{name}.key")), key.secret_der()).unwrap();
    }
    std::fs::write(folder.path().join("trusted.pem"), trusted).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "tls::an_authority_named_by_the_environment_is_trusted_for_its_names_only", "--nocapture"]);
    child.env(CHILD, folder.path()).env("SSL_CERT_FILE", folder.path().join("trusted.pem")).stdin(Stdio::null());
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "the child ran the test");
}
