//! Bakes `tauri.conf.json`, its capabilities and the built UI into the desktop shell.

/// The commands the web view may call; each becomes a permission that `tauri.conf.json` grants by name.
const COMMANDS: &[&str] = &["open_json_file", "save_text_file", "notify"];

fn main() {
    // A checkout without a built UI still compiles (checks, docs); `cargo xtask run` always builds the UI first.
    std::fs::create_dir_all("ui/dist").expect("the checkout is writable");
    println!("cargo::rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)).expect("tauri.conf.json is valid");
}
