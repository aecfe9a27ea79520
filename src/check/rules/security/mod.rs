//! Security, codes CF7xxx: secrets, who may start a workflow, what it may do, and where text from outside ends up.

pub mod anyone_can_start;
pub mod hard_coded_tenant;
pub mod over_broad_role;
pub mod request_from_anywhere;
pub mod secret_in_output;
pub mod secret_in_plain_text;
pub mod secret_in_run_history;
pub mod secret_parameter_not_secure;
pub mod split_address;
pub mod untrusted_header;
pub mod untrusted_host;
pub mod untrusted_html;
pub mod untrusted_path;
pub mod untrusted_query;

mod secrets;

use crate::base::json::Node;

/// Visits every string of a value, with the member or element it is.
fn each_string<'d>(node: Node<'d>, visit: &mut impl FnMut(Node<'d>)) {
    node.descendants().filter(|node| node.as_str().is_some()).for_each(visit);
}
