//! The program of a function, as Lambda starts it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::Error;

/// The glibc of `provided.al2023`.
const GLIBC: (u32, u32) = (2, 34);

/// How a program names the versions of glibc that it needs.
const NEEDS: &[u8] = b"GLIBC_";

/// By this Rust knows a panic that it unwinds (`library/panic_unwind/src/gcc.rs`); a program that aborts has no use for
/// it. An immediate on `x86_64`; other processors load it in pieces.
const UNWINDS: &[u8] = b"MOZ\0RUST";

/// A processor, as Lambda calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Architecture {
    Arm64,
    X86_64,
}

impl Architecture {
    /// `e_machine` of ELF.
    const fn machine(self) -> [u8; 2] {
        match self {
            Self::Arm64 => [0xb7, 0],
            Self::X86_64 => [0x3e, 0],
        }
    }
}

impl FromStr for Architecture {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "arm64" => Ok(Self::Arm64),
            "x86_64" => Ok(Self::X86_64),
            other => Err(Error::Architecture(other.to_owned())),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        })
    }
}

/// A program's bytes.
#[derive(Debug)]
pub(super) struct Bootstrap(Vec<u8>);

impl Bootstrap {
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        Ok(Self(std::fs::read(path).map_err(Error::of(path))?))
    }

    pub(super) fn size(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, text: &[u8]) -> bool {
        self.0.windows(text.len()).any(|window| window == text)
    }

    /// Why Lambda would not run it as it should.
    pub(super) fn defects(&self, architecture: Architecture) -> Vec<String> {
        let mut defects = Vec::new();
        // 64 bits, the lowest byte first.
        let is_elf = self.0.starts_with(b"\x7fELF\x02\x01");
        if !is_elf || self.0.get(18..20) != Some(architecture.machine().as_slice()) {
            defects.push(format!("not a program for {architecture}"));
        }
        let needed = self.glibc();
        if needed.is_empty() {
            defects.push("it does not say which glibc it needs".to_owned());
        }
        let newer = needed.iter().filter(|needed| version(needed).is_none_or(|version| version > GLIBC));
        defects.extend(newer.map(|needed| format!("needs GLIBC_{needed}, and Lambda has {}.{}", GLIBC.0, GLIBC.1)));
        if architecture == Architecture::X86_64 && !self.contains(UNWINDS) {
            defects.push("a panic aborts it".to_owned());
        }
        defects
    }

    /// Whatever follows `GLIBC_` anywhere: rather one too many than one too few.
    fn glibc(&self) -> BTreeSet<String> {
        let starts = self.0.windows(NEEDS.len()).enumerate().filter(|(_, window)| *window == NEEDS);
        let rest = starts.filter_map(|(start, _)| self.0.get(start + NEEDS.len()..));
        rest.map(|rest| {
            let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._".contains(byte));
            name.map(|byte| char::from(*byte)).collect()
        })
        .collect()
    }
}

/// The first two numbers of `2.34` or `2.2.5`. Others than versions have none (`PRIVATE`, `ABI_DT_RELR`).
fn version(name: &str) -> Option<(u32, u32)> {
    let mut numbers = name.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Architecture, Bootstrap};

    /// A program for `x86_64` that needs nothing but this glibc.
    fn program(glibc: &str) -> Vec<u8> {
        let mut bytes = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0".to_vec();
        bytes.extend_from_slice(b"\0GLIBC_2.2.5\0GLIBC_");
        bytes.extend_from_slice(glibc.as_bytes());
        bytes.extend_from_slice(b"\0...MOZ\0RUST...");
        bytes
    }

    fn defects(bytes: Vec<u8>) -> Vec<String> {
        Bootstrap(bytes).defects(Architecture::X86_64)
    }

    #[rstest]
    #[case::older("2.9")]
    #[case::the_same("2.34")]
    fn the_glibc_of_lambda_will_do(#[case] glibc: &str) {
        assert_eq!(defects(program(glibc)), [""; 0]);
    }

    #[rstest]
    #[case::newer("2.35")]
    #[case::next("3.0")]
    #[case::by_another_name("ABI_DT_RELR")]
    #[case::nobodys("PRIVATE")]
    fn what_lambda_has_not_is_a_defect(#[case] glibc: &str) {
        assert_eq!(defects(program(glibc)), [format!("needs GLIBC_{glibc}, and Lambda has 2.34")]);
    }

    #[rstest]
    #[case::of_another_processor(18, 0xb7)]
    #[case::of_32_bits(4, 1)]
    #[case::of_the_other_order(5, 2)]
    #[case::not_elf(0, b'#')]
    fn a_program_for_another_machine_is_a_defect(#[case] position: usize, #[case] byte: u8) {
        let mut bytes = program("2.34");
        bytes[position] = byte;
        assert_eq!(defects(bytes), ["not a program for x86_64"]);
    }

    #[test]
    fn a_program_that_aborts_is_a_defect() {
        let mut bytes = program("2.34");
        bytes.truncate(bytes.len() - 4);
        assert_eq!(defects(bytes), ["a panic aborts it"]);
    }

    #[test]
    fn nothing_at_all_is_a_defect() {
        assert_eq!(defects(Vec::new()).len(), 3);
    }
}
