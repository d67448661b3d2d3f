//! Blocks of rows, split into cells a column at a time.

// Whatever is inlined is compiled for each kind of vectors; loops over lanes are vectorised where they index arrays, which
// zipped iterators prevent, and have no branch.
#![allow(clippy::inline_always, clippy::needless_range_loop, clippy::needless_bitwise_bool)]

use fearless_simd::{Simd, prelude::*, u8x64};

use super::swar::word;

/// Rows of a block: so many that their number does not matter, so few that their columns stay in the nearest cache.
pub const ROWS: usize = 128;
/// A value for each row.
pub type Lanes<T> = [T; ROWS];

const WINDOW: usize = 64;
/// More separators than most windows have.
const USUAL: usize = 16;

/// Finds the cells of rows by the separators between them.
pub struct Splitter {
    columns: usize,
    /// For each separator twice the place behind it, one more if it ends a line; the first stands for the line before.
    edges: Vec<u32>,
    /// The same, those before and behind each column in turn.
    around: Vec<Lanes<u32>>,
}

impl Splitter {
    /// Of rows with so many columns.
    pub fn new(columns: usize) -> Self {
        // The last window has more than what is wanted, and is noted whole.
        let most = 1 + columns * ROWS + WINDOW;
        Self { columns, edges: vec![0; most], around: vec![[0; ROWS]; columns + 1] }
    }

    /// Finds up to `wanted` rows from `start` on, to the first that has another number of cells; gives how many.
    #[inline(always)]
    pub fn split<S: Simd>(&mut self, simd: S, text: &[u8], start: usize, wanted: usize) -> usize {
        self.edges[0] = 2 * start as u32 + 1;
        let wanted = wanted.min(ROWS);
        let found = self.find(simd, text, start, wanted * self.columns);
        self.arrange(wanted.min(found / self.columns))
    }

    /// The cells of a column, of the first `rows` that were found.
    #[inline(always)]
    pub fn cells<'a>(&self, text: &'a [u8], column: usize, rows: usize) -> Cells<'a> {
        let (before, behind) = (&self.around[column], &self.around[column + 1]);
        let mut cells = Cells { text, rows: rows.min(ROWS), starts: [0; ROWS], ends: [0; ROWS] };
        for row in 0..ROWS {
            cells.starts[row] = before[row] >> 1;
            cells.ends[row] = (behind[row] >> 1).wrapping_sub(1);
        }
        if column + 1 == self.columns {
            cells.end_before_returns();
        }
        cells
    }

    /// Where a row starts, or would start behind the last that was found.
    pub fn start(&self, row: usize) -> usize {
        (self.edges[row * self.columns] >> 1) as usize
    }

    /// Notes separators from `at` on until `wanted` are found or less than a window of the text is left.
    #[inline(always)]
    fn find<S: Simd>(&mut self, simd: S, text: &[u8], mut at: usize, wanted: usize) -> usize {
        let doubled = u8x64::from_fn(simd, |place| 2 * place as u8);
        let mut found = 0;
        while found < wanted {
            let Some(window) = text.get(at..at + WINDOW).and_then(<[u8]>::first_chunk) else { break };
            let window = u8x64::load_array_ref(simd, window);
            let is_line_end = window.simd_eq(b'\n');
            let is_separator = window.simd_eq(b',') | is_line_end;
            let notes = is_line_end.select(doubled | 1, doubled).compress(is_separator);
            let count = is_separator.to_bitmask().count_ones() as usize;
            let Some(edges) = self.edges[1 + found..].first_chunk_mut::<WINDOW>() else { break };
            let behind = 2 * at as u32 + 2;
            note::<0, USUAL>(behind, notes.as_array(), edges);
            if count > USUAL {
                note::<USUAL, WINDOW>(behind, notes.as_array(), edges);
            }
            found += count;
            at += WINDOW;
        }
        found
    }

    /// Arranges the edges of rows by columns; gives how many rows have a line end where it belongs and nowhere else.
    #[inline(always)]
    fn arrange(&mut self, rows: usize) -> usize {
        let mut wrong = 0;
        for (column, around) in self.around.iter_mut().enumerate() {
            let edges = &self.edges[column..];
            let belongs = u32::from(column == 0 || column == self.columns);
            for row in 0..rows.min(ROWS) {
                around[row] = edges[row * self.columns];
            }
            for row in 0..rows.min(ROWS) {
                wrong |= (around[row] ^ belongs) & 1;
            }
        }
        if wrong == 0 { rows } else { self.regular(rows) }
    }

    #[cold]
    fn regular(&self, rows: usize) -> usize {
        let ends_line = |row: usize, column: usize| self.edges[row * self.columns + column] & 1 == 1;
        let is_regular =
            |row: usize| (1..=self.columns).all(|column| ends_line(row, column) == (column == self.columns));
        (0..rows).position(|row| !is_regular(row)).unwrap_or(rows)
    }
}

#[inline(always)]
fn note<const FROM: usize, const TO: usize>(behind: u32, notes: &[u8; WINDOW], edges: &mut [u32; WINDOW]) {
    for place in FROM..TO {
        edges[place] = behind + u32::from(notes[place]);
    }
}

/// The cells of one column; reading them keeps fewer rows where one is not as expected. Lanes of other rows hold anything.
pub struct Cells<'a> {
    /// Where all of them lie.
    pub text: &'a [u8],
    /// How many are as expected.
    pub rows: usize,
    starts: Lanes<u32>,
    ends: Lanes<u32>,
}

impl Cells<'_> {
    /// Where a cell starts and ends.
    #[inline(always)]
    pub fn place(&self, row: usize) -> (usize, usize) {
        (self.starts[row] as usize, self.ends[row] as usize)
    }

    /// Eight bytes of each, from its byte `FROM` on; they may reach beyond its end.
    #[inline(always)]
    pub fn words<const FROM: usize>(&mut self) -> Lanes<u64> {
        let mut words = [0; ROWS];
        for row in 0..self.rows {
            let Some(word) = word(self.text, self.starts[row] as usize + FROM) else {
                self.rows = row;
                break;
            };
            words[row] = word;
        }
        words
    }

    /// Eight bytes of each, of which the first is `BACK` bytes before its end; they may begin before its start.
    #[inline(always)]
    pub fn last_words<const BACK: usize>(&mut self) -> Lanes<u64> {
        let mut words = [0; ROWS];
        for row in 0..self.rows {
            let start = (self.ends[row] as usize).checked_sub(BACK);
            let Some(word) = start.and_then(|start| word(self.text, start)) else {
                self.rows = row;
                break;
            };
            words[row] = word;
        }
        words
    }

    /// How many bytes each has.
    #[inline(always)]
    pub fn lengths(&self) -> Lanes<u64> {
        let mut lengths = [0; ROWS];
        for row in 0..ROWS {
            lengths[row] = u64::from(self.ends[row].wrapping_sub(self.starts[row]));
        }
        lengths
    }

    /// The most bytes that one has.
    #[inline(always)]
    pub fn longest(&self) -> u64 {
        let mut longest = 0;
        for row in 0..self.rows {
            longest = longest.max(self.ends[row].wrapping_sub(self.starts[row]));
        }
        u64::from(longest)
    }

    /// Keeps the rows before the first whose lane is zero.
    #[inline(always)]
    pub fn keep(&mut self, expected: &Lanes<u8>) {
        self.rows = memchr::memchr(0, &expected[..self.rows]).unwrap_or(self.rows);
    }

    /// Takes the carriage returns off the last column.
    #[inline(always)]
    fn end_before_returns(&mut self) {
        for end in &mut self.ends[..self.rows] {
            let is_return =
                (*end as usize).checked_sub(1).and_then(|last| self.text.get(last)) == Some(&b'\r');
            *end -= u32::from(is_return);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fearless_simd::{Level, dispatch};
    use proptest::prelude::*;

    fn split(text: &[u8], columns: usize, wanted: usize) -> Vec<Vec<&[u8]>> {
        let mut splitter = Splitter::new(columns);
        let rows = dispatch!(Level::new(), simd => splitter.split(simd, text, 0, wanted));
        let cells: Vec<_> = (0..columns).map(|column| splitter.cells(text, column, rows)).collect();
        let cell = |row: usize, cells: &Cells<'_>| {
            let (start, end) = cells.place(row);
            &text[start..end]
        };
        (0..rows).map(|row| cells.iter().map(|cells| cell(row, cells)).collect()).collect()
    }

    proptest! {
        #[test]
        fn cells_are_found_where_they_are(text in "([a-z]{0,30},[a-z]{0,90},[a-z]{0,3}\r?\n){0,150}", wanted in 0..200_usize) {
            let found = split(text.as_bytes(), 3, wanted);
            let lines = text.lines().map(|line| line.split(',').map(str::as_bytes).collect::<Vec<_>>());
            // Only whole windows are searched.
            let least = text.len().saturating_sub(WINDOW + 126) / 126;
            prop_assert!(found.len() >= least.min(wanted).min(ROWS));
            prop_assert_eq!(&found, &lines.take(found.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn rows_of_another_width_end_the_block() {
        let text = format!("a,b\nc,d\ne\nf,g,h\n{}", "i,j\n".repeat(40));
        assert_eq!(split(text.as_bytes(), 2, ROWS).len(), 2);
        assert_eq!(split(",\n".repeat(400).as_bytes(), 2, ROWS).len(), ROWS);
        assert!(split("\n".repeat(400).as_bytes(), 2, ROWS).is_empty());
        assert!(split(",".repeat(400).as_bytes(), 2, ROWS).is_empty());
        assert_eq!(split("\n".repeat(400).as_bytes(), 1, ROWS).len(), ROWS);
    }
}
