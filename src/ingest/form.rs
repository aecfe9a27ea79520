//! The forms in which incidents and alerts are exported.

/// Which export an incident was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Microsoft Graph security incident, with or without expanded alerts.
    GraphIncident,
    /// Alert of the Microsoft Graph security API, version 2.
    GraphAlertV2,
    /// The older Microsoft 365 Defender incidents API.
    M365dIncident,
    /// One alert out of an incident of that API.
    M365dAlert,
    /// Alert of the Defender for Endpoint API.
    MdeAlert,
    /// Microsoft Sentinel incident as the REST API writes it, alone or with its alerts and entities.
    SentinelIncident,
    /// The same as the SDK for Python writes it: flat, in snake case.
    SentinelIncidentPysdkSnake,
    /// What a Microsoft Sentinel incident trigger hands to a playbook.
    SentinelTrigger,
    /// Microsoft Sentinel alert as the REST API writes it.
    SentinelAlert,
    /// Row of the table `SecurityIncident`.
    SentinelSecurityIncidentRow,
    /// Row of the table `SecurityAlert`, which is also what an alert trigger hands to a playbook.
    SentinelSecurityAlertRow,
    /// The alert inside the column `AdditionalFields` of advanced hunting.
    XdrAdditionalFieldsAlert,
    /// Row of the advanced hunting table `AlertEvidence`.
    XdrAlertEvidenceRow,
}

impl Form {
    /// Every form that has a reader.
    pub const ALL: [Self; 13] = [
        Self::GraphIncident,
        Self::GraphAlertV2,
        Self::M365dIncident,
        Self::M365dAlert,
        Self::MdeAlert,
        Self::SentinelIncident,
        Self::SentinelIncidentPysdkSnake,
        Self::SentinelTrigger,
        Self::SentinelAlert,
        Self::SentinelSecurityIncidentRow,
        Self::SentinelSecurityAlertRow,
        Self::XdrAdditionalFieldsAlert,
        Self::XdrAlertEvidenceRow,
    ];

    /// Whether it is the form of an incident, and not of an alert or of a row about one.
    pub fn is_of_incidents(self) -> bool {
        matches!(
            self,
            Self::GraphIncident
                | Self::M365dIncident
                | Self::SentinelIncident
                | Self::SentinelIncidentPysdkSnake
                | Self::SentinelTrigger
                | Self::SentinelSecurityIncidentRow
        )
    }

    /// Whether Microsoft Sentinel wrote it, whose ids of incidents are not those of Defender.
    pub fn is_of_sentinel(self) -> bool {
        matches!(
            self,
            Self::SentinelIncident
                | Self::SentinelIncidentPysdkSnake
                | Self::SentinelTrigger
                | Self::SentinelAlert
                | Self::SentinelSecurityIncidentRow
                | Self::SentinelSecurityAlertRow
        )
    }

    /// The stable name, as `plan --format json` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GraphIncident => "graph_incident",
            Self::GraphAlertV2 => "graph_alert_v2",
            Self::M365dIncident => "m365d_incident",
            Self::M365dAlert => "m365d_alert",
            Self::MdeAlert => "mde_alert",
            Self::SentinelIncident => "sentinel_incident",
            Self::SentinelIncidentPysdkSnake => "sentinel_incident_pysdk_snake",
            Self::SentinelTrigger => "sentinel_trigger",
            Self::SentinelAlert => "sentinel_alert",
            Self::SentinelSecurityIncidentRow => "sentinel_securityincident_row",
            Self::SentinelSecurityAlertRow => "sentinel_securityalert_row",
            Self::XdrAdditionalFieldsAlert => "xdr_additionalfields_alert",
            Self::XdrAlertEvidenceRow => "xdr_alertevidence_row",
        }
    }

    /// The form in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::GraphIncident => "Microsoft Graph security incident",
            Self::GraphAlertV2 => "Microsoft Graph security alert",
            Self::M365dIncident => "Microsoft 365 Defender incident (older API)",
            Self::M365dAlert => "Microsoft 365 Defender alert (older API)",
            Self::MdeAlert => "Defender for Endpoint alert",
            Self::SentinelIncident => "Microsoft Sentinel incident",
            Self::SentinelIncidentPysdkSnake => "Microsoft Sentinel incident (SDK for Python)",
            Self::SentinelTrigger => "input of a Microsoft Sentinel playbook trigger",
            Self::SentinelAlert => "Microsoft Sentinel alert",
            Self::SentinelSecurityIncidentRow => "row of the table SecurityIncident",
            Self::SentinelSecurityAlertRow => "row of the table SecurityAlert",
            Self::XdrAdditionalFieldsAlert => "alert from the column AdditionalFields of advanced hunting",
            Self::XdrAlertEvidenceRow => "row of the advanced hunting table AlertEvidence",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct() {
        let names: std::collections::BTreeSet<&str> = Form::ALL.iter().map(|form| form.name()).collect();
        assert_eq!(names.len(), Form::ALL.len());
    }
}
