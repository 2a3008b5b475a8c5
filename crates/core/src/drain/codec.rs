//! The text of a memory. It has letters, digits and `+-=._/:@` alone, which every tag takes, and no space.
//!
//! Fields are joined by `+`: version, instance, since, who, why, `s` for Standby, each registration, and a checksum of all
//! before it. A registration is `t@NAME/ID@PORT@ADDRESS@ZONE` or `c@NAME`, without what is empty at its end. Texts are
//! percent-encoded with `=` in the place of `%`.

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use super::{DrainMemory, InvalidMemory, Remembered, RememberedGroup};
use crate::{InstanceId, TargetKey, digest};

const VERSION: &str = "1";
const STANDBY: &str = "s";

/// The longest value of a tag (`Using_Tags`, "Tag restrictions").
const LONGEST: usize = 256;

/// What stands as it is in a text. A colon does not: no value may begin with `aws:`, and values are cut anywhere.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'/');

/// Writes a memory.
pub(super) fn encode(memory: &DrainMemory) -> String {
    let standby = if memory.standby { STANDBY } else { "" };
    let mut fields = vec![
        VERSION.to_owned(),
        memory.instance.to_string(),
        memory.since.to_rfc3339_opts(SecondsFormat::Secs, true),
        quote(&memory.by),
        memory.reason.as_deref().map(quote).unwrap_or_default(),
        standby.to_owned(),
    ];
    fields.extend(memory.registrations.iter().map(|one| registration(&memory.instance, one)));
    let mut text = fields.join("+") + "+";
    text.push_str(&checksum(&text));
    text
}

/// Reads what [`encode`] writes, and nothing else.
pub(super) fn decode(text: &str) -> Result<DrainMemory, InvalidMemory> {
    let end = text.rfind('+').ok_or(InvalidMemory::Form)? + 1;
    if checksum(&text[..end]) != text[end..] {
        return Err(InvalidMemory::Checksum);
    }
    let memory = parse(&text[..end - 1]).ok_or(InvalidMemory::Form)?;
    if encode(&memory) == text { Ok(memory) } else { Err(InvalidMemory::Form) }
}

fn parse(text: &str) -> Option<DrainMemory> {
    let mut fields = text.split('+');
    if fields.next()? != VERSION {
        return None;
    }
    let instance = InstanceId::parse(fields.next()?)?;
    let since = DateTime::parse_from_rfc3339(fields.next()?).ok()?.with_timezone(&Utc);
    let by = unquote(fields.next()?)?;
    let reason = Some(unquote(fields.next()?)?).filter(|reason| !reason.is_empty());
    let standby = fields.next()? == STANDBY;
    let registrations = fields.map(|field| read_registration(&instance, field)).collect::<Option<_>>()?;
    Some(DrainMemory { instance, by, since, reason, standby, registrations })
}

fn registration(instance: &InstanceId, Remembered { group, key }: &Remembered) -> String {
    let (kind, name) = match group {
        RememberedGroup::TargetGroup(resource) => ("t", resource),
        RememberedGroup::Classic(name) => ("c", name),
    };
    let port = key.port.map(|port| port.to_string()).unwrap_or_default();
    let address = if key.id == instance.as_str() { "" } else { &key.id };
    let zone = key.zone.as_deref().unwrap_or_default();
    let parts = [kind, &quote(name), &port, &quote(address), &quote(zone)].join("@");
    parts.trim_end_matches('@').to_owned()
}

fn read_registration(instance: &InstanceId, field: &str) -> Option<Remembered> {
    let mut parts = field.split('@');
    let (kind, name) = (parts.next()?, unquote(parts.next()?)?);
    let group = match kind {
        "t" => RememberedGroup::TargetGroup(name),
        "c" => RememberedGroup::Classic(name),
        _ => return None,
    };
    let port = match parts.next().filter(|port| !port.is_empty()) {
        Some(port) => Some(port.parse().ok()?),
        None => None,
    };
    let mut text = || unquote(parts.next().unwrap_or_default());
    let (address, zone) = (text()?, text()?);
    let id = if address.is_empty() { instance.to_string() } else { address };
    Some(Remembered { group, key: TargetKey { id, port, zone: Some(zone).filter(|zone| !zone.is_empty()) } })
}

fn quote(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string().replace('%', "=")
}

fn unquote(text: &str) -> Option<String> {
    Some(percent_decode_str(&text.replace('=', "%")).decode_utf8().ok()?.into_owned())
}

fn checksum(text: &str) -> String {
    digest::short(Sha256::new_with_prefix(text))
}

/// Cuts a text of [`encode`], which is ASCII, into values.
pub(super) fn split(text: &str) -> Vec<String> {
    text.as_bytes().chunks(LONGEST).map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}
