//! As much of RFC 3986 as references inside one document need.

/// `reference` seen from `base` (RFC 3986, 5.2).
pub(super) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_string();
    }
    if has_scheme(reference) || base.is_empty() {
        return reference.to_string();
    }
    if reference.starts_with('#') {
        return format!("{}{reference}", base.split('#').next().unwrap_or_default());
    }
    let (scheme, rest) = base.split_once(':').unwrap_or(("", base));
    let Some(rest) = rest.strip_prefix("//") else {
        return reference.to_string();
    };
    if let Some(other) = reference.strip_prefix("//") {
        return format!("{scheme}://{other}");
    }
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let joined = if reference.starts_with('/') {
        reference.to_string()
    } else {
        format!("{}{reference}", &path[..=path.rfind('/').unwrap_or(0)])
    };
    let mut segments: Vec<&str> = Vec::new();
    let pieces: Vec<&str> = joined.split('/').skip(1).collect();
    for (i, piece) in pieces.iter().enumerate() {
        let last = i + 1 == pieces.len();
        match *piece {
            "." | ".." => {
                if *piece == ".." {
                    segments.pop();
                }
                if last {
                    segments.push("");
                }
            }
            piece => segments.push(piece),
        }
    }
    format!("{scheme}://{host}/{}", segments.join("/"))
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// Percent-decodes; `None` if the result is not text.
pub(super) fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let digits = text.get(at + 1..at + 3)?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
                at += 3;
            }
            byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved() {
        for (base, reference, expected) in [
            ("http://a/b/c", "d", "http://a/b/d"),
            ("http://a/b/c", "/d", "http://a/d"),
            ("http://a/b/c/", "../d", "http://a/b/d"),
            ("http://a", "d.json", "http://a/d.json"),
            ("http://a/b", "urn:x:y", "urn:x:y"),
            ("http://a/b", "#c", "http://a/b#c"),
            ("", "item.json", "item.json"),
        ] {
            assert_eq!(resolve(base, reference), expected);
        }
        assert_eq!(decode("%25a~1").as_deref(), Some("%a~1"));
        assert_eq!(decode("%zz"), None);
    }
}
