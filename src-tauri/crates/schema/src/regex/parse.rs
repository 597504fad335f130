//! ECMA-262 patterns (with the `u` flag, and what it forbids but everybody writes) to syntax trees.

use super::chars::Chars;

/// A regular expression.
#[derive(Clone, Debug)]
pub(super) enum Re {
    Empty,
    Chars(Chars),
    Cat(Vec<Re>),
    Alt(Vec<Re>),
    Repeat(Box<Re>, u32, Option<u32>),
    Look(Look),
}

/// What must hold between two characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    Start,
    End,
    WordEdge,
    NoWordEdge,
}

/// How deep groups may be nested, and how often something may be repeated.
const DEEPEST: usize = 60;
const OFTENEST: u32 = 2_000;

/// A pattern as a conjunction: each expression must be found (or, if false, must not be found).
pub(super) fn parse(source: &str) -> Result<Vec<(Re, bool)>, String> {
    let mut parser = Parser { chars: source.chars().collect(), at: 0, depth: 0 };
    let mut conjunction = Vec::new();
    let anchored = parser.chars.first() == Some(&'^');
    let top_level_choice = has_top_level_choice(&parser.chars);
    if anchored && !top_level_choice {
        parser.at = 1;
        while parser.sees("(?=") || parser.sees("(?!") {
            let wanted = parser.sees("(?=");
            parser.at += 3;
            let inner = parser.choice()?;
            parser.expect(')')?;
            if parser.quantifier_ahead() {
                return Err("a quantified lookahead".into());
            }
            conjunction.push((Re::Cat(vec![Re::Look(Look::Start), inner]), wanted));
        }
        if conjunction.is_empty() {
            parser.at = 0;
        }
    }
    let rest = parser.choice()?;
    if parser.at != parser.chars.len() {
        return Err("an unmatched parenthesis".into());
    }
    let rest = if conjunction.is_empty() { rest } else { Re::Cat(vec![Re::Look(Look::Start), rest]) };
    conjunction.push((rest, true));
    Ok(conjunction)
}

fn has_top_level_choice(chars: &[char]) -> bool {
    let (mut depth, mut class, mut escaped) = (0usize, false, false);
    for c in chars {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            _ if class => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

/// One member of a class or an escape outside of one.
enum Member {
    Char(char),
    Set(Chars),
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Result<char, String> {
        let c = self.peek().ok_or("an unfinished pattern")?;
        self.at += 1;
        Ok(c)
    }

    fn sees(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c))
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.next()? == c { Ok(()) } else { Err(format!("a missing '{c}'")) }
    }

    fn quantifier_ahead(&self) -> bool {
        matches!(self.peek(), Some('*' | '+' | '?' | '{'))
    }

    fn choice(&mut self) -> Result<Re, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("groups nested too deeply".into());
        }
        let mut options = vec![self.sequence()?];
        while self.peek() == Some('|') {
            self.at += 1;
            options.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(if options.len() == 1 { options.remove(0) } else { Re::Alt(options) })
    }

    fn sequence(&mut self) -> Result<Re, String> {
        let mut items = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let item = self.atom()?;
            items.push(self.quantified(item)?);
        }
        Ok(match items.len() {
            0 => Re::Empty,
            1 => items.remove(0),
            _ => Re::Cat(items),
        })
    }

    fn quantified(&mut self, item: Re) -> Result<Re, String> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.braces() {
                Some(range) => range,
                None => return Err("a lone '{'".into()),
            },
            _ => return Ok(item),
        };
        self.at += 1;
        if self.peek() == Some('?') {
            self.at += 1; // Laziness changes which match is found, not whether one is.
        }
        if self.quantifier_ahead() {
            return Err("two quantifiers in a row".into());
        }
        if min > OFTENEST || max.is_some_and(|m| m > OFTENEST) {
            return Err("a repetition that is too long".into());
        }
        if max.is_some_and(|m| m < min) {
            return Err("a repetition with its limits reversed".into());
        }
        if matches!(item, Re::Look(_)) {
            return Err("a quantified assertion".into());
        }
        Ok(Re::Repeat(Box::new(item), min, max))
    }

    /// `{2}`, `{2,}`, `{2,3}`; leaves the position on the closing brace.
    fn braces(&mut self) -> Option<(u32, Option<u32>)> {
        let close = self.chars[self.at..].iter().position(|c| *c == '}')? + self.at;
        let text: String = self.chars[self.at + 1..close].iter().collect();
        let number = |t: &str| -> Option<u32> {
            (!t.is_empty() && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse().unwrap_or(u32::MAX))
        };
        let range = match text.split_once(',') {
            None => number(&text).map(|n| (n, Some(n))),
            Some((low, "")) => number(low).map(|n| (n, None)),
            Some((low, high)) => number(low).zip(number(high)).map(|(a, b)| (a, Some(b))),
        }?;
        self.at = close;
        Some(range)
    }

    fn atom(&mut self) -> Result<Re, String> {
        Ok(match self.next()? {
            '.' => Re::Chars(Chars::line_ends().negated()),
            '^' => Re::Look(Look::Start),
            '$' => Re::Look(Look::End),
            '(' => self.group()?,
            '[' => Re::Chars(self.class()?),
            '\\' => match self.peek() {
                Some('b') => {
                    self.at += 1;
                    Re::Look(Look::WordEdge)
                }
                Some('B') => {
                    self.at += 1;
                    Re::Look(Look::NoWordEdge)
                }
                _ => match self.escape(false)? {
                    Member::Char(c) => Re::Chars(Chars::one(c)),
                    Member::Set(set) => Re::Chars(set),
                },
            },
            '*' | '+' | '?' => return Err("a quantifier without anything to repeat".into()),
            '{' => return Err("a lone '{'".into()),
            c => Re::Chars(Chars::one(c)),
        })
    }

    fn group(&mut self) -> Result<Re, String> {
        if self.sees("?:") {
            self.at += 2;
        } else if self.sees("?<") && !self.sees("?<=") && !self.sees("?<!") {
            while self.next()? != '>' {}
        } else if self.sees("?") {
            return Err("look-around inside the pattern".into());
        }
        let inner = self.choice()?;
        self.expect(')')?;
        Ok(inner)
    }

    fn class(&mut self) -> Result<Chars, String> {
        let negated = self.peek() == Some('^');
        if negated {
            self.at += 1;
        }
        let mut ranges = Vec::new();
        loop {
            let member = match self.next()? {
                ']' => break,
                '\\' => self.escape(true)?,
                c => Member::Char(c),
            };
            let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            match (member, is_range) {
                (Member::Char(low), true) => {
                    self.at += 1;
                    let high = match self.next()? {
                        '\\' => self.escape(true)?,
                        c => Member::Char(c),
                    };
                    let Member::Char(high) = high else { return Err("a range that ends in a class".into()) };
                    if high < low {
                        return Err("a range with its limits reversed".into());
                    }
                    ranges.push((low as u32, high as u32));
                }
                (Member::Char(c), false) => ranges.push((c as u32, c as u32)),
                (Member::Set(set), false) => ranges.extend(set.0),
                (Member::Set(_), true) => return Err("a range that starts with a class".into()),
            }
        }
        let set = Chars::new(ranges);
        Ok(if negated { set.negated() } else { set })
    }

    fn escape(&mut self, in_class: bool) -> Result<Member, String> {
        let c = self.next()?;
        Ok(match c {
            'd' => Member::Set(Chars::digits()),
            'D' => Member::Set(Chars::digits().negated()),
            'w' => Member::Set(Chars::word()),
            'W' => Member::Set(Chars::word().negated()),
            's' => Member::Set(Chars::space()),
            'S' => Member::Set(Chars::space().negated()),
            't' => Member::Char('\t'),
            'n' => Member::Char('\n'),
            'r' => Member::Char('\r'),
            'v' => Member::Char('\u{b}'),
            'f' => Member::Char('\u{c}'),
            'b' if in_class => Member::Char('\u{8}'),
            '0' if !self.peek().is_some_and(|d| d.is_ascii_digit()) => Member::Char('\0'),
            '0'..='9' => return Err("a back reference".into()),
            'k' => return Err("a named back reference".into()),
            'c' => match self.next()? {
                letter if letter.is_ascii_alphabetic() => Member::Char((letter as u8 % 32) as char),
                _ => return Err("a malformed control escape".into()),
            },
            'x' => Member::Char(self.hex(2)?),
            'u' => Member::Char(self.unicode()?),
            'p' | 'P' => Member::Set(self.property(c == 'P')?),
            c if c.is_ascii_alphanumeric() => return Err(format!("the escape '\\{c}'")),
            c => Member::Char(c),
        })
    }

    fn digits(&mut self, count: usize) -> Result<u32, String> {
        let text: String = (0..count).map(|_| self.next()).collect::<Result<_, _>>()?;
        u32::from_str_radix(&text, 16).map_err(|_| "a malformed escape".to_string())
    }

    fn hex(&mut self, count: usize) -> Result<char, String> {
        char::from_u32(self.digits(count)?).ok_or_else(|| "a malformed escape".to_string())
    }

    fn unicode(&mut self) -> Result<char, String> {
        if self.peek() == Some('{') {
            let close = self.chars[self.at..].iter().position(|c| *c == '}').ok_or("a malformed escape")?;
            let text: String = self.chars[self.at + 1..self.at + close].iter().collect();
            self.at += close + 1;
            return u32::from_str_radix(&text, 16).ok().and_then(char::from_u32).ok_or("a malformed escape".into());
        }
        let high = self.digits(4)?;
        if (0xD800..0xDC00).contains(&high) && self.sees("\\u") {
            self.at += 2;
            let low = self.digits(4)?;
            if (0xDC00..0xE000).contains(&low) {
                let joined = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return char::from_u32(joined).ok_or("a malformed escape".into());
            }
        }
        char::from_u32(high).ok_or("half of a surrogate pair".into())
    }

    /// `\p{…}`, by the tables of `regex-syntax`.
    fn property(&mut self, negated: bool) -> Result<Chars, String> {
        let close = self.chars[self.at..].iter().position(|c| *c == '}').filter(|_| self.peek() == Some('{'));
        let close = close.ok_or("a malformed property escape")?;
        let name: String = self.chars[self.at..=self.at + close].iter().collect();
        self.at += close + 1;
        let hir = regex_syntax::parse(&format!("\\p{name}")).map_err(|_| format!("the unknown property {name}"))?;
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = hir.kind() else {
            return Err(format!("the property {name}"));
        };
        let set = Chars::new(class.ranges().iter().map(|r| (r.start() as u32, r.end() as u32)).collect());
        Ok(if negated { set.negated() } else { set })
    }
}
