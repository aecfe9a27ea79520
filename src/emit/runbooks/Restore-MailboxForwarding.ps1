<#
.SYNOPSIS
    Puts the forwarding of a mailbox back as Remove-MailboxForwarding found it.
.DESCRIPTION
    Leaves the mailbox alone where it forwards again already, because somebody has decided meanwhile.
    Runs in Azure Automation with the module ExchangeOnlineManagement and the account's own identity, which needs the application
    permission Exchange.ManageAsApp and an Entra role such as Exchange Administrator. The automation variable
    ExchangeOrganization holds the tenant's first domain, such as contoso.onmicrosoft.com.
.PARAMETER Mailbox
    User principal name or object id.
.PARAMETER Prior
    The output of Remove-MailboxForwarding.
#>
param(
    [Parameter(Mandatory = $true)] [string] $Mailbox,
    [Parameter(Mandatory = $true)] [string] $Prior
)
$ErrorActionPreference = 'Stop'
Connect-ExchangeOnline -ManagedIdentity -Organization (Get-AutomationVariable -Name 'ExchangeOrganization') -ShowBanner:$false | Out-Null

$former = $Prior | ConvertFrom-Json
$found = @(Get-Mailbox -Identity $Mailbox)
if ($found.Count -ne 1) { throw "$($found.Count) mailboxes are called like this; one was expected." }
if ($found[0].ForwardingAddress -or $found[0].ForwardingSmtpAddress) { throw 'The mailbox forwards again already; nothing was changed.' }
$wanted = @{ DeliverToMailboxAndForward = [bool] $former.DeliverToMailboxAndForward }
if ($former.ForwardingAddress) { $wanted.ForwardingAddress = [string] $former.ForwardingAddress }
if ($former.ForwardingSmtpAddress) { $wanted.ForwardingSmtpAddress = [string] $former.ForwardingSmtpAddress }
Set-Mailbox -Identity $Mailbox @wanted
'The forwarding is as it was.'
Disconnect-ExchangeOnline -Confirm:$false | Out-Null
