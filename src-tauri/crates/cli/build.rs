//! Makes the folder that is embedded, so that the command line builds before the UI has ever been built.

fn main() -> std::io::Result<()> {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/dist");
    std::fs::create_dir_all(dist)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
