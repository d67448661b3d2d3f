//! The one CSV file of a zip archive, as a stream whose checksum is verified at its end.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ErrorKind, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator};
use rawzip::{RECOMMENDED_BUFFER_SIZE, RangeReader, ReaderAt};

use super::content::SharedContent;
use super::error::TradeFileError;
use super::packing::Packing;

/// Names listed in the message about an archive of several files.
const LISTED: usize = 3;

/// A CSV file of an archive.
struct Member {
    name: String,
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    is_encrypted: bool,
}

/// Unpacks the only CSV file of an archive; folders, other files and what macOS adds are ignored.
///
/// # Errors
/// A damaged archive; none or several CSV files; one that is encrypted or packed in a rare way.
pub fn only_csv(source: SharedContent) -> Result<Box<dyn Read + Send>, TradeFileError> {
    let size = source.lock().seek(SeekFrom::End(0)).map_err(TradeFileError::Unreadable)?;
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipLocator::new()
        .locate_in_reader(source.clone(), &mut buffer, size)
        .map_err(|(_, error)| damaged(error))?;
    let mut members = Vec::new();
    let mut count = 0_usize;
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(damaged)? {
        if let Some(member) = csv_member(&entry) {
            count += 1;
            members.push(member);
            members.truncate(LISTED);
        }
    }
    let member = the_only(members, count)?;
    let entry = archive.get_entry(member.place).map_err(damaged)?;
    let (start, end) = entry.compressed_data_range();
    let packed = BufReader::with_capacity(RECOMMENDED_BUFFER_SIZE, RangeReader::new(source, start..end));
    match member.method {
        CompressionMethod::STORE => Ok(Box::new(entry.verifying_reader(packed))),
        CompressionMethod::DEFLATE => Ok(Box::new(entry.verifying_reader(DeflateDecoder::new(packed)))),
        CompressionMethod::ZSTD => {
            let decoder = zstd::Decoder::with_buffer(packed).map_err(TradeFileError::Unreadable)?;
            Ok(Box::new(entry.verifying_reader(decoder)))
        }
        _ => Err(TradeFileError::Archive(format!("{} packed in a rare way", member.name))),
    }
}

impl ReaderAt for SharedContent {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut content = self.lock();
        content.seek(SeekFrom::Start(offset))?;
        content.read(buffer)
    }
}

fn csv_member(entry: &ZipFileHeaderRecord<'_>) -> Option<Member> {
    let path = entry.file_path();
    let name = String::from_utf8_lossy(path.as_ref()).into_owned();
    let file = name.rsplit('/').next().unwrap_or_default();
    let is_hidden = file.starts_with('.') || name.starts_with("__MACOSX/");
    let is_csv = file.to_ascii_lowercase().as_bytes().ends_with(b".csv") && !is_hidden;
    is_csv.then(|| Member {
        name,
        place: entry.wayfinder(),
        method: entry.compression_method(),
        is_encrypted: entry.flags().is_encrypted(),
    })
}

fn the_only(mut members: Vec<Member>, count: usize) -> Result<Member, TradeFileError> {
    match (members.pop(), count) {
        (Some(member), 1) if !member.is_encrypted => Ok(member),
        (Some(member), 1) => Err(TradeFileError::Archive(format!("{} encrypted", member.name))),
        (Some(last), _) => {
            members.push(last);
            let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
            let more = if count > names.len() { ", ..." } else { "" };
            Err(TradeFileError::Archive(format!("{count}: {}{more}", names.join(", "))))
        }
        (None, _) => Err(TradeFileError::Archive("none".to_owned())),
    }
}

fn damaged(error: rawzip::Error) -> TradeFileError {
    let cause = error.to_string();
    match error.into_kind() {
        ErrorKind::IO(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            TradeFileError::Unreadable(error)
        }
        ErrorKind::IO(_) | ErrorKind::Eof | ErrorKind::MissingEndOfCentralDirectory => {
            TradeFileError::Truncated { packing: Packing::Zip.name(), line: 0 }
        }
        _ => TradeFileError::Corrupt { packing: Packing::Zip.name(), line: 0, cause },
    }
}
