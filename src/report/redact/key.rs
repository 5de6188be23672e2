//! The key of a redaction, and the values that it stands for: a file that stays with its owner.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::spans::Kind;
use crate::error::{Error, Place, Result};
use crate::message::id;

/// Bytes of a key: as many as the hash gives.
const BYTES: usize = 32;

/// Characters of a token's hash. Each holds 5 bits: among a million values, two share 60 bits with a chance of
/// 1 in 2 million.
pub const HASH: usize = 12;

const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A secret, and the values of the tokens that were made with it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Key {
    key: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

impl Key {
    /// A new secret.
    pub fn random() -> Result<Self> {
        let mut secret = [0; BYTES];
        getrandom::fill(&mut secret).place(|| "cannot make a key".to_owned())?;
        Ok(Self { key: secret.iter().map(|byte| format!("{byte:02x}")).collect(), values: BTreeMap::new() })
    }

    /// The key in a file, or a new one where there is no such file.
    pub fn open_or_new(path: &Path) -> Result<Self> {
        if path.exists() { Self::open(path) } else { Self::random() }
    }

    /// The key in a file.
    pub fn open(path: &Path) -> Result<Self> {
        let place = || format!("cannot read the key '{}'", path.display());
        let text = std::fs::read_to_string(path).place(place)?;
        let key: Self = serde_json::from_str(&text).place(place)?;
        let hex = key.key.len() == 2 * BYTES && key.key.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !hex {
            let why = format!("{}: the key is not {} hexadecimal digits", place(), 2 * BYTES);
            return Err(Error::new(why).hint("use a file that `synclens report --redact` wrote"));
        }
        Ok(key)
    }

    /// Writes the key and all its values to a file that only its owner can read; a crash leaves the old file.
    pub fn save(&self, path: &Path) -> Result<()> {
        let place = || format!("cannot write the key '{}'", path.display());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).place(place)?;
        serde_json::to_writer_pretty(&mut file, self).place(place)?;
        file.write_all(b"\n").place(place)?;
        file.persist(path).place(place)?;
        Ok(())
    }

    /// The token of a value, which is remembered. Both forms of an id have one token.
    pub(super) fn token(&mut self, kind: Kind, value: &str) -> String {
        let full = (kind == Kind::Id).then(|| id::canonical(value.as_bytes())).flatten();
        let canonical = full.as_ref().map_or(value.as_bytes(), |id| id.as_slice());
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes()).expect("a key may have any length");
        mac.update(kind.word().as_bytes());
        mac.update(&[0]);
        mac.update(canonical);
        let hash = mac.finalize().into_bytes();
        let bits = hash[..8].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let hash: String = (0..HASH).map(|digit| char::from(DIGITS[(bits >> (5 * digit)) as usize & 31])).collect();
        let prefix = full.map(|id| format!("{}-", String::from_utf8_lossy(&id[..3]))).unwrap_or_default();
        let token = format!("{}-{prefix}{hash}", kind.word());
        self.values.entry(token.clone()).or_insert_with(|| value.to_owned());
        token
    }

    /// The value of a token that was made with this key.
    pub(super) fn value(&self, token: &str) -> Option<&str> {
        self.values.get(token).map(String::as_str)
    }
}
