//! What the path of a step says: `analyze`, `each[3]`, `sub/analyze`, `sub~2/analyze`, `~fallback/notify` (see
//! [`EventKind`](crate::EventKind)).

use crate::ids::StepId;

impl StepId {
    /// The step within which it lies: its loop, or the step that runs its workflow. None for steps of the execution's own
    /// workflow.
    pub fn parent(&self) -> Option<&str> {
        let path = self.as_str();
        let start = last(path);
        match path[start..].find('[') {
            Some(turn) => Some(&path[..start + turn]),
            None => path[..start].strip_suffix('/').map(without_attempt),
        }
    }

    /// The number of a turn, if it is one of a loop's.
    pub fn turn(&self) -> Option<u64> {
        read(&self.as_str()[last(self.as_str())..]).1
    }

    /// Its id in its own workflow.
    pub fn id(&self) -> &str {
        read(&self.as_str()[last(self.as_str())..]).0
    }

    /// What the paths of all steps that run beside it begin with.
    pub fn prefix(&self) -> &str {
        &self.as_str()[..last(self.as_str())]
    }

    /// The path it has where the first attempt of everything around it succeeds: `sub/analyze` for `sub~2/analyze`.
    pub fn in_first_attempts(&self) -> Self {
        Self::new(self.as_str().split('/').map(without_attempt).collect::<Vec<_>>().join("/"))
    }

    /// Whether it runs in the workflow that takes over when the execution fails.
    pub fn in_fallback(&self) -> bool {
        self.as_str().starts_with('~')
    }

    /// The parts between the slashes, each with its id and, for a turn, its number.
    pub fn segments(&self) -> impl Iterator<Item = (&str, Option<u64>)> {
        self.as_str().split('/').map(read)
    }
}

/// Where the last segment begins.
fn last(path: &str) -> usize {
    path.rfind('/').map_or(0, |slash| slash + 1)
}

fn without_attempt(path: &str) -> &str {
    match path[last(path)..].rfind('~') {
        None | Some(0) => path,
        Some(tilde) => &path[..last(path) + tilde],
    }
}

/// The id and the turn in `id`, `id[3]`, `id~2`, `id[3]~2`.
fn read(segment: &str) -> (&str, Option<u64>) {
    let segment = without_attempt(segment);
    match segment.split_once('[') {
        Some((id, turn)) => (id, turn.strip_suffix(']').and_then(|turn| turn.parse().ok())),
        None => (segment, None),
    }
}

#[cfg(test)]
mod tests {
    use crate::ids::StepId;

    #[test]
    fn a_path_says_what_it_lies_within() {
        for (path, within, number, name, beside) in [
            ("a", None, None, "a", ""),
            ("each[3]", Some("each"), Some(3), "each", ""),
            ("sub/a", Some("sub"), None, "a", "sub/"),
            ("sub~2/a", Some("sub"), None, "a", "sub~2/"),
            ("each[3]/a", Some("each[3]"), None, "a", "each[3]/"),
            ("each[3]~2/a", Some("each[3]"), None, "a", "each[3]~2/"),
            ("sub/each[12]", Some("sub/each"), Some(12), "each", "sub/"),
            ("sub~2/in/a", Some("sub~2/in"), None, "a", "sub~2/in/"),
            ("~fallback/a", Some("~fallback"), None, "a", "~fallback/"),
        ] {
            let step = StepId::new(path);
            assert_eq!(
                (step.parent(), step.turn(), step.id(), step.prefix()),
                (within, number, name, beside),
                "{path}"
            );
        }
    }

    #[test]
    fn a_path_in_first_attempts_has_no_numbers_of_attempts() {
        for (path, first) in [
            ("a", "a"),
            ("sub~2/a", "sub/a"),
            ("each[3]~12/in~2/a", "each[3]/in/a"),
            ("~fallback/sub~2/a", "~fallback/sub/a"),
        ] {
            assert_eq!(StepId::new(path).in_first_attempts().as_str(), first);
            assert_eq!(StepId::new(path).in_fallback(), path.starts_with("~fallback"));
        }
    }
}
