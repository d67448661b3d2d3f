//! Rows that are made a few columns at a time.

/// The rows of several decisions, each of whose columns are written for all rows before the next ones.
pub struct Rows<'a> {
    cells: &'a mut [f64],
    width: usize,
    filled: usize,
}

impl<'a> Rows<'a> {
    /// Rows of that width, none of their columns filled.
    pub fn new(cells: &'a mut [f64], width: usize) -> Self {
        Self { cells, width, filled: 0 }
    }

    /// Fills the next columns of each row.
    #[inline]
    pub fn fill<const N: usize>(&mut self, rows: impl Iterator<Item = [f64; N]>) {
        let columns = self.filled..self.filled + N;
        for (row, made) in self.cells.chunks_exact_mut(self.width).zip(rows) {
            row[columns.clone()].copy_from_slice(&made);
        }
        self.filled += N;
    }

    /// Copies the next columns of each row, `width` of them.
    #[inline]
    pub fn copy<'b>(&mut self, width: usize, rows: impl Iterator<Item = &'b [f64]>) {
        let columns = self.filled..self.filled + width;
        if width > 0 {
            for (row, made) in self.cells.chunks_exact_mut(self.width).zip(rows) {
                row[columns.clone()].copy_from_slice(made);
            }
        }
        self.filled += width;
    }
}
