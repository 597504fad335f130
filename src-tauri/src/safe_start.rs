//! A safe start on Linux: some drivers leave WebKitGTK's accelerated canvas blank.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// WebKitGTK reads this before its first page; any value turns its DMA-BUF renderer off.
const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts this program again, in the same process, with the DMA-BUF renderer off where it is known to fail. Does nothing
/// where it works or where the person has set the switch (an empty or `0` value keeps the renderer on).
///
/// The variable must be there before any thread reads the environment; executing the program anew is the one safe way.
pub(crate) fn restart_with_safe_renderer() {
    if std::env::var_os(SWITCH).is_some() || !renderer_is_doubtful(Path::new("/")) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // `exec` returns only when it failed; then the start goes on as it is.
    let _failed = Command::new(program).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
}

/// Doubtful are NVIDIA's own driver, and machines without a render node (virtual displays, containers, many VMs).
fn renderer_is_doubtful(root: &Path) -> bool {
    let nvidia = root.join("proc/driver/nvidia/version").exists();
    let render_node = std::fs::read_dir(root.join("dev/dri"))
        .is_ok_and(|nodes| nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD")));
    nvidia || !render_node
}

#[cfg(test)]
mod tests {
    use super::renderer_is_doubtful;

    #[test]
    fn a_render_node_without_nvidia_is_trusted() {
        let root = tempfile::tempdir().unwrap();
        assert!(renderer_is_doubtful(root.path()), "nothing to render with");

        std::fs::create_dir_all(root.path().join("dev/dri")).unwrap();
        std::fs::write(root.path().join("dev/dri/card0"), "").unwrap();
        assert!(renderer_is_doubtful(root.path()), "a display without a render node");

        std::fs::write(root.path().join("dev/dri/renderD128"), "").unwrap();
        assert!(!renderer_is_doubtful(root.path()), "a render node of an open driver");

        std::fs::create_dir_all(root.path().join("proc/driver/nvidia")).unwrap();
        std::fs::write(root.path().join("proc/driver/nvidia/version"), "").unwrap();
        assert!(renderer_is_doubtful(root.path()), "NVIDIA's own driver");
    }
}
