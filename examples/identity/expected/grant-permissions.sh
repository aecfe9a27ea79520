#!/usr/bin/env bash
# Grants what the playbooks of this build need, and nothing else; made by counterflow.
# permissions.json beside it says which operation needs what.
set -euo pipefail

readonly graph='https://graph.microsoft.com'

usage() {
  cat <<'END'
Grants what the playbooks of this build need. Whatever is granted already is left as it is, so it can be run again.

  bash grant-permissions.sh logicapp RESOURCE_GROUP PLAYBOOK_NAME WORKSPACE_ID [--dry-run]
  bash grant-permissions.sh logicapp-rollback RESOURCE_GROUP PLAYBOOK_NAME WORKSPACE_ID [--dry-run]
  bash grant-permissions.sh powerautomate CLIENT_ID [--dry-run]

RESOURCE_GROUP and PLAYBOOK_NAME say where the Logic App was deployed.
WORKSPACE_ID is the resource id of the Log Analytics workspace of Microsoft Sentinel: /subscriptions/…/workspaces/NAME
CLIENT_ID is the application id of the flow's app registration.

Needs the Azure CLI, signed in (az login) to the right cloud and subscription by somebody who may grant: a Privileged Role
Administrator for application roles, an Owner or User Access Administrator for Azure roles. With --dry-run it only reads,
and says what it would grant.
END
}

# takes TARGET: the names of its arguments.
takes() {
  case $1 in
    logicapp) echo 'RESOURCE_GROUP PLAYBOOK_NAME WORKSPACE_ID' ;;
    logicapp-rollback) echo 'RESOURCE_GROUP PLAYBOOK_NAME WORKSPACE_ID' ;;
    powerautomate) echo 'CLIENT_ID' ;;
  esac
}

logicapp_needs() {
  app_roles '00000003-0000-0000-c000-000000000000' 'Microsoft Graph' \
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
    'UserAuthMethod-Phone.ReadWrite.All' \
    'UserAuthenticationMethod.Read.All'
  app_roles 'fc780465-2017-40d4-a0c5-307022471b92' 'Microsoft Defender for Endpoint' \
    'Ti.ReadWrite.All'
  azure_role 'Microsoft Sentinel Responder' identity workspace
  azure_role 'Microsoft Sentinel Automation Contributor' insights group
  by_hand 'authorise the connection office365'
  by_hand 'where a target is privileged, give the identity an Entra role: Privileged Authentication Administrator'
  by_hand 'where a target is privileged, give the identity an Entra role: User Administrator for limited administrators, Privileged Authentication Administrator for the privileged ones'
  by_hand 'see that there is a licence: Exchange Online mailbox'
  by_hand 'see that there is a licence: Microsoft Defender for Cloud Apps'
  by_hand 'see that there is a licence: Microsoft Defender for Endpoint Plan 1 or Plan 2'
  by_hand 'see that there is a licence: Microsoft Defender for Identity'
  by_hand 'see that there is a licence: Microsoft Defender for Office 365 Plan 2'
  by_hand 'see that there is a licence: Microsoft Entra ID P2'
  by_hand 'see that there is a licence: Microsoft Sentinel workspace'
}

logicapp-rollback_needs() {
  app_roles '00000003-0000-0000-c000-000000000000' 'Microsoft Graph' \
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
  azure_role 'Microsoft Sentinel Responder' identity workspace
  azure_role 'Microsoft Sentinel Automation Contributor' insights group
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
    'UserAuthMethod-Phone.ReadWrite.All' \
    'UserAuthenticationMethod.Read.All'
  app_roles 'fc780465-2017-40d4-a0c5-307022471b92' 'Microsoft Defender for Endpoint' \
    'Ti.ReadWrite.All'
  by_hand 'authorise the connection approvals'
  by_hand 'authorise the connection commondataserviceforapps'
  by_hand 'authorise the connection office365'
  by_hand 'where a target is privileged, give the identity an Entra role: Privileged Authentication Administrator'
  by_hand 'where a target is privileged, give the identity an Entra role: User Administrator for limited administrators, Privileged Authentication Administrator for the privileged ones'
  by_hand 'see that there is a licence: Exchange Online mailbox'
  by_hand 'see that there is a licence: Microsoft Defender for Cloud Apps'
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
identity=''
group=''
workspace=''

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

# identity_of TITLE ARGUMENT...: whom the roles are given to; the arguments name the resource.
identity_of() {
  local title=$1
  shift
  identity=$(ask resource show "$@" --query identity.principalId) || fail "there is no $title; deploy it first"
  [[ -n $identity && $identity != None ]] || fail "the $title has no system-assigned identity"
  say "identity of the $title: $identity"
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

# azure_role ROLE WHO WHERE: an Azure role, unless it is inherited from above. WHO is identity or insights; WHERE is
# workspace, group, storage:NAME or the id of a resource.
azure_role() {
  local role=$1 who=$2 where=$3 principal scope held
  case $who in
    insights)
      principal=$(ask ad sp show --id "$insights_app" --query id) ||
        fail 'this tenant has no service principal of Azure Security Insights: is Microsoft Sentinel in use?'
      ;;
    *) principal=$identity ;;
  esac
  case $where in
    workspace) scope=$workspace ;;
    group)
      scope=$(ask group show --name "$group" --query id) || fail "the resource group $group cannot be read"
      ;;
    storage:*)
      scope=$(ask storage account show --name "${where#storage:}" --query id) ||
        fail "this subscription has no storage account ${where#storage:}; create it first"
      ;;
    *) scope=$where ;;
  esac
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

# Everything that can be wrong with the arguments is found before anything is granted.
logicapp() {
  group=$1
  workspace=${3-}
  [[ -z $workspace || $workspace == /subscriptions/*/workspaces/* ]] ||
    fail "$workspace is no resource id of a workspace: /subscriptions/…/workspaces/NAME" 2
  identity_of "Logic App $2 in $1" --resource-group "$1" --name "$2" --resource-type Microsoft.Logic/workflows
  [[ -z $workspace ]] || ask resource show --ids "$workspace" --query id >/dev/null ||
    fail "there is no workspace $workspace"
}

powerautomate() {
  identity=$(ask ad sp show --id "$1" --query id) ||
    fail "the application $1 has no service principal; create it with: az ad sp create --id $1"
  say "service principal of $1: $identity"
}

main() {
  local target='' argument
  local -a arguments=() wanted
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
  if [[ -z $target ]]; then
    usage >&2
    exit 2
  fi
  declare -F "${target}_needs" >/dev/null || fail "this build has nothing for $target; see --help" 2
  read -r -a wanted <<<"$(takes "$target")"
  ((${#arguments[@]} == ${#wanted[@]})) || fail "$target takes ${wanted[*]-no argument}; see --help" 2
  command -v az >/dev/null || fail 'the Azure CLI (az) is not installed'
  case $target in
    logicapp*) logicapp "${arguments[@]}" ;;
    powerautomate) powerautomate "${arguments[@]}" ;;
  esac
  "${target}_needs"
}

main "$@"
