//! Today, and where it comes from.

use crate::date::Date;
use crate::error::{Error, Kind, Result};

/// Today's date here, unless `SOURCE_DATE_EPOCH` stands in for the clock: then that moment's in UTC.
pub(super) fn today() -> Result<Date> {
    now().map(|now| now.date())
}

/// The date and time here, or that of `SOURCE_DATE_EPOCH` in UTC.
pub(super) fn now() -> Result<jiff::civil::DateTime> {
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty())
    else {
        return Ok(jiff::Zoned::now().datetime());
    };
    let seconds = epoch.to_str().and_then(|text| text.trim().parse::<i64>().ok());
    let timestamp = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    timestamp.map(|timestamp| jiff::tz::Offset::UTC.to_datetime(timestamp)).ok_or_else(|| {
        Error::new(
            Kind::Usage,
            format!("SOURCE_DATE_EPOCH is not a number of seconds: {}", epoch.to_string_lossy()),
        )
        .hint("unset it, or set it to a time such as $(git log -1 --format=%ct)")
    })
}
