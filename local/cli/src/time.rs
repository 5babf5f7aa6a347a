//! A time as an operator writes it, and as it is shown.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) u64);

impl Time {
    pub(crate) fn now() -> Self {
        Self(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }

    pub(crate) fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

/// `now`, or a time of RFC 3339. What begins within a second counts as before its end: `now` is the next one.
impl FromStr for Time {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "now" {
            return Ok(Self::now().plus(1));
        }
        let wrong = "expected `now`, or a time such as 2026-03-01T09:30:00Z";
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| wrong)?;
        let seconds = u64::try_from(time.unix_timestamp()).map_err(|_| wrong)?;
        Ok(Self(seconds).plus(u64::from(time.nanosecond() > 0)))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = i64::try_from(self.0).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
        match time.and_then(|time| time.format(&Rfc3339).ok()) {
            Some(text) => formatter.write_str(&text),
            None => self.0.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Time;

    #[rstest]
    #[case::utc("2026-11-23T22:50:30Z", "2026-11-23T22:50:30Z")]
    #[case::elsewhere("2026-11-23T23:50:30+01:00", "2026-11-23T22:50:30Z")]
    #[case::within_a_second("2026-11-23T22:50:30.001Z", "2026-11-23T22:50:31Z")]
    fn a_time_is_shown_so_that_it_can_be_given_again(#[case] given: &str, #[case] shown: &str) {
        let time: Time = given.parse().unwrap();
        assert_eq!(time.to_string(), shown);
        assert_eq!(shown.parse(), Ok(time));
    }

    #[rstest]
    #[case::no_zone("2026-11-23T22:50:30")]
    #[case::no_time("2026-11-23")]
    #[case::words("an hour ago")]
    #[case::capitals("NOW")]
    #[case::before_1970("1969-12-31T23:59:59Z")]
    #[case::number("1795474230")]
    fn a_time_that_could_be_another_is_refused(#[case] text: &str) {
        assert!(text.parse::<Time>().is_err());
    }

    #[test]
    fn now_is_after_whatever_has_happened() {
        let before = Time::now();
        assert!("now".parse::<Time>().unwrap() > before);
    }

    #[test]
    fn a_number_that_is_no_time_is_shown_as_it_is() {
        assert_eq!(Time(u64::MAX).to_string(), u64::MAX.to_string());
    }
}
