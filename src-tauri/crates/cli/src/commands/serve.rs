//! `heddle serve`: the studio on a loopback port.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use heddle_api::{Studio, StudioOptions, Token};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::pages;
use crate::args::Serve;
use crate::{Verdict, files};

pub(crate) async fn run(args: Serve) -> anyhow::Result<Verdict> {
    let filter = EnvFilter::try_from_env("HEDDLE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();

    let folder = files::data_dir(&args.data)?;
    let studio = Studio::open(StudioOptions::at(&folder)).await?;
    let token = args.token.map_or_else(Token::random, Token::new);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let router = pages::with_pages(studio.guarded_router(token.clone()));

    let at = listener.local_addr()?;
    let page = format!("http://{at}/#token={}", token.as_str());
    say!("{page}");
    tell!("The studio is open at this address, for this machine only. Data: {}. End with Ctrl+C.", folder.display());
    if args.open {
        open(&page);
    }
    // Requests that wait for events would hold the end up for their whole wait; what is being written is finished by
    // the store when it closes.
    tokio::select! {
        served = axum::serve(listener, router).into_future() => served?,
        () = stop() => {}
    }
    studio.shutdown().await;
    Ok(Verdict::Good)
}

/// Shows a page in the user's browser. That it cannot be shown is told; the address has been printed.
fn open(page: &str) {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(before)
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(error) = started {
        tell!("The browser could not be opened ({program}: {error}); open the address yourself.");
    }
}

/// Ends when somebody asks for it: Ctrl+C, or SIGTERM from a service manager.
async fn stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
