//! Decimal numbers read exactly: an integer mantissa and a count of decimals.

/// Why a field is not a decimal number that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not a finite decimal number.
    NotANumber,
    /// More digits than an exact integer of 64 bits holds.
    TooLong,
}

/// `mantissa / 10^decimals`, exactly as written up to 18 significant digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one integer.
    pub mantissa: i64,
    /// Digits after the point, written ones, trailing zeros included.
    pub decimals: u32,
}

/// Digits that fit the mantissa, whatever they are.
const MAX_DIGITS: usize = 18;
/// More decimals than any size has, however small.
const MAX_DECIMALS: u32 = 36;
/// Integers up to here and powers of ten up to `1e22` are exact as floats, so their quotient is rounded once.
const EXACT: u64 = 1 << 53;
const POWERS: [f64; MAX_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

/// The powers of ten that fit a mantissa.
pub const TENS: [i64; MAX_DIGITS + 1] = {
    let mut powers = [1; MAX_DIGITS + 1];
    let mut at = 1;
    while at <= MAX_DIGITS {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

impl Decimal {
    /// The first mantissa of more digits than a float carries.
    pub const NOISY: i64 = 1_000_000_000_000_000;

    /// Reads a decimal number, plain (`0.0015`) or scientific (`1.5e-03`).
    ///
    /// # Errors
    /// Anything else, and numbers of more than 18 digits before the point or 36 behind it.
    #[inline(always)]
    #[allow(clippy::inline_always)] // three calls a row: worth a tenth of the parser's time
    pub fn parse(text: &[u8]) -> Result<Self, DecimalError> {
        let (whole, length) = digits(text, 0);
        let (mantissa, decimals) = match &text[length..] {
            [] => (whole, 0),
            [b'.', fraction @ ..] => {
                let (mantissa, decimals) = digits(fraction, whole);
                if length + 1 + decimals < text.len() {
                    return Self::parse_rare(text);
                }
                (mantissa, decimals)
            }
            _ => return Self::parse_rare(text),
        };
        if (1..=MAX_DIGITS).contains(&(length + decimals)) {
            Ok(Self { mantissa, decimals: decimals as u32 })
        } else {
            Self::parse_rare(text)
        }
    }

    /// Reads what few files hold: signs, exponents, many digits, and what is no number at all.
    #[cold]
    fn parse_rare(text: &[u8]) -> Result<Self, DecimalError> {
        let number = std::str::from_utf8(text).map_err(|_| DecimalError::NotANumber)?;
        // The words for infinity and no number are floats without a digit.
        if number.parse::<f64>().is_err() || !number.contains(|c: char| c.is_ascii_digit()) {
            return Err(DecimalError::NotANumber);
        }
        let (number, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let exponent: i32 = exponent.parse().map_err(|_| DecimalError::TooLong)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = whole.trim_start_matches(['+', '-', '0']).len();
        let zeros = fraction.len() - fraction.trim_start_matches('0').len();
        // Digits beyond the eighteenth are more than any float tells.
        let kept = MAX_DIGITS.saturating_sub(digits) + if digits == 0 { zeros } else { 0 };
        let fraction = &fraction[..fraction.len().min(kept)];
        let mantissa = format!("{whole}{fraction}").parse().map_err(|_| DecimalError::TooLong)?;
        Self::scaled(mantissa, i64::from(fraction.len() as u32) - i64::from(exponent))
    }

    fn scaled(mantissa: i64, decimals: i64) -> Result<Self, DecimalError> {
        if decimals >= 0 {
            let decimals = u32::try_from(decimals).ok().filter(|count| *count <= MAX_DECIMALS);
            return decimals.map(|decimals| Self { mantissa, decimals }).ok_or(DecimalError::TooLong);
        }
        let factor = u32::try_from(-decimals).ok().and_then(|count| 10_i64.checked_pow(count));
        let mantissa = factor.and_then(|factor| mantissa.checked_mul(factor)).ok_or(DecimalError::TooLong)?;
        Ok(Self { mantissa, decimals: 0 })
    }

    /// The decimal that was meant where a program printed all digits of a float: `0.30000000000000004` is `0.3`.
    ///
    /// A float carries 15 decimal digits; what is printed beyond them is the noise of its binary form.
    #[must_use]
    #[inline]
    pub fn without_noise(self) -> Self {
        if self.mantissa.unsigned_abs() < Self::NOISY as u64 { self } else { self.denoised() }
    }

    #[cold]
    fn denoised(self) -> Self {
        let surplus = self.mantissa.unsigned_abs().ilog10() - 14;
        let dropped = surplus.min(self.decimals);
        let step = 10_i64.pow(dropped);
        let half = step / 2 * self.mantissa.signum();
        Self { mantissa: (self.mantissa + half) / step, decimals: self.decimals - dropped }
    }

    /// The nearest float.
    #[must_use]
    #[inline]
    pub fn value(self) -> f64 {
        let power = POWERS.get(self.decimals as usize);
        if let Some(power) = power.filter(|_| self.mantissa.unsigned_abs() <= EXACT) {
            return self.mantissa as f64 / power;
        }
        format!("{}e-{}", self.mantissa, self.decimals).parse().unwrap_or(f64::NAN)
    }

    /// Whether decimals beyond `decimals` carry information.
    #[must_use]
    #[inline]
    pub fn is_finer_than(self, decimals: u32) -> bool {
        let beyond = self.decimals.saturating_sub(decimals);
        beyond > 0 && TENS.get(beyond as usize).is_none_or(|step| self.mantissa % step != 0)
    }

    /// The decimals that carry information: `28165.47000000` has two.
    #[must_use]
    pub fn significant_decimals(self) -> u32 {
        let Self { mut mantissa, mut decimals } = self;
        while decimals > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            decimals -= 1;
        }
        decimals
    }
}

/// Appends the leading digits of `text` to `start`; wraps beyond 18, which the caller refuses.
#[inline]
fn digits(text: &[u8], start: i64) -> (i64, usize) {
    let mut value = start;
    for (length, byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return (value, length);
        }
        value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
    }
    (value, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> (i64, u32) {
        let decimal = Decimal::parse(text.as_bytes()).unwrap();
        (decimal.mantissa, decimal.decimals)
    }

    #[test]
    fn reads_what_exchanges_write() {
        assert_eq!(parts("1407186"), (1_407_186, 0));
        assert_eq!(parts("0.00141342"), (141_342, 8));
        assert_eq!(parts("1e-05"), (1, 5));
        assert_eq!(parts("7.854169999999999e+09"), (7_854_169_999_999_999, 6));
        assert_eq!(parts("2.5E3"), (2500, 0));
        assert_eq!(parts("1.2345678901234567890e5"), (123_456_789_012_345_678, 12));
        assert_eq!(parts("+5."), (5, 0));
        assert_eq!(parts(".5"), (5, 1));
        assert_eq!(parts("-1.5"), (-15, 1));
    }

    #[test]
    fn padding_is_not_precision() {
        assert_eq!(Decimal::parse(b"28165.47000000").unwrap().significant_decimals(), 2);
        assert_eq!(parts("28165.4700000000000000000"), (281_654_700_000_000_000, 13));
        assert_eq!(parts("00000000000000000000001.5"), (15, 1));
        assert_eq!(parts("1516460405.797000123"), (151_646_040_579_700_012, 8));
    }

    #[test]
    fn the_noise_of_floats_is_taken_off() {
        let meant = |text: &str| Decimal::parse(text.as_bytes()).unwrap().without_noise();
        for (noisy, plain, decimals) in [
            ("0.30000000000000004", 0.3, 1),
            ("0.00031099999999999997", 0.000_311, 6),
            ("0.016012020000000002", 0.016_012_02, 8),
            ("-78.54169999999999", -78.5417, 4),
            ("123456789.12345678", 123_456_789.123_457, 6),
            ("1407186", 1_407_186.0, 0),
        ] {
            let found = meant(noisy);
            assert_eq!((found.value(), found.significant_decimals()), (plain, decimals), "{noisy}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_number() {
        for text in ["", ".", "-", "e5", "1e", "1e+", "nan", "inf", "1.2.3", "0x10", "1_000", "1 ", "\0"] {
            assert_eq!(Decimal::parse(text.as_bytes()), Err(DecimalError::NotANumber), "{text}");
        }
        for text in ["1e300", "1e999", "1e-37", "1e-99999999999999999999", "12345678901234567890"] {
            assert_eq!(Decimal::parse(text.as_bytes()), Err(DecimalError::TooLong), "{text}");
        }
    }

    proptest! {
        #[test]
        fn value_is_the_nearest_float(mantissa in -999_999_999_999_999_999_i64..=999_999_999_999_999_999, decimals in 0_u32..=17) {
            let text = format!("{mantissa}e-{decimals}");
            let decimal = Decimal::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(decimal.value().to_bits(), text.parse::<f64>().unwrap().to_bits());
        }

        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = Decimal::parse(&text);
        }
    }
}
