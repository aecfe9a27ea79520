<#
.SYNOPSIS
    Stops the forwarding of a mailbox and writes what it was.
.DESCRIPTION
    Clears both kinds of forwarding. The output is one line of JSON with the former values, from which
    Restore-MailboxForwarding puts them back.
    Runs in Azure Automation with the module ExchangeOnlineManagement and the account's own identity, which needs the application
    permission Exchange.ManageAsApp and an Entra role such as Exchange Administrator. The automation variable
    ExchangeOrganization holds the tenant's first domain, such as contoso.onmicrosoft.com.
.PARAMETER Mailbox
    User principal name or object id.
#>
param(
    [Parameter(Mandatory = $true)] [string] $Mailbox
)
$ErrorActionPreference = 'Stop'
Connect-ExchangeOnline -ManagedIdentity -Organization (Get-AutomationVariable -Name 'ExchangeOrganization') -ShowBanner:$false | Out-Null

$found = @(Get-Mailbox -Identity $Mailbox)
if ($found.Count -ne 1) { throw "$($found.Count) mailboxes are called like this; one was expected." }
$former = [ordered]@{
    ForwardingAddress          = [string] $found[0].ForwardingAddress
    ForwardingSmtpAddress      = [string] $found[0].ForwardingSmtpAddress
    DeliverToMailboxAndForward = [bool] $found[0].DeliverToMailboxAndForward
}
if ($former.ForwardingAddress -or $former.ForwardingSmtpAddress) {
    Set-Mailbox -Identity $Mailbox -ForwardingAddress $null -ForwardingSmtpAddress $null -DeliverToMailboxAndForward $false
}
# Written last: a job that failed before has nothing to be taken back.
$former | ConvertTo-Json -Compress
Disconnect-ExchangeOnline -Confirm:$false | Out-Null
