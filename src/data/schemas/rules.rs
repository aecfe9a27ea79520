//! The rules of the schema layer: one for each way in which a value can differ from its schema.

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
    /// The service refuses members it does not know. `runafter` in place of `runAfter` would lose the order of a
    /// workflow otherwise.
    ///
    /// ## Example
    /// ```json
    /// "Call": { "type": "Compose", "inputs": 1, "runafter": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Call": { "type": "Compose", "inputs": 1, "runAfter": {} }
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
    /// Reports a text, number, list or object that is too long, too short, too large or too small.
    ///
    /// ## Why is this bad
    /// The service has limits. A description of an action that is too long is refused on import; one of a trigger is
    /// imported, and then the flow cannot be turned on.
    ///
    /// ## Example
    /// A description of 300 characters.
    ///
    /// ## Use instead
    /// A description of at most 256 characters.
    ///
    /// ## References
    /// - The service, for descriptions: ActionDescriptionTooLong, TriggerDescriptionTooLong
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    WRONG_SIZE = "CF1014" "wrong-size" Error;
}
