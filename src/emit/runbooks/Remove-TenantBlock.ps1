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

if ($Kind -eq 'Url') { $Entry = ([uri] $Entry).Host + ([uri] $Entry).PathAndQuery.TrimEnd('/') }
$mine = @(Get-TenantAllowBlockListItems -ListType $Kind -Entry $Entry -Block | Where-Object { $_.Notes -eq $Note })
if ($mine.Count -ne 1) { throw "$($mine.Count) entries have this note; one was expected, and nothing was removed." }
Remove-TenantAllowBlockListItems -ListType $Kind -Ids $mine[0].Identity | Out-Null
'The entry is gone.'
Disconnect-ExchangeOnline -Confirm:$false | Out-Null
