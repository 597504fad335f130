//! The desktop shell: one window, its native menu and dialogs, and the API behind a private scheme.
//!
//! The shell adds to the studio only what a desktop has and a browser has not. It holds no workflow logic, opens no
//! port and never parses a document: every operation goes through the router of `heddle-api`, the same one that
//! `heddle serve` binds to a loopback address. Nothing else in the workspace imports `tauri`.
//!
//! Start reading at [`run`]; `door` is the way from the page to the router.

mod door;
mod files;
mod menu;
mod notice;
mod place;
#[cfg(target_os = "linux")]
mod safe_start;
mod view;
mod window;

use std::process::ExitCode;

use tauri::{AppHandle, Manager, RunEvent, Wry};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use door::Door;
use place::Place;

/// Runs the studio until its window is closed.
///
/// Answers a failure code only when the window itself cannot be made; a data folder that cannot be opened is told to the
/// person in a dialog, for there may be no terminal to read.
pub fn run() -> ExitCode {
    #[cfg(target_os = "linux")]
    safe_start::restart_with_safe_renderer();

    match build() {
        Ok(app) => {
            let code = app.run_return(|app, event| {
                if let RunEvent::Exit = event {
                    tauri::async_runtime::block_on(app.state::<Door>().close());
                }
            });
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn build() -> anyhow::Result<tauri::App<Wry>> {
    let place = Place::find()?;
    let door = Door::new(place.data.clone());
    let app = tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .callback(|app, _arguments, _folder| window::bring_forward(app))
                .dbus_id(place.instance_name())
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(window::state_plugin(&place))
        .manage(door)
        .manage(view::Zoom::default())
        .register_asynchronous_uri_scheme_protocol(door::SCHEME, door::answer)
        .invoke_handler(tauri::generate_handler![files::open_json_file, files::save_text_file, notice::notify])
        .menu(menu::build)
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .setup(move |app| {
            open_data(app.handle().clone());
            window::open(app.handle(), &place)?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    Ok(app)
}

/// Opens the data folder while the window loads. Without its data the studio is of no use, so a failure ends it with an
/// explanation.
fn open_data(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let Err(error) = app.state::<Door>().open().await else { return };
        let text = format!("{error}\n\nNothing was changed. Heddle will close.");
        let quit = app.clone();
        app.dialog()
            .message(text)
            .title("Heddle cannot open its data")
            .kind(MessageDialogKind::Error)
            .show(move |_| quit.exit(1));
    });
}

#[expect(clippy::print_stderr, reason = "there is no window to tell it in")]
fn complain(error: &anyhow::Error) {
    eprintln!("heddle-studio: {error:#}");
}
