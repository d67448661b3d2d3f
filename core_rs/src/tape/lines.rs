//! Lines of a file, unpacked, through one buffer that does not grow.

use std::io::{self, Read};

use super::content::Content;
use super::error::TradeFileError;
use super::packing::{Packing, Unpacked};

/// No row of a known dialect is a tenth as long.
pub const MAX_LINE: usize = 64 * 1024;
const BUFFER: usize = 1024 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A source of lines, counted from 1.
pub struct Lines {
    source: Unpacked,
    buffer: Vec<u8>,
    /// The unread bytes are `buffer[start..end]`.
    start: usize,
    end: usize,
    exhausted: bool,
    line: u64,
}

impl Lines {
    /// Lines of a file, packed or not.
    ///
    /// # Errors
    /// A file that cannot be read, or an archive of none or several.
    pub fn of(content: Content) -> Result<Self, TradeFileError> {
        let source = Unpacked::of(content)?;
        let mut lines = Self { source, buffer: vec![0; BUFFER], start: 0, end: 0, exhausted: false, line: 0 };
        lines.fill()?;
        if lines.buffer[..lines.end].starts_with(BOM) {
            lines.start = BOM.len();
        }
        Ok(lines)
    }

    /// The number of the line that was handed out last.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Bytes of the file consumed so far, before unpacking.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.source.content.lock().bytes_read()
    }

    /// The XXH128 hash of a hashed file, in hexadecimal, once its last line was handed out.
    #[must_use]
    pub fn xxh128(&self) -> Option<String> {
        self.source.content.lock().xxh128()
    }

    /// What is buffered behind the line that was handed out last; may end inside a line.
    #[must_use]
    pub fn unread(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Skips `lines` whole lines at the beginning of [`Lines::unread`], `bytes` long.
    pub fn skip(&mut self, bytes: usize, lines: usize) {
        self.start += bytes;
        self.line += lines as u64;
    }

    /// The next line without its end, `None` after the last.
    ///
    /// # Errors
    /// A read error, a damaged packing, a line longer than [`MAX_LINE`].
    pub fn next_line(&mut self) -> Result<Option<&[u8]>, TradeFileError> {
        let mut searched = self.start;
        let end = loop {
            if let Some(length) = memchr::memchr(b'\n', &self.buffer[searched..self.end]) {
                break searched + length;
            }
            let pending = self.end - self.start;
            if pending > MAX_LINE {
                break self.end;
            }
            if self.exhausted {
                if pending == 0 {
                    return Ok(None);
                }
                break self.end;
            }
            self.fill()?;
            searched = self.start + pending;
        };
        self.line += 1;
        if end - self.start > MAX_LINE {
            return Err(TradeFileError::LineTooLong { line: self.line, limit: MAX_LINE });
        }
        let line = &self.buffer[self.start..end];
        self.start = (end + 1).min(self.end);
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// Moves the unread rest to the front and fills the buffer behind it.
    fn fill(&mut self) -> Result<(), TradeFileError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < self.buffer.len() && !self.exhausted {
            match self.source.text.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.exhausted = true;
                    // What lies around the text, as in an archive, is part of the file.
                    self.source.content.lock().finish().map_err(TradeFileError::Unreadable)?;
                }
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.classify(error)),
            }
        }
        Ok(())
    }

    fn classify(&self, error: io::Error) -> TradeFileError {
        let held = memchr::memchr_iter(b'\n', &self.buffer[..self.end]).count() as u64;
        let line = self.line + held;
        let packing = self.source.packing;
        if packing == Packing::Plain || error.raw_os_error().is_some() {
            return TradeFileError::Unreadable(error);
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => TradeFileError::Truncated { packing: packing.name(), line },
            _ => TradeFileError::Corrupt { packing: packing.name(), line, cause: error.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn all(bytes: Vec<u8>) -> Result<Vec<String>, TradeFileError> {
        let mut lines = Lines::of(Content::of(io::Cursor::new(bytes)))?;
        let mut found = Vec::new();
        while let Some(line) = lines.next_line()? {
            found.push(String::from_utf8(line.to_vec()).unwrap());
        }
        Ok(found)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn numbered(rows: u64) -> String {
        let lines: Vec<String> = (0..rows).map(|row| format!("{row},{}\n", row * 7_919 % 10_007)).collect();
        lines.concat()
    }

    #[test]
    fn line_ends_and_mark_do_not_belong_to_lines() {
        assert_eq!(all(b"\xef\xbb\xbfa\r\nb\n\nc".to_vec()).unwrap(), ["a", "b", "", "c"]);
        assert!(all(Vec::new()).unwrap().is_empty());
    }

    #[test]
    fn lines_survive_the_edges_of_the_buffer() {
        let text = numbered(300_000);
        assert!(text.len() > 3 * BUFFER);
        let found = all(text.clone().into_bytes()).unwrap();
        assert_eq!(found, text.lines().collect::<Vec<_>>());
    }

    #[test]
    fn gzip_members_follow_each_other() {
        let bytes = [gzip("a\nb"), gzip("c\n")].concat();
        assert_eq!(all(bytes).unwrap(), ["a", "bc"]);
    }

    #[test]
    fn damage_is_told_from_truncation() {
        let whole = gzip(&numbered(50_000));
        let half = whole[..whole.len() / 2].to_vec();
        assert!(matches!(all(half), Err(TradeFileError::Truncated { .. })));
        let mut flipped = whole.clone();
        let last = flipped.len() - 6;
        flipped[last] ^= 0xff;
        assert!(matches!(all(flipped), Err(TradeFileError::Corrupt { .. })));
    }

    #[test]
    fn a_line_without_end_is_refused() {
        assert!(matches!(all(vec![b'x'; 3 * BUFFER]), Err(TradeFileError::LineTooLong { line: 1, .. })));
        assert!(matches!(all(vec![b'x'; MAX_LINE + 1]), Err(TradeFileError::LineTooLong { line: 1, .. })));
        assert_eq!(all(vec![b'x'; MAX_LINE]).unwrap().len(), 1);
    }
}
