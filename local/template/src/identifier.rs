//! Identifiers that AWS would draw at random, drawn from names: the same template gives the same ones at every start.

/// Lower-case letters and digits, as in the identifiers of gateways and targets.
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// `length` characters that depend on `name` alone. Unguessable they are not, nor need they be.
pub(crate) fn identifier(name: &str, length: usize) -> String {
    // FNV-1a: published, tiny, and unlike the standard library's hasher the same in every release.
    let mut hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mut text = String::with_capacity(length);
    for _ in 0..length {
        let digit = usize::try_from(hash % 36).unwrap_or_default();
        text.extend(ALPHABET.get(digit).map(|byte| char::from(*byte)));
        hash /= 36;
    }
    text
}
