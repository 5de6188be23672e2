//! The story of a sample, read from `story.toml`: the objects in processing order and the texts of what goes wrong.

use serde::Deserialize;

use super::text::Template;
use crate::error::{Place, Result};

/// One object and how its records usually fare; shares are 0 to 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    pub name: String,
    pub prefix: String,
    share: f64,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default = "one_level")]
    pub levels: u32,
    /// The share of an object's rows that each level leaves to the deeper ones.
    #[serde(default)]
    taper: f64,
    #[serde(default)]
    pub existing: f64,
    #[serde(default)]
    pub updated: f64,
    #[serde(default)]
    pub default: f64,
    #[serde(default)]
    pub gone: f64,
    #[serde(default)]
    pub relayed: f64,
    fails: f64,
    /// Rows a minute while the object is synced.
    pub pace: u64,
}

fn one_level() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    #[serde(default)]
    objects: Vec<String>,
    #[serde(default)]
    weight: f64,
    #[serde(default)]
    cured: f64,
    only: Option<Kind>,
    window: Option<[f64; 2]>,
    #[serde(default)]
    strikes: f64,
    #[serde(default)]
    cascade: bool,
    text: String,
}

/// The kinds of job in which a message can be told to occur.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Load,
    Delta,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    object: Vec<Object>,
    message: Vec<Message>,
}

/// Indices of messages with the draw below which each is meant, in rising order.
pub struct Choice(Vec<(u64, usize)>);

impl Choice {
    /// Gives each of the `weighted` messages its part of `share` of all draws.
    fn new(share: f64, weighted: impl Iterator<Item = (usize, f64)> + Clone) -> Self {
        let total: f64 = weighted.clone().map(|(_, weight)| weight).sum();
        let mut below = 0.0;
        let bounds = weighted.map(|(message, weight)| {
            below += weight;
            ((below / total * share * u64::MAX as f64) as u64, message)
        });
        Self(bounds.collect())
    }

    /// The message that `draw` means, or none.
    pub fn of(&self, draw: u64) -> Option<usize> {
        self.0.iter().find(|(bound, _)| draw < *bound).map(|&(_, message)| message)
    }
}

/// A stretch of an object's rows in which one message strikes more often.
pub struct Window {
    pub from: f64,
    pub to: f64,
    pub strikes: f64,
    pub message: usize,
}

/// What a record of one object can suffer.
pub struct Troubles {
    pub load: Choice,
    pub delta: Choice,
    pub windows: Vec<Window>,
}

/// The story with its names resolved to indices.
pub struct Story {
    pub objects: Vec<Object>,
    /// Index of each object's parent.
    pub parents: Vec<Option<usize>>,
    /// Whether other records, of any object, point to an object's records.
    pub is_parent: Vec<bool>,
    pub troubles: Vec<Troubles>,
    pub cascades: Choice,
    pub texts: Vec<Template>,
    pub cured: Vec<f64>,
}

impl Story {
    /// Reads the story that the program carries.
    ///
    /// # Errors
    /// Only if the program was built with a story that contradicts itself.
    pub fn read() -> Result<Self> {
        let File { object: objects, message: messages } =
            toml::from_str(include_str!("story.toml")).place(|| "cannot read the sample's story".into())?;
        let index = |name: &String| objects.iter().position(|object| object.name == *name);
        let parents: Vec<_> = objects.iter().map(|object| object.parent.as_ref().and_then(index)).collect();
        let is_parent = (0..objects.len()).map(|at| objects[at].levels > 1 || parents.contains(&Some(at))).collect();
        let troubles = objects.iter().map(|object| troubles(object, &messages)).collect();
        let cascades = messages.iter().enumerate().filter(|(_, message)| message.cascade);
        let cascades = Choice::new(1.0, cascades.map(|(at, message)| (at, message.weight)));
        let texts = messages.iter().map(|message| Template::parse(&message.text)).collect::<Result<_>>()?;
        let cured = messages.iter().map(|message| message.cured).collect();
        Ok(Self { objects, parents, is_parent, troubles, cascades, texts, cured })
    }

    /// Splits `rows` among the objects by their shares; the parts add up to `rows`.
    pub fn split(&self, rows: u64) -> Vec<u64> {
        let total: f64 = self.objects.iter().map(|object| object.share).sum();
        let (mut share, mut given) = (0.0, 0);
        let last = self.objects.len() - 1;
        let parts = self.objects.iter().enumerate().map(|(at, object)| {
            share += object.share;
            let until = if at == last { rows } else { (rows as f64 * share / total).round() as u64 };
            let part = until - given;
            given = until;
            part
        });
        parts.collect()
    }
}

impl Object {
    /// The row at which each level begins, of `rows` rows in level order, and at the end `rows` itself.
    pub fn level_starts(&self, rows: u64) -> Vec<u64> {
        let start = |level: u32| (rows as f64 * (1.0 - self.taper.powi(level.cast_signed()))) as u64;
        (0..self.levels).map(start).chain([rows]).collect()
    }
}

fn troubles(object: &Object, messages: &[Message]) -> Troubles {
    let own = |kind: Kind| {
        let meant = messages.iter().enumerate().filter(move |(_, message)| {
            let here = message.objects.is_empty() || message.objects.contains(&object.name);
            here && !message.cascade && message.window.is_none() && message.only.is_none_or(|only| only == kind)
        });
        Choice::new(object.fails, meant.map(|(at, message)| (at, message.weight)))
    };
    let windows = messages.iter().enumerate().filter(|(_, message)| message.objects.contains(&object.name));
    let windows = windows
        .filter_map(|(at, message)| message.window.map(|[from, to]| Window { from, to, strikes: message.strikes, message: at }));
    Troubles { load: own(Kind::Load), delta: own(Kind::Delta), windows: windows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_story_is_an_object_of_it_and_parents_come_first() {
        let file: File = toml::from_str(include_str!("story.toml")).expect("the story is TOML");
        let place = |name: &String| file.object.iter().position(|object| object.name == *name);
        for (at, object) in file.object.iter().enumerate() {
            assert!(object.parent.as_ref().is_none_or(|parent| place(parent).is_some_and(|parent| parent < at)));
        }
        for message in &file.message {
            assert!(message.objects.iter().all(|name| place(name).is_some()), "{}", message.text);
            assert_eq!(message.window.is_some(), message.weight == 0.0, "{}", message.text);
        }
    }

    #[test]
    fn parts_and_levels_add_up() {
        let story = Story::read().expect("the story is sound");
        for rows in [0, 1, 23, 1_000_003] {
            assert_eq!(story.split(rows).iter().sum::<u64>(), rows);
        }
        let starts = story.objects[1].level_starts(1000);
        assert_eq!((starts.len(), starts[0], starts[1], starts[12]), (13, 0, 300, 1000));
    }
}
