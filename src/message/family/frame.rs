//! What the patterns of a family share, to hold other patterns against it.

use super::class::Class;
use super::mine::{Miner, Token};
use super::token::Kind;

/// What the patterns of a family share, to hold other patterns against it.
pub struct Frame {
    /// The fixed tokens before, between and behind the gaps.
    fixed: Vec<Vec<Token>>,
    /// The most audit rows of one pattern; a text with many more is a rule of its own.
    pub most: u64,
}

impl Frame {
    /// The frame of a family.
    pub fn of(miner: &Miner, class: &Class) -> Self {
        let model = &miner.patterns[class.patterns[0] as usize].1;
        let mut fixed = Vec::new();
        let mut at = 0;
        for gap in &class.gaps {
            fixed.push(model[at..usize::from(gap[0].start)].to_vec());
            at = usize::from(gap[0].end);
        }
        fixed.push(model[at..].to_vec());
        let records = class.patterns.iter().map(|&pattern| miner.groups[miner.patterns[pattern as usize].0].records);
        Self { fixed, most: records.max().unwrap_or(0).saturating_mul(2) }
    }

    /// Whether a pattern has all fixed tokens in their order, and mostly words between that are values elsewhere.
    pub fn fits(&self, miner: &Miner, tokens: &[Token], values: &[bool]) -> bool {
        let Some((last, before)) = self.fixed.split_last() else { return false };
        let Some((first, between)) = before.split_first() else { return false };
        let Some(mut rest) = tokens.strip_prefix(&first[..]).and_then(|rest| rest.strip_suffix(&last[..])) else { return false };
        let (mut known, mut words) = (0, 0);
        let mut count = |fill: &[Token]| {
            for token in fill.iter().filter(|&&token| miner.kinds[token as usize] == Kind::Word) {
                words += 1;
                known += usize::from(values[*token as usize]);
            }
        };
        for fixed in between {
            let Some(at) = (0..rest.len()).find(|&at| rest[at..].starts_with(fixed)) else { return false };
            count(&rest[..at]);
            rest = &rest[at + fixed.len()..];
        }
        count(rest);
        known * 2 >= words
    }
}
