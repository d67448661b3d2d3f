//! Rows of columns.

use fearless_simd::{Level, Simd, dispatch, f64x8, prelude::*};

use crate::indicators::{BLOCK, Column};

const TILE: usize = 8;

/// Makes rows of the first cells of columns: `rows` has one of each column, then the next of each.
pub fn fill(rows: &mut [f64], columns: &[Column]) {
    if columns.len() < TILE || rows.len() < TILE * columns.len() {
        one_by_one(rows, columns);
    } else {
        dispatch!(Level::new(), simd => by_tiles(simd, rows, columns));
    }
}

fn one_by_one(rows: &mut [f64], columns: &[Column]) {
    for (row, cells) in rows.chunks_exact_mut(columns.len().max(1)).enumerate() {
        cells.iter_mut().zip(columns).for_each(|(cell, column)| *cell = column[row]);
    }
}

// Tiles of as many rows as columns. The last one overlaps the one before where columns are no multiple of it.
#[inline(always)]
fn by_tiles<S: Simd>(simd: S, rows: &mut [f64], columns: &[Column]) {
    let (width, cells) = (columns.len(), rows.len());
    for top in (0..BLOCK).step_by(TILE).take_while(|top| top * width < cells) {
        for left in (0..width).step_by(TILE).map(|left| left.min(width - TILE)) {
            let columns = &columns[left..left + TILE];
            let tile = std::array::from_fn(|i| f64x8::from_slice(simd, &columns[i][top..top + TILE]));
            let mut at = top * width + left;
            for row in transposed(tile) {
                let Some(cells) = rows.get_mut(at..at + TILE) else { break };
                row.store_slice(cells);
                at += width;
            }
        }
    }
}

// Each shuffle of a line with the one four lines below takes one of the three bits of a place to the other side.
#[inline(always)]
fn transposed<S: Simd>(mut tile: [f64x8<S>; TILE]) -> [f64x8<S>; TILE] {
    for _ in 0..TILE.ilog2() {
        let [a, b, c, d, e, f, g, h] = tile;
        let [(a, b), (c, d), (e, f), (g, h)] =
            [a.interleave(e), b.interleave(f), c.interleave(g), d.interleave(h)];
        tile = [a, b, c, d, e, f, g, h];
    }
    tile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_where_its_row_and_column_meet() {
        for width in [0, 1, 7, 8, 9, 21, 72] {
            let cell = |column: usize, row: usize| (column * BLOCK + row) as f64;
            let columns: Vec<Column> =
                (0..width).map(|column| std::array::from_fn(|row| cell(column, row))).collect();
            for count in [0, 1, 8, 13, BLOCK] {
                let mut rows = vec![f64::NAN; count * width];
                fill(&mut rows, &columns);
                let expected: Vec<f64> =
                    (0..count).flat_map(|row| (0..width).map(move |column| cell(column, row))).collect();
                assert_eq!(rows, expected, "{count} rows of {width} columns");
            }
        }
    }
}
