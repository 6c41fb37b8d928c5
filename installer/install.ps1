# Installs Shotlog: finds a Python 3.11 or newer and runs install.py with it.
#   powershell -ExecutionPolicy Bypass -File installer\install.ps1 [options of install.py]
# $env:PYTHON names a Python that lies elsewhere.
$check = 'import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize <= 2**32)'
$candidates = @()
if ($env:PYTHON) { $candidates += , @($env:PYTHON) }
# The launcher of python.org knows every installed version. "python" alone may be the Store's stub,
# which runs nothing and answers with an error.
foreach ($version in '3.13', '3.12', '3.11', '3.14') { $candidates += , @('py', "-$version") }
$candidates += , @('python'), @('python3')
foreach ($candidate in $candidates) {
    $program = $candidate[0]
    $first = @($candidate | Select-Object -Skip 1)
    if (-not (Get-Command $program -ErrorAction SilentlyContinue)) { continue }
    try { & $program @first -c $check 2>$null | Out-Null } catch { continue }
    if ($LASTEXITCODE -eq 0) {
        & $program @first (Join-Path $PSScriptRoot 'install.py') @args
        exit $LASTEXITCODE
    }
}
Write-Host 'Shotlog needs Python 3.11 or newer, 64 bit, and none was found on this machine.'
Write-Host '  winget install Python.Python.3.13     or https://www.python.org/downloads/windows/'
Write-Host 'Then run this script again. $env:PYTHON names a Python that lies elsewhere.'
exit 2
