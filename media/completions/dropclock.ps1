# Completion of dropclock for PowerShell. In $PROFILE: dropclock completion powershell | Out-String | Invoke-Expression
# The program is the one on the PATH: completing must not run what lies in a folder that somebody only looks at.
Register-ArgumentCompleter -Native -CommandName dropclock -ScriptBlock {
    param($word, $ast, $cursor)
    $program = Get-Command dropclock -CommandType Application, ExternalScript -ErrorAction Ignore | Select-Object -First 1
    if (-not $program) { return }
    $before = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    # An empty last word is left out by PowerShell, so the number of those before it goes first.
    & $program __complete $before.Count @before $word 2>$null | ForEach-Object {
        $value, $about = $_ -split "`t", 2
        if ($value.StartsWith(':')) { return }
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
}
