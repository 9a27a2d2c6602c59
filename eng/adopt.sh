#!/usr/bin/env bash
# adopt.sh <project directory> <repository root>
# Puts MfaMiddleware into an app by doing what README.md says and nothing else: its code blocks are read from there.
#   <!-- adopt:packages -->   lines "dotnet add package X": a reference to src/X, since a clone has no package feed
#                             of its own; any other package is added in the version of Directory.Packages.props
#   <!-- adopt:services -->   lines that go before builder.Build(); a "using" among them goes to the top of the file
#   <!-- adopt:endpoints -->  lines that go before app.Run()
set -euo pipefail

fail() {
    echo "adopt.sh: $1" >&2
    exit 1
}

[[ $# -eq 2 ]] || fail "usage: adopt.sh <project directory> <repository root>"
root=$(cd "$2" && pwd)
program=$1/Program.cs
projects=("$1"/*.csproj)
[[ -f $program && -f ${projects[0]} && ${#projects[@]} -eq 1 ]] || fail "$1 isn't a folder with one .csproj and Program.cs"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# block <name>: the lines of the code block that follows the marker
block() {
    awk -v marker="<!-- adopt:$1 -->" '
        index($0, marker) { found = 1; next }
        found && /^```/   { if (open) exit; open = 1; next }
        open' "$root/README.md" >"$work/$1"
    [[ -s $work/$1 ]] || fail "README.md has no code block after <!-- adopt:$1 -->"
}

# insert_before <file> <text> <lines file>: the text must be in exactly one line
insert_before() {
    [[ $(grep -cF -- "$2" "$1") -eq 1 ]] || fail "'$2' isn't in exactly one line of $1"
    awk -v text="$2" -v lines="$3" '
        index($0, text) { while ((getline line < lines) > 0) print line }
        { print }' "$1" >"$work/out"
    cp "$work/out" "$1"
}

reference() {
    local package=$1 project=$root/src/$1/$1.csproj version
    if [[ -f $project ]]; then
        echo "    <ProjectReference Include=\"$project\" />"
        return
    fi
    version=$(sed -n "s/.*<PackageVersion Include=\"$package\" Version=\"\([^\"]*\)\".*/\1/p" "$root/Directory.Packages.props")
    [[ -n $version ]] || fail "$package is neither in src/ nor in Directory.Packages.props"
    echo "    <PackageReference Include=\"$package\" Version=\"$version\" />"
}

for name in packages services endpoints; do block "$name"; done

{
    echo "  <ItemGroup>"
    while read -r dotnet add package name; do
        [[ "$dotnet $add $package" == "dotnet add package" && -n $name ]] || fail "not 'dotnet add package …': $dotnet $add $package $name"
        reference "$name"
    done <"$work/packages"
    echo "  </ItemGroup>"
} >"$work/references"
insert_before "${projects[0]}" "</Project>" "$work/references"

grep -E '^using [A-Za-z.]+;$' "$work/services" >"$work/usings" || true
grep -vE '^using [A-Za-z.]+;$' "$work/services" >"$work/lines" || fail "the services block holds no line of code"
insert_before "$program" "builder.Build()" "$work/lines"
insert_before "$program" "app.Run()" "$work/endpoints"
if [[ -s $work/usings ]]; then
    cat "$work/usings" "$program" >"$work/out"
    cp "$work/out" "$program"
fi
