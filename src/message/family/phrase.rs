//! Phrases: pairs of neighbouring tokens that many fills of a gap hold, which tell different rules apart.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHasher};

use super::class::{Class, Fills};
use super::mine::{EDGE, Miner, Token};
use super::token::Kind;
use super::{MANY, SHARED_WORDS};

/// Fills whose phrases are counted at a time; more are drawn by hash, and what they miss is found in the next round.
const SAMPLE: usize = 20_000;

/// Two neighbouring tokens.
type Pair = (Token, Token);

/// Phrases: pairs of neighbouring tokens that the same fills hold.
pub struct Phrases {
    /// Per pair: the phrase that it belongs to.
    of: FxHashMap<Pair, u32>,
    /// The phrases.
    pub kept: Vec<Phrase>,
}

/// One phrase.
pub struct Phrase {
    /// In how many fills of the sample it stands.
    fills: usize,
    /// The pair that parts the gap.
    parting: Pair,
}

/// What is known of a pair: how many fills hold it and how many more than once, the two smallest hashes of these fills, the
/// last fill seen.
#[derive(Clone)]
struct Seen {
    fills: usize,
    twice: usize,
    least: [u64; 2],
    last: u32,
}

impl Phrases {
    /// The phrases of a gap.
    pub fn of(miner: &Miner, class: &Class, gap: usize, fills: &Fills) -> Self {
        let mut sample = sample(miner, class, gap, fills);
        sample.sort_unstable();
        sample.truncate(SAMPLE);
        let mut seen: FxHashMap<Pair, Seen> = FxHashMap::default();
        for (number, &(hash, at)) in sample.iter().enumerate() {
            let hashes = [hash, hash.rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15)];
            for pair in pairs(miner, miner.fill(class, gap, at as usize)) {
                let seen = seen.entry(pair).or_insert(Seen { fills: 0, twice: 0, least: [u64::MAX; 2], last: u32::MAX });
                if seen.last == number as u32 {
                    seen.twice += 1;
                } else {
                    seen.last = number as u32;
                    seen.fills += 1;
                    seen.least = [seen.least[0].min(hashes[0]), seen.least[1].min(hashes[1])];
                }
            }
        }
        let mut alike: FxHashMap<[u64; 2], Vec<(Seen, Pair)>> = FxHashMap::default();
        for (pair, seen) in seen.into_iter().filter(|(_, seen)| seen.fills >= MANY[0].1) {
            alike.entry(seen.least).or_default().push((seen, pair));
        }
        // Pairs with the same smallest hashes stand in (nearly) the same fills: two of them make a phrase.
        let mut phrases: Vec<Vec<(Seen, Pair)>> = alike.into_values().filter(|pairs| pairs.len() >= 2).collect();
        for pairs in &mut phrases {
            // What stands twice in a fill may part it at the wrong place.
            pairs.sort_unstable_by_key(|(seen, pair)| (seen.twice, std::cmp::Reverse(seen.fills), *pair));
        }
        let most = |pairs: &[(Seen, Pair)]| pairs.iter().map(|(seen, _)| seen.fills).max().unwrap_or(0);
        phrases.sort_unstable_by_key(|pairs| (std::cmp::Reverse(most(pairs)), pairs[0].1));
        let mut of = FxHashMap::default();
        let mut kept: Vec<Phrase> = Vec::new();
        for pairs in phrases {
            let inner = pairs.iter().find(|(_, pair)| pair.0 != EDGE && pair.1 != EDGE);
            let Some((_, parting)) = inner else { continue };
            for (_, pair) in &pairs {
                of.insert(*pair, kept.len() as u32);
            }
            kept.push(Phrase { fills: most(&pairs), parting: *parting });
        }
        // Inside a known text, phrases that a few fills share are values of the same make ("and Sons"): only phrases
        // of many, or phrases that account for nearly all fills, tell different rules apart.
        let covered: usize = kept.iter().map(|phrase| phrase.fills).sum();
        if class.words >= SHARED_WORDS && covered * 5 < sample.len() * 4 {
            let least = sample.len() / 4;
            of.retain(|_, phrase| kept[*phrase as usize].fills >= least);
            kept.retain(|phrase| phrase.fills >= least);
        }
        Self { of, kept }
    }

    /// The phrase that accounts for most of a fill and of the others, of those of which the fill holds two pairs and the
    /// parting one, and where that stands. Values of the same make ("of the North") share a few words, rules their whole text.
    pub fn find(&self, miner: &Miner, fill: &[Token]) -> Option<(u32, Range<u16>)> {
        let phrase = |run: &[u32]| &self.kept[run[0] as usize];
        let mut held: Vec<u32> = pairs(miner, fill).filter_map(|pair| self.of.get(&pair).copied()).collect();
        held.sort_unstable();
        let mut runs: Vec<&[u32]> = held.chunk_by(|a, b| a == b).filter(|run| run.len() >= 2).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.len() * phrase(run).fills));
        runs.into_iter().find_map(|run| {
            let parting = phrase(run).parting;
            let at = fill.windows(2).position(|pair| (pair[0], pair[1]) == parting)?;
            Some((run[0], at as u16..at as u16 + 2))
        })
    }
}

/// The distinct fills of a gap by hash: hash and a pattern that has it.
fn sample(miner: &Miner, class: &Class, gap: usize, fills: &Fills) -> Vec<(u64, u32)> {
    let mut known = vec![false; fills.distinct];
    let mut sample = Vec::with_capacity(fills.distinct);
    for (at, &fill) in fills.of.iter().enumerate() {
        if !std::mem::replace(&mut known[fill as usize], true) {
            let mut hasher = FxHasher::default();
            miner.fill(class, gap, at).hash(&mut hasher);
            sample.push((hasher.finish().wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(31), at as u32));
        }
    }
    sample
}

/// The neighbouring tokens of a fill, its edges included, but for numbers and quoted values: masking leaves the short ones,
/// and that must not part one rule.
fn pairs<'m>(miner: &'m Miner, fill: &'m [Token]) -> impl Iterator<Item = Pair> + 'm {
    let edge = |at: usize| at.checked_sub(1).and_then(|at| fill.get(at)).copied().unwrap_or(EDGE);
    let fixed = |token: Token| token == EDGE || !matches!(miner.kinds[token as usize], Kind::Number | Kind::Masked);
    (0..=fill.len())
        .map(move |at| (edge(at), fill.get(at).copied().unwrap_or(EDGE)))
        .filter(move |pair| fixed(pair.0) && fixed(pair.1))
}
