//! Identifiers that AWS would draw at random, drawn from names: the same template gives the same ones at every start.

/// Lower-case letters and digits, as in the identifiers of gateways, targets and clients.
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// How many of them one hash gives.
const CHUNK: usize = 10;

/// `length` characters that depend on `name` alone. Unguessable they are not, nor need they be.
pub(crate) fn identifier(name: &str, length: usize) -> String {
    let mut text = String::with_capacity(length);
    let mut hash = START;
    while text.len() < length {
        hash = hashed(hash, name);
        let mut rest = hash;
        for _ in 0..CHUNK.min(length - text.len()) {
            let digit = usize::try_from(rest % 36).unwrap_or_default();
            text.extend(ALPHABET.get(digit).map(|byte| char::from(*byte)));
            rest /= 36;
        }
    }
    text
}

/// The form of a UUID, likewise.
pub(crate) fn uuid(name: &str) -> String {
    let high = hashed(START, name);
    let digits = format!("{high:016x}{:016x}", hashed(high, name));
    let part = |range| digits.get::<std::ops::Range<usize>>(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: published, tiny, and unlike the standard library's hasher the same in every release.
fn hashed(start: u64, name: &str) -> u64 {
    name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
