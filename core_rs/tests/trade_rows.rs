//! The reader of trade files against one that reads them the obvious way.

mod oracle;

use oracle::{found_by_oracle, found_by_reader};
use proptest::prelude::*;
use proptest::sample::select;

const NAMES: [&str; 9] =
    ["timestamp", "price", "size", "side", "tickDirection", "symbol", "RPI", "isBlockTrade", "trdMatchID"];

/// Usual and unusual cells of each column.
fn cell(name: &'static str) -> BoxedStrategy<String> {
    let odd = select(vec!["", "nan", "-1", "x", " 1 ", "\"1\"", "1e3", "0", "1.5e-05", "\r", "\0", "é"]);
    let number = prop_oneof![
        (1_u64..1_000_000_000, 0_usize..9).prop_map(|(mantissa, decimals)| point(mantissa, decimals)),
        "[0-9]{0,20}\\.?[0-9]{0,14}",
    ];
    let usual = match name {
        "timestamp" => prop_oneof![
            (1_600_000_000_000_u64..1_700_000_000_000, 0_usize..1).prop_map(|(time, _)| point(time, 3)),
            "1[5-9][0-9]{8}(\\.[0-9]{1,10})?",
            "1[5-9]([0-9]{11}|[0-9]{14}|[0-9]{17})",
        ]
        .boxed(),
        "price" | "size" => number.boxed(),
        "side" => select(vec!["Buy", "Sell", "buy", "SELL", "Bux", "Selx"]).prop_map(str::to_owned).boxed(),
        "tickDirection" => select(vec![
            "PlusTick",
            "ZeroPlusTick",
            "MinusTick",
            "ZeroMinusTick",
            "zerominustick",
            "ZeroMinusTich",
            "MinusTicks",
            "",
        ])
        .prop_map(str::to_owned)
        .boxed(),
        "symbol" => select(vec!["BTCUSDT"; 30]).prop_map(str::to_owned).boxed(),
        "RPI" | "isBlockTrade" => {
            select(vec!["0", "1", "true", "False", "", "10"]).prop_map(str::to_owned).boxed()
        }
        _ => "[0-9a-f+-]{0,40}".boxed(),
    };
    prop_oneof![60 => usual, 1 => odd.prop_map(str::to_owned)].boxed()
}

fn point(mantissa: u64, decimals: usize) -> String {
    let digits = format!("{mantissa:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if decimals == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

fn file() -> impl Strategy<Value = String> {
    let columns = (Just(NAMES.to_vec()).prop_shuffle(), 0_usize..=5).prop_map(|(mut names, dropped)| {
        for optional in &NAMES[NAMES.len() - dropped..] {
            names.retain(|name| name != optional);
        }
        names
    });
    let lines = columns.prop_flat_map(|names| {
        let row: Vec<_> = names.iter().map(|name| cell(name)).collect();
        let rows = proptest::collection::vec(row.prop_map(|cells| cells.join(",")), 1..40);
        (Just(names.join(",")), rows)
    });
    (lines, select(vec!["\n", "\r\n"]), any::<bool>()).prop_map(|((header, rows), end, ends)| {
        let text = format!("{header}{end}{}", rows.join(end));
        if ends { text + end } else { text }
    })
}

proptest! {
    #[test]
    fn rows_are_read_as_the_obvious_way_reads_them(text in file(), max_rows in 1_usize..50) {
        let found = found_by_reader(text.as_bytes(), max_rows);
        if let Some(expected) = found_by_oracle(text.as_bytes()) {
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn any_bytes_are_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        found_by_reader(&bytes, 7);
    }
}
