//! Patterns that agree in everything but their gaps, and what stands in a gap.

use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::MANY;

/// Patterns that agree in everything but their gaps.
pub struct Class {
    /// Indexes of `Miner::patterns`.
    pub patterns: Vec<u32>,
    /// Per gap, per pattern: the range of tokens.
    pub gaps: Vec<Vec<Range<u16>>>,
    /// Words that all share.
    pub words: usize,
    /// Rounds of phrases so far.
    pub round: usize,
}

/// Which fill each pattern of a class has in one gap.
pub struct Fills {
    /// Per pattern: the number of its fill.
    pub of: Vec<u32>,
    /// How many there are.
    pub distinct: usize,
}

impl Fills {
    /// Numbers the fills of the patterns in the order in which they first come.
    pub fn of<F: Hash + Eq>(fills: impl Iterator<Item = F>) -> Self {
        let mut numbers: FxHashMap<F, u32> = FxHashMap::default();
        let of = fills
            .map(|fill| {
                let next = numbers.len() as u32;
                *numbers.entry(fill).or_insert(next)
            })
            .collect();
        Self { of, distinct: numbers.len() }
    }

    /// A fill that a quarter of the patterns share, but not all, and one of these patterns.
    pub fn common(&self) -> Option<(u32, usize)> {
        let mut counts = vec![0; self.distinct];
        self.of.iter().for_each(|&fill| counts[fill as usize] += 1);
        let (common, &count) = counts.iter().enumerate().max_by_key(|(_, count)| **count)?;
        let at = self.of.iter().position(|&fill| fill as usize == common)?;
        (self.distinct > 1 && count >= MANY[0].1 && count * 4 >= self.of.len()).then_some((common as u32, at))
    }
}

impl Class {
    /// The parts by a number per pattern, each finished by `finish`, in the order in which the numbers first come.
    pub fn split(&self, of: &[u32], finish: impl Fn(&mut Self)) -> Vec<Self> {
        let mut place: FxHashMap<u32, usize> = FxHashMap::default();
        let mut parts: Vec<Self> = Vec::new();
        for (at, number) in of.iter().enumerate() {
            let part = match place.entry(*number) {
                Entry::Occupied(entry) => *entry.get(),
                Entry::Vacant(entry) => {
                    let gaps = vec![Vec::new(); self.gaps.len()];
                    parts.push(Self { patterns: Vec::new(), gaps, words: self.words, round: self.round });
                    *entry.insert(parts.len() - 1)
                }
            };
            parts[part].patterns.push(self.patterns[at]);
            for (gap, ranges) in self.gaps.iter().enumerate() {
                parts[part].gaps[gap].push(ranges[at].clone());
            }
        }
        for part in &mut parts {
            finish(part);
        }
        parts
    }

    /// Parts a gap by the phrase that stands in it; a part without a phrase keeps its gap.
    pub fn part_gap(&mut self, gap: usize, phrases: &FxHashMap<u32, Range<u16>>, words: impl Fn(u32, &Range<u16>) -> usize) {
        let Some(first) = phrases.get(&self.patterns[0]) else { return };
        self.words += words(self.patterns[0], first);
        self.round = 0;
        let behind = self
            .patterns
            .iter()
            .zip(&mut self.gaps[gap])
            .map(|(pattern, range)| {
                let phrase = &phrases[pattern];
                let behind = phrase.end..range.end;
                range.end = phrase.start;
                behind
            })
            .collect();
        self.gaps.insert(gap + 1, behind);
    }
}
