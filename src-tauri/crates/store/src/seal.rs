//! Sealing: XChaCha20-Poly1305, a data key of its own for each secret, and what a seal is bound to.
//!
//! Owns: keys in memory, associated data, sealing and opening. Does not own: where keys and sealed rows are kept.

use crate::text;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use model::{ConnectionId, Error, Result, Slot, common};
use rand::TryRngCore;
use rand::rngs::OsRng;
use uuid::Uuid;
use zeroize::Zeroizing;

/// 32 bytes, wiped when dropped.
pub(crate) type KeyBytes = Zeroizing<[u8; 32]>;

const NONCE: usize = 24;

/// The key that seals data keys, and its name.
pub(crate) struct MasterKey {
    id: Uuid,
    bytes: KeyBytes,
}

impl MasterKey {
    /// A new one.
    pub(crate) fn fresh() -> Result<Self> {
        Ok(Self { id: Uuid::new_v4(), bytes: random_key()? })
    }

    /// The one of that name, if `bytes` is it: `proof` was sealed by it.
    pub(crate) fn proven(id: Uuid, bytes: &[u8], proof: &[u8]) -> Option<Self> {
        let mut key = Self { id, bytes: Zeroizing::new([0; 32]) };
        if bytes.len() != key.bytes.len() {
            return None;
        }
        key.bytes.copy_from_slice(bytes);
        open_with(&key.bytes, proof, &key.proof_data()).is_ok().then_some(key)
    }

    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// What proves this key, and tells nothing of it.
    pub(crate) fn proof(&self) -> Result<Vec<u8>> {
        seal_with(&self.bytes, b"landbridge", &self.proof_data())
    }

    fn proof_data(&self) -> Vec<u8> {
        bound(b"landbridge/key/1", &[self.id.as_bytes()])
    }
}

/// What a sealed secret is bound to: opened under anything else, it fails.
pub(crate) struct Binding<'a> {
    pub(crate) connection: ConnectionId,
    pub(crate) slot: &'a Slot,
    pub(crate) generation: i64,
    pub(crate) destination: &'a [u8],
}

impl Binding<'_> {
    fn data(&self, purpose: &[u8], key: &MasterKey) -> Vec<u8> {
        let generation = self.generation.to_le_bytes();
        let connection = self.connection.0.as_bytes();
        match purpose {
            // The text's seal outlives a change of the master key; the data key's does not.
            TEXT => bound(purpose, &[connection, self.slot.0.as_bytes(), &generation, self.destination]),
            _ => bound(purpose, &[key.id.as_bytes(), connection, self.slot.0.as_bytes(), &generation, self.destination]),
        }
    }
}

const TEXT: &[u8] = b"landbridge/secret/1";
const DATA_KEY: &[u8] = b"landbridge/data-key/1";

/// A sealed secret.
pub(crate) struct Sealed {
    pub(crate) data_key: Vec<u8>,
    pub(crate) text: Vec<u8>,
}

/// Seals a secret under a new data key.
pub(crate) fn seal(key: &MasterKey, binding: &Binding<'_>, text: &[u8]) -> Result<Sealed> {
    let data_key = random_key()?;
    Ok(Sealed {
        data_key: seal_with(&key.bytes, &*data_key, &binding.data(DATA_KEY, key))?,
        text: seal_with(&data_key, text, &binding.data(TEXT, key))?,
    })
}

/// Opens a sealed secret.
pub(crate) fn open(key: &MasterKey, binding: &Binding<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>> {
    let data_key = open_key(&key.bytes, &sealed.data_key, &binding.data(DATA_KEY, key))?;
    open_with(&data_key, &sealed.text, &binding.data(TEXT, key))
}

/// The data key, sealed by another master key.
pub(crate) fn rewrap(old: &MasterKey, new: &MasterKey, binding: &Binding<'_>, data_key: &[u8]) -> Result<Vec<u8>> {
    let plain = open_key(&old.bytes, data_key, &binding.data(DATA_KEY, old))?;
    seal_with(&new.bytes, &*plain, &binding.data(DATA_KEY, new))
}

/// Each part with its length in front, so that no two lists of parts give the same bytes.
pub(crate) fn bound(purpose: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in std::iter::once(&purpose).chain(parts) {
        out.extend_from_slice(&(part.len() as u64).to_le_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// Seals under a fresh nonce, which goes in front.
pub(crate) fn seal_with(key: &[u8; 32], text: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    random(&mut nonce)?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: text, aad: data });
    let sealed = sealed.map_err(|_| common::internal("a secret is too long to be sealed"))?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens what [`seal_with`] sealed.
pub(crate) fn open_with(key: &[u8; 32], sealed: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let damaged = || Error::new(&text::DAMAGED);
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let text = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: data });
    text.map(Zeroizing::new).map_err(|_| damaged())
}

/// Opens a sealed key.
pub(crate) fn open_key(key: &[u8; 32], sealed: &[u8], data: &[u8]) -> Result<KeyBytes> {
    let plain = open_with(key, sealed, data)?;
    let mut out = Zeroizing::new([0; 32]);
    if plain.len() != out.len() {
        return Err(Error::new(&text::DAMAGED));
    }
    out.copy_from_slice(&plain);
    Ok(out)
}

fn random_key() -> Result<KeyBytes> {
    let mut key = Zeroizing::new([0; 32]);
    random(&mut *key)?;
    Ok(key)
}

/// Bytes that nobody can guess, from the operating system.
pub(crate) fn random(out: &mut [u8]) -> Result<()> {
    OsRng.try_fill_bytes(out).map_err(|_| common::internal("the operating system gives no random numbers"))
}
