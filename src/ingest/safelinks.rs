//! Links that Defender for Office 365 has rewritten: what they lead to.
//!
//! Safe Links puts the address of its own service in front of every link of a message. An export may hold the rewritten
//! one, and to block that would block the protection. The form is that of the published decoders, such as
//! `Start-DecodeSafeLinksURL` of the PowerShell module O365Troubleshooters: the host ends in
//! `safelinks.protection.outlook.com`, the parameter `url` holds the link.

/// The link inside a rewritten one; `None` for any other link.
pub(super) fn unwrapped(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (authority, _) = rest.split_once(['/', '?'])?;
    let host = authority.to_ascii_lowercase();
    let is_service = host == SERVICE || host.strip_suffix(SERVICE).is_some_and(|begin| begin.ends_with('.'));
    let (_, query) = rest.split_once('?').filter(|_| is_service)?;
    let encoded = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("url="))?;
    let inner = decoded(encoded)?;
    let is_link = ["http://", "https://"]
        .iter()
        .any(|scheme| inner.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme)));
    is_link.then_some(inner)
}

const SERVICE: &str = "safelinks.protection.outlook.com";

/// A text without its percent-encoding; `None` where that is broken or no text comes of it.
fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (hex(bytes.next()?)?, hex(bytes.next()?)?);
            out.push(high << 4 | low);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewritten_link_leads_to_its_own() {
        let link = "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fa%3Fb%3D1&data=05%7C01&sdata=x&reserved=0";
        assert_eq!(unwrapped(link).as_deref(), Some("https://evil.example/a?b=1"));
        let others = [
            "https://evil.example/?url=https%3A%2F%2Fgood.example",
            "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fgood.example",
            "https://evilsafelinks.protection.outlook.com/?url=https%3A%2F%2Fgood.example",
            "https://evil.example@nam02.safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fx",
            "https://nam02.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx%ZZ",
            "https://nam02.safelinks.protection.outlook.com/?url=%C3%28",
            "nam02.safelinks.protection.outlook.com",
            "",
        ];
        for link in others {
            assert_eq!(unwrapped(link), None, "{link}");
        }
    }
}
