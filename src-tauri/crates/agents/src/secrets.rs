//! Keys by name. A document, a setting or a log line only ever holds a key's name.

/// Where keys are kept.
pub trait Secrets: Send + Sync + 'static {
    /// The key of that name, if there is one.
    fn get(&self, name: &str) -> Option<String>;
}

/// Keys from the environment: `HEDDLE_KEY_<NAME>` first, then `<NAME>`, where `<NAME>` is the name in capitals with
/// everything but letters and digits turned to `_` (`my-provider` → `HEDDLE_KEY_MY_PROVIDER`). Empty variables count
/// as absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvSecrets;

impl Secrets for EnvSecrets {
    fn get(&self, name: &str) -> Option<String> {
        from(name, |variable| std::env::var(variable).ok())
    }
}

fn from(name: &str, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let plain = variable_name(name);
    if plain.is_empty() {
        return None;
    }
    [format!("HEDDLE_KEY_{plain}"), plain].iter().find_map(|name| variable(name).filter(|key| !key.trim().is_empty()))
}

/// The environment variable that a key's name stands for, without its prefix.
pub(crate) fn variable_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::from;

    #[test]
    fn heddles_own_variable_comes_first_and_empty_ones_do_not_count() {
        let both = |name: &str| match name {
            "HEDDLE_KEY_MY_PROVIDER" => Some("own".to_owned()),
            "MY_PROVIDER" => Some("plain".to_owned()),
            "HEDDLE_KEY_BLANK" => Some(" ".to_owned()),
            "BLANK" => Some("plain".to_owned()),
            _ => None,
        };
        assert_eq!(from("my-provider", both).as_deref(), Some("own"));
        assert_eq!(from("MY_PROVIDER", both).as_deref(), Some("own"));
        assert_eq!(from("blank", both).as_deref(), Some("plain"));
        assert_eq!(from("absent", both), None);
        assert_eq!(from("", both), None);
    }
}
