//! Sets of code points.

/// The surrogates, which no string of ours contains.
const SURROGATES: (u32, u32) = (0xD800, 0xDFFF);
const LAST: u32 = 0x10FFFF;

/// Sorted, disjoint, inclusive ranges without surrogates.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Chars(pub(super) Vec<(u32, u32)>);

impl Chars {
    pub(super) fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.retain(|(a, b)| a <= b);
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            match merged.last_mut() {
                Some(last) if start <= last.1.saturating_add(1) => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        let mut clean = Vec::with_capacity(merged.len());
        for (start, end) in merged {
            for (a, b) in [(start, end.min(SURROGATES.0 - 1)), (start.max(SURROGATES.1 + 1), end.min(LAST))] {
                if a <= b {
                    clean.push((a, b));
                }
            }
        }
        Chars(clean)
    }

    pub(super) fn one(c: char) -> Self {
        Chars::new(vec![(c as u32, c as u32)])
    }

    pub(super) fn negated(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        let mut next = 0;
        for (start, end) in &self.0 {
            if *start > next {
                ranges.push((next, start - 1));
            }
            next = end + 1;
        }
        ranges.push((next, LAST));
        Chars::new(ranges)
    }

    pub(super) fn contains(&self, c: u32) -> bool {
        let at = self.0.partition_point(|(_, end)| *end < c);
        self.0.get(at).is_some_and(|(start, _)| *start <= c)
    }

    pub(super) fn digits() -> Self {
        Chars::new(vec![('0' as u32, '9' as u32)])
    }

    pub(super) fn word() -> Self {
        Chars::new([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')].map(|(a, b)| (a as u32, b as u32)).to_vec())
    }

    /// ECMA-262 `WhiteSpace` and `LineTerminator`.
    pub(super) fn space() -> Self {
        Chars::new(vec![
            (0x09, 0x0D),
            (0x20, 0x20),
            (0xA0, 0xA0),
            (0x1680, 0x1680),
            (0x2000, 0x200A),
            (0x2028, 0x2029),
            (0x202F, 0x202F),
            (0x205F, 0x205F),
            (0x3000, 0x3000),
            (0xFEFF, 0xFEFF),
        ])
    }

    /// What `.` does not match.
    pub(super) fn line_ends() -> Self {
        Chars::new(vec![(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)])
    }

    /// The member that is easiest to read.
    pub(super) fn pick(&self) -> Option<char> {
        const LIKED: [(u32, u32); 7] =
            [(0x61, 0x7A), (0x30, 0x39), (0x41, 0x5A), (0x2D, 0x2D), (0x20, 0x7E), (0xA1, 0x17F), (0x0A, 0x0A)];
        for (low, high) in LIKED {
            let at = self.0.partition_point(|(_, end)| *end < low);
            if let Some((start, _)) = self.0.get(at).filter(|(start, _)| *start <= high) {
                return char::from_u32((*start).max(low));
            }
        }
        self.0.iter().rev().find_map(|(start, _)| char::from_u32(*start))
    }
}
