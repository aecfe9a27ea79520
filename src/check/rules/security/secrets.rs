//! What a secret looks like, by its form and by the name it stands under.

/// Names under which secrets stand, in lower case and without separators, sorted.
const NAMES: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "authorization",
    "clientsecret",
    "ocpapimsubscriptionkey",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "sastoken",
    "secret",
    "sharedaccesskey",
    "sharedkey",
    "token",
    "xapikey",
];
/// The bytes of the longest of them.
const LONGEST_NAME: usize = "ocpapimsubscriptionkey".len();
/// Endings of parameter names that speak *of* a secret and do not hold it, in lower case.
const ABOUT: &[&str] = &[
    "name", "url", "uri", "id", "expiry", "path", "version", "days", "length", "endpoint", "type", "vault",
    "audience", "resource",
];

/// What a token looks like: how it begins, and what must follow.
struct Mark {
    start: &'static str,
    at_least: usize,
    allowed: fn(u8) -> bool,
    what: &'static str,
}

/// The tokens that are told by how they begin, those that are surer first.
const MARKS: &[Mark] = &[
    Mark { start: "PRIVATE KEY-----", at_least: 0, allowed: is_word, what: "a private key" },
    Mark { start: "AccountKey=", at_least: 40, allowed: is_base64, what: "a storage or service bus key" },
    Mark {
        start: "SharedAccessKey=",
        at_least: 40,
        allowed: is_base64,
        what: "a storage or service bus key",
    },
    Mark { start: SIGNATURE, at_least: 40, allowed: is_encoded, what: "the signature of an address" },
    Mark { start: "ghp_", at_least: 36, allowed: is_word, what: "a GitHub token" },
    Mark {
        start: "github_pat_",
        at_least: 40,
        allowed: |byte| is_word(byte) || byte == b'_',
        what: "a GitHub token",
    },
    Mark {
        start: "xoxb-",
        at_least: 20,
        allowed: |byte| is_word(byte) || byte == b'-',
        what: "a Slack token",
    },
    Mark {
        start: "xoxp-",
        at_least: 20,
        allowed: |byte| is_word(byte) || byte == b'-',
        what: "a Slack token",
    },
    Mark {
        start: "AKIA",
        at_least: 16,
        allowed: |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        what: "an AWS access key",
    },
    Mark {
        start: TOKEN,
        at_least: 100,
        allowed: |byte| is_word(byte) || b"-_.".contains(&byte),
        what: "an access token",
    },
];

/// How the signature of an address begins; a version stands beside it.
const SIGNATURE: &str = "sig=";
/// How the JSON of a token begins, encoded; dots part the token.
const TOKEN: &str = "eyJ";
/// No secret that is told by its form is shorter.
const SHORTEST: usize = 16;
/// None that is told by its name is shorter.
const LEAST: usize = 8;

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_base64(byte: u8) -> bool {
    is_word(byte) || b"+/=".contains(&byte)
}

fn is_encoded(byte: u8) -> bool {
    is_word(byte) || b"%-_".contains(&byte)
}

/// What a text is by its form alone, if that is a secret.
pub(super) fn form(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST {
        return None;
    }
    // Every string of every definition comes by here: it is gone through once, whatever the number of marks.
    let begins = |three: &[u8]| match three {
        [b'A', next, _] => matches!(next, b'c' | b'K'),
        [b'P', next, _] => *next == b'R',
        [b'S', next, _] => *next == b'h',
        [b'e', next, _] => *next == b'y',
        [b'g', next, _] => matches!(next, b'h' | b'i'),
        [b's', next, last] => *next == b'i' && *last == b'g',
        [b'x', next, _] => *next == b'o',
        _ => false,
    };
    let places = text.as_bytes().windows(3).enumerate().filter(|(_, three)| begins(three));
    places
        .filter_map(|(at, _)| {
            let rest = &text.as_bytes()[at..];
            MARKS.iter().position(|mark| {
                rest.starts_with(mark.start.as_bytes())
                    && rest[mark.start.len()..].iter().take_while(|byte| (mark.allowed)(**byte)).count()
                        >= mark.at_least
                    && match mark.start {
                        SIGNATURE => text.contains("sv="),
                        TOKEN => text.matches('.').count() >= 2,
                        _ => true,
                    }
            })
        })
        .min()
        .map(|mark| MARKS[mark].what)
}

/// What a text is because of the name it stands under.
pub(super) fn under(name: &str, text: &str) -> Option<&'static str> {
    // Most texts are shorter than any secret.
    if text.len() < LEAST {
        return None;
    }
    let name = named(name)?;
    if is_placeholder(text) {
        return None;
    }
    if name == "authorization" {
        let given =
            ["Basic ", "Bearer ", "ApiKey ", "Token "].iter().find_map(|scheme| text.strip_prefix(scheme))?;
        return (given.trim().len() >= 12).then_some("a credential");
    }
    let mixed =
        text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    (text.len() >= LEAST && mixed && !text.contains(' ')).then_some("a secret")
}

/// The name for secrets that this is, however it is written.
fn named(name: &str) -> Option<&'static str> {
    let mut folded = [0; LONGEST_NAME];
    let mut length = 0;
    if name.is_ascii() {
        // Every key of every definition comes by here.
        for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
            *folded.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
    } else {
        for c in plain(name) {
            *folded.get_mut(length)? = u8::try_from(c).ok().filter(u8::is_ascii)?;
            length += 1;
        }
    }
    let at = NAMES.binary_search_by(|known| known.as_bytes().cmp(&folded[..length])).ok()?;
    Some(NAMES[at])
}

/// Whether a parameter of this name holds a secret, and not something about one.
pub(super) fn is_name(name: &str) -> bool {
    let name: String = plain(name).collect();
    let parts = [
        "password",
        "secret",
        "apikey",
        "accesskey",
        "sharedkey",
        "accountkey",
        "privatekey",
        "sastoken",
        "apitoken",
        "accesstoken",
    ];
    // To see that a short text is nowhere in another costs a fraction of what it costs to look for the place.
    parts.iter().filter(|part| name.contains(**part)).any(|part| {
        name.find(part).is_some_and(|at| {
            let rest = &name[at + part.len()..];
            !ABOUT.iter().any(|about| rest.contains(about)) && !name[..at].contains("keyvault")
        })
    })
}

/// A name in lower case and without separators.
fn plain(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// Words that somebody is meant to replace.
pub(super) fn is_placeholder(text: &str) -> bool {
    let folded = text.to_lowercase();
    let words = [
        "<",
        "your",
        "xxx",
        "***",
        "placeholder",
        "changeme",
        "replace",
        "insert",
        "enter",
        "todo",
        "example",
        "{{",
        "dummy",
        "sample",
    ];
    let first = text.chars().next();
    words.iter().any(|word| folded.contains(word)) || text.chars().all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_form_and_by_name() {
        assert!(NAMES.is_sorted());
        assert_eq!(form("-----BEGIN RSA PRIVATE KEY-----\nMII"), Some("a private key"));
        assert_eq!(
            form(&format!("https://x?sv=2022&sig={}", "a".repeat(43))),
            Some("the signature of an address")
        );
        assert_eq!(form("https://x?sig=short"), None);
        assert_eq!(under("x-api-key", "kGx81nQ0v2pZr7Ty"), Some("a secret"));
        assert_eq!(under("Authorization", "Bearer kGx81nQ0v2pZr7Ty"), Some("a credential"));
        for (name, text) in [
            ("password", "<your password 1>"),
            ("password", "xxxxxxxx1"),
            ("title", "kGx81nQ0v2pZr7Ty"),
            ("token", "refresh token"),
        ] {
            assert_eq!(under(name, text), None, "{name}: {text}");
        }
    }

    #[test]
    fn a_mark_alone_is_no_secret() {
        for mark in MARKS.iter().filter(|mark| mark.at_least > 0) {
            let token = format!("{}{}", mark.start, "A".repeat(mark.at_least));
            let context = |token: &str| format!("a.b.sv= {token}");
            assert_eq!(form(&context(&token)), Some(mark.what), "{token}");
            assert_eq!(form(&context(&token[1..])), None, "{token}");
            assert_eq!(form(&context(&token[..token.len() - 1])), None, "{token}");
        }
    }

    #[test]
    fn a_name_about_a_secret_is_no_secret() {
        for name in ["ClientSecret", "api_key", "VirusTotal-ApiKey", "adminPassword"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "SecretName",
            "ClientSecretUri",
            "KeyVaultSecret",
            "ResourceGroupOfKeyVaultWithSecret",
            "PasswordLength",
            "Token",
            "Recipient",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
