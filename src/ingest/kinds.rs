//! What entities are and what can be known of them: the names that patterns, review files and reports use.

/// Declares an enum whose variants have one stable spelling, used in YAML, JSON and messages.
macro_rules! spelled {
    ($(#[$meta:meta])* $Name:ident { $($(#[$variant_meta:meta])* $Variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $Name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $Variant),+
        }

        impl $Name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The stable spelling.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Variant => $text),+ }
            }

            /// Reads the stable spelling in any case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(text))
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(super) use spelled;

spelled! {
    /// What an entity is. The names are those of patterns and review files.
    EntityKind {
        /// A user account, in Entra ID, in Active Directory, or local to a device.
        Account = "account",
        /// A device known to Defender for Endpoint.
        Device = "device",
        /// A mailbox.
        Mailbox = "mailbox",
        /// One delivered copy of a message: one recipient.
        Message = "message",
        /// A query for alike messages, not a list of them.
        MailCluster = "mail-cluster",
        /// A file by its hashes, with the device it was seen on where known.
        File = "file",
        /// A process.
        Process = "process",
        /// An IP address.
        Ip = "ip",
        /// A URL.
        Url = "url",
        /// An OAuth application registered in or consented to by the tenant.
        Application = "application",
        /// A resource in Azure or another cloud.
        CloudResource = "cloud-resource",
        /// Anything else an alert names; kept for the report, never acted on.
        Other = "other",
    }
}

impl EntityKind {
    /// The fields by which people and products say which one is meant, for accounts and devices: each alone tells that it
    /// is protected.
    pub fn identifying(self) -> &'static [Field] {
        match self {
            Self::Account => &[Field::Id, Field::Upn, Field::Name, Field::Sid],
            Self::Device => &[Field::Id, Field::Name],
            _ => &[],
        }
    }

    /// The fields by which a person recognises it, best first.
    pub fn naming(self) -> &'static [Field] {
        match self {
            Self::Account => &[Field::Upn, Field::Name, Field::DisplayName, Field::Id, Field::Sid],
            Self::Device => &[Field::Name, Field::Id],
            Self::Mailbox => &[Field::Address, Field::Upn, Field::DisplayName],
            Self::Message => &[Field::Subject, Field::NetworkMessageId, Field::InternetMessageId],
            Self::MailCluster => &[Field::Query, Field::Subject, Field::Name],
            Self::File => &[Field::Name, Field::Sha256, Field::Sha1, Field::Md5],
            Self::Process => &[Field::CommandLine, Field::Name, Field::Sha256, Field::Sha1],
            Self::Ip => &[Field::Address],
            Self::Url => &[Field::Url],
            Self::Application => &[Field::Name, Field::AppId, Field::Id],
            Self::CloudResource | Self::Other => &[Field::Name, Field::Id, Field::Type],
        }
    }
}

spelled! {
    /// A fact about an entity. The names are those of patterns and of the run-time collections.
    Field {
        /// The identifier that actions use: Entra object id of an account, Defender machine id of a device,
        /// service principal object id of an application, resource id of a cloud resource.
        Id = "id",
        /// Short name: account name, DNS name of a device, file name, application name.
        Name = "name",
        /// Name for people.
        DisplayName = "displayName",
        /// User principal name.
        Upn = "upn",
        /// Security identifier.
        Sid = "sid",
        /// Windows domain or host an account belongs to.
        Domain = "domain",
        /// Object GUID in Active Directory.
        AdObjectId = "adObjectId",
        /// Device id in Entra ID.
        EntraDeviceId = "entraDeviceId",
        /// Operating system platform.
        OsPlatform = "osPlatform",
        /// Whether a device is onboarded to Defender for Endpoint, as written.
        Onboarding = "onboarding",
        /// Mail address of a mailbox, or the address of an IP entity.
        Address = "address",
        /// Id that all copies of a message share inside Exchange Online.
        NetworkMessageId = "networkMessageId",
        /// The `Message-ID` header.
        InternetMessageId = "internetMessageId",
        /// Recipient of this copy.
        Recipient = "recipient",
        /// Sender of a message (P2 `From`, else P1 envelope).
        Sender = "sender",
        /// IP address the message came from.
        SenderIp = "senderIp",
        /// Subject line.
        Subject = "subject",
        /// Where the message was delivered, as written.
        DeliveryLocation = "deliveryLocation",
        /// What mail protection did with the message, as written (`delivered`, `blocked`…); the older API says only this.
        DeliveryAction = "deliveryAction",
        /// Which way a message went, seen from the organisation, as written (`inbound`, `outbound`, `intraorg`).
        Direction = "direction",
        /// Query text of a mail cluster.
        Query = "query",
        /// How many messages a cluster counted.
        Count = "count",
        /// SHA-256 in lower-case hex.
        Sha256 = "sha256",
        /// SHA-1 in lower-case hex.
        Sha1 = "sha1",
        /// MD5 in lower-case hex.
        Md5 = "md5",
        /// Folder of a file.
        Path = "path",
        /// Who signed a file, as written.
        Publisher = "publisher",
        /// Defender machine id of the device that a file or process was seen on.
        DeviceId = "deviceId",
        /// Process id.
        ProcessId = "processId",
        /// Command line of a process.
        CommandLine = "commandLine",
        /// Application (client) id.
        AppId = "appId",
        /// A URL.
        Url = "url",
        /// The product's own word for what it is: the kind of an entity of kind `other`, the type of a cloud resource,
        /// the properties by which a mail cluster groups (their values are its name).
        Type = "type",
    }
}
