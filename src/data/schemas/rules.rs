//! The rules of members: one for each way in which a value can differ from what its place asks for. The checker's tables
//! and the bundled schemas report under them.

crate::rule! {
    /// ## What it does
    /// Reports an object that lacks a member it must have.
    ///
    /// ## Why is this bad
    /// The service refuses the definition, or the action can do nothing.
    ///
    /// ## Example
    /// ```json
    /// "Call": { "type": "Http", "inputs": { "method": "GET" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Call": { "type": "Http", "inputs": { "method": "GET", "uri": "https://graph.microsoft.com/v1.0/me" } }
    /// ```
    ///
    /// ## References
    /// - The service: "Required property '…' not found in JSON"
    /// - `counterflow schema workflow-definition`
    MISSING_MEMBER = "CF1010" "missing-member" Error prevents "InvalidRequestContent";

    /// ## What it does
    /// Reports a member that does not exist at its place, with the one that is probably meant.
    ///
    /// ## Why is this bad
    /// The service refuses members it does not know. One that differs from a known member in capitals only is a warning:
    /// we know neither of a refusal nor of a promise to read it.
    ///
    /// ## Example
    /// ```json
    /// "Call": { "type": "Http", "inputs": { "method": "GET", "url": "https://graph.microsoft.com/v1.0/me" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Call": { "type": "Http", "inputs": { "method": "GET", "uri": "https://graph.microsoft.com/v1.0/me" } }
    /// ```
    ///
    /// ## References
    /// - The service: "Could not find member '…' on object of type '…'"
    /// - `counterflow schema workflow-definition`
    UNKNOWN_MEMBER = "CF1011" "unknown-member" Error prevents "InvalidRequestContent";

    /// ## What it does
    /// Reports a value of a wrong kind: a string where an object must stand, and so on.
    ///
    /// ## Why is this bad
    /// The service cannot read the definition.
    ///
    /// ## Example
    /// ```json
    /// "runAfter": ["Get_user"]
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "runAfter": { "Get_user": ["Succeeded"] }
    /// ```
    ///
    /// ## References
    /// - The service: "Unexpected initial token '…' when populating object"
    /// - `counterflow schema workflow-definition`
    WRONG_TYPE = "CF1012" "wrong-type" Error prevents "InvalidRequestContent";

    /// ## What it does
    /// Reports a value of the right kind that is none of the values allowed.
    ///
    /// ## Why is this bad
    /// The value means nothing to the service: the definition is refused, or the action cannot do its work.
    ///
    /// ## Example
    /// ```json
    /// "method": "FETCH"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "method": "GET"
    /// ```
    ///
    /// ## References
    /// - `counterflow schema workflow-definition`
    WRONG_VALUE = "CF1013" "wrong-value" Error;

    /// ## What it does
    /// Reports a text that is empty, a number that is too small or too large for its place, and an object or a list with
    /// too few or too many parts. What exceeds a documented limit of the service has rules of its own, from CF5001.
    ///
    /// ## Why is this bad
    /// The service cannot read the value, or the action can do nothing with it.
    ///
    /// ## Example
    /// ```json
    /// "Pause": { "type": "Wait", "inputs": { "interval": { "count": 0, "unit": "Minute" } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Pause": { "type": "Wait", "inputs": { "interval": { "count": 5, "unit": "Minute" } } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps"
    /// - `counterflow schema workflow-definition`
    WRONG_SIZE = "CF1014" "wrong-size" Error;
}
