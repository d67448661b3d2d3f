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

/// Long runs of rows such as exchanges write, with now and then one that is not.
fn long_file() -> impl Strategy<Value = String> {
    let layouts = select(vec![
        "timestamp,price,size,side,tickDirection",
        "size,side,trdMatchID,timestamp,price,symbol",
        "isBlockTrade,timestamp,tickDirection,price,size,side",
    ]);
    (layouts, select(vec!["\n", "\r\n"]), select(vec![0_usize, 3, 6]), select(vec![2_usize, 4, 7]))
        .prop_flat_map(|(header, end, time_decimals, decimals)| {
            let usual = move |name: &str| match name {
                "timestamp" => (1_600_000_000_u64..1_700_000_000)
                    .prop_map(move |time| point_of(time, time_decimals))
                    .boxed(),
                "price" => (1_u64..10_000_000).prop_map(move |units| point(units, decimals)).boxed(),
                "size" => (1_u64..100_000).prop_map(|units| point(units, 3)).boxed(),
                "side" => select(vec!["Buy", "Sell"]).prop_map(str::to_owned).boxed(),
                "tickDirection" => select(vec!["PlusTick", "ZeroPlusTick", "MinusTick", "ZeroMinusTick"])
                    .prop_map(str::to_owned)
                    .boxed(),
                "symbol" => Just("BTCUSDT".to_owned()).boxed(),
                "isBlockTrade" => select(vec!["0", "1"]).prop_map(str::to_owned).boxed(),
                _ => "[0-9a-f-]{36}".boxed(),
            };
            let usual: Vec<_> = header.split(',').map(usual).collect();
            let odd: Vec<_> = header.split(',').map(cell_named).collect();
            let row = prop_oneof![
                150 => usual.prop_map(|cells| cells.join(",")),
                1 => odd.prop_map(|cells| cells.join(",")),
                1 => select(vec!["", "1,2", ",,,,,,,,"]).prop_map(str::to_owned),
            ];
            proptest::collection::vec(row, 200..500)
                .prop_map(move |rows| format!("{header}{end}{}{end}", rows.join(end)))
        })
}

fn cell_named(name: &str) -> BoxedStrategy<String> {
    NAMES.into_iter().find(|known| *known == name).map_or_else(|| Just(String::new()).boxed(), cell)
}

/// A time in seconds with so many decimals, of which the last is no zero.
fn point_of(seconds: u64, decimals: usize) -> String {
    if decimals == 0 { seconds.to_string() } else { format!("{seconds}.{:0>decimals$}", seconds % 9 + 1) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn long_files_are_read_as_the_obvious_way_reads_them(text in long_file(), max_rows in 100_usize..600) {
        let found = found_by_reader(text.as_bytes(), max_rows);
        if let Some(expected) = found_by_oracle(text.as_bytes()) {
            prop_assert_eq!(found, expected);
        }
    }
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
