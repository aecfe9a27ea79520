//! Packaging, codes CF6xxx: what stands around a definition in a template, a project, a solution or a package.

pub mod child_workflow_missing;
pub mod circular_dependency;
pub mod connection_reference_of_other_connector;
pub mod connection_reference_undeclared;
pub mod connection_without_runtime_url;
pub mod dependency_missing;
pub mod duplicate_resource;
pub mod environment_variable_undeclared;
pub mod environment_variable_without_value;
pub mod flow_arrives_off;
pub mod flow_file_missing;
pub mod flow_id_mismatch;
pub mod flow_not_listed;
pub mod flow_without_connection_parameters;
pub mod function_out_of_place;
pub mod gallery_metadata;
pub mod hard_coded_location;
pub mod managed_solution;
pub mod name_without_prefix;
pub mod package_manifest_incomplete;
pub mod package_map_incomplete;
pub mod parameters_file_shape;
pub mod project_expressions;
pub mod project_parameters;
pub mod project_without_host;
pub mod resource_name_segments;
pub mod role_assignment_without_principal_type;
pub mod secret_in_nested_deployment;
pub mod template_argument_count;
pub mod template_default_not_allowed;
pub mod template_expression_syntax;
pub mod template_values;
pub mod unclosed_template_expression;
pub mod undeclared_template_name;
pub mod unknown_template_function;
pub mod unused_template_name;
pub mod workflow_json_in_other_form;
pub mod wrong_reference;

mod solution;
mod values;

use std::ops::Range;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::workflow::arm::{ArmCall, ArmExpr, ArmText};

/// A finding about a part of a template expression.
fn in_expression(
    rule: &'static Rule,
    text: &ArmText<'_>,
    span: &Range<usize>,
    message: impl Into<String>,
) -> Diagnostic {
    let finding = Diagnostic::new(rule, text.node.pointer(), message);
    if text.is_key { finding.on_key() } else { finding.inside(text.range(span)) }
}

/// Where the name of a call stands.
fn name_span(call: &ArmCall, expr: &ArmExpr) -> Range<usize> {
    expr.span.start..expr.span.start + call.name.len()
}
