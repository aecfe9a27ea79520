//! The rules, one file each, and the table that registers them.
//!
//! A rule's doc comment is its documentation: `counterflow explain` prints it. Adding a rule takes one file, one line
//! in the `mod.rs` of its family, one line in [`LINTS`], and one `err` and one `ok` fixture.

pub mod connections;
pub mod expressions;
pub mod graph;
pub mod packaging;
pub mod safety;
pub mod security;
pub mod shape;
pub mod variables;

use crate::base::diagnostic::Rule;

use crate::data::schemas;

use super::lint::Lint;

/// Every lint, in order of code.
pub static LINTS: &[&dyn Lint] = &[
    &graph::runafter_missing_action::RunAfterMissingAction,
    &graph::runafter_other_level::RunAfterOtherLevel,
    &graph::runafter_cycle::RunAfterCycle,
    &graph::duplicate_action_name::DuplicateActionName,
    &graph::unknown_status::UnknownStatus,
    &graph::reference_to_missing_action::ReferenceToMissingAction,
    &graph::reference_not_upstream::ReferenceNotUpstream,
    &graph::items_outside_loop::ItemsOutsideLoop,
    &graph::variable_not_initialized::VariableNotInitialized,
    &graph::variable_initialized_in_scope::VariableInitializedInScope,
    &graph::variable_initialized_twice::VariableInitializedTwice,
    &graph::undeclared_parameter::UndeclaredParameter,
    &variables::unread_variable::UnreadVariable,
    &variables::variable_race::VariableRace,
    &variables::unused_parameter::UnusedParameter,
    &variables::unused_output::UnusedOutput,
    &expressions::expression_syntax::ExpressionSyntax,
    &expressions::double_quoted_string::DoubleQuotedString,
    &expressions::unterminated_expression::UnterminatedExpression,
    &expressions::text_after_expression::TextAfterExpression,
    &expressions::nested_interpolation::NestedInterpolation,
    &expressions::unescaped_at_in_key::UnescapedAtInKey,
    &expressions::text_taken_for_expression::TextTakenForExpression,
    &expressions::expression_too_long::ExpressionTooLong,
    &expressions::invisible_character::InvisibleCharacter,
    &expressions::unknown_function::UnknownFunction,
    &expressions::function_casing::FunctionCasing,
    &expressions::wrong_argument_count::WrongArgumentCount,
    &expressions::wrong_argument_type::WrongArgumentType,
    &expressions::mismatched_arguments::MismatchedArguments,
    &expressions::failing_constant::FailingConstant,
    &expressions::function_of_other_host::FunctionOfOtherHost,
    &expressions::property_of_non_object::PropertyOfNonObject,
    &expressions::missing_property::MissingProperty,
    &expressions::property_not_in_trigger_schema::PropertyNotInTriggerSchema,
    &expressions::unsafe_property_access::UnsafePropertyAccess,
    &expressions::null_argument::NullArgument,
    &expressions::condition_not_boolean::ConditionNotBoolean,
    &expressions::property_not_in_schema::PropertyNotInSchema,
    &expressions::foreach_over_non_array::ForeachOverNonArray,
    &expressions::data_operation_over_non_array::DataOperationOverNonArray,
    &expressions::list_in_address::ListInAddress,
    &expressions::null_in_text::NullInText,
    &expressions::unguarded_branch::UnguardedBranch,
    &expressions::item_outside_loop::ItemOutsideLoop,
    &expressions::callback_url_outside_webhook::CallbackUrlOutsideWebhook,
    &expressions::loop_index_outside_loop::LoopIndexOutsideLoop,
    &expressions::result_of_single_action::ResultOfSingleAction,
    &expressions::tracked_property_of_other::TrackedPropertyOfOther,
    &expressions::self_referencing_variable::SelfReferencingVariable,
    &expressions::wrong_variable_operation::WrongVariableOperation,
    &expressions::wrong_variable_value::WrongVariableValue,
    &connections::undeclared_connection::UndeclaredConnection,
    &connections::unused_connection::UnusedConnection,
    &connections::identity_not_passed_on::IdentityNotPassedOn,
    &connections::workflow_without_identity::WorkflowWithoutIdentity,
    &connections::identity_without_ids::IdentityWithoutIds,
    &connections::connection_not_awaited::ConnectionNotAwaited,
    &connections::numbered_connector::NumberedConnector,
    &connections::hard_coded_connection::HardCodedConnection,
    &connections::region_by_display_name::RegionByDisplayName,
    &connections::connector_not_offered::ConnectorNotOffered,
    &packaging::flow_without_connection_parameters::FlowWithoutConnectionParameters,
    &packaging::hard_coded_location::HardCodedLocation,
    &packaging::unused_template_parameter::UnusedTemplateParameter,
    &packaging::unused_template_variable::UnusedTemplateVariable,
    &security::secret_in_plain_text::SecretInPlainText,
    &security::secret_parameter_not_secure::SecretParameterNotSecure,
    &security::secret_in_output::SecretInOutput,
    &security::secret_in_run_history::SecretInRunHistory,
    &security::anyone_can_start::AnyoneCanStart,
    &security::request_from_anywhere::RequestFromAnywhere,
    &security::over_broad_role::OverBroadRole,
    &security::hard_coded_tenant::HardCodedTenant,
    &security::split_address::SplitAddress,
    &security::untrusted_host::UntrustedHost,
    &security::untrusted_path::UntrustedPath,
    &security::untrusted_header::UntrustedHeader,
    &security::untrusted_query::UntrustedQuery,
    &security::untrusted_html::UntrustedHtml,
    &safety::ungated_response::UngatedResponse,
    &safety::gate_passes_without_yes::GatePassesWithoutYes,
    &safety::approval_without_timeout::ApprovalWithoutTimeout,
    &safety::approval_silence_ignored::ApprovalSilenceIgnored,
    &safety::response_without_way_back::ResponseWithoutWayBack,
    &safety::response_in_open_loop::ResponseInOpenLoop,
    &safety::response_without_exclusion::ResponseWithoutExclusion,
    &safety::evidence_after_removal::EvidenceAfterRemoval,
    &safety::response_not_recorded::ResponseNotRecorded,
    &safety::nobody_is_told::NobodyIsTold,
    &safety::response_repeated_by_retry::ResponseRepeatedByRetry,
];

/// The rules of documents that have no definition to lint, and of the schema layer, in order of code.
static SHAPES: &[&[&Rule]] = &[
    shape::not_json::RULES,
    shape::duplicate_key::RULES,
    shape::encoding::RULES,
    shape::unknown_form::RULES,
    shape::unreadable_archive::RULES,
    shape::no_definition::RULES,
    shape::definition_too_large::RULES,
    shape::not_xml::RULES,
    schemas::rules::RULES,
];

/// Every rule of the checker, in order of code.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    let shapes = SHAPES.iter().copied().flatten().copied();
    shapes.chain(LINTS.iter().map(|lint| lint.rule()))
}
