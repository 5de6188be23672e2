//! Grouping on generated messages: each template of `templates.tsv` becomes thirty messages, and the families that come
//! of them are compared with the templates.

use std::collections::BTreeMap;
use std::io::{self, Write};

use synclens::message::{self, family};

/// Messages made of each template.
const INSTANCES: usize = 30;
const TEMPLATES: &str = include_str!("templates.tsv");

const NAMES: &[&str] = &[
    "Maria", "Jonas", "Aiko", "Priya", "Luca", "Ingrid", "Omar", "Chloe", "Pavel", "Zanele", "Mateo", "Freya", "Hugo", "Noor",
    "Elif", "Sven", "Amara", "Felix", "Ruth", "Dmitri", "Yara", "Tomas", "Leila", "Otto", "Wren",
];
const SURNAMES: &[&str] = &[
    "Weber", "Okafor", "Tanaka", "Rossi", "Larsen", "Haddad", "Novak", "Silva", "Kowalski", "O'Neil", "Dubois", "Mbeki", "Singh",
    "Falk", "Petrov", "Yilmaz", "Costa", "Berg", "Quinn", "Adler",
];
const COMPANIES: &[&str] = &["GmbH", "Ltd", "and Sons", "Holding", "Works", "Traders", "Energy", "of the North", "Group", "Labs"];
const WORDS: &[&str] = &[
    "please", "call", "back", "the", "north", "depot", "after", "delivery", "of", "green", "panels", "for", "customer", "who",
    "asked", "about", "spare", "parts", "and", "a", "refund", "because", "order", "was", "late", "by", "two", "weeks", "in",
    "winter", "when", "roads", "were", "closed", "price", "list", "from", "last", "year", "still", "valid", "until", "further",
    "notice", "see", "attached", "letter", "signed",
];

/// A small generator with a fixed seed (splitmix64): the same messages on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len() as u64) as usize]
    }

    fn id(&mut self) -> String {
        const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut id = format!("{}5g00000", self.pick(&["001", "003", "006", "a0B", "500"]));
        while id.len() < 15 {
            id.push(char::from(LETTERS[self.below(62) as usize]));
        }
        match message::id::canonical(id.as_bytes()) {
            Some(full) if self.below(2) == 0 => String::from_utf8_lossy(&full).into_owned(),
            _ => id,
        }
    }

    fn value(&mut self, kind: &str) -> String {
        match kind {
            "id" => self.id(),
            "ids" => (0..=self.below(5)).map(|_| self.id()).collect::<Vec<_>>().join(if self.below(2) == 0 { "," } else { ", " }),
            "row" => self.below(200).to_string(),
            "number" => match self.below(3) {
                0 => self.below(2_000).to_string(),
                1 => format!("{}.{:02}", self.below(90_000), self.below(100)),
                _ => self.below(90_000_000).to_string(),
            },
            "date" => format!("20{}-{:02}-{:02}", 20 + self.below(7), 1 + self.below(12), 1 + self.below(28)),
            "email" => format!("{}.{}@example.com", self.pick(NAMES).to_lowercase(), self.below(999)),
            "url" => format!("https://{}.example.com/{}", self.pick(NAMES).to_lowercase(), self.below(9_999)),
            "key" => format!("{}-{:05}", self.pick(&["INV", "ERP", "C", "SAP"]), self.below(99_999)),
            "name" if self.below(2) == 0 => format!("{} {}", self.pick(NAMES), self.pick(SURNAMES)),
            "name" => format!("{} {} {}", self.pick(SURNAMES), self.pick(NAMES), self.pick(COMPANIES)),
            "list" => (0..=self.below(4))
                .map(|_| format!("{} {}", self.pick(NAMES), self.pick(SURNAMES)))
                .collect::<Vec<_>>()
                .join(", "),
            "words" => {
                let count = if self.below(4) == 0 { 1 + self.below(40) } else { 1 + self.below(6) };
                (0..count).map(|_| self.pick(WORDS)).collect::<Vec<_>>().join(" ")
            }
            other => panic!("templates.tsv: no value is called '{other}'"),
        }
    }

    fn instance(&mut self, template: &str) -> String {
        const KINDS: [&str; 11] = ["id", "ids", "row", "number", "date", "email", "url", "key", "name", "list", "words"];
        let mut text = String::new();
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let name = rest[open + 1..].split('}').next().unwrap_or("");
            text.push_str(&rest[..open]);
            rest = &rest[open + 1..];
            if KINDS.contains(&name) {
                text.push_str(&self.value(name));
                rest = &rest[name.len() + 1..];
            } else {
                text.push('{');
            }
        }
        text + rest
    }
}

/// The messages of all templates, each with the number of its template.
pub fn messages() -> Vec<(usize, String)> {
    let mut dice = Dice(20_260_101);
    let templates = TEMPLATES.lines().enumerate().flat_map(|template| vec![template; INSTANCES]);
    templates.map(|(number, template)| (number, dice.instance(template))).collect()
}

/// Prints grouping accuracy, F1 of group accuracy and wrong merges of our groups and families.
pub fn measure(messages: &[(usize, String)], errors: bool, out: &mut impl Write) -> io::Result<()> {
    let templates: Vec<&str> = TEMPLATES.lines().collect();
    let read: Vec<_> = messages.iter().map(|(_, text)| message::read(text)).collect();
    let mut distinct: BTreeMap<message::GroupId, (&message::Message, u64)> = BTreeMap::new();
    for message in &read {
        distinct.entry(message.group_id).or_insert((message, 0)).1 += 1;
    }
    let groups: Vec<_> = distinct
        .values()
        .map(|(message, records)| family::Group {
            group_id: message.group_id,
            code: message.code.as_deref(),
            root_code: message.root_code.as_deref(),
            entity: message.entity.as_deref(),
            pattern: &message.pattern,
            records: *records,
        })
        .collect();
    let families = family::families(&groups, &[]);
    let family_of: BTreeMap<_, _> =
        groups.iter().zip(&families).map(|(group, family)| (group.group_id, family.family_id)).collect();
    let found: Vec<_> = read.iter().map(|message| family_of[&message.group_id]).collect();
    writeln!(out, "{} templates, {INSTANCES} messages each", templates.len())?;
    let groups: Vec<_> = read.iter().map(|message| message.group_id).collect();
    for (name, found) in [("group_id", &groups), ("family_id", &found)] {
        compare(name, messages, found, &templates, errors && name == "family_id", out)?;
    }
    Ok(())
}

/// GA: messages whose group holds exactly the messages of their template. FGA: the F1 score over groups.
fn compare(
    name: &str,
    messages: &[(usize, String)],
    found: &[message::GroupId],
    templates: &[&str],
    errors: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut members: BTreeMap<message::GroupId, Vec<usize>> = BTreeMap::new();
    for ((template, _), group) in messages.iter().zip(found) {
        members.entry(*group).or_default().push(*template);
    }
    let (mut right, mut merges) = (0, 0);
    for group in members.values() {
        let same = group.iter().all(|template| *template == group[0]);
        right += usize::from(same && group.len() == INSTANCES);
        merges += usize::from(!same);
        if errors && !same {
            writeln!(out, "  merged: {}", templates[group[0]])?;
            for other in group.windows(2).filter(|pair| pair[0] != pair[1]) {
                writeln!(out, "     and: {}", templates[other[1]])?;
            }
        }
    }
    if errors {
        for (number, template) in templates.iter().enumerate() {
            let parts = members.values().filter(|group| group.contains(&number)).count();
            if parts > 1 {
                writeln!(out, "  split into {parts}: {template}")?;
            }
        }
    }
    let accuracy = right as f64 / templates.len() as f64;
    let f1 = 2.0 * right as f64 / (members.len() + templates.len()) as f64;
    writeln!(out, "{name:10} groups {:4}  GA {accuracy:.3}  FGA {f1:.3}  wrong merges {merges}", members.len())
}
