//! Message texts with holes, filled for one record.

use super::random::{below, mix};
use super::record::{self, Id};
use crate::error::{Error, Result};

/// A text cut at its holes, ready to be written into a quoted CSV field: its quotes are doubled.
pub struct Template {
    parts: Vec<Part>,
    /// Whether the filled text holds a comma, a quote or a line end.
    pub needs_quotes: bool,
}

enum Part {
    Words(String),
    Hole(Hole),
}

#[derive(Clone, Copy)]
enum Hole {
    Own,
    Parent,
    Parent15,
    Id,
    Id15,
    Ids,
    User,
    Name,
    Company,
    Email,
    Phone,
    City,
    Word,
    Number,
    Amount,
    Date,
    Row,
    Order,
    ErrorId,
    Line,
}

const HOLES: [(&str, Hole); 20] = [
    ("self", Hole::Own),
    ("parent", Hole::Parent),
    ("parent15", Hole::Parent15),
    ("id", Hole::Id),
    ("id15", Hole::Id15),
    ("ids", Hole::Ids),
    ("user", Hole::User),
    ("name", Hole::Name),
    ("company", Hole::Company),
    ("email", Hole::Email),
    ("phone", Hole::Phone),
    ("city", Hole::City),
    ("word", Hole::Word),
    ("number", Hole::Number),
    ("amount", Hole::Amount),
    ("date", Hole::Date),
    ("row", Hole::Row),
    ("order", Hole::Order),
    ("error_id", Hole::ErrorId),
    ("line", Hole::Line),
];

const FIRST: [&str; 16] = [
    "Amara", "Bjorn", "Chiara", "Deniz", "Elif", "Farid", "Grete", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Mateo", "Noor",
    "Oskar", "Priya",
];
const LAST: [&str; 16] = [
    "Abel",
    "Brandt",
    "Conti",
    "Dogan",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Hoang",
    "Ivanova",
    "Jansen",
    "Keller",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Petit",
];
const COMPANY: [&str; 12] = [
    "Northwater Foods",
    "Halden & Sons",
    "Blue Kiln Pottery",
    "Orchard Rail",
    "Tessel Optics",
    "Quarry Street Partners",
    "Meridian Tools",
    "Saltmarsh Energy",
    "Lindenhof",
    "Copperline Media",
    "Aster Clinics",
    "Fjord Cables",
];
const CITY: [&str; 12] =
    ["Aarhus", "Bilbao", "Cork", "Dresden", "Espoo", "Fribourg", "Ghent", "Haarlem", "Izmir", "Jihlava", "Kaunas", "Leeds"];
const WORD: [&str; 12] = [
    "Agriculture",
    "Banking",
    "Charity",
    "Decommissioned",
    "Education",
    "Forestry",
    "Mining",
    "Shipping",
    "Tourism",
    "Unknown",
    "Waste",
    "in repair",
];

/// The record that a message is about.
pub struct About {
    pub own: Id,
    pub parent: Option<Id>,
    pub order: u64,
    pub draw: u64,
}

impl Template {
    /// Cuts `text` at its holes.
    ///
    /// # Errors
    /// A text names a hole that there is not.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        let mut words = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            words.push_str(&rest[..open]);
            let inside = &rest[open + 1..];
            let name = inside.split('}').next().unwrap_or_default();
            // A brace of JSON is not a hole: a hole holds nothing but its name.
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
                words.push('{');
                rest = inside;
                continue;
            }
            let hole = HOLES.iter().find(|(known, _)| *known == name);
            let hole = hole.ok_or_else(|| Error::new(format!("the sample's story has no hole named '{name}'")))?.1;
            parts.push(Part::Words(std::mem::take(&mut words)));
            parts.push(Part::Hole(hole));
            rest = &inside[name.len() + 1..];
        }
        words.push_str(rest);
        parts.push(Part::Words(words));
        let needs_quotes = parts.iter().any(|part| match part {
            Part::Words(words) => words.contains([',', '"', '\n']),
            Part::Hole(hole) => matches!(hole, Hole::Ids | Hole::Company),
        });
        for part in &mut parts {
            if let Part::Words(words) = part {
                *words = words.replace('"', "\"\"");
            }
        }
        Ok(Self { parts, needs_quotes })
    }

    /// Appends the text as it reads for one record.
    pub fn fill(&self, about: &About, out: &mut Vec<u8>) {
        let mut draw = about.draw;
        for part in &self.parts {
            match part {
                Part::Words(words) => out.extend_from_slice(words.as_bytes()),
                Part::Hole(hole) => {
                    draw = mix(draw);
                    fill_hole(*hole, about, draw, out);
                }
            }
        }
    }
}

fn one_of<'a>(list: &[&'a str], draw: u64) -> &'a [u8] {
    list[below(draw, list.len() as u64) as usize].as_bytes()
}

fn number(value: u64, out: &mut Vec<u8>) {
    record::write_number(value, out);
}

/// A record of the target that is none of this export's: a matched duplicate, a locked parent.
fn stranger(about: &About, draw: u64) -> Id {
    Id { prefix: about.own.prefix, instance: record::TARGET, number: below(draw, 40_000_000) }
}

fn fill_hole(hole: Hole, about: &About, draw: u64, out: &mut Vec<u8>) {
    let parent = about.parent.unwrap_or(about.own);
    match hole {
        Hole::Own => about.own.write(out),
        Hole::Parent => parent.write(out),
        Hole::Parent15 => parent.write_short(out),
        Hole::Id => stranger(about, draw).write(out),
        Hole::Id15 => stranger(about, draw).write_short(out),
        Hole::Ids => {
            stranger(about, draw).write(out);
            out.push(b',');
            stranger(about, mix(draw)).write(out);
        }
        Hole::User => Id { prefix: *b"005", instance: record::TARGET, number: below(draw, 400) }.write(out),
        Hole::Name => {
            out.extend_from_slice(one_of(&FIRST, draw));
            out.push(b' ');
            out.extend_from_slice(one_of(&LAST, mix(draw)));
        }
        Hole::Company => {
            out.extend_from_slice(one_of(&COMPANY, draw));
            out.extend_from_slice(b", ");
            out.extend_from_slice(one_of(&["Inc.", "GmbH", "Ltd", "S.A."], mix(draw)));
        }
        Hole::Email => {
            out.extend(one_of(&FIRST, draw).to_ascii_lowercase());
            number(below(draw, 90_000), out);
            out.extend_from_slice(b"@mail.example");
        }
        Hole::Phone => {
            out.extend_from_slice(b"+44 20 7946 0");
            number(100 + below(draw, 900), out);
        }
        Hole::City => out.extend_from_slice(one_of(&CITY, draw)),
        Hole::Word => out.extend_from_slice(one_of(&WORD, draw)),
        Hole::Number => number(1000 + below(draw, 99_000_000), out),
        Hole::Amount => {
            number(below(draw, 1_000_000), out);
            out.push(b'.');
            number(10 + below(mix(draw), 90), out);
        }
        Hole::Date => {
            out.extend_from_slice(b"202");
            number(below(draw, 6), out);
            out.push(b'-');
            number(10 + below(mix(draw), 3), out);
            out.push(b'-');
            number(10 + below(mix(!draw), 18), out);
        }
        Hole::Row => number(below(draw, 200), out),
        Hole::Order => number(about.order, out),
        Hole::ErrorId => {
            number(100_000_000 + below(draw, 900_000_000), out);
            out.push(b'-');
            number(1000 + below(mix(draw), 300_000), out);
            out.extend_from_slice(b" (");
            number(100_000_000 + below(mix(!draw), 900_000_000), out);
            out.push(b')');
        }
        Hole::Line => number(10 + below(draw, 240), out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_filled_and_its_quotes_are_doubled() {
        let template = Template::parse("{\"code\":1} \"{row}\" of {parent15}").expect("the holes are known");
        let own = Id { prefix: *b"001", instance: record::SOURCE, number: 7 };
        let mut out = Vec::new();
        template.fill(&About { own, parent: None, order: 1, draw: 0 }, &mut out);
        let text = String::from_utf8(out).expect("texts are UTF-8");
        assert!(text.starts_with("{\"\"code\"\":1} \"\"") && text.ends_with("\"\" of 0015g0000000007"), "{text}");
        assert!(template.needs_quotes);
        assert!(Template::parse("{nonsense}").is_err());
    }
}
