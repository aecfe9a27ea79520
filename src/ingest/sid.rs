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

/// Whether a security identifier is one that a domain or a machine gave out: the only ones by which Microsoft Entra ID may know
/// an account that came from Active Directory. Longer ones than the four numbers make are none.
///
/// Source: Microsoft, [MS-DTYP] 2.4.2.4, `S-1-5-21-` and the three numbers of the domain and one of the account.
pub(super) fn is_of_domain(sid: &str) -> bool {
    let rest = sid.get(..DOMAIN_SID.len()).filter(|start| start.eq_ignore_ascii_case(DOMAIN_SID));
    let numbers = rest.map(|_| &sid[DOMAIN_SID.len()..]);
    sid.len() <= LONGEST_DOMAIN_SID
        && numbers.is_some_and(|numbers| numbers.split('-').all(|number| number.parse::<u32>().is_ok()))
}

/// How the security identifiers begin that a domain or a machine gives out.
pub const DOMAIN_SID: &str = "S-1-5-21-";
/// The length that none of them exceeds: four numbers of at most ten digits behind it, with hyphens.
pub const LONGEST_DOMAIN_SID: usize = DOMAIN_SID.len() + 43;

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
    fn only_what_a_domain_gives_out_can_be_looked_up() {
        for sid in ["S-1-5-21-1-2-3-1105", "s-1-5-21-4294967295-4294967295-4294967295-4294967295"] {
            assert!(is_of_domain(sid), "{sid}");
        }
        for sid in [
            "",
            "S-1-5-18",
            "S-1-12-1-1-2-3-4",
            "S-1-5-21-",
            "S-1-5-21-1-2-3-x",
            "S-1-5-21-1' or id ne '",
            "S-1-5-2\u{e9}-1",
            " S-1-5-21-1-2-3-4",
        ] {
            assert!(!is_of_domain(sid), "{sid}");
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
