//! `file:` addresses, as editors name files, and paths.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

/// The path that a `file:` address names; nothing for any other.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let (scheme, rest) = uri.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let slash = rest.find('/')?;
    let host = &rest[..slash];
    let path = decoded(&rest[slash..])?;
    if path.contains('\0') {
        return None;
    }
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        return cfg!(windows).then(|| PathBuf::from(format!("//{host}{path}")));
    }
    let is_drive = |path: &str| {
        let bytes = path.as_bytes();
        bytes.len() >= 3 && bytes[1].is_ascii_alphabetic() && bytes[2] == b':'
    };
    Some(PathBuf::from(if cfg!(windows) && is_drive(&path) { &path[1..] } else { &path }))
}

/// The address of a file.
pub(super) fn of(path: &Path) -> Uri {
    let text = path.to_string_lossy().replace('\\', if cfg!(windows) { "/" } else { "\\" });
    let text = text.strip_prefix("//?/").unwrap_or(&text);
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri(uri)
}

/// A text without its percent signs; nothing if it is not UTF-8 then.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        bytes.push(match byte {
            b'%' => (digit(rest.next())? * 16 + digit(rest.next())?) as u8,
            b'?' | b'#' => break,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses_turn_into_each_other() {
        for (file, uri) in [
            ("/a/b.toml", "file:///a/b.toml"),
            ("/a b/é😀.toml", "file:///a%20b/%C3%A9%F0%9F%98%80.toml"),
            ("/a%/#?.toml", "file:///a%25/%23%3F.toml"),
            ("/c:/d", "file:///c%3A/d"),
        ] {
            assert_eq!(of(Path::new(file)).0, uri);
            assert_eq!(path(uri).as_deref(), Some(Path::new(file)), "{uri}");
        }
        assert_eq!(path("file:///c:/d").as_deref(), Some(Path::new("/c:/d")));
        assert_eq!(path("file://localhost/d").as_deref(), Some(Path::new("/d")));
    }

    #[test]
    fn what_names_no_file_is_no_path() {
        for uri in
            ["", "a", "untitled:1", "https://a/b", "file:", "file://", "file:///%", "file:///%ff"]
        {
            assert_eq!(path(uri), None, "{uri}");
        }
        assert_eq!(path("file:///a%00b"), None);
    }
}
