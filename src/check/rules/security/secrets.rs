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
/// The letters that they end with, in both cases.
const ENDS: &str = "dDnNtTyY";
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
    Mark { start: "PRIVATE KEY-", at_least: 4, allowed: |byte| byte == b'-', what: "a private key" },
    Mark { start: "AccountKey=", at_least: 40, allowed: is_base64, what: "a storage or service bus key" },
    Mark {
        start: "SharedAccessKey=",
        at_least: 40,
        allowed: is_base64,
        what: "a storage or service bus key",
    },
    Mark { start: SIGNATURE, at_least: 40, allowed: is_encoded, what: "the signature of an address" },
    Mark { start: FUNCTION_KEY, at_least: 40, allowed: is_encoded, what: "the key of an Azure function" },
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
/// How the key of a function stands in its address; many other addresses have a `code` too.
const FUNCTION_KEY: &str = "code=";
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
    let bytes = text.as_bytes();
    // Every string of every definition comes by here. Without a branch many bytes are looked at at once.
    let threes = bytes.iter().zip(&bytes[1..]).zip(&bytes[2..]);
    if !threes.fold(false, |any, ((a, b), c)| any | ends_mark(*a, *b, *c)) {
        return None;
    }
    let ends = (3..=bytes.len()).filter(|end| ends_mark(bytes[end - 3], bytes[end - 2], bytes[end - 1]));
    let found = ends.filter_map(|end| {
        let (before, after) = bytes.split_at(end);
        MARKS.iter().position(|mark| {
            before.ends_with(mark.start.as_bytes())
                && after.iter().take_while(|byte| (mark.allowed)(**byte)).count() >= mark.at_least
                && match mark.start {
                    SIGNATURE => text.contains("sv="),
                    FUNCTION_KEY => text.contains(".azurewebsites.net/"),
                    TOKEN => text.matches('.').count() >= 2,
                    _ => true,
                }
        })
    });
    found.min().map(|mark| MARKS[mark].what)
}

/// Whether three bytes are the last ones of how a token begins.
fn ends_mark(a: u8, b: u8, c: u8) -> bool {
    ((c == b'-') & (((a == b'E') & (b == b'Y')) | ((a == b'x') & ((b == b'b') | (b == b'p')))))
        | ((c == b'=')
            & (((a == b'e') & (b == b'y')) | ((a == b'i') & (b == b'g')) | ((a == b'd') & (b == b'e'))))
        | ((c == b'_') & (((a == b'h') & (b == b'p')) | ((a == b'a') & (b == b't'))))
        | ((a == b'K') & (b == b'I') & (c == b'A'))
        | ((a == b'e') & (b == b'y') & (c == b'J'))
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
    // Every key of every definition comes by here, and few end as one of these does.
    if name.is_ascii() && !name.ends_with(|last: char| !last.is_ascii_alphanumeric() || ENDS.contains(last)) {
        return None;
    }
    let mut folded = [0; LONGEST_NAME];
    let mut length = 0;
    if name.is_ascii() {
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
        assert!(NAMES.iter().all(|name| name.ends_with(|last| ENDS.contains(last))));
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
        for mark in MARKS {
            let last: [u8; 3] = *mark.start.as_bytes().last_chunk().unwrap();
            assert!(ends_mark(last[0], last[1], last[2]), "{}", mark.start);
            let filling = if (mark.allowed)(b'A') { "A" } else { "-" };
            let token = format!("{}{}", mark.start, filling.repeat(mark.at_least));
            let context = |token: &str| format!("a.b.azurewebsites.net/sv= {token}");
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
