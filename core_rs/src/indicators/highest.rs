//! The highest of the last `n` values, and how long ago it was.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Window};

/// Which of equal values counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ties {
    /// The earliest of them.
    Earliest,
    /// The latest of them.
    Latest,
}

/// The highest values of the windows that rows of a block end.
pub struct Peaks {
    /// The values.
    pub value: Column<i64>,
    /// Values after them.
    pub age: Column<i64>,
}

/// Places in a window and a block that a key has room for below its value.
const PLACES: i64 = 1 << 11;

/// Finds the highest values of windows of up to 1024 values below 2^52 in size.
///
/// Keys join each value with its place, so that one maximum finds both. The maximum of twice as many keys is that of two
/// maxima: a few passes over all keys of a block make windows of any length.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Highest {
    n: usize,
    ties: Ties,
    values: Window<i64>,
    #[serde(skip)]
    keys: Vec<i64>,
}

impl Highest {
    /// A window of `n` values, at least one, that has seen nothing.
    #[must_use]
    pub fn new(n: usize, ties: Ties) -> Self {
        Self { n: n.max(1), ties, values: Window::new(n), keys: Vec::new() }
    }

    /// Takes the next values; what is said of windows that are not full means nothing.
    #[inline(always)]
    pub fn update(&mut self, values: &Column<i64>, rows: usize) -> Peaks {
        self.values.take(values, rows);
        self.find_keys();
        let (last, turned) = (self.n as i64 - 1, self.ties == Ties::Earliest);
        let mut peaks = Peaks { value: [0; BLOCK], age: [0; BLOCK] };
        for (row, &key) in self.keys.iter().enumerate().take(BLOCK) {
            let place = key & (PLACES - 1);
            let place = if turned { PLACES - 1 - place } else { place };
            peaks.value[row] = key >> PLACES.trailing_zeros();
            peaks.age[row] = row as i64 + last - place;
        }
        peaks
    }

    // The highest key of each row's window.
    #[inline(always)]
    fn find_keys(&mut self) {
        let (values, keys) = (self.values.reach(self.n), &mut self.keys);
        let place = |place: i64| if self.ties == Ties::Earliest { PLACES - 1 - place } else { place };
        keys.resize(self.n + 2 * BLOCK, i64::MIN);
        for ((at, key), &value) in (0..).zip(keys.iter_mut()).zip(values) {
            *key = value * PLACES + place(at);
        }
        let mut width = 1;
        while width < self.n {
            let step = width.min(self.n - width);
            for at in (0..values.len() - step).step_by(LANES) {
                let (lanes, later) = (lanes(&keys[at..]), lanes(&keys[at + step..]));
                keys[at..][..LANES].copy_from_slice(&higher(lanes, later));
            }
            width += step;
        }
    }
}

/// Keys that are compared at once.
const LANES: usize = 8;

#[inline(always)]
fn lanes(keys: &[i64]) -> [i64; LANES] {
    std::array::from_fn(|lane| keys[lane])
}

#[inline(always)]
fn higher(keys: [i64; LANES], others: [i64; LANES]) -> [i64; LANES] {
    std::array::from_fn(|lane| keys[lane].max(others[lane]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_a_scan_finds(
            values in prop::collection::vec(-4_i64..5, 1..200), n in 1_usize..40, latest in any::<bool>(),
            at_once in 1_usize..=BLOCK, scale in prop::sample::select(vec![1, 1 << 49]),
        ) {
            let values: Vec<i64> = values.iter().map(|value| value * scale).collect();
            let mut highest = Highest::new(n, if latest { Ties::Latest } else { Ties::Earliest });
            for (number, block) in values.chunks(at_once).enumerate() {
                let mut column = [0; BLOCK];
                column[..block.len()].copy_from_slice(block);
                let peaks = highest.update(&column, block.len());
                for row in 0..block.len() {
                    let at = number * at_once + row;
                    if at + 1 >= n {
                        let most = (0..n).map(|age| values[at - age]).max().unwrap();
                        let mut of_most = (0..n).filter(|&age| values[at - age] == most);
                        let age = if latest { of_most.next() } else { of_most.next_back() }.unwrap();
                        prop_assert_eq!((peaks.value[row], peaks.age[row]), (most, age as i64));
                    }
                }
            }
        }
    }
}
