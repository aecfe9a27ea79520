//! The solution around the flows: manifest, customizations, environment variables; packed and unpacked.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::{Variable, VariableKind, reference_name};
use crate::emit::Artifact;
use crate::emit::xml::{Xml, clean};

const XSI: (&str, &str) = ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
/// English; the text of the flow itself is in the language that was asked for.
const LANGUAGE: &str = "1033";
/// Component type of a cloud flow.
const FLOW: &str = "29";

/// A cloud flow.
pub(super) struct Flow {
    pub id: uuid::Uuid,
    pub display_name: String,
    pub file_stem: String,
    pub client_data: Vec<u8>,
}

impl Flow {
    fn file(&self) -> String {
        let id = self.id.hyphenated().to_string().to_uppercase();
        format!("{}-{id}.json", self.file_stem)
    }

    /// The id as manifests write it.
    fn braced(&self) -> String {
        format!("{{{}}}", self.id.hyphenated())
    }

    /// The flow's record. `StateCode` 0 and `StatusCode` 1: it imports switched off.
    fn workflow(&self, xml: &mut Xml, alone: bool) {
        let id = self.braced();
        let mut attributes = vec![("WorkflowId", id.as_str()), ("Name", self.display_name.as_str())];
        if alone {
            attributes.insert(0, XSI);
        }
        xml.element("Workflow", &attributes, |xml| {
            xml.text("JsonFileName", &format!("/Workflows/{}", self.file()));
            for (name, value) in [
                ("Type", "1"),
                ("Subprocess", "0"),
                ("Category", "5"),
                ("Mode", "0"),
                ("Scope", "4"),
                ("OnDemand", "0"),
                ("TriggerOnCreate", "0"),
                ("TriggerOnDelete", "0"),
                ("AsyncAutodelete", "0"),
                ("SyncWorkflowLogOnFailure", "0"),
                ("StateCode", "0"),
                ("StatusCode", "1"),
                ("RunAs", "1"),
                ("IsTransacted", "1"),
                ("IntroducedVersion", "1.0.0.0"),
                ("IsCustomizable", "1"),
                ("BusinessProcessType", "0"),
                ("IsCustomProcessingStepAllowedForOtherPublishers", "1"),
                ("PrimaryEntity", "none"),
            ] {
                xml.text(name, value);
            }
            localized(xml, "LocalizedNames", "LocalizedName", &self.display_name);
        });
    }
}

/// Everything of a solution.
pub(super) struct Solution<'v> {
    pub unique_name: String,
    pub display_name: String,
    pub description: String,
    pub prefix: String,
    pub publisher: String,
    pub flows: Vec<Flow>,
    pub variables: Vec<&'v Variable>,
    pub connectors: Vec<String>,
}

impl Solution<'_> {
    /// The zip that imports: deflated, in a fixed order, with fixed times, so that equal input gives equal bytes.
    pub(super) fn packed(&self) -> Result<Vec<u8>, String> {
        let mut entries = vec![
            ("solution.xml".to_owned(), self.manifest()?),
            ("customizations.xml".to_owned(), self.customizations(true)?),
        ];
        entries.extend(
            self.flows.iter().map(|flow| (format!("Workflows/{}", flow.file()), flow.client_data.clone())),
        );
        entries.extend(self.variable_files("environmentvariabledefinitions")?);
        entries.push(("[Content_Types].xml".to_owned(), self.content_types()));
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(name, options).map_err(|error| format!("packing: {error}"))?;
            zip.write_all(&bytes).map_err(|error| format!("packing: {error}"))?;
        }
        Ok(zip.finish().map_err(|error| format!("packing: {error}"))?.into_inner())
    }

    /// The unpacked form, as source control keeps solutions.
    pub(super) fn unpacked(&self) -> Result<Vec<Artifact>, String> {
        let root = "powerautomate/src";
        let mut files = vec![
            (format!("{root}/Other/Solution.xml"), self.manifest()?),
            (format!("{root}/Other/Customizations.xml"), self.customizations(false)?),
        ];
        for flow in &self.flows {
            let file = format!("{root}/Workflows/{}", flow.file());
            let mut data = Xml::document();
            flow.workflow(&mut data, true);
            files.push((file.clone(), flow.client_data.clone()));
            files.push((format!("{file}.data.xml"), data.finish()?));
        }
        files.extend(self.variable_files(&format!("{root}/environmentvariabledefinitions"))?);
        Ok(files.into_iter().map(|(path, bytes)| Artifact { path, bytes }).collect())
    }

    /// One line with a byte order mark, as exports have it.
    fn content_types(&self) -> Vec<u8> {
        let mut text = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"text/xml\" /><Default Extension=\"json\" ContentType=\"application/octet-stream\" />".to_owned();
        for variable in &self.variables {
            // Schema names are made of letters, digits and underscores.
            text.push_str(&format!(
                "<Override PartName=\"/environmentvariabledefinitions/{}/environmentvariabledefinition.xml\" ContentType=\"application/octet-stream\" />",
                variable.schema_name
            ));
        }
        text.push_str("</Types>");
        text.into_bytes()
    }

    fn manifest(&self) -> Result<Vec<u8>, String> {
        let mut xml = Xml::document();
        let attributes = [
            ("version", "9.2.24082.154"),
            ("SolutionPackageVersion", "9.2"),
            ("languagecode", LANGUAGE),
            ("generatedBy", "CrmLive"),
            XSI,
        ];
        xml.element("ImportExportXml", &attributes, |xml| {
            xml.element("SolutionManifest", &[], |xml| {
                xml.text("UniqueName", &self.unique_name);
                localized(xml, "LocalizedNames", "LocalizedName", &self.display_name);
                localized(xml, "Descriptions", "Description", &self.description);
                xml.text("Version", "1.0.0.0");
                xml.text("Managed", "0");
                self.publisher(xml);
                xml.element("RootComponents", &[], |xml| {
                    for flow in &self.flows {
                        xml.empty(
                            "RootComponent",
                            &[("type", FLOW), ("id", &flow.braced()), ("behavior", "0")],
                        );
                    }
                });
                xml.empty("MissingDependencies", &[]);
            });
        });
        xml.finish()
    }

    fn publisher(&self, xml: &mut Xml) {
        const ADDRESS: &[&str] = &[
            "City",
            "County",
            "Country",
            "Fax",
            "FreightTermsCode",
            "ImportSequenceNumber",
            "Latitude",
            "Line1",
            "Line2",
            "Line3",
            "Longitude",
            "Name",
            "PostalCode",
            "PostOfficeBox",
            "PrimaryContactName",
            "ShippingMethodCode",
            "StateOrProvince",
            "Telephone1",
            "Telephone2",
            "Telephone3",
            "TimeZoneRuleVersionNumber",
            "UPSZone",
            "UTCOffset",
            "UTCConversionTimeZoneCode",
        ];
        let nil = [("xsi:nil", "true")];
        xml.element("Publisher", &[], |xml| {
            xml.text("UniqueName", &format!("{}publisher", self.prefix));
            localized(xml, "LocalizedNames", "LocalizedName", &self.publisher);
            xml.empty("Descriptions", &[]);
            xml.empty("EMailAddress", &nil);
            xml.empty("SupportingWebsiteUrl", &nil);
            xml.text("CustomizationPrefix", &self.prefix);
            xml.text("CustomizationOptionValuePrefix", &self.option_prefix().to_string());
            xml.element("Addresses", &[], |xml| {
                for number in ["1", "2"] {
                    xml.element("Address", &[], |xml| {
                        xml.text("AddressNumber", number);
                        xml.text("AddressTypeCode", "1");
                        for name in ADDRESS {
                            match *name {
                                "ShippingMethodCode" => xml.text(name, "1"),
                                name => xml.empty(name, &nil),
                            }
                        }
                    });
                }
            });
        });
    }

    /// A publisher's number for option values, 10000 to 99999, the same for the same prefix.
    fn option_prefix(&self) -> u32 {
        let id = uuid::Uuid::new_v5(&super::NAMESPACE, self.prefix.as_bytes());
        10_000 + id.as_fields().0 % 90_000
    }

    fn customizations(&self, with_workflow: bool) -> Result<Vec<u8>, String> {
        let mut xml = Xml::document();
        xml.element("ImportExportXml", &[XSI], |xml| {
            xml.empty("Entities", &[]);
            xml.empty("Roles", &[]);
            if with_workflow {
                xml.element("Workflows", &[], |xml| {
                    self.flows.iter().for_each(|flow| flow.workflow(xml, false));
                });
            } else {
                xml.empty("Workflows", &[]);
            }
            for name in [
                "FieldSecurityProfiles",
                "Templates",
                "EntityMaps",
                "EntityRelationships",
                "OrganizationSettings",
                "optionsets",
                "CustomControls",
                "EntityDataProviders",
            ] {
                xml.empty(name, &[]);
            }
            xml.element("connectionreferences", &[], |xml| {
                for connector in &self.connectors {
                    self.connection_reference(xml, connector);
                }
            });
            xml.element("Languages", &[], |xml| xml.text("Language", LANGUAGE));
        });
        xml.finish()
    }

    fn connection_reference(&self, xml: &mut Xml, connector: &str) {
        let name = reference_name(&self.prefix, connector);
        xml.element("connectionreference", &[("connectionreferencelogicalname", &name)], |xml| {
            xml.text("connectionreferencedisplayname", &format!("{} {connector}", self.display_name));
            xml.text("connectorid", &format!("/providers/Microsoft.PowerApps/apis/shared_{connector}"));
            xml.text("iscustomizable", "1");
            xml.text("promptingbehavior", "0");
            xml.text("statecode", "0");
            xml.text("statuscode", "1");
        });
    }

    fn variable_files(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, String> {
        self.variables
            .iter()
            .map(|variable| {
                let path = format!("{folder}/{}/environmentvariabledefinition.xml", variable.schema_name);
                Ok((path, definition(variable)?))
            })
            .collect()
    }
}

fn localized(xml: &mut Xml, list: &str, item: &str, text: &str) {
    xml.element(list, &[], |xml| {
        xml.empty(item, &[("description", &clean(text)), ("languagecode", LANGUAGE)]);
    });
}

fn definition(variable: &Variable) -> Result<Vec<u8>, String> {
    let label = |xml: &mut Xml, element: &str, text: &str| {
        xml.element(element, &[("default", text)], |xml| {
            xml.empty("label", &[("description", text), ("languagecode", LANGUAGE)]);
        });
    };
    let mut xml = Xml::fragment();
    xml.element("environmentvariabledefinition", &[("schemaname", &variable.schema_name)], |xml| {
        if let Some(default) = variable.default.as_deref().filter(|default| !default.is_empty()) {
            xml.text("defaultvalue", &clean(default));
        }
        label(xml, "description", &clean(&variable.doc));
        label(xml, "displayname", variable.name);
        xml.text("introducedversion", "1.0.0.0");
        xml.text("iscustomizable", "1");
        xml.text("isrequired", "0");
        xml.text("secretstore", "0");
        let kind = match variable.kind {
            VariableKind::Text => "100000000",
            VariableKind::Flag => "100000002",
            VariableKind::Secret => "100000005",
        };
        xml.text("type", kind);
    });
    xml.finish()
}
