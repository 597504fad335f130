//! What the menu does to the web view itself: editing commands and page zoom.

use std::sync::Mutex;

use tauri::{Manager, WebviewWindow};

/// The steps of the page zoom; the studio starts in the middle.
const SCALES: [f64; 9] = [0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0];
const ACTUAL_SIZE: usize = 4;

/// The current step of the page zoom.
pub(crate) struct Zoom(Mutex<usize>);

impl Default for Zoom {
    fn default() -> Self {
        Self(Mutex::new(ACTUAL_SIZE))
    }
}

/// Where a zoom goes.
#[derive(Clone, Copy)]
pub(crate) enum ZoomTo {
    Larger,
    Smaller,
    ActualSize,
}

impl ZoomTo {
    fn from(self, step: usize) -> usize {
        match self {
            Self::Larger => (step + 1).min(SCALES.len() - 1),
            Self::Smaller => step.saturating_sub(1),
            Self::ActualSize => ACTUAL_SIZE,
        }
    }
}

/// Scales the whole page, text and canvas alike.
pub(crate) fn zoom(window: &WebviewWindow, to: ZoomTo) {
    let state = window.state::<Zoom>();
    let Ok(mut step) = state.0.lock() else { return };
    *step = to.from(*step);
    // Fails only when the window is going away.
    let _gone = window.set_zoom(SCALES[*step]);
}

/// Runs `Cut`, `Copy`, `Paste` or `SelectAll` on whatever has the keyboard in the page.
#[cfg(target_os = "linux")]
pub(crate) fn edit(window: &WebviewWindow, command: &'static str) {
    use webkit2gtk::WebViewExt;
    // Fails only when the window is going away.
    let _gone = window.with_webview(move |view| view.inner().execute_editing_command(command));
}

/// Runs `Cut`, `Copy`, `Paste` or `SelectAll` on whatever has the keyboard in the page.
#[cfg(not(target_os = "linux"))]
pub(crate) fn edit(window: &WebviewWindow, command: &'static str) {
    // Fails only when the window is going away.
    let _gone = window.eval(format!("document.execCommand('{command}')"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_stops_at_both_ends_and_comes_back() {
        let mut step = ACTUAL_SIZE;
        for _ in 0..20 {
            step = ZoomTo::Larger.from(step);
        }
        assert_eq!(SCALES[step], 2.0);
        for _ in 0..20 {
            step = ZoomTo::Smaller.from(step);
        }
        assert_eq!(SCALES[step], 0.5);
        assert_eq!(SCALES[ZoomTo::ActualSize.from(step)], 1.0);
    }
}
