//! What people write into fields, by the names and formats of the fields.

use super::random::Random;

const FIRST: [&str; 10] =
    ["Ada", "Grace", "Alan", "Katherine", "Edsger", "Barbara", "Donald", "Margaret", "Tim", "Radia"];
const LAST: [&str; 10] =
    ["Lovelace", "Hopper", "Turing", "Johnson", "Dijkstra", "Liskov", "Knuth", "Hamilton", "Berners", "Perlman"];
const CITIES: [&str; 8] = ["Berlin", "Lisbon", "Nairobi", "Kyoto", "Toronto", "Lima", "Oslo", "Austin"];
const COUNTRIES: [&str; 8] = ["Germany", "Portugal", "Kenya", "Japan", "Canada", "Peru", "Norway", "Iceland"];
const STREETS: [&str; 6] =
    ["12 Harbour Street", "7 Mill Lane", "221 Oak Avenue", "3 Station Road", "48 Park Row", "9 Hill Close"];
const COMPANIES: [&str; 6] = ["Northwind", "Acme Tools", "Blue Harbor", "Fjord Labs", "Maple & Co", "Lumen Works"];
const TITLES: [&str; 6] = [
    "Quarterly report",
    "Login fails on mobile",
    "Meeting notes",
    "New onboarding flow",
    "Invoice is missing",
    "Release plan",
];
const SENTENCES: [&str; 6] = [
    "The customer asks for a refund of the last order.",
    "Please check the numbers before Friday.",
    "The export takes longer than expected.",
    "Everything works again since this morning.",
    "Two reviewers agreed, one had questions.",
    "Thank you for the quick answer!",
];
const STATUS: [&str; 5] = ["open", "in_progress", "done", "pending", "active"];
const TAGS: [&str; 8] = ["urgent", "billing", "feature", "bug", "internal", "review", "mobile", "docs"];
const PLAIN: [&str; 8] = ["alpha", "birch", "cobalt", "delta", "ember", "falcon", "grove", "harbor"];

fn hex(random: &mut Random, digits: usize) -> String {
    (0..digits).map(|_| char::from_digit(random.below(16) as u32, 16).unwrap_or('0')).collect()
}

fn pick(random: &mut Random, from: &[&str]) -> String {
    random.pick(from).copied().unwrap_or_default().to_string()
}

fn email(random: &mut Random) -> String {
    format!("{}.{}@example.com", pick(random, &FIRST), pick(random, &LAST)).to_lowercase()
}

fn uuid(random: &mut Random) -> String {
    format!("{}-{}-4{}-a{}-{}", hex(random, 8), hex(random, 4), hex(random, 3), hex(random, 3), hex(random, 12))
}

fn date(random: &mut Random) -> String {
    format!("202{}-{:02}-{:02}", 3 + random.below(4), 1 + random.below(12), 1 + random.below(28))
}

fn time(random: &mut Random) -> String {
    format!("{:02}:{:02}:{:02}Z", random.below(24), random.below(60), random.below(60))
}

fn url(random: &mut Random) -> String {
    format!("https://example.com/{}", pick(random, &PLAIN))
}

/// A text in a format; `None` for formats that are not known.
pub(super) fn by_format(format: &str, random: &mut Random) -> Option<String> {
    Some(match format {
        "date-time" => format!("{}T{}", date(random), time(random)),
        "date" => date(random),
        "time" => time(random),
        "email" | "idn-email" => email(random),
        "uri" | "iri" | "uri-reference" | "iri-reference" | "url" => url(random),
        "uuid" => uuid(random),
        "ipv4" => format!("192.0.2.{}", 1 + random.below(254)),
        "ipv6" => format!("2001:db8::{}", hex(random, 4)),
        "hostname" | "idn-hostname" => format!("{}.example.com", pick(random, &PLAIN)),
        "duration" => format!("PT{}M", 5 * (1 + random.below(12))),
        known => {
            let examples = crate::solve::examples(known);
            if examples == ["a"] {
                return None;
            }
            pick(random, examples)
        }
    })
}

/// The words of a field's name: `customerId` and `customer_id` are `customer`, `id`.
fn name_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && before_lower);
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase();
    }
    words
}

/// A text that fits the name of a field.
pub(super) fn by_name(name: &str, random: &mut Random) -> String {
    let words = name_words(name);
    let last = words.iter().rev().find(|word| !word.is_empty()).map_or("", String::as_str);
    let has = |word: &str| words.iter().any(|own| own == word);
    match last {
        "email" | "mail" => email(random),
        "id" | "uuid" | "guid" | "key" => uuid(random),
        "at" | "timestamp" | "datetime" => format!("{}T{}", date(random), time(random)),
        "date" | "day" | "birthday" | "created" | "updated" | "due" => date(random),
        "time" => time(random),
        "url" | "uri" | "link" | "website" | "href" | "homepage" => url(random),
        "phone" | "mobile" | "telephone" => format!("+1 555 01{:02}", random.below(100)),
        "city" | "town" => pick(random, &CITIES),
        "country" => pick(random, &COUNTRIES),
        "street" | "address" => pick(random, &STREETS),
        "zip" | "postcode" => format!("{:05}", 10_000 + random.below(89_999)),
        "company" | "organization" | "organisation" | "vendor" | "customer" => pick(random, &COMPANIES),
        "title" | "subject" | "headline" | "topic" => pick(random, &TITLES),
        "description" | "text" | "message" | "body" | "content" | "summary" | "comment" | "note" | "notes"
        | "reason" | "answer" | "prompt" => pick(random, &SENTENCES),
        "question" | "query" => {
            pick(random, &["How do I reset my password?", "When does the invoice arrive?", "open tickets"])
        }
        "status" | "state" => pick(random, &STATUS),
        "tag" | "tags" | "label" | "labels" | "category" | "type" | "kind" => pick(random, &TAGS),
        "currency" => pick(random, &["EUR", "USD", "JPY", "KES"]),
        "language" | "lang" | "locale" => pick(random, &["en", "de", "ja", "pt"]),
        "color" | "colour" => pick(random, &["teal", "amber", "indigo", "coral"]),
        "path" | "file" | "filename" => format!("{}.txt", pick(random, &PLAIN)),
        "username" | "login" | "handle" | "user" => pick(random, &FIRST).to_lowercase(),
        "name" | "author" | "owner" | "assignee" | "person" if has("first") => pick(random, &FIRST),
        "name" if has("last") || has("family") => pick(random, &LAST),
        "firstname" => pick(random, &FIRST),
        "lastname" | "surname" => pick(random, &LAST),
        "name" if has("file") => format!("{}.txt", pick(random, &PLAIN)),
        "name" if has("company") || has("project") || has("product") => pick(random, &COMPANIES),
        "name" | "author" | "owner" | "assignee" | "person" => {
            format!("{} {}", pick(random, &FIRST), pick(random, &LAST))
        }
        _ => pick(random, &PLAIN),
    }
}

/// The usual range of a number, by the name of its field.
pub(super) fn range_by_name(name: &str) -> (i64, i64) {
    let words = name_words(name);
    match words.iter().rev().find(|word| !word.is_empty()).map_or("", String::as_str) {
        "age" => (18, 80),
        "year" => (1990, 2030),
        "month" => (1, 12),
        "day" => (1, 28),
        "hour" => (0, 23),
        "price" | "amount" | "total" | "cost" => (5, 250),
        "percent" | "percentage" | "progress" => (0, 100),
        "score" | "confidence" | "probability" | "ratio" | "rate" => (0, 1),
        "port" => (1024, 65_535),
        "id" => (1, 100_000),
        _ => (1, 20),
    }
}
