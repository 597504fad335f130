//! "Did you mean …?"

/// The name most like `name`, if one is like it at all: at most a third of its letters differ.
pub(crate) fn similar<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = name.chars().count() / 3;
    names
        .into_iter()
        .filter(|other| other.len().abs_diff(name.len()) <= limit * 4)
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, other)| other)
}

/// How many letters must be inserted, removed or changed (V. Levenshtein, 1965); capital letters count as small ones.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.to_lowercase().chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (corner + usize::from(a != *b)).min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn a_slip_of_the_finger_is_found_and_another_word_is_not() {
        let names = ["analyze", "customer", "solve"];
        assert_eq!(similar("analyse", names), Some("analyze"));
        assert_eq!(similar("Customer", names), Some("customer"));
        assert_eq!(similar("slove", names), None, "two letters of five");
        assert_eq!(similar("report", names), None);
        assert_eq!(similar("b", ["a", "c"]), None, "a letter is like no other");
        assert_eq!(similar("B", ["a", "b"]), Some("b"));
    }
}
