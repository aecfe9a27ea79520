#!/usr/bin/env bash
# Grants what the playbooks of this build need, and nothing else; made by counterflow.
# permissions.json beside it says which operation needs what.
set -euo pipefail

readonly graph='https://graph.microsoft.com'

logicapp_needs() {
  app_roles '00000003-0000-0000-c000-000000000000' 'Microsoft Graph' \
    'Application.ReadWrite.All' \
    'DelegatedPermissionGrant.ReadWrite.All' \
    'IdentityRiskyUser.Read.All' \
    'IdentityRiskyUser.ReadWrite.All' \
    'MailboxSettings.ReadWrite' \
    'SecurityAnalyzedMessage.ReadWrite.All' \
    'SecurityIdentitiesAccount.Read.All' \
    'SecurityIdentitiesActions.ReadWrite.All' \
    'ThreatHunting.Read.All' \
    'User-PasswordProfile.ReadWrite.All' \
    'User.EnableDisableAccount.All' \
    'User.Read.All' \
    'User.RevokeSessions.All' \
    'UserAuthMethod-MicrosoftAuthApp.ReadWrite.All' \
    'UserAuthMethod-Passkey.ReadWrite.All' \
    'UserAuthenticationMethod.Read.All'
  app_roles 'fc780465-2017-40d4-a0c5-307022471b92' 'Microsoft Defender for Endpoint' \
    'Ti.ReadWrite.All'
  azure_role 'Microsoft Sentinel Responder' "$identity" "$workspace"
  azure_role 'Microsoft Sentinel Automation Contributor' "$insights" "$group_id"
  by_hand 'authorise the connection office365'
  by_hand 'where a target is privileged, give the identity an Entra role: Authentication Administrator for users, Privileged Authentication Administrator for administrators'
  by_hand 'where a target is privileged, give the identity an Entra role: User Administrator for limited administrators, Privileged Authentication Administrator for the privileged ones'
  by_hand 'see that there is a licence: Exchange Online mailbox'
  by_hand 'see that there is a licence: Microsoft Defender for Endpoint Plan 1 or Plan 2'
  by_hand 'see that there is a licence: Microsoft Defender for Identity'
  by_hand 'see that there is a licence: Microsoft Defender for Office 365 Plan 2'
  by_hand 'see that there is a licence: Microsoft Entra ID P2'
  by_hand 'see that there is a licence: Microsoft Sentinel workspace'
}

logicapp-rollback_needs() {
  app_roles '00000003-0000-0000-c000-000000000000' 'Microsoft Graph' \
    'Application.ReadWrite.All' \
    'DelegatedPermissionGrant.ReadWrite.All' \
    'IdentityRiskyUser.Read.All' \
    'IdentityRiskyUser.ReadWrite.All' \
    'MailboxSettings.ReadWrite' \
    'SecurityAnalyzedMessage.ReadWrite.All' \
    'SecurityIdentitiesActions.ReadWrite.All' \
    'User.EnableDisableAccount.All' \
    'User.Read.All' \
    'User.RevokeSessions.All'
  app_roles 'fc780465-2017-40d4-a0c5-307022471b92' 'Microsoft Defender for Endpoint' \
    'Ti.ReadWrite.All'
  azure_role 'Microsoft Sentinel Responder' "$identity" "$workspace"
  azure_role 'Microsoft Sentinel Automation Contributor' "$insights" "$group_id"
  by_hand 'authorise the connection office365'
  by_hand 'where a target is privileged, give the identity an Entra role: User Administrator for limited administrators, Privileged Authentication Administrator for the privileged ones'
  by_hand 'see that there is a licence: Exchange Online mailbox'
  by_hand 'see that there is a licence: Microsoft Defender for Endpoint Plan 1 or Plan 2'
  by_hand 'see that there is a licence: Microsoft Defender for Identity'
  by_hand 'see that there is a licence: Microsoft Defender for Office 365 Plan 2'
  by_hand 'see that there is a licence: Microsoft Entra ID P2'
  by_hand 'see that there is a licence: Microsoft Sentinel workspace'
}

powerautomate_needs() {
  app_roles '00000003-0000-0000-c000-000000000000' 'Microsoft Graph' \
    'Application.ReadWrite.All' \
    'DelegatedPermissionGrant.ReadWrite.All' \
    'IdentityRiskyUser.Read.All' \
    'IdentityRiskyUser.ReadWrite.All' \
    'MailboxSettings.ReadWrite' \
    'SecurityAnalyzedMessage.ReadWrite.All' \
    'SecurityIdentitiesAccount.Read.All' \
    'SecurityIdentitiesActions.ReadWrite.All' \
    'SecurityIncident.ReadWrite.All' \
    'ThreatHunting.Read.All' \
    'User-PasswordProfile.ReadWrite.All' \
    'User.EnableDisableAccount.All' \
    'User.Read.All' \
    'User.RevokeSessions.All' \
    'UserAuthMethod-MicrosoftAuthApp.ReadWrite.All' \
    'UserAuthMethod-Passkey.ReadWrite.All' \
    'UserAuthenticationMethod.Read.All'
  app_roles 'fc780465-2017-40d4-a0c5-307022471b92' 'Microsoft Defender for Endpoint' \
    'Ti.ReadWrite.All'
  by_hand 'authorise the connection approvals'
  by_hand 'authorise the connection commondataserviceforapps'
  by_hand 'authorise the connection office365'
  by_hand 'where a target is privileged, give the identity an Entra role: Authentication Administrator for users, Privileged Authentication Administrator for administrators'
  by_hand 'where a target is privileged, give the identity an Entra role: User Administrator for limited administrators, Privileged Authentication Administrator for the privileged ones'
  by_hand 'see that there is a licence: Exchange Online mailbox'
  by_hand 'see that there is a licence: Microsoft Defender for Endpoint Plan 1 or Plan 2'
  by_hand 'see that there is a licence: Microsoft Defender for Identity'
  by_hand 'see that there is a licence: Microsoft Defender for Office 365 Plan 2'
  by_hand 'see that there is a licence: Microsoft Entra ID P2'
}

# Microsoft Sentinel runs playbooks as this application, which has the same id in every tenant.
readonly insights_app=98785600-1bb7-4fb9-b9fa-19afe2c8a360
# Git for Windows would take the ids of resources for paths of files.
export MSYS_NO_PATHCONV=1

dry_run=no

usage() {
  cat <<'END'
Grants what the playbooks of this build need. Whatever is granted already is left as it is.

  bash grant-permissions.sh logicapp RESOURCE_GROUP PLAYBOOK_NAME [WORKSPACE_ID] [--dry-run]
  bash grant-permissions.sh logicapp-rollback RESOURCE_GROUP PLAYBOOK_NAME [WORKSPACE_ID] [--dry-run]
  bash grant-permissions.sh logicapp-poll RESOURCE_GROUP PLAYBOOK_NAME [WORKSPACE_ID] [--dry-run]
  bash grant-permissions.sh powerautomate CLIENT_ID [--dry-run]

RESOURCE_GROUP and PLAYBOOK_NAME say where the Logic App was deployed, WORKSPACE_ID is the resource id of the Log
Analytics workspace of Microsoft Sentinel (/subscriptions/…/workspaces/NAME), where there is one, CLIENT_ID the application id of the flow's app registration.

Needs the Azure CLI, signed in (az login) to the right cloud and subscription by somebody who may grant: a Privileged Role
Administrator for application roles, an Owner or User Access Administrator for Azure roles.
END
}

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'grant-permissions: %s\n' "$1" >&2
  exit "${2:-1}"
}

# What the Azure CLI answers, as lines with tabs. On Windows its lines end with a carriage return.
ask() {
  az "$@" --output tsv | tr -d '\r'
}

# Runs a command that changes something, unless this is a dry run.
change() {
  if [[ $dry_run == no ]]; then
    "$@" --output none
  fi
}

granting() {
  if [[ $dry_run == no ]]; then say "grant    $*"; else say "would grant $*"; fi
}

by_hand() {
  say "left to you: $1"
}

# app_roles APP_ID TITLE ROLE...: application roles of an API for the identity.
app_roles() {
  local app=$1 title=$2 resource offered held role id body
  shift 2
  resource=$(ask ad sp show --id "$app" --query id) ||
    fail "this tenant has no service principal of $title ($app): is the product licensed?"
  offered=$(ask ad sp show --id "$app" \
    --query "appRoles[?contains(allowedMemberTypes, 'Application')].[value, id]") ||
    fail "the application roles of $title cannot be read"
  held=$(ask rest --method GET --resource "$graph" \
    --url "$graph/v1.0/servicePrincipals/$identity/appRoleAssignments" \
    --query "value[?resourceId=='$resource'].appRoleId") ||
    fail "the application roles of the identity $identity cannot be read"
  for role in "$@"; do
    id=$(awk -F '\t' -v role="$role" '$1 == role { print $2 }' <<<"$offered")
    [[ -n $id ]] || fail "$title offers no application role $role in this tenant"
    if grep -qxF -- "$id" <<<"$held"; then
      say "has      $title: $role"
      continue
    fi
    granting "$title: $role"
    body="{\"principalId\": \"$identity\", \"resourceId\": \"$resource\", \"appRoleId\": \"$id\"}"
    change az rest --method POST --resource "$graph" \
      --url "$graph/v1.0/servicePrincipals/$identity/appRoleAssignments" \
      --headers Content-Type=application/json --body "$body" ||
      fail "$title: $role was not granted; what was granted before stays, so run this again"
  done
}

# azure_role ROLE PRINCIPAL SCOPE: an Azure role for a principal, unless it is inherited from above.
azure_role() {
  local role=$1 principal=$2 scope=$3 held
  [[ -n $principal ]] ||
    fail 'this tenant has no service principal of Azure Security Insights: is Microsoft Sentinel in use?'
  [[ -n $scope ]] || fail "$role is given on a workspace: name its resource id as WORKSPACE_ID" 2
  held=$(ask role assignment list --assignee "$principal" --role "$role" --scope "$scope" \
    --include-inherited --query 'length(@)') || fail "the Azure roles on $scope cannot be read"
  if [[ $held != 0 ]]; then
    say "has      $role on $scope"
    return
  fi
  granting "$role on $scope"
  change az role assignment create --assignee-object-id "$principal" \
    --assignee-principal-type ServicePrincipal --role "$role" --scope "$scope" ||
    fail "$role was not granted; what was granted before stays, so run this again"
}

logicapp() {
  (($# == 2 || $# == 3)) || fail "$target takes RESOURCE_GROUP PLAYBOOK_NAME [WORKSPACE_ID]; see --help" 2
  local group=$1 playbook=$2 workspace=${3:-} identity group_id insights
  [[ -z $workspace || $workspace == /subscriptions/*/workspaces/* ]] ||
    fail "$workspace is no resource id of a workspace: /subscriptions/…/workspaces/NAME" 2
  identity=$(ask resource show --resource-group "$group" --name "$playbook" \
    --resource-type Microsoft.Logic/workflows --query identity.principalId) ||
    fail "there is no Logic App $playbook in $group; deploy its template first"
  [[ -n $identity && $identity != None ]] || fail "the Logic App $playbook has no system-assigned identity"
  group_id=$(ask group show --name "$group" --query id) || fail "the resource group $group cannot be read"
  insights=$(ask ad sp show --id "$insights_app" --query id 2>/dev/null) || insights=''
  say "identity of $playbook: $identity"
  "${target}_needs"
}

powerautomate() {
  (($# == 1)) || fail 'powerautomate takes CLIENT_ID; see --help' 2
  local client=$1 identity
  identity=$(ask ad sp show --id "$client" --query id) ||
    fail "the application $client has no service principal; create it with: az ad sp create --id $client"
  say "service principal of $client: $identity"
  powerautomate_needs
}

main() {
  local target='' command argument
  local -a arguments=()
  for argument in "$@"; do
    case $argument in
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        return
        ;;
      -*) fail "there is no option $argument; see --help" 2 ;;
      *)
        if [[ -z $target ]]; then target=$argument; else arguments+=("$argument"); fi
        ;;
    esac
  done
  case $target in
    logicapp | logicapp-rollback | logicapp-poll) command=logicapp ;;
    powerautomate) command=powerautomate ;;
    '')
      usage >&2
      exit 2
      ;;
    *) fail "there is no target $target; see --help" 2 ;;
  esac
  declare -F "${target}_needs" >/dev/null || fail "this build has nothing for $target" 2
  command -v az >/dev/null || fail 'the Azure CLI (az) is not installed'
  # Older shells take an empty list for an unset variable.
  "$command" ${arguments[@]+"${arguments[@]}"}
}

main "$@"
