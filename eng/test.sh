#!/usr/bin/env bash
# Installs what the tests need and is missing, builds with warnings as errors, runs every test project of the
# solution, and ends with the line "N passed, N failed" (", N skipped" where there are any). It leaves out the tests
# that take minutes, [Trait("Length", "Long")]; with --long it runs them alone (eng/test-faults.sh).
set -euo pipefail
cd "$(dirname "$0")/.."

readonly solution=MfaMiddleware.sln
readonly configuration=${CONFIGURATION:-Debug}

case ${1-} in
    "") readonly long="" filter='Length!=Long' patience=10m ;;
    --long) readonly long=1 filter='Length=Long' patience=20m ;;
    *)
        echo "usage: $0 [--long]" >&2
        exit 2
        ;;
esac

passed=0 failed=0 skipped=0

finish() {
    local line="$passed passed, $failed failed"
    if ((skipped > 0)); then line+=", $skipped skipped"; fi
    echo "$line"
    exit $((failed > 0 ? 1 : 0))
}

# A command that isn't there, and the Debian packages that bring it.
need() {
    local command=$1
    shift
    if ! command -v "$command" >/dev/null; then missing+=("$@"); fi
}

install_missing() {
    local missing=()
    need chromium-headless-shell chromium-headless-shell fonts-dejavu-core
    need oathtool oathtool
    need curl curl
    need npm npm
    need bearerbox kannel
    need /usr/lib/kannel/test/fakesmsc kannel-extras
    need redis-server redis-server
    # Debian keeps the server off PATH, in a folder by its version.
    if ! command -v initdb >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then missing+=(postgresql); fi
    if ((${#missing[@]} == 0)); then return; fi

    local as_root=()
    if ((EUID != 0)); then as_root=(sudo); fi
    if ! command -v apt-get >/dev/null || { ((EUID != 0)) && ! command -v sudo >/dev/null; }; then
        echo "The tests need ${missing[*]} (Debian's names), which can't be installed here without apt-get and root." >&2
        echo "Install them by hand, so that their commands are on PATH." >&2
        return 1
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

test_projects() {
    dotnet sln "$solution" list | tr -d '\r' | grep '\.csproj$' | tr '\\' '/' |
        while read -r project; do
            if grep -q 'Include="Microsoft.NET.Test.Sdk"' "$project"; then echo "$project"; fi
        done
}

# counter <trx file> <name>: a number of the file's summary, 0 where it isn't there
counter() {
    local value
    value=$(sed -n "s/.*<Counters[^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" 2>/dev/null | head -n 1) || true
    echo "${value:-0}"
}

run() {
    local project=$1 name trx total executed good status=0
    name=$(basename "$project" .csproj)
    trx=$results/$name.trx
    echo "== $name"
    # One project after the other: they start browsers and servers, and some of them measure time.
    dotnet test "$project" -c "$configuration" --no-build --nologo --filter "$filter" \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
        --blame-hang-timeout $patience --blame-hang-dump-type none || status=$?

    total=$(counter "$trx" total) executed=$(counter "$trx" executed) good=$(counter "$trx" passed)
    passed=$((passed + good)) failed=$((failed + executed - good)) skipped=$((skipped + total - executed))
    if ((total == 0 && status == 0)) && [[ $long ]]; then
        echo "$name has no long tests."
    elif ((total == 0)); then
        echo "$name gave no result." >&2
        failed=$((failed + 1))
    elif ((status != 0 && executed == good)); then
        echo "$name ended with $status though none of its tests failed." >&2
        failed=$((failed + 1))
    fi
    if [[ $long ]]; then figures "$trx"; fi
}

# The tables that tests wrote: docs/reliability.md is made from them.
figures() { sed -n 's/^ *\(<StdOut>\)\{0,1\}\(|.*|\).*/\2/p' "$1" 2>/dev/null || true; }

stop() {
    echo "$1" >&2
    failed=1
    finish
}

command -v dotnet >/dev/null || stop "The .NET SDK of global.json is needed: 'dotnet' isn't on PATH."
install_missing || stop "What the tests need is missing."
dotnet build "$solution" -c "$configuration" --nologo -v minimal || stop "The build failed."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
projects=$(test_projects)
[[ -n $projects ]] || stop "There is no test project in $solution."
for project in $projects; do run "$project"; done
((passed + failed > 0)) || stop "No test was run."
finish
