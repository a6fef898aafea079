//! Chance that repeats from its seed, and the variables that steer a search: `FANREPLY_SEED` and the like.

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    /// A number below this; 0 where there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }

    /// Two numbers up to this one, the smaller first.
    #[allow(dead_code)] // one of the searches has no use for it
    pub fn span(&mut self, end: usize) -> (usize, usize) {
        let (one, other) = (self.below(end + 1), self.below(end + 1));
        (one.min(other), one.max(other))
    }
}

/// What an environment variable says, where it says what is wanted.
pub fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}
