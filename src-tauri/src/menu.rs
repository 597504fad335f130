//! The native menu. What concerns the document is told to the page as a `menu` event; what concerns the window is done
//! here.
//!
//! Only keys that mean the same everywhere in the studio are accelerators: GTK gives them to the menu before the page
//! sees them, so a key that a text field or the canvas wants (undo, copy, delete …) must not stand here.

use tauri::menu::{AboutMetadata, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Emitter, Manager, Wry};

use crate::view::{ZoomTo, edit, zoom};
use crate::window::MAIN;

/// The event that tells the page which item was chosen; its payload is the item's id, a string.
const EVENT: &str = "menu";

/// Builds the menu bar.
pub(crate) fn build(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let item = |id: &str, text: &str, key: Option<&str>| MenuItem::with_id(app, id, text, true, key);
    let line = || PredefinedMenuItem::separator(app);

    let file = Submenu::with_items(
        app,
        "File",
        true,
        &[
            &item("file.new", "New workflow", Some("CmdOrCtrl+N"))?,
            &line()?,
            &item("file.import", "Import…", Some("CmdOrCtrl+O"))?,
            &item("file.export", "Export…", Some("CmdOrCtrl+Shift+E"))?,
            &line()?,
            &item("file.quit", "Quit", Some("CmdOrCtrl+Q"))?,
        ],
    )?;
    let edit = Submenu::with_items(
        app,
        "Edit",
        true,
        &[
            &item("edit.undo", "Undo", None)?,
            &item("edit.redo", "Redo", None)?,
            &line()?,
            &item("edit.cut", "Cut", None)?,
            &item("edit.copy", "Copy", None)?,
            &item("edit.paste", "Paste", None)?,
            &item("edit.select_all", "Select all", None)?,
        ],
    )?;
    let theme = Submenu::with_items(
        app,
        "Theme",
        true,
        &[
            &item("view.theme.system", "Like the system", None)?,
            &item("view.theme.light", "Light", None)?,
            &item("view.theme.dark", "Dark", None)?,
        ],
    )?;
    let view = Submenu::with_items(
        app,
        "View",
        true,
        &[
            &item("view.zoom_in", "Zoom in", Some("CmdOrCtrl+="))?,
            &item("view.zoom_out", "Zoom out", Some("CmdOrCtrl+-"))?,
            &item("view.zoom_reset", "Actual size", Some("CmdOrCtrl+0"))?,
            &line()?,
            &theme,
        ],
    )?;
    #[cfg(debug_assertions)]
    view.append(&item("view.devtools", "Developer tools", Some("F12"))?)?;
    let help = Submenu::with_items(
        app,
        "Help",
        true,
        &[
            &item("help.shortcuts", "Keyboard shortcuts", None)?,
            &PredefinedMenuItem::about(app, Some("About Heddle"), Some(about(app)))?,
        ],
    )?;
    Menu::with_items(app, &[&file, &edit, &view, &help])
}

fn about(app: &AppHandle) -> AboutMetadata<'_> {
    AboutMetadata {
        name: Some("Heddle".into()),
        version: Some(app.package_info().version.to_string()),
        comments: Some("A desktop studio for agent workflows".into()),
        license: Some("MIT".into()),
        icon: app.default_window_icon().cloned(),
        ..Default::default()
    }
}

/// Does what the chosen item says, or tells the page.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    match id {
        "file.quit" => app.exit(0),
        "edit.cut" => edit(&window, "Cut"),
        "edit.copy" => edit(&window, "Copy"),
        "edit.paste" => edit(&window, "Paste"),
        "edit.select_all" => edit(&window, "SelectAll"),
        "view.zoom_in" => zoom(&window, ZoomTo::Larger),
        "view.zoom_out" => zoom(&window, ZoomTo::Smaller),
        "view.zoom_reset" => zoom(&window, ZoomTo::ActualSize),
        #[cfg(debug_assertions)]
        "view.devtools" if window.is_devtools_open() => window.close_devtools(),
        #[cfg(debug_assertions)]
        "view.devtools" => window.open_devtools(),
        // Fails only when the window is going away, and then nobody waits for it.
        _ => drop(app.emit_to(MAIN, EVENT, id)),
    }
}
