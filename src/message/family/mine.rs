//! Finds the families among the patterns of one bucket.

use rustc_hash::FxHashMap;

use super::class::Class;
use super::frame::Frame;
use super::token::{Kind, kind, tokens};
use super::{Group, SHARED_WORDS};

/// Families that single patterns are held against; the largest come first.
const FRAMES: usize = 64;

/// A word, mark or placeholder, numbered by its text.
pub type Token = u32;
/// Stands before the first and behind the last token of a gap.
pub const EDGE: Token = Token::MAX;

/// The patterns of one bucket as tokens.
pub struct Miner<'a> {
    /// All groups.
    pub groups: &'a [Group<'a>],
    /// Per pattern: its group and its tokens.
    pub patterns: Vec<(usize, Vec<Token>)>,
    /// Per token: what it is.
    pub kinds: Vec<Kind>,
}

impl<'a> Miner<'a> {
    /// Reads the patterns of the groups of a bucket.
    pub fn new(groups: &'a [Group<'a>], bucket: &[usize]) -> Self {
        let mut numbers: FxHashMap<&str, Token> = FxHashMap::default();
        let mut kinds = Vec::new();
        let patterns = bucket
            .iter()
            .map(|&at| {
                let tokens = tokens(groups[at].pattern).map(|text| {
                    let next = numbers.len() as Token;
                    *numbers.entry(text).or_insert_with(|| {
                        kinds.push(kind(text));
                        next
                    })
                });
                (at, tokens.collect())
            })
            .collect();
        Self { groups, patterns, kinds }
    }

    /// The classes of two or more groups.
    pub fn mine(&self) -> Vec<Vec<usize>> {
        let everything = Class {
            patterns: (0..self.patterns.len() as u32).collect(),
            gaps: vec![self.patterns.iter().map(|(_, tokens)| 0..tokens.len() as u16).collect()],
            words: 0,
            round: 0,
        };
        let mut families: Vec<Class> = Vec::new();
        let mut open = vec![everything];
        while let Some(mut class) = open.pop() {
            if class.patterns.len() < 2 {
                continue;
            }
            match self.cut(&mut class) {
                Some(parts) => open.extend(parts),
                None if class.words >= SHARED_WORDS => families.push(class),
                None => {}
            }
        }
        self.take_in(&mut families);
        families.iter().map(|class| class.patterns.iter().map(|&pattern| self.patterns[pattern as usize].0).collect()).collect()
    }

    /// Takes patterns into the largest family whose fixed tokens they have, where their fills are made of words that are
    /// values elsewhere: single ones, and those of smaller families that share fewer words.
    ///
    /// A phrase that values of several rules share ("of the North") may have caught them before the phrase of their own rule.
    fn take_in(&self, families: &mut [Class]) {
        families.sort_by_key(|class| (std::cmp::Reverse(class.patterns.len()), class.patterns[0]));
        let frames: Vec<Frame> = families.iter().take(FRAMES).map(|class| Frame::of(self, class)).collect();
        let mut values = vec![false; self.kinds.len()];
        let mut home = vec![families.len(); self.patterns.len()];
        for (family, class) in families.iter().enumerate() {
            class.patterns.iter().for_each(|&pattern| home[pattern as usize] = family);
            for (gap, at) in (0..class.gaps.len()).flat_map(|gap| (0..class.patterns.len()).map(move |at| (gap, at))) {
                self.fill(class, gap, at).iter().for_each(|&token| values[token as usize] = true);
            }
        }
        let words: Vec<usize> = families.iter().map(|class| class.words).collect();
        for (pattern, (group, tokens)) in self.patterns.iter().enumerate() {
            let from = home[pattern];
            let least = words.get(from).map_or(0, |words| words + 1);
            let fits = |at: &usize| {
                let frame = &frames[*at];
                words[*at] >= least && self.groups[*group].records <= frame.most && frame.fits(self, tokens, &values)
            };
            home[pattern] = (0..frames.len().min(from)).find(fits).unwrap_or(from);
        }
        families.iter_mut().for_each(|class| class.patterns.clear());
        for (pattern, &family) in home.iter().enumerate() {
            if let Some(class) = families.get_mut(family) {
                class.patterns.push(pattern as u32);
            }
        }
    }
}
