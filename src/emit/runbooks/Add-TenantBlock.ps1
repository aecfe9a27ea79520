<#
.SYNOPSIS
    Blocks a sender, a URL or a file in the Tenant Allow/Block List, for a number of days.
.DESCRIPTION
    Refuses addresses of the organisation's own domains, and leaves an entry alone that is there already. The note marks the
    entry, so that Remove-TenantBlock finds it again and takes away no other.
    Runs in Azure Automation with the module ExchangeOnlineManagement and the account's own identity, which needs the application
    permission Exchange.ManageAsApp and an Entra role such as Exchange Administrator. The automation variable
    ExchangeOrganization holds the tenant's first domain, such as contoso.onmicrosoft.com.
.PARAMETER Kind
    Sender, Url or FileHash.
.PARAMETER Entry
    The address, the URL or the SHA-256.
.PARAMETER Days
    After how many days the entry ends.
.PARAMETER Note
    What the entry says about itself.
#>
param(
    [Parameter(Mandatory = $true)] [ValidateSet('Sender', 'Url', 'FileHash')] [string] $Kind,
    [Parameter(Mandatory = $true)] [string] $Entry,
    [Parameter(Mandatory = $true)] [ValidateRange(1, 90)] [int] $Days,
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
if ($Kind -eq 'Sender') {
    $own = @(Get-AcceptedDomain).DomainName | ForEach-Object { [string] $_ }
    if ($own -contains $domain) { throw 'The address belongs to the organisation itself; nothing was blocked.' }
}
$there = @(Get-TenantAllowBlockListItems -ListType $Kind -Entry $Entry)
# Azure Automation may run a job again that it interrupted: an entry with the note is this one's own.
if (@($there | Where-Object { $_.Notes -ne $Note }).Count -gt 0) { throw 'The list has an entry for it already; nothing was changed.' }
if ($there.Count -eq 0) {
    $until = (Get-Date).ToUniversalTime().AddDays($Days)
    New-TenantAllowBlockListItems -ListType $Kind -Block -Entries $Entry -ExpirationDate $until -Notes $Note | Out-Null
}
'The entry is in the list.'
Disconnect-ExchangeOnline -Confirm:$false | Out-Null
