<#
.SYNOPSIS
    Takes an entry out of the Tenant Allow/Block List that Add-TenantBlock has put there.
.DESCRIPTION
    Entries with another note are left alone: somebody else has decided about them.
    Runs in Azure Automation with the module ExchangeOnlineManagement and the account's own identity, which needs the application
    permission Exchange.ManageAsApp and an Entra role such as Exchange Administrator. The automation variable
    ExchangeOrganization holds the tenant's first domain, such as contoso.onmicrosoft.com.
.PARAMETER Kind
    Sender, Url or FileHash.
.PARAMETER Entry
    The address, the URL or the SHA-256.
.PARAMETER Note
    The note of the entry.
#>
param(
    [Parameter(Mandatory = $true)] [ValidateSet('Sender', 'Url', 'FileHash')] [string] $Kind,
    [Parameter(Mandatory = $true)] [string] $Entry,
    [Parameter(Mandatory = $true)] [string] $Note
)
$ErrorActionPreference = 'Stop'
Connect-ExchangeOnline -ManagedIdentity -Organization (Get-AutomationVariable -Name 'ExchangeOrganization') -ShowBanner:$false | Out-Null

# The list takes no scheme, port, user name, quote or letter beyond ASCII, and an incident may leave the scheme out.
if ($Kind -eq 'Url') {
    $url = [uri] ($Entry.Trim() -replace '^(?![a-z][a-z0-9+.-]*://)', 'https://')
    if (-not $url.IdnHost) { throw 'This is no URL; nothing was changed.' }
    $Entry = $url.IdnHost + $url.PathAndQuery.TrimEnd('/').Replace("'", '%27')
    if ($Entry.Length -gt 250) { throw 'The list takes no URL of more than 250 characters; nothing was changed.' }
}
# Of a mail address it takes what is special percent-encoded.
if ($Kind -eq 'Sender') {
    if ($Entry -notmatch '^[^@\s]+@[^@\s]+\.[^@\s]+$') { throw 'This is no mail address, and whole domains are not blocked; nothing was changed.' }
    $name, $domain = $Entry.Split('@')
    $Entry = [uri]::EscapeDataString($name) + '@' + $domain
}
$mine = @(Get-TenantAllowBlockListItems -ListType $Kind -Entry $Entry -Block | Where-Object { $_.Notes -eq $Note })
if ($mine.Count -ne 1) { throw "$($mine.Count) entries have this note; one was expected, and nothing was removed." }
Remove-TenantAllowBlockListItems -ListType $Kind -Ids $mine[0].Identity | Out-Null
'The entry is gone.'
Disconnect-ExchangeOnline -Confirm:$false | Out-Null
