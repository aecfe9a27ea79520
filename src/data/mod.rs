//! Facts that the binary carries: MITRE ATT&CK, the operation catalogue, limits, time zones, the schemas. Nothing is parsed at
//! start.

pub mod attack;
pub mod connector;
pub mod limits;
pub mod schemas;
pub mod time_zones;
