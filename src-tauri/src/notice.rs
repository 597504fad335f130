//! A notice of the desktop, for somebody who is looking elsewhere.

use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

/// Shows a notice. Where the desktop shows none (a bare X server, a quiet hour) there is nobody to tell, and nothing to do
/// about it: whoever comes back finds the same on the page.
#[tauri::command]
pub(crate) fn notify(app: AppHandle, title: String, body: String) {
    let _unseen = app.notification().builder().title(title).body(body).show();
}
