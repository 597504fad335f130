//! The one window: made hidden in the theme's colour, shown when its page is there.

use tauri::utils::config::Color;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Theme, Url, WebviewWindowBuilder, Wry};
use tauri_plugin_window_state::StateFlags;

use crate::door::PAGE_ORIGINS;
use crate::place::Place;

/// The label of the window, here and in the capabilities of `tauri.conf.json`.
pub(crate) const MAIN: &str = "main";

/// The page colours of the two themes (`--bg` in the UI), so that no white flashes up before the page paints.
const DARK: Color = Color(0x0e, 0x10, 0x14, 0xff);
const LIGHT: Color = Color(0xf4, 0xf5, 0xf8, 0xff);

/// Keeps size, place and maximised state beside the data. Visibility is not kept: showing the window is [`open`]'s.
pub(crate) fn state_plugin(place: &Place) -> tauri::plugin::TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::default()
        .with_filename(place.data.join("window.json").to_string_lossy())
        .with_state_flags(StateFlags::all() & !StateFlags::VISIBLE)
        .build()
}

/// Makes the window as `tauri.conf.json` describes it.
pub(crate) fn open(app: &AppHandle, place: &Place) -> anyhow::Result<()> {
    let config = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == MAIN)
        .ok_or_else(|| anyhow::anyhow!("tauri.conf.json describes no window named {MAIN}"))?;
    let window = WebviewWindowBuilder::from_config(app, config)?
        .data_directory(place.data.join("webview"))
        .background_color(DARK)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            // A window that cannot be shown has no one to tell; the next focus request tries again.
            if load.event() == PageLoadEvent::Finished {
                let _hidden = window.show();
            }
        })
        .build()?;
    if window.theme()? == Theme::Light {
        window.set_background_color(Some(LIGHT))?;
    }
    Ok(())
}

/// Shows the window and gives it the keyboard: what a second start of the program asks of the first.
pub(crate) fn bring_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // Each may fail alone (no window manager, say); the others still help.
        let _shown = window.show();
        let _restored = window.unminimize();
        let _focused = window.set_focus();
    }
}

/// The page never leaves the studio; a link to elsewhere is not followed inside the window.
fn is_ours(url: &Url) -> bool {
    PAGE_ORIGINS.iter().any(|page| Url::parse(page).is_ok_and(|page| same_origin(&page, url)))
}

fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme() && a.host_str() == b.host_str() && a.port() == b.port()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_in_the_studio() {
        for inside in ["tauri://localhost", "tauri://localhost/workflows/7?tab=data#x", "http://tauri.localhost/"] {
            assert!(is_ours(&Url::parse(inside).unwrap()), "{inside}");
        }
        for outside in
            ["https://example.com/", "heddle://localhost/api/docs", "tauri://elsewhere/", "file:///etc/passwd"]
        {
            assert!(!is_ours(&Url::parse(outside).unwrap()), "{outside}");
        }
    }
}
