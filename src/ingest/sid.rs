//! What the security identifier of an account says by itself.

use uuid::Uuid;

use super::entities::Fields;
use super::incident::Field;

/// The object id in Entra ID that a security identifier of Entra ID spells: `S-1-12-1-` and the sixteen bytes of the
/// GUID as four little-endian numbers.
///
/// Source: Oliver Kieselbach, "PowerShell helpers to convert Azure AD object IDs and SIDs" (2020); the npm package
/// `@shi-corp/objectid-converter`, whose example is the test below.
pub(super) fn object_id(sid: &str) -> Option<String> {
    let rest = sid.trim().to_ascii_uppercase();
    let numbers: Option<Vec<u32>> =
        rest.strip_prefix("S-1-12-1-")?.split('-').map(|number| number.parse().ok()).collect();
    let numbers: [u32; 4] = numbers?.try_into().ok()?;
    let mut bytes = [0; 16];
    for (place, number) in bytes.chunks_exact_mut(4).zip(numbers) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    Some(Uuid::from_bytes_le(bytes).to_string())
}

/// Whether an account is one that every Windows machine has: anonymous, local system and services, virtual accounts of
/// services, window managers and font drivers. None can be disabled, and nobody is behind them.
///
/// Source: Microsoft, [MS-DTYP] 2.4.2.4 "Well-Known SID Structures", and "Security identifiers" for Windows Server.
pub(super) fn is_built_in(fields: &Fields) -> bool {
    const SIDS: [&str; 4] = ["S-1-5-7", "S-1-5-18", "S-1-5-19", "S-1-5-20"];
    const FAMILIES: [&str; 3] = ["S-1-5-80-", "S-1-5-90-", "S-1-5-96-"];
    let is = |field: Field, text: &str| {
        fields.get(&field).is_some_and(|own| own.trim().eq_ignore_ascii_case(text))
    };
    if let Some(sid) = fields.get(&Field::Sid) {
        let sid = sid.trim().to_ascii_uppercase();
        return SIDS.contains(&sid.as_str()) || FAMILIES.iter().any(|family| sid.starts_with(family));
    }
    is(Field::Domain, "NT AUTHORITY") || is(Field::Domain, "NT SERVICE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_of_entra_id_spells_the_object_id() {
        let id = object_id("S-1-12-1-4163729839-1217663608-249102764-4166813488");
        assert_eq!(id.as_deref(), Some("f82d79af-1278-4894-ac01-d90e30875cf8"));
        for sid in ["S-1-5-21-1-2-3-1001", "S-1-12-1-1-2-3", "S-1-12-1-1-2-3-4-5", "S-1-12-1-1-2-3-x", ""] {
            assert_eq!(object_id(sid), None, "{sid}");
        }
    }

    #[test]
    fn the_accounts_of_the_machine_are_built_in() {
        let built_in = |field, text: &str| is_built_in(&Fields::from([(field, text.to_owned())]));
        for sid in ["S-1-5-18", "s-1-5-19", "S-1-5-20", "S-1-5-7", "S-1-5-80-1-2", "S-1-5-96-0-1"] {
            assert!(built_in(Field::Sid, sid), "{sid}");
        }
        assert!(built_in(Field::Domain, "NT Authority"));
        for sid in ["S-1-5-21-1-2-3-500", "S-1-5-180", "S-1-12-1-1-2-3-4"] {
            assert!(!built_in(Field::Sid, sid), "{sid}");
        }
    }
}
