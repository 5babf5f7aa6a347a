//! Parameters of a query or of a form, read strictly (RFC 6749 §3.1, §3.2 and appendix B).

/// What was sent, in order.
pub(crate) struct Parameters(Vec<(String, String)>);

/// Not `application/x-www-form-urlencoded` in UTF-8. A lenient reader would echo another `state` than the client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Two readers of the request could each take another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repeated(pub(crate) &'static str);

impl Parameters {
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        pairs.map(pair).collect::<Result<_, _>>().map(Self)
    }

    /// The value; `None` also if it is empty, which counts as omitted.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<&str>, Repeated> {
        let mut values = self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Repeated(name)),
            (value, None) => Ok(value.filter(|value| !value.is_empty())),
        }
    }

    /// All values of the one parameter that may repeat: `resource` (RFC 8707 §2).
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(other, _)| other == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

fn pair(pair: &[u8]) -> Result<(String, String), Malformed> {
    let mut halves = pair.splitn(2, |byte| *byte == b'=');
    let mut half = || halves.next().map_or_else(|| Ok(String::new()), decoded);
    Ok((half()?, half()?))
}

fn decoded(text: &[u8]) -> Result<String, Malformed> {
    let mut bytes = text.iter().copied();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hexadecimal(bytes.next())? * 16 + hexadecimal(bytes.next())?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).map_err(|_| Malformed)
}

fn hexadecimal(digit: Option<u8>) -> Result<u8, Malformed> {
    match digit.ok_or(Malformed)? {
        digit @ b'0'..=b'9' => Ok(digit - b'0'),
        digit @ b'a'..=b'f' => Ok(digit - b'a' + 10),
        digit @ b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(Malformed),
    }
}
