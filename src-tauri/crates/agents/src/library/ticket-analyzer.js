// Reads a support ticket written by a person, in English or French: ids, amounts, dates, what it is about,
// how urgent it is and how the writer feels. Everything is found by rules, so the same text gives the same answer.

const CATEGORIES = {
  access: ["password", "login", "log in", "logged out", "sign in", "locked out", "sso", "mfa", "2fa", "two-factor",
    "access denied", "permission", "mot de passe", "connexion", "connecter", "identifiant", "verrouille"],
  billing: ["invoice", "refund", "charged", "charge", "payment", "billing", "bill", "subscription", "money back",
    "credit card", "facture", "rembours", "paiement", "abonnement", "preleve", "prelevement", "debite", "carte bancaire"],
  network: ["vpn", "wifi", "wi-fi", "network", "internet", "dns", "firewall", "latency", "reseau", "pare-feu"],
  hardware: ["laptop", "screen", "monitor", "keyboard", "printer", "battery", "docking", "mouse", "headset", "toner",
    "ecran", "clavier", "imprimante", "batterie", "ordinateur", "souris"],
  software: ["crash", "error", "bug", "freeze", "frozen", "update", "install", "export", "import", "slow", "timeout",
    "time out", "plante", "erreur", "bogue", "mise a jour", "installer", "lent"],
  security: ["phishing", "virus", "malware", "ransomware", "hacked", "stolen", "suspicious", "data breach",
    "piratage", "pirate", "hameconnage", "vole", "suspect"],
};

const TAGS = {
  vpn: ["vpn"], wifi: ["wifi", "wi-fi"], sso: ["sso"], mfa: ["mfa", "2fa", "two-factor"],
  password: ["password", "mot de passe"], email: ["outlook", "mailbox", "inbox", "messagerie"],
  printer: ["printer", "imprimante", "toner"], invoice: ["invoice", "facture"],
  refund: ["refund", "money back", "rembours"], "double-charge": ["charged twice", "double charge", "twice", "deux fois", "en double"],
  outage: ["outage", "is down", "are down", "nobody can", "everyone", "en panne", "personne ne peut", "tout le monde"],
  performance: ["slow", "latency", "timeout", "time out", "freeze", "lent"],
  "repeat-contact": ["again", "third time", "second time", "still not", "once more", "encore", "toujours pas", "troisieme fois"],
  cancellation: ["cancel", "terminate", "resilier", "resiliation", "annuler"],
  phishing: ["phishing", "hameconnage"], "data-loss": ["lost data", "data loss", "deleted", "perdu", "supprime"],
};

const URGENT = {
  critical: ["outage", "is down", "are down", "production", "nobody can", "data breach", "ransomware", "everyone is affected",
    "en panne", "personne ne peut", "critical", "critique"],
  high: ["urgent", "asap", "immediately", "as soon as possible", "right now", "blocked", "cannot work", "can't work",
    "deadline", "today", "des que possible", "immediatement", "bloque", "aujourd'hui"],
  low: ["no rush", "whenever you", "not urgent", "when you have time", "low priority", "question", "curious",
    "pas urgent", "quand vous pourrez"],
};

const NEGATIVE = ["angry", "furious", "unacceptable", "terrible", "awful", "disappointed", "frustrated", "frustrating",
  "ridiculous", "worst", "useless", "annoyed", "unhappy", "complaint", "lawyer", "fed up", "disgrace", "broken", "fail",
  "en colere", "inacceptable", "decu", "decue", "scandaleux", "honteux", "furieux", "furieuse", "mecontent", "ras le bol"];
const POSITIVE = ["thank", "thanks", "great", "love", "appreciate", "happy", "excellent", "perfect", "wonderful",
  "pleased", "merci", "super", "parfait", "ravi", "content", "formidable"];

const MONTHS = ["jan", "feb|fev", "mar", "apr|avr", "may|mai", "jun|juin", "jul|juil", "aug|aou", "sep", "oct", "nov", "dec"];

/** Lower case, without accents, so that "Débité" and "debite" are one word. */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").toLowerCase();
}

/** Whether a word or the beginning of one occurs: "refund" finds "refunded", but "bill" does not find "ability". */
function mentions(text, word) {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[a-z0-9]/.test(text[at - 1])) return true;
  }
  return false;
}

function count(text, words) {
  return words.filter((word) => mentions(text, word)).length;
}

function ticketId(text) {
  const named = text.match(/\b(ticket|tkt|inc|incident|req|request|case|dossier)\s*(?:id|number|no\.?|n[°º])?\s*[:#-]?\s*#?\s*(\d{3,10})\b/i);
  if (named) {
    const prefix = { ticket: "TKT", incident: "INC", request: "REQ", dossier: "CASE" }[named[1].toLowerCase()];
    return `${prefix ?? named[1].toUpperCase()}-${named[2]}`;
  }
  const bare = text.match(/(?:^|\s)#(\d{4,10})\b/);
  return bare ? `TKT-${bare[1]}` : null;
}

function customerId(text) {
  const found = text.match(/\b(?:cust|customer|client|account|compte)\s*(?:id|number|no\.?|n[°º])?\s*[:#-]?\s*(?:cust-)?(\d{4,8})\b/i);
  return found ? `CUST-${found[1]}` : null;
}

function emailAddress(text) {
  const found = text.match(/(?<![\p{L}\d._%+-])[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63})+/u);
  return found ? found[0].toLowerCase() : null;
}

/** "1 299,90", "1,299.90" and "1299.9" are the same number. */
function amount(digits) {
  const tight = digits.replace(/[\s\u00a0\u202f']/g, "");
  const decimals = tight.match(/[.,](\d{1,2})$/);
  const whole = (decimals ? tight.slice(0, -decimals[0].length) : tight).replace(/[.,]/g, "");
  return Number(decimals ? `${whole}.${decimals[1]}` : whole);
}

function amounts(text) {
  const symbols = { "€": "EUR", "$": "USD", "£": "GBP", eur: "EUR", euro: "EUR", euros: "EUR", usd: "USD", gbp: "GBP", chf: "CHF" };
  const number = "\\d{1,3}(?:[\\s\\u00a0\\u202f'.,]\\d{3}){1,4}(?:[.,]\\d{1,2})?|\\d{1,15}(?:[.,]\\d{1,2})?";
  const pattern = new RegExp(
    `(?:(€|\\$|£)\\s?|\\b(eur|usd|gbp|chf)\\s)(${number})(?!\\d)|(?<![\\d.,-])(${number})\\s?(€|\\$|£|(?:euros?|eur|usd|gbp|chf)\\b)`, "giu");
  const found = [];
  for (const match of text.matchAll(pattern)) {
    const currency = symbols[(match[1] ?? match[2] ?? match[5]).toLowerCase()];
    const value = amount(match[3] ?? match[4]);
    if (!found.some((one) => one.value === value && one.currency === currency)) found.push({ value, currency });
  }
  return found;
}

/** A date of the calendar as ISO 8601, or null: there is no 31 February. */
function isoDate(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1970 && year < 2100 ? date.toISOString().slice(0, 10) : null;
}

/** Dates with a year; 03/11/2026 is 3 November unless that is impossible. */
function dates(text) {
  const found = [];
  const add = (year, month, day) => {
    const date = isoDate(Number(year), Number(month), Number(day));
    if (date && !found.includes(date)) found.push(date);
    return date;
  };
  for (const m of text.matchAll(/\b(\d{4})-(\d{2})-(\d{2})\b/g)) add(m[1], m[2], m[3]);
  for (const m of text.matchAll(/\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b/g)) add(m[3], m[2], m[1]) ?? add(m[3], m[1], m[2]);
  const words = plain(text);
  MONTHS.forEach((names, index) => {
    const name = `(?:${names})[a-z]*\\.?`;
    for (const m of words.matchAll(new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th|er)?\\s+(?:of\\s+)?${name},?\\s+(\\d{4})\\b`, "g"))) add(m[2], index + 1, m[1]);
    for (const m of words.matchAll(new RegExp(`\\b${name}\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})\\b`, "g"))) add(m[2], index + 1, m[1]);
  });
  return found.sort();
}

function language(words) {
  const french = words.match(/\b(le|la|les|des|une|est|pas|vous|nous|bonjour|merci|pour|avec|depuis|mon|ma|je)\b/g) ?? [];
  const english = words.match(/\b(the|is|are|and|you|we|hello|thanks|for|with|since|my|i|not|to)\b/g) ?? [];
  return french.length > english.length ? "fr" : "en";
}

function sentiment(text, words) {
  let score = 0;
  for (const word of NEGATIVE) if (mentions(words, word)) score -= 1;
  for (const word of POSITIVE) {
    if (!mentions(words, word)) continue;
    score += new RegExp(`\\b(?:not|no|never|isn't|aren't|pas|jamais)\\s+(?:at all\\s+|very\\s+|really\\s+)?${word}`).test(words) ? -1 : 0.5;
  }
  if (/!{2,}/.test(text)) score -= 0.5;
  if ((text.match(/\b\p{Lu}{4,}\b/gu) ?? []).filter((word) => !/^(CUST|HTTP|VPN)/.test(word)).length >= 3) score -= 1;
  const rounded = Math.round(Math.max(-1, Math.min(1, score / 3)) * 100) / 100;
  return { label: rounded <= -0.3 ? "negative" : rounded >= 0.15 ? "positive" : "neutral", score: rounded };
}

function category(words) {
  const scores = Object.entries(CATEGORIES).map(([name, list]) => [name, count(words, list) + (name === "security" ? 0.5 : 0)]);
  const [name, score] = scores.reduce((best, one) => (one[1] > best[1] ? one : best));
  return score >= 1 ? name : "other";
}

function priority(words, about, mood) {
  const said = words.match(/\bpriorit[ye]\s*[:=]?\s*(critical|high|medium|normal|low|critique|haute|moyenne|basse)\b/) ?? words.match(/\bp([1-4])\b/);
  const names = { critical: "critical", critique: "critical", 1: "critical", high: "high", haute: "high", 2: "high",
    medium: "medium", normal: "medium", moyenne: "medium", 3: "medium", low: "low", basse: "low", 4: "low" };
  if (said) return names[said[1]];
  if (count(words, URGENT.critical) > 0 || (about === "security" && count(words, URGENT.high) > 0)) return "critical";
  if (/\bnot urgent\b|\bpas urgent/.test(words)) return "low";
  if (count(words, URGENT.high) > 0 || about === "security" || mood.score <= -0.6) return "high";
  if (count(words, URGENT.low) > 0) return "low";
  return words.trim() === "" ? "low" : "medium";
}

function run(input) {
  const text = input.ticket_text.normalize("NFC").trim();
  const words = plain(text);
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const about = category(words);
  const mood = sentiment(text, words);
  const tags = Object.entries(TAGS).filter(([, list]) => count(words, list) > 0).map(([tag]) => tag);
  const titled = lines.find((line) => /^(subject|objet|re)\s*:/i.test(line));
  const subject = (titled ? titled.replace(/^[^:]*:\s*/, "") : lines[0] ?? "").slice(0, 120).toWellFormed();

  const analysis = {
    ticket_id: ticketId(text),
    customer_id: customerId(text),
    email: emailAddress(text),
    subject,
    language: language(words),
    category: about,
    priority: priority(words, about, mood),
    sentiment: mood,
    tags,
    amounts: amounts(text),
    dates: dates(text),
  };
  console.log(`${analysis.category} · ${analysis.priority} · ${mood.label}`);
  if (text === "") console.warn("the ticket is empty");
  return analysis;
}
