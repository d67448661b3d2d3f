//! What a bar sums of consecutive trades, in loops for the widest vectors that the processor has.

use fearless_simd::{Level, dispatch};

use crate::tape::{Mark, Side, Trades, Unit, UnitSlice};

/// Sums of trades; prices in ticks, sizes in lots.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// First price.
    pub open: i64,
    /// Highest price.
    pub high: i64,
    /// Lowest price.
    pub low: i64,
    /// Last price.
    pub close: i64,
    /// Of sizes.
    pub volume: i64,
    /// Of sizes of trades whose taker bought.
    pub buy_volume: i64,
    /// Largest size.
    pub largest: i64,
    /// Of price times size.
    pub turnover: i128,
    /// Of the squared changes of price from each trade to the next.
    pub squares: i128,
    /// Trades whose taker bought.
    pub buy_count: i64,
    /// Trades of another side than the one before.
    pub turns: i64,
    /// Trades of each tick direction, in the order of their codes.
    pub ticks: [i64; 5],
}

impl Sums {
    /// The sums of trades, `None` where there is none.
    pub fn of(trades: Trades<'_>) -> Option<Self> {
        dispatch!(Level::new(), _ => of_trades(trades))
    }
}

// Whatever follows is inlined, to be compiled anew for each kind of vectors.
#[inline(always)]
#[allow(clippy::inline_always)]
fn of_trades(trades: Trades<'_>) -> Option<Sums> {
    let Trades { price, size, marks, .. } = trades;
    match (price, size) {
        (UnitSlice::Narrow(price), UnitSlice::Narrow(size)) => of_columns(price, size, marks),
        (UnitSlice::Narrow(price), UnitSlice::Wide(size)) => of_columns(price, size, marks),
        (UnitSlice::Wide(price), UnitSlice::Narrow(size)) => of_columns(price, size, marks),
        (UnitSlice::Wide(price), UnitSlice::Wide(size)) => of_columns(price, size, marks),
    }
}

#[inline(always)]
#[allow(clippy::inline_always)]
fn of_columns<P: Unit, S: Unit>(price: &[P], size: &[S], marks: &[Mark]) -> Option<Sums> {
    let (&open, &close) = (price.first()?, price.last()?);
    // Sums that may wrap.
    let (mut volume, mut buy_volume, mut turnover) = (0_u64, 0_u64, 0_u64);
    let (mut low, mut high, mut largest) = (open, open, *size.first()?);
    for ((&price, &size), mark) in price.iter().zip(size).zip(marks) {
        (low, high, largest) = (low.min(price), high.max(price), largest.max(size));
        volume = volume.wrapping_add(size.modular());
        buy_volume = buy_volume.wrapping_add(if mark.side() == Side::Buy { size.modular() } else { 0 });
        turnover = turnover.wrapping_add(price.modular().wrapping_mul(size.modular()));
    }
    let change = |(&before, &after): (&P, &P)| after.distance(before);
    let squares = price.iter().zip(&price[1..]).map(change).map(|change| change.wrapping_mul(change));
    let squares = squares.fold(0, u64::wrapping_add);
    let (low, high, volume) = (low.whole(), high.whole(), volume as i64);
    let (highest, range) = (i128::from(high).max(-i128::from(low)), i128::from(high) - i128::from(low));
    let most_squares = range.saturating_mul(range).saturating_mul(price.len() as i128);
    Some(Sums {
        open: open.whole(),
        high,
        low,
        close: close.whole(),
        volume,
        buy_volume: buy_volume as i64,
        largest: largest.whole(),
        turnover: unwrapped(turnover, highest * i128::from(volume), || exact_turnover(price, size)),
        squares: unwrapped(squares, most_squares, || exact_squares(price)),
        buy_count: count(marks, |mark| mark.side() == Side::Buy),
        turns: turns(marks),
        ticks: [-2, -1, 0, 1, 2].map(|code| count(marks, |mark| mark.is_tick(code))),
    })
}

// A sum that may have wrapped is the sum if no partial one can be beyond `most`, which fits; else it is made anew.
#[inline(always)]
#[allow(clippy::inline_always)]
fn unwrapped(sum: u64, most: i128, exact: impl Fn() -> i128) -> i128 {
    if most <= i128::from(i64::MAX) { i128::from(sum as i64) } else { exact() }
}

#[cold]
fn exact_turnover<P: Unit, S: Unit>(price: &[P], size: &[S]) -> i128 {
    let products =
        price.iter().zip(size).map(|(price, size)| i128::from(price.whole()) * i128::from(size.whole()));
    products.sum()
}

#[cold]
fn exact_squares<P: Unit>(price: &[P]) -> i128 {
    let changes = price.windows(2).map(|pair| i128::from(pair[1].whole()) - i128::from(pair[0].whole()));
    changes.map(|change| change * change).sum()
}

// Bytes are summed as bytes, as long as they cannot overflow.
#[inline(always)]
#[allow(clippy::inline_always)]
fn count(marks: &[Mark], holds: impl Fn(Mark) -> bool) -> i64 {
    let some = |marks: &[Mark]| i64::from(marks.iter().map(|&mark| u8::from(holds(mark))).sum::<u8>());
    marks.chunks(usize::from(u8::MAX)).map(some).sum()
}

#[inline(always)]
#[allow(clippy::inline_always)]
fn turns(marks: &[Mark]) -> i64 {
    let (first, second) = (&marks[..marks.len() - 1], &marks[1..]);
    let some = |(first, second): (&[Mark], &[Mark])| {
        i64::from(first.iter().zip(second).map(|(a, b)| u8::from(a.side() != b.side())).sum::<u8>())
    };
    first.chunks(usize::from(u8::MAX)).zip(second.chunks(usize::from(u8::MAX))).map(some).sum()
}
