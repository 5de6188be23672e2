//! Phrases: pairs of neighbouring tokens that many fills of a gap hold, which tell different rules apart.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHasher};

use super::mine::{Class, EDGE, Fills, Miner, Token};
use super::{MANY, SHARED_WORDS};

/// Fills whose phrases are counted at a time; more are drawn by hash, and what they miss is found in the next round.
const SAMPLE: usize = 20_000;

/// Two neighbouring tokens.
type Pair = (Token, Token);

/// Phrases: pairs of neighbouring tokens that the same fills hold.
pub struct Phrases {
    /// Per pair: the phrase that it belongs to.
    of: FxHashMap<Pair, u32>,
    /// Per phrase: in how many fills of the sample it stands, and the pair that parts the gap.
    pub kept: Vec<(usize, Pair)>,
}

/// What is known of a pair: how many fills hold it, the two smallest hashes of these fills, the last fill seen.
#[derive(Clone)]
struct Seen {
    fills: usize,
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
            for pair in pairs(miner.fill(class, gap, at as usize)) {
                let seen = seen.entry(pair).or_insert(Seen { fills: 0, least: [u64::MAX; 2], last: u32::MAX });
                if seen.last != number as u32 {
                    seen.last = number as u32;
                    seen.fills += 1;
                    seen.least = [seen.least[0].min(hashes[0]), seen.least[1].min(hashes[1])];
                }
            }
        }
        let mut alike: FxHashMap<[u64; 2], Vec<(usize, Pair)>> = FxHashMap::default();
        for (pair, seen) in seen.into_iter().filter(|(_, seen)| seen.fills >= MANY[0].1) {
            alike.entry(seen.least).or_default().push((seen.fills, pair));
        }
        // Pairs with the same smallest hashes stand in (nearly) the same fills: two of them make a phrase.
        let mut phrases: Vec<Vec<(usize, Pair)>> = alike.into_values().filter(|pairs| pairs.len() >= 2).collect();
        for pairs in &mut phrases {
            pairs.sort_unstable_by_key(|&(fills, pair)| (std::cmp::Reverse(fills), pair));
        }
        phrases.sort_unstable_by_key(|pairs| (std::cmp::Reverse(pairs[0].0), pairs[0].1));
        let mut of = FxHashMap::default();
        let mut kept = Vec::new();
        for pairs in phrases {
            let inner = pairs.iter().find(|(_, pair)| pair.0 != EDGE && pair.1 != EDGE);
            let Some(&(fills, parting)) = inner else { continue };
            for &(_, pair) in &pairs {
                of.insert(pair, kept.len() as u32);
            }
            kept.push((fills, parting));
        }
        // Inside a known text, phrases that a few fills share are values of the same make ("and Sons"): only phrases
        // of many, or phrases that account for nearly all fills, tell different rules apart.
        let covered: usize = kept.iter().map(|(fills, _)| fills).sum();
        if class.words >= SHARED_WORDS && covered * 5 < sample.len() * 4 {
            let least = sample.len() / 4;
            of.retain(|_, phrase| kept[*phrase as usize].0 >= least);
            kept.retain(|(fills, _)| *fills >= least);
        }
        Self { of, kept }
    }

    /// The most common phrase of which a fill holds two pairs, one of them the parting one, and where that stands.
    pub fn find(&self, fill: &[Token]) -> Option<(u32, Range<u16>)> {
        let mut held: Vec<u32> = pairs(fill).filter_map(|pair| self.of.get(&pair).copied()).collect();
        held.sort_unstable();
        let twice = held.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        for phrase in twice {
            let (_, parting) = self.kept[phrase as usize];
            if let Some(at) = fill.windows(2).position(|pair| (pair[0], pair[1]) == parting) {
                return Some((phrase, at as u16..at as u16 + 2));
            }
        }
        None
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

/// The neighbouring tokens of a fill, its edges included.
fn pairs(fill: &[Token]) -> impl Iterator<Item = Pair> {
    let edge = |at: usize| at.checked_sub(1).and_then(|at| fill.get(at)).copied().unwrap_or(EDGE);
    (0..=fill.len()).map(move |at| (edge(at), fill.get(at).copied().unwrap_or(EDGE)))
}
