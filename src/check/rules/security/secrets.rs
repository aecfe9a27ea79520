//! What a secret looks like, by its form and by the name it stands under.

/// Names under which secrets stand, in lower case and without separators.
const NAMES: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "authorization",
    "clientsecret",
    "ocpapimsubscriptionkey",
    "password",
    "passwd",
    "privatekey",
    "pwd",
    "sastoken",
    "secret",
    "sharedaccesskey",
    "sharedkey",
    "token",
    "xapikey",
];
/// Endings of parameter names that speak *of* a secret and do not hold it, in lower case.
const ABOUT: &[&str] = &[
    "name", "url", "uri", "id", "expiry", "path", "version", "days", "length", "endpoint", "type", "vault",
    "audience", "resource",
];

/// What a text is by its form alone, if that is a secret.
pub(super) fn form(text: &str) -> Option<&'static str> {
    let after = |mark: &str, at_least: usize, allowed: &dyn Fn(u8) -> bool| {
        text.match_indices(mark).any(|(at, _)| {
            text[at + mark.len()..].bytes().take_while(|byte| allowed(*byte)).count() >= at_least
        })
    };
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let word = |byte: u8| byte.is_ascii_alphanumeric();
    let dashed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"%-_".contains(&byte);
    let jwt = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    match () {
        () if text.contains("PRIVATE KEY-----") => Some("a private key"),
        () if after("AccountKey=", 40, &base64) || after("SharedAccessKey=", 40, &base64) => {
            Some("a storage or service bus key")
        }
        () if text.contains("sv=") && after("sig=", 40, &encoded) => Some("the signature of an address"),
        () if after("ghp_", 36, &word) || after("github_pat_", 40, &|byte| word(byte) || byte == b'_') => {
            Some("a GitHub token")
        }
        () if after("xoxb-", 20, &dashed) || after("xoxp-", 20, &dashed) => Some("a Slack token"),
        () if after("AKIA", 16, &upper) => Some("an AWS access key"),
        () if after("eyJ", 100, &jwt) && text.matches('.').count() >= 2 => Some("an access token"),
        () => None,
    }
}

/// What a text is because of the name it stands under.
pub(super) fn under(name: &str, text: &str) -> Option<&'static str> {
    let name: String = plain(name);
    if !NAMES.contains(&name.as_str()) || is_placeholder(text) {
        return None;
    }
    if name == "authorization" {
        let given =
            ["Basic ", "Bearer ", "ApiKey ", "Token "].iter().find_map(|scheme| text.strip_prefix(scheme))?;
        return (given.trim().len() >= 12).then_some("a credential");
    }
    let mixed =
        text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    (text.len() >= 8 && mixed && !text.contains(' ')).then_some("a secret")
}

/// Whether a parameter of this name holds a secret, and not something about one.
pub(super) fn is_name(name: &str) -> bool {
    let name = plain(name);
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
    parts.iter().any(|part| {
        name.find(part).is_some_and(|at| {
            let rest = &name[at + part.len()..];
            !ABOUT.iter().any(|about| rest.contains(about)) && !name[..at].contains("keyvault")
        })
    })
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
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
